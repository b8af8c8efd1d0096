"""The virus scanner: asked before anything reads a file; held where it does not answer."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import hostile_files
from fake_scanner import EICAR, clamd
from frith.errors import BadInput
from frith_web import settings as module
from frith_web.core import first_run_steps
from frith_web.core.first_run import State
from frith_web.core.models import AuditEntry, Job, Upload, User, opened
from frith_web.core.services import job_runs, uploads
from frith_web.core.uploads import gate
from frith_web.core.uploads.scanner import Scanner, ScannerAway, scanner_of

PLACE = "test.place"
CLEAN = hostile_files.TABLE
INFECTED = hostile_files.TABLE + b"e2,made up,crime," + EICAR + b",2025-01,E01000001,lsoa21,area\n"


def take(by: User, content: bytes = CLEAN, *, name: str = "events.csv") -> Upload:
    file = SimpleUploadedFile(name, content)
    return uploads.take(file=file, by=by, place=PLACE, takes={"csv"})


def files() -> list[Path]:
    return [one for one in uploads._root().rglob("*") if one.is_file()]


def all_uploads() -> list[Upload]:
    with transaction.atomic(), opened("test"):
        return list(Upload.objects.select_related("created_by"))


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "clamd"


def test_a_clean_file_is_streamed_whole_and_let_in(
    analyst: User, settings: Settings, socket: Path
) -> None:
    content = CLEAN + hostile_files.ROW * 5000
    with clamd(socket) as server:
        settings.SCANNER = server.setting
        made = take(analyst, content)
    assert server.seen == [content]
    assert made.scanned_at is not None
    assert made.held_at is None
    assert uploads.stored(made.sha256).read_bytes() == content


def test_by_a_port_too(analyst: User, settings: Settings) -> None:
    with clamd() as server:
        settings.SCANNER = server.setting
        assert take(analyst).scanned_at is not None


def test_what_it_finds_is_refused_before_anything_reads_it(
    analyst: User, settings: Settings, socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    monkeypatch.setattr(gate, "check", lambda *given, **more: read.append(given))
    with clamd(socket) as server:
        settings.SCANNER = server.setting
        with pytest.raises(BadInput, match=r"virus scanner found something") as refusal:
            take(analyst, INFECTED)
    assert "Eicar" not in refusal.value.line(), "a name from outside is not repeated"
    assert read == []
    assert files() == []
    assert all_uploads() == []
    row = AuditEntry.objects.get(act="core.upload.infected")
    assert (row.actor_id, row.detail["place"]) == (analyst.pk, PLACE)
    assert len(row.detail["sha256"]) == 64


@pytest.mark.parametrize(
    "says", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0", b"stream: O"]
)
def test_a_file_is_held_unread_while_it_does_not_answer(
    analyst: User,
    settings: Settings,
    socket: Path,
    says: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(gate, "check", lambda *given, **more: read.append(given))
        settings.SCANNER = f"unix:{socket}"
        if says:
            with clamd(socket, says=says):
                made = take(analyst)
            socket.unlink()
        else:
            made = take(analyst)
    assert read == []
    assert (made.sort, made.scanned_at) == ("", None)
    assert made.held_at is not None
    with pytest.raises(job_runs.NotYet), uploads.unpacked(made, takes={"csv"}):
        pass
    assert uploads.stored(made.sha256).read_bytes() == CLEAN, "nothing is lost"
    with clamd(socket), uploads.unpacked(made, takes={"csv"}) as folder:
        assert (folder / "events.csv").read_bytes() == CLEAN
    (kept,) = all_uploads()
    assert (kept.sort, kept.held_at) == ("csv", None)
    assert kept.scanned_at is not None


def test_what_is_found_in_a_held_file_goes_and_is_not_read(
    analyst: User,
    settings: Settings,
    socket: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.SCANNER = f"unix:{socket}"
    made = take(analyst, INFECTED)
    assert files()
    with (
        clamd(socket),
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(BadInput, match="found something"),
        uploads.unpacked(made, takes={"csv"}),
    ):
        pass
    assert files() == []
    (kept,) = all_uploads()
    assert kept.settled_at is not None
    assert kept.cleared_at is not None
    assert AuditEntry.objects.filter(act="core.upload.infected").count() == 1


def test_a_held_file_still_answers_to_its_name_and_size(
    analyst: User, settings: Settings, socket: Path
) -> None:
    settings.SCANNER = f"unix:{socket}"
    for name, content in (("x.exe", CLEAN), ("x.csv", b""), ("x:y.csv", CLEAN)):
        with pytest.raises(BadInput):
            take(analyst, content, name=name)
    assert files() == []


def test_the_job_waits_for_the_scanner_and_then_goes_on(
    analyst: User, reader: Client, settings: Settings, socket: Path
) -> None:
    settings.SCANNER = f"unix:{socket}"
    content = hostile_files.dataset()
    sent = {"file": SimpleUploadedFile("set.zip", content)}
    answer = reader.post("/bring-in/", sent)
    assert answer.status_code == 302, answer.content.decode()
    page = reader.get(answer["Location"]).content.decode()
    assert "virus scanner does not answer" in page
    job = Job.objects.get(name="pole.check_dataset")

    def again() -> Job:
        Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
        claimed = job_runs.claim(worker="w")
        assert claimed is not None
        job_runs.run(claimed, worker="w")
        return Job.objects.get(pk=job.pk)

    for _ in range(7):
        assert (again().state, again().attempt) == ("waiting", 0), "however long it is away"
    with clamd(socket):
        assert again().state == "done"
    (kept,) = all_uploads()
    assert kept.findings["accepted"] == 1
    assert "does not answer" not in reader.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(("code", "said"), [(0, "clean"), (1, "found"), (2, "away"), (127, "away")])
def test_a_command_answers_by_its_exit_code(tmp_path: Path, code: int, said: str) -> None:
    program = tmp_path / "scan"
    program.write_text(f'#!/bin/sh\ntest -f "$2" && test "$1" = --quiet || exit 9\nexit {code}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    file = tmp_path / "a file; with $(odd) name"
    file.write_text("x")
    scanner = Scanner(by="command", where=f"{program} --quiet")
    assert scanner.answers()
    if said == "clean":
        scanner.check(file)
    else:
        with pytest.raises(BadInput if said == "found" else ScannerAway):
            scanner.check(file)


def test_a_command_that_is_not_there_lets_nothing_in(tmp_path: Path) -> None:
    scanner = Scanner(by="command", where="/nowhere/clamdscan")
    assert not scanner.answers()
    with pytest.raises(ScannerAway):
        scanner.check(tmp_path)


@pytest.mark.parametrize(
    "value", ["clamd", "unix:relative", "tcp:host", "tcp::1", "tcp:h:99999", "command:x", "http:/x"]
)
def test_a_setting_that_is_half_understood_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("FRITH_WEB_SCANNER", value)
    with pytest.raises(ImproperlyConfigured, match=r"FRITH_WEB_SCANNER: .*unix:/path"):
        module.read()


def test_settings_that_are_understood() -> None:
    assert scanner_of("") is None
    assert scanner_of("unix:/run/c.ctl") == Scanner(by="unix", where="/run/c.ctl")
    assert scanner_of("tcp:[::1]:3310") == Scanner(by="tcp", where="[::1]:3310")


def test_the_checklist_says_where_no_scanner_is_set_or_none_answers(
    site: Settings, socket: Path
) -> None:
    site.SCANNER = ""
    found = first_run_steps.virus_scanner()
    assert found.state == State.NOT_STARTED
    assert "unscanned" in found.missing
    site.SCANNER = f"unix:{socket}"
    found = first_run_steps.virus_scanner()
    assert found.state == State.STARTED
    assert "held" in found.missing
    with clamd(socket):
        assert first_run_steps.virus_scanner().state == State.DONE


def test_without_a_scanner_files_come_in_and_say_so(analyst: User, settings: Settings) -> None:
    settings.SCANNER = ""
    made = take(analyst)
    assert (made.sort, made.scanned_at, made.held_at) == ("csv", None, None)
