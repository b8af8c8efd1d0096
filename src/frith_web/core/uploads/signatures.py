"""What a file is by its first and last bytes, whatever it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEAD, TAIL = 4096, 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """What a file was recognised as: `zip`, a picture, `pdf`, `binary`; nothing for maybe text."""

    sort: str
    words: str


_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"RIFF", "a sound, film or picture"),
    (b"\x00\x00\x01\x00", "a picture"),
    (b"%!PS", "a PostScript program"),
    (b"{\\rtf", "an RTF document, which can hold programs"),
    (b"\xd0\xcf\x11\xe0", "an old Office file, which can hold macros"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"MSCF", "a cabinet archive"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"#!", "a program"),
    (b"<?php", "a program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (b"SQLite format 3\x00", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"\xff\xfe", "text in UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16: save it as UTF-8"),
)
_PICTURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PROGRAM = re.compile(rb"\AMZ.{56,}\x00", re.DOTALL)
_MARKUP = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<")
_PDF = b"%PDF-"


def recognised(path: Path) -> What:
    """What the bytes of a file say it is."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - TAIL))
        tail = file.read(TAIL)
    if head.startswith(_ZIP):
        if _PDF in head:
            return What(sort="binary", words="two kinds of file in one")
        return What(sort="zip", words="a zip archive")
    if _PDF in head[:1024]:
        whole = head.startswith(_PDF)
        return What(sort="pdf" if whole else "binary", words="a PDF document")
    for start, sort in _PICTURES:
        if head.startswith(start):
            return What(sort=sort, words="a picture")
    if b"ustar" in head[257:265]:
        return What(sort="binary", words="a tar archive")
    for start, words in _STARTS:
        if head.startswith(start) and not (start == b"BM" and b"\x00" not in head):
            return What(sort="binary", words=words)
    if _PROGRAM.match(head):
        return What(sort="binary", words="a program")
    if _MARKUP.match(head):
        return What(sort="markup", words="a web page or XML, not a table")
    if b"PK\x05\x06" in tail:
        return What(sort="binary", words="two kinds of file in one")
    if b"\x00" in head or b"\x00" in tail:
        return What(sort="binary", words="not text")
    return What(sort="", words="")
