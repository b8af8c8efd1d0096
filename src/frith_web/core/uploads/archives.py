"""Zip archives: every claim in them is checked before a byte is unpacked, and again while it is."""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from frith.errors import BadInput

MOST_MEMBERS = 200
MOST_BYTES = 512 << 20
MOST_RATIO = 200
SMALL = 1 << 20
"""Below this a file may shrink as much as it likes."""
PIECE = 1 << 20
END = b"PK\x05\x06"
END_SIZE, LOCAL_SIZE = 22, 30
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_IGNORED = ("__MACOSX/",)
_IGNORED_NAMES = {".DS_Store", "Thumbs.db", "desktop.ini"}
_UNSAFE = "holds a file whose name leads elsewhere"
_BROKEN = "is not a whole zip archive"
_AGAIN = "Make the zip again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive, by its name without folders."""

    name: str
    path: str
    size: int


def members(path: Path, *, name: str) -> Iterator[Member]:
    """The files of an archive that may be unpacked. Raises `BadInput` for the whole otherwise."""
    with opened(path, name=name) as archive:
        infos = archive.infolist()
        _check_whole(path, infos, name=name)
        found = [
            Member(name=_plain(one, name), path=one.filename, size=one.file_size)
            for one in infos
            if not one.is_dir() and not _is_litter(one.filename)
        ]
    if not found:
        raise BadInput("is an empty archive", where=name, mend=_AGAIN)
    folders = {str(PurePosixPath(one.path).parent) for one in found}
    if len(folders) > 1:
        raise BadInput(
            "holds more than one folder of files", where=name, mend="Zip the one folder alone."
        )
    if len({one.name.casefold() for one in found}) < len(found):
        raise BadInput("holds two files of one name", where=name, mend=_AGAIN)
    yield from found


def extract(path: Path, member: Member, *, to: Path) -> None:
    """Unpack one file; it may not grow past what the archive said of it."""
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as out, opened(path, name=member.name) as archive:
        written = 0
        with archive.open(member.path) as source:
            while piece := source.read(PIECE):
                written += len(piece)
                if written > member.size:
                    raise BadInput("is larger than it says", where=member.name, mend=_AGAIN)
                out.write(piece)
        if written != member.size:
            raise BadInput(_BROKEN, where=member.name, mend=_AGAIN)


@contextmanager
def opened(path: Path, *, name: str) -> Iterator[zipfile.ZipFile]:
    """An archive to read; what the reader finds broken is refused in plain words."""
    try:
        _check_ends(path, name)
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
        ValueError,
        IndexError,
        KeyError,
        OverflowError,
    ):
        raise BadInput(_BROKEN, where=name, mend=_AGAIN) from None


def _check_ends(path: Path, name: str) -> None:
    """Refuse anything before the first file, after the end, or said to lie on another disk."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(max(0, size - END_SIZE))
        end = file.read(END_SIZE)
    whole = start == b"PK\x03\x04" and len(end) == END_SIZE and end.startswith(END)
    if not whole or struct.unpack("<H", end[-2:])[0] != 0:
        raise BadInput("holds something beside its files", where=name, mend=_AGAIN)
    _, disk, start_disk, here, total, directory, offset, _ = struct.unpack("<4s4H2LH", end)
    # Sixty-four bit archives are larger than we take, so nothing of ours needs their fields.
    if disk or start_disk or here != total or offset + directory != size - END_SIZE:
        raise BadInput(_BROKEN, where=name, mend=_AGAIN)


def _check_whole(path: Path, infos: list[zipfile.ZipInfo], *, name: str) -> None:
    if len(infos) > MOST_MEMBERS:
        raise BadInput(f"holds more than {MOST_MEMBERS} files", where=name, mend="Zip fewer files.")
    reached = 0
    for one in sorted(infos, key=lambda info: info.header_offset):
        if one.flag_bits & 0x1:
            raise BadInput("is locked with a password", where=name, mend="Zip it without one.")
        if one.compress_type not in _METHODS:
            raise BadInput("is packed in a way that is not read here", where=name, mend=_AGAIN)
        mode = one.external_attr >> 16
        if (
            one.create_system == 3
            and mode
            and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}
        ):
            raise BadInput("holds a link in place of a file", where=name, mend=_AGAIN)
        if one.file_size > SMALL and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise BadInput("unpacks to far more than it is", where=name, mend="Zip real files.")
        if one.header_offset != reached and one.header_offset < reached:
            raise BadInput(_BROKEN, where=name, mend=_AGAIN)
        reached = one.header_offset + LOCAL_SIZE + one.compress_size
    if infos and min(one.header_offset for one in infos) != 0:
        raise BadInput("holds something beside its files", where=name, mend=_AGAIN)
    if sum(one.file_size for one in infos) > MOST_BYTES:
        raise BadInput(
            f"unpacks to more than {MOST_BYTES >> 20} MB", where=name, mend="Bring it in parts."
        )
    if reached > path.stat().st_size:
        raise BadInput(_BROKEN, where=name, mend=_AGAIN)
    for one in infos:
        _plain(one, name)


def _plain(info: zipfile.ZipInfo, name: str) -> str:
    """A member's name without its one folder. Raises `BadInput` where it leads elsewhere."""
    raw = info.orig_filename
    parts = PurePosixPath(raw).parts
    hidden = any(unicodedata.category(one) in {"Cc", "Cf", "Cs"} for one in raw)
    if hidden or "\\" in raw or ":" in raw or raw.startswith("/") or ".." in parts or not parts:
        raise BadInput(_UNSAFE, where=name, mend=_AGAIN)
    if len(parts) > 2 and not _is_litter(raw):
        raise BadInput("holds folders within folders", where=name, mend="Zip the one folder alone.")
    return parts[-1]


def _is_litter(path: str) -> bool:
    """True for what some systems add to every archive by themselves."""
    return path.startswith(_IGNORED) or PurePosixPath(path).name in _IGNORED_NAMES
