"""Restoring a backup into an empty installation: everything is verified before anything is put."""

from __future__ import annotations

import json
import os
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from frith.errors import BadInput
from frith_web.core.database import on_postgresql, steward
from frith_web.core.models import AuditEntry, EntryKind, User
from frith_web.core.sealed_files import Lock, Opener
from frith_web.core.services import dumps
from frith_web.core.services.audit import append
from frith_web.core.services.audit_verify import Verdict, verify
from frith_web.core.services.backup import DATABASE, FILES, MANIFEST, Manifest, data_files
from frith_web.core.services.row_security import install_row_security

PIECE = 1 << 20
KEY_OF_EMPTY = {"secret_key"}
"""What an empty installation may hold already; the backup's own takes its place."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back."""

    manifest: Manifest
    verdict: Verdict
    """What the check of the log found."""


def restore(*, file: Path, lock: Lock, say: Say = lambda _: None) -> Restored:
    """Bring a backup back, verified: every file, every table's rows and hash, and the log.

    Raises `BadInput` where the installation is not empty, or where anything in the backup is not
    what its manifest says; then nothing was put in place.
    """
    data = Path(settings.DATA)
    _check_empty(data)
    with TemporaryDirectory(prefix=".restoring-", dir=data) as name:
        aside = Path(name)
        say("Opening and verifying the backup")
        manifest = _opened(file, lock, into=aside)
        _check_fits(manifest)
        say("Putting the database in place")
        if on_postgresql():
            _put_postgresql(aside, manifest)
        else:
            _put_sqlite(aside, manifest)
        say("Putting the files in place")
        _put_files(aside / FILES, data)
    say("Bringing the database up to this release, and verifying the log")
    call_command("migrate", verbosity=0, interactive=False)
    install_row_security()
    verdict = verify()
    with transaction.atomic():
        append(
            kind=EntryKind.ADMINISTRATION,
            act="core.backup.restore",
            actor=None,
            detail={"made_at": manifest.made_at, "whole": not verdict.faults},
        )
    return Restored(manifest=manifest, verdict=verdict)


def _check_empty(data: Path) -> None:
    mend = "Restore into a new data folder and a new database."
    held = [path for path in data_files(data) if path.name not in KEY_OF_EMPTY]
    if held:
        raise BadInput("the data folder is not empty", where=held[0].name, mend=mend)
    try:
        with transaction.atomic():
            used = User.objects.exists() or AuditEntry.objects.exists()
    except DatabaseError:
        used = False  # no tables yet
    if used:
        raise BadInput("the database is not empty: it has accounts or a log", mend=mend)


def _opened(file: Path, lock: Lock, *, into: Path) -> Manifest:
    """Unseal a backup into a folder and hold every file against the manifest."""
    found: dict[str, dict[str, Any]] = {}
    text = b""
    try:
        with (
            file.open("rb") as source,
            tarfile.open(mode="r|", fileobj=Opener(source, lock=lock)) as tar,  # type: ignore[call-overload]
        ):
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None or not _is_ours(entry.name):
                    raise BadInput("the backup holds something strange", where=entry.name)
                if entry.name == MANIFEST:
                    text = content.read()
                    continue
                target = into / entry.name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                digest, size = sha256(), 0
                handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as out:
                    while piece := content.read(PIECE):
                        digest.update(piece)
                        size += out.write(piece)
                    out.flush()
                    os.fsync(out.fileno())
                found[entry.name] = {"size": size, "sha256": digest.hexdigest()}
        manifest = Manifest(**json.loads(text))
    except (tarfile.TarError, EOFError, ValueError, TypeError):
        raise BadInput("the backup is not whole", mend="Try an earlier one.") from None
    if manifest.files != found:
        raise BadInput("the backup is not what its manifest says", mend="Try an earlier one.")
    return manifest


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    begins = name == MANIFEST or name.startswith((DATABASE, FILES))
    return begins and ".." not in parts and not any(part.startswith(".") for part in parts)


def _check_fits(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise BadInput(
            f"the backup is of {manifest.engine}, and this installation has {connection.vendor}",
            mend="Restore into the same kind of database.",
        )
    known = MigrationExecutor(connection).loader.disk_migrations or {}
    strange = {tuple(one) for one in manifest.migrations} - set(known)
    if strange:
        raise BadInput(
            f"the backup was made by a newer release, {manifest.release}",
            mend="Install that release first.",
        )


def _put_sqlite(aside: Path, manifest: Manifest) -> None:
    held = aside / DATABASE / dumps.SQLITE_FILE
    if dumps.sqlite_content(held) != manifest.tables:
        raise BadInput("the database of the backup is not what its manifest says")
    with closing(sqlite3.connect(held)) as database:
        (answer,) = database.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        raise BadInput(f"the database of the backup is damaged: {answer}")
    connection.close()
    target = Path(str(connection.settings_dict["NAME"]))
    for ending in ("-wal", "-shm"):
        Path(f"{target}{ending}").unlink(missing_ok=True)
    os.replace(held, target)


def _put_postgresql(aside: Path, manifest: Manifest) -> None:
    """The tables as the backup's release had them, then their rows, in one transaction."""
    wanted = {tuple(one) for one in manifest.migrations}
    applied = set(MigrationRecorder(connection).applied_migrations())
    if applied and applied != wanted:
        raise BadInput(
            "the database was prepared by another release than the backup's",
            mend="Restore into a database without tables.",
        )
    if not applied:
        executor = MigrationExecutor(connection)
        executor.migrate(_leaves(executor, wanted))
    with transaction.atomic(), steward():
        _fill_postgresql(aside, manifest)
        if dumps.content() != manifest.tables:
            raise BadInput("the database is not what the backup's manifest says")


def _leaves(executor: MigrationExecutor, wanted: set[Any]) -> list[tuple[str, str]]:
    """Of the wanted migrations, those on which no other of the same app rests."""
    graph = executor.loader.graph
    before = {
        parent.key
        for key in wanted
        for parent in graph.node_map[key].parents
        if parent.key[0] == key[0]
    }
    return sorted(wanted - before)


def _fill_postgresql(aside: Path, manifest: Manifest) -> None:
    tables = sorted(manifest.tables)
    if set(dumps.tables()) != set(tables):
        raise BadInput("the backup's tables are not those of its release")
    named = [dumps.quoted(one) for one in tables]
    with connection.cursor() as cursor:
        for one in named:
            # COPY is refused on a table with policies, and our triggers take rows in turn only.
            cursor.execute(f"ALTER TABLE {one} DISABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {one} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(named)}")
        for table, one in zip(tables, named, strict=True):
            listed = ", ".join(map(dumps.quoted, dumps.columns(table)))
            path = aside / DATABASE / f"{table}{dumps.COPY}"
            with path.open("rb") as source, cursor.copy(f"COPY {one} ({listed}) FROM STDIN") as to:
                while piece := source.read(PIECE):
                    to.write(piece)
        for name, value in manifest.sequences.items():
            cursor.execute("SELECT setval(%s::regclass, %s)", [dumps.quoted(name), value])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for one in named:
            cursor.execute(f"ALTER TABLE {one} ENABLE TRIGGER USER")


def _put_files(source: Path, data: Path) -> None:
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        if path.is_file():
            target = data / path.relative_to(source)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.replace(path, target)
