"""Writing a backup: one sealed file with the database as at one moment, and the data folder."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import frith
from frith.errors import BadInput, Mendable
from frith_web.core.models import EntryKind
from frith_web.core.no_room import is_no_room
from frith_web.core.sealed_files import Lock, Sealer, read_key
from frith_web.core.services import dumps
from frith_web.core.services.audit import append

MANIFEST = "manifest.json"
DATABASE, FILES = "database/", "files/"
LEFT_OUT = {"static", "jobs"}
"""Made anew by `frith-web prepare`, or of the moment only."""
KEYS = ("secret_key", "log_key")
MADE = "core.backup.made"
"""Written once the file is whole; that one was begun stands in the log, and so in the backup."""
PIECE = 1 << 20
KEPT_DAILY = 14
Say = Callable[[str], None]


@dataclass(kw_only=True)
class Manifest:
    """What a backup holds, by name and SHA-256; written last, and checked first at a restore."""

    made_at: str
    release: str
    engine: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Table to `rows` and `sha256` of its content."""
    sequences: dict[str, int] = field(default_factory=dict)
    migrations: list[list[str]] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Name in the backup to `size` and `sha256`."""
    keys: list[str] = field(default_factory=list)
    """Which keys are in it; one that is missing was kept elsewhere, and must come from there."""


def write(*, file: Path, lock: Lock, say: Say = lambda _: None) -> Manifest:
    """Write a backup of this installation while it works.

    The database comes first and the files after it, so that every file that a row names is there.
    Raises `BadInput` where the file exists already, `Mendable` where there is no room for it; then
    nothing of it is left.
    """
    try:
        return _write(file=file, lock=lock, say=say)
    except Exception as error:
        if is_no_room(error):
            raise Mendable(
                "the backup was not made: a disk is full or cannot be written",
                where=str(file),
                mend="Make room there and where the data folder is, and begin again.",
            ) from None
        raise


def _write(*, file: Path, lock: Lock, say: Say) -> Manifest:
    lock.check()
    if file.exists():
        raise BadInput("there is a file of that name", where=str(file), mend="Name another.")
    with transaction.atomic():
        append(
            kind=EntryKind.ADMINISTRATION,
            act="core.backup.write",
            actor=None,
            detail={"sealed_to": lock.named()},
        )
    aside = file.with_name(f".{file.name}.part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            with closing(Sealer(out, lock=lock)) as sealer:
                manifest = _fill(sealer, say)
            out.flush()
            os.fsync(out.fileno())
        os.replace(aside, file)
    finally:
        aside.unlink(missing_ok=True)
    with transaction.atomic():
        append(
            kind=EntryKind.ADMINISTRATION,
            act=MADE,
            actor=None,
            detail={"made_at": manifest.made_at, "tables": len(manifest.tables)},
        )
    return manifest


def daily() -> str:
    """The backup of today, where a folder and a key are set; its name, empty where none is.

    Keeps a fortnight of them. Raises `Mendable` where only one of the two is set.
    """
    folder, key = settings.BACKUPS, settings.BACKUP_RECIPIENT
    if folder is None and key is None:
        return ""
    if folder is None or key is None:
        raise Mendable("set both FRITH_WEB_BACKUPS and FRITH_WEB_BACKUP_RECIPIENT, or neither")
    if Path(folder).resolve().is_relative_to(Path(settings.DATA)):
        raise Mendable(
            "backups would lie in the folder that they are of",
            mend="Set FRITH_WEB_BACKUPS to a folder on another disk.",
        )
    lock = read_key(Path(key).read_text("ascii"))
    if lock.private:
        raise Mendable(
            "the private key for backups lies on this host",
            mend="Keep it elsewhere, and put the public one here.",
        )
    file = Path(folder) / f"frith-{timezone.localtime():%Y-%m-%d}.backup"
    if not file.exists():
        write(file=file, lock=lock)
    for old in sorted(Path(folder).glob("frith-*.backup"))[:-KEPT_DAILY]:
        old.unlink()
    return file.name


def _fill(sealer: Sealer, say: Say) -> Manifest:
    manifest = Manifest(
        made_at=timezone.now().isoformat(),
        release=frith.__version__,
        engine=connection.vendor,
        migrations=[list(one) for one in MigrationRecorder(connection).applied_migrations()],
    )
    data = Path(settings.DATA)
    with (
        TemporaryDirectory(prefix=".backup-", dir=data) as name,
        tarfile.open(mode="w|", fileobj=sealer, format=tarfile.PAX_FORMAT) as tar,  # type: ignore[call-overload]
    ):
        aside = Path(name)
        say("Copying the database as it stands at this moment")
        dump = dumps.dump(aside)
        manifest.tables, manifest.sequences = dump.tables, dump.sequences
        for path in sorted(aside.iterdir()):
            _add(tar, path, DATABASE + path.name, manifest)
            path.unlink()
        say("Copying the files of the data folder")
        for path in data_files(data):
            _add(tar, path, FILES + path.relative_to(data).as_posix(), manifest)
        manifest.keys = [key for key in KEYS if FILES + key in manifest.files]
        text = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
        tar.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
    return manifest


def data_files(data: Path) -> Iterator[Path]:
    """The files that a backup holds: all but the database and what is made anew."""
    for path in sorted(data.rglob("*")):
        first = path.relative_to(data).parts[0]
        hidden = any(part.startswith(".") for part in path.relative_to(data).parts)
        ours = first in LEFT_OUT or first.startswith(dumps.SQLITE_FILE)
        if not (hidden or ours or path.is_symlink()) and path.is_file():
            yield path


def _add(tar: tarfile.TarFile, path: Path, name: str, manifest: Manifest) -> None:
    """Add one file, hashed as it is read. One that has just been cleared away is left out."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return
    with source:
        reading = _Hashed(source, size=os.fstat(source.fileno()).st_size)
        tar.addfile(_entry(name, reading.size), reading)
    manifest.files[name] = {"size": reading.size, "sha256": reading.digest.hexdigest()}


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


class _Hashed:
    """A file that is hashed while it is read, as long as it was when it was opened."""

    def __init__(self, source: io.BufferedReader, *, size: int) -> None:
        self.source, self.size = source, size
        self.digest = sha256()

    def read(self, size: int = PIECE) -> bytes:
        """The next bytes."""
        piece = self.source.read(size)
        self.digest.update(piece)
        return piece
