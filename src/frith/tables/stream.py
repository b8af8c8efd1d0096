"""Bytes of a text file: unzipped, bounded, and shown to be UTF-8 (or Windows-1252, with a flag)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from frith.errors import BadInput
from frith.results import Flag

CHUNK_BYTES = 1 << 20
"""A mebibyte of text without a line end in it is one line too long."""

PIECE_BYTES = 16 << 20
"""Files are read and unzipped in pieces of sixteen mebibytes, so that memory stays bounded."""

MAX_TEXT_BYTES = 4 << 30
"""A text file larger than this, once unzipped, is refused rather than taken into memory."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a zip or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"SQLite format 3", "a database"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_SAVE_AS = "Save it as CSV UTF-8 (comma delimited)."


def read_text(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> tuple[bytes, tuple[Flag, ...]]:
    """The file's text as UTF-8 bytes without a byte-order mark, and what to say about it.

    Unzips by content, not by name. Raises BadInput for what is not readable text: no file, a
    folder, nothing in it, an image, UTF-16, NUL bytes, a truncated archive, an endless line, or
    more than `max_bytes` bytes. Memory stays within the text's size plus one piece.
    """
    where = path.name
    try:
        with path.open("rb") as handle:
            data = b"".join(_bounded(_pieces(handle, where), where=where, max_bytes=max_bytes))
    except FileNotFoundError:
        raise BadInput("there is no such file", where=str(path)) from None
    except IsADirectoryError:
        raise BadInput("is a folder, not a file", where=where, mend="Name a file.") from None
    except OSError as error:
        raise BadInput(f"could not be read ({error.strerror})", where=where) from None
    return _as_utf8(data, where=where)


def _pieces(handle: BinaryIO, where: str) -> Iterator[bytes]:
    """The file in pieces, unzipped where its content is gzip."""
    start = handle.read(2)
    handle.seek(0)
    if start != b"\x1f\x8b":
        while piece := handle.read(PIECE_BYTES):
            yield piece
        return
    yield from _unzipped(handle, where)


def _unzipped(handle: BinaryIO, where: str) -> Iterator[bytes]:
    """A gzip file's content; a file may hold several members one after another."""
    unzip = zlib.decompressobj(wbits=31)
    pending = b""
    try:
        while True:
            if unzip.eof:
                pending = unzip.unused_data.lstrip(b"\0") or handle.read(PIECE_BYTES)
                if not pending:
                    return
                unzip = zlib.decompressobj(wbits=31)
            pending = pending or handle.read(PIECE_BYTES)
            if not pending:
                raise BadInput(
                    "the gzip file breaks off before its end",
                    where=where,
                    mend="Fetch or zip it again.",
                )
            piece = unzip.decompress(pending, PIECE_BYTES)
            pending = unzip.unconsumed_tail
            if piece:
                yield piece
    except zlib.error:
        raise BadInput(
            "the gzip file is damaged", where=where, mend="Fetch or zip it again."
        ) from None


def _bounded(pieces: Iterator[bytes], *, where: str, max_bytes: int) -> Iterator[bytes]:
    """The pieces, as long as they look like lines of text and stay within `max_bytes`."""
    seen = 0
    for i, piece in enumerate(pieces):
        if i == 0:
            _refuse_other_formats(piece, where)
        if _has_endless_line(piece):
            raise BadInput("holds a line longer than a million bytes", where=where, mend=_SAVE_AS)
        if b"\0" in piece:
            raise BadInput(
                f"holds a NUL byte at byte {seen + piece.index(0) + 1:,}: "
                "it is not plain text, or is UTF-16",
                where=where,
                mend=_SAVE_AS,
            )
        seen += len(piece)
        if seen > max_bytes:
            raise BadInput(
                f"holds more than {max_bytes:,} bytes of text",
                where=where,
                mend="Split it, or save it as Parquet.",
            )
        yield piece


def _has_endless_line(piece: bytes) -> bool:
    """True where a whole mebibyte of the piece has no line end."""
    for start in range(0, len(piece) - CHUNK_BYTES + 1, CHUNK_BYTES):
        end = start + CHUNK_BYTES
        if piece.find(b"\n", start, end) < 0 and piece.find(b"\r", start, end) < 0:
            return True
    return False


def _refuse_other_formats(first: bytes, where: str) -> None:
    """BadInput where the first bytes are another format's."""
    if first.startswith(_UTF16):
        raise BadInput("is UTF-16, not UTF-8", where=where, mend=_SAVE_AS)
    for magic, what in _MAGIC:
        if first.startswith(magic):
            raise BadInput(f"is {what}, not CSV", where=where, mend=_SAVE_AS)


def _as_utf8(data: bytes, *, where: str) -> tuple[bytes, tuple[Flag, ...]]:
    """The text in UTF-8; Windows-1252 is converted and flagged."""
    text = data.removeprefix(_BOM)
    if not text[:CHUNK_BYTES].strip() and not text.strip():
        raise BadInput("is empty", where=where, mend="It needs a header and rows.")
    if text.isascii():
        return text, ()
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return _from_windows(text, error.start, where=where)
    return text, ()


def _from_windows(text: bytes, at: int, *, where: str) -> tuple[bytes, tuple[Flag, ...]]:
    """Windows-1252 text in UTF-8, with a flag that says so."""
    line = text.count(b"\n", 0, at) + 1
    try:
        converted = text.decode("cp1252").encode()
    except UnicodeDecodeError:
        raise BadInput(
            f"is neither UTF-8 nor Windows-1252 text (first seen on line {line:,})",
            where=where,
            mend=_SAVE_AS,
        ) from None
    flag = Flag(
        "windows_1252",
        f"{where} is not UTF-8 (first seen on line {line:,}); it was read as Windows-1252. "
        "Look at names with accents before you rely on them.",
    )
    return converted, (flag,)
