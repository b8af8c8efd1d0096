"""The same with the system itself refusing: a process that may write small files and no more."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

import hostile_files
import site_disk
import site_world as world
from frith.errors import Mendable
from frith_web.core.models import AuditEntry, EntryKind, Notification, Upload, User, opened
from frith_web.core.no_room import is_no_room
from frith_web.core.sealed_files import Lock
from frith_web.core.services import backup, uploads
from frith_web.core.services.audit import append
from frith_web.core.services.audit_verify import verify

LIMIT = 1 << 20
LOCK = Lock(passphrase="correct horse battery staple")


@pytest.fixture
def officer(site: Settings, tmp_path: Path) -> Iterator[User]:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL writes in a process of its own, which has its own limits")
    with site_disk.as_a_file(tmp_path / "site.sqlite3"):
        yield world.person("gov", of=world.partner("council"), roles=("information-governance",))


def limited(do: Callable[[], Any]) -> Any:
    """What a process comes to that may not write a file past `LIMIT`; Python ignores the signal."""
    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        answer: Any = "nothing"
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
            answer = do()
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, json.dumps(answer).encode())
            os._exit(0)
    os.close(writing)
    said = b""
    while piece := os.read(reading, 1 << 16):
        said += piece
    os.close(reading)
    os.waitpid(pid, 0)
    return json.loads(said)


def test_the_database_keeps_what_it_acknowledged_and_no_half(officer: User) -> None:
    def write() -> Any:
        for n in range(100_000):
            try:
                with transaction.atomic():
                    Notification.objects.create(
                        to=officer, kind="job-ended", text=str(n) * 20, link="/"
                    )
                    append(kind=EntryKind.ALTERATION, act="core.test.act", actor=officer)
            except DatabaseError as error:
                return [n, is_no_room(error), str(error)]
        return "never"

    acknowledged, told, words = limited(write)
    assert told, words
    assert acknowledged > 5
    assert Notification.objects.count() == acknowledged
    assert AuditEntry.objects.filter(act="core.test.act").count() == acknowledged
    assert site_disk.integrity() == "ok"
    assert not verify().faults


def test_an_upload_past_the_limit_leaves_nothing(officer: User) -> None:
    content = hostile_files.TABLE + hostile_files.ROW * 60_000
    assert len(content) > 2 * LIMIT

    def bring() -> str:
        file = SimpleUploadedFile("events.csv", content)
        uploads.take(file=file, by=officer, place="test", takes={"csv"})
        return "kept"

    said = limited(bring)
    assert "was not kept: the site's disk is full or cannot be written" in said
    assert [one for one in uploads._root().rglob("*") if one.is_file()] == []
    with transaction.atomic(), opened("test"):
        assert not Upload.objects.exists()


def test_a_backup_past_the_limit_leaves_nothing_and_the_next_is_whole(
    officer: User, tmp_path: Path, site: Settings
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (Path(site.DATA) / "profiles").mkdir()
    (Path(site.DATA) / "profiles" / "large.bin").write_bytes(os.urandom(3 * LIMIT))

    def write() -> str:
        backup.write(file=folder / "frith.backup", lock=LOCK)
        return "made"

    said = limited(write)
    assert said.startswith(Mendable.__name__), said
    assert "the backup was not made: a disk is full" in said
    assert list(folder.iterdir()) == []
    assert list(Path(site.DATA).glob(".backup-*")) == []
    assert not AuditEntry.objects.filter(act=backup.MADE).exists()
    assert backup.write(file=folder / "frith.backup", lock=LOCK).files
    assert AuditEntry.objects.filter(act=backup.MADE).count() == 1
