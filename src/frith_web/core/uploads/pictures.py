"""Pictures without what a camera or program wrote into them: place, time, device, thumbnails.

Pixels are copied byte for byte, never decoded. Of a JPEG's EXIF its orientation alone is written
anew, because without it the picture would lie on its side. Colour profiles go too: those of screens
bear their owner's name.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from frith.errors import BadInput

PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"}
    | {b"pHYs", b"cICP", b"acTL", b"fcTL", b"fdAT"}
)
"""What draws the picture, of PNG's third edition (W3C 2025). Text, time, EXIF and profiles go."""
LARGEST_CHUNK = 1 << 31
MOST_PIXELS = 200_000_000
"""Twice what the largest cameras make."""
EOI, SOS, APP0, APP1, APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
DRAWS = frozenset({*range(0xC0, 0xD0), SOS, *range(0xDB, 0xE0)})
"""Markers of JPEG (ITU-T T.81) that draw the picture: frames, tables, scans, restarts."""
FRAMES = frozenset({*range(0xC0, 0xD0)}) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
ORIENTATION = 0x0112
_SCAN_ENDS = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
_BROKEN = "is not a whole picture"
_AGAIN = "Save it again in the program that made it."


def check_png(path: Path) -> None:
    """Refuse a PNG that is broken, or so large that drawing it would fill the memory."""
    for kind, chunk in _chunks(path):
        if kind == b"IHDR" and len(chunk) >= 16:
            _check_size(*struct.unpack_from(">II", chunk, 8))


def check_jpeg(path: Path) -> None:
    """Refuse a JPEG that is broken, or so large that drawing it would fill the memory."""
    stripped_jpeg(path.read_bytes())


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise BadInput("is a picture of too many pixels", mend="Save it smaller.")


def strip_png(source: Path, target: BinaryIO) -> None:
    """Copy a PNG's own chunks. Raises `BadInput` where it is none, or broken."""
    target.write(PNG)
    for kind, chunk in _chunks(source):
        if kind in PNG_KEPT:
            target.write(chunk)


def _chunks(source: Path) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk whole, with its length and check; what lies behind the last is left behind."""
    with source.open("rb") as file:
        if file.read(len(PNG)) != PNG:
            raise _broken()
        kind = b""
        while kind != b"IEND":
            head = file.read(8)
            if len(head) < 8:
                raise _broken()
            length, kind = struct.unpack(">I4s", head)
            body = file.read(length + 4) if length < LARGEST_CHUNK else b""
            if len(body) != length + 4:
                raise _broken()
            yield kind, head + body


def strip_jpeg(source: Path, target: BinaryIO) -> None:
    """Copy what draws a JPEG. Raises `BadInput` where it is none, or broken."""
    target.write(stripped_jpeg(source.read_bytes()))


def stripped_jpeg(content: bytes) -> bytes:
    """The bytes of a JPEG that draw it, its orientation, and nothing behind its end."""
    if content[:2] != b"\xff\xd8":
        raise _broken()
    kept, turned, at = [], 0, 2
    while True:
        marker, body, at = _segment(content, at)
        if marker == EOI:
            break
        if marker == APP1 and body[4:10] == b"Exif\0\0":
            turned = turned or _orientation(body[10:])
        elif marker == APP0 and body[4:9] == b"JFIF\0":
            kept.append(_without_thumbnail(body))
        elif marker in DRAWS or (marker == APP14 and body[4:9] == b"Adobe"):
            kept.append(body)
        if marker in FRAMES and len(body) >= 9:
            height, width = struct.unpack_from(">HH", body, 5)
            _check_size(width, height)
        if marker == SOS:
            end = _scan_end(content, at)
            kept.append(content[at:end])
            at = end
    return b"\xff\xd8" + _exif(turned) + b"".join(kept) + b"\xff\xd9"


def _segment(content: bytes, at: int) -> tuple[int, bytes, int]:
    """The segment at a place: its marker, itself whole, and where the next begins."""
    while content[at : at + 2] == b"\xff\xff":
        at += 1
    if len(content) < at + 2 or content[at] != 0xFF:
        raise _broken()
    marker = content[at + 1]
    if marker == EOI or marker in ALONE:
        return marker, content[at : at + 2], at + 2
    length = int.from_bytes(content[at + 2 : at + 4], "big")
    end = at + 2 + length
    if length < 2 or end > len(content):
        raise _broken()
    return marker, content[at:end], end


def _scan_end(content: bytes, at: int) -> int:
    """Where the pixels of a scan end: at the next marker that is no restart."""
    found = _SCAN_ENDS.search(content, at)
    if found is None:
        raise _broken()
    return found.start()


def _without_thumbnail(body: bytes) -> bytes:
    """The JFIF header with version and density, and no picture in it."""
    if len(body) < 16:
        raise _broken()
    return b"\xff\xe0\x00\x10" + body[4:16] + b"\x00\x00"


def _orientation(tiff: bytes) -> int:
    """How the picture is turned, 2 to 8; 0 where EXIF says nothing of it, or nonsense."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 0
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return 0
    (many,) = struct.unpack_from(f"{order}H", tiff, at)
    for start in range(at + 2, min(at + 2 + 12 * many, len(tiff) - 11), 12):
        tag, sort, count, value = struct.unpack_from(f"{order}HHIH", tiff, start)
        if (tag, sort, count) == (ORIENTATION, 3, 1):
            return value if 2 <= value <= 8 else 0
    return 0


def _exif(turned: int) -> bytes:
    """EXIF that says the orientation and nothing else; nothing where the picture lies as it is."""
    if not turned:
        return b""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _broken() -> BadInput:
    return BadInput(_BROKEN, mend=_AGAIN)
