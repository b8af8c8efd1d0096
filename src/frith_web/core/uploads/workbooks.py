"""Excel workbooks: no macro, no formula, nothing embedded or fetched, no entity in their XML."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from frith.errors import BadInput
from frith_web.core.uploads import archives

MOST_PARTS = 1000
MOST_BYTES = 256 << 20
PIECE = 1 << 20
OVERLAP = 512
NEEDED = {"[Content_Types].xml", "xl/workbook.xml"}
_VALUES = "Save the values alone as a new .xlsx or as CSV."
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"vbaproject|vbadata|\.vba\Z"), "holds macros"),
    (re.compile(r"macrosheets/|dialogsheets/"), "holds macros"),
    (re.compile(r"embeddings/|activex/|ctrlprops/|oleobject"), "holds other files or programs"),
    (re.compile(r"externallinks/|connections\.xml|querytables/"), "takes values from elsewhere"),
    (re.compile(r"customui|ddelink"), "changes the program that opens it"),
)
_XML: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE), "holds XML that names entities"),
    (re.compile(rb"<\?xml-stylesheet|<xi:include", re.IGNORECASE), "holds XML that fetches more"),
    (re.compile(rb"macroEnabled", re.IGNORECASE), "holds macros"),
)
_FORMULA = re.compile(rb"<(?:[A-Za-z0-9_]+:)?f[\s>/]")
_EXTERNAL = re.compile(rb"<[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>", re.IGNORECASE)
_HARMLESS_BINARY = re.compile(r"\Axl/printersettings/[\w.]+\Z")
_XML_ENDINGS = (".xml", ".rels", ".vml")


def check(path: Path) -> None:
    """Refuse a workbook that holds more than cells with values."""
    check_parts(path, needed=NEEDED, what="Excel workbook")


def check_parts(path: Path, *, needed: set[str], what: str) -> None:
    """Refuse an Office file that is not what it says, or that runs, fetches or carries more."""
    with archives.opened(path, name=path.name) as book:
        parts = book.infolist()
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_BYTES:
            raise BadInput("is too large inside", mend=_VALUES)
        names = [one.filename for one in parts]
        if not set(names) >= needed or len(set(map(str.lower, names))) < len(names):
            raise BadInput(f"is no {what}", mend=_VALUES)
        for one in parts:
            _check_part(book, one, what=what)


def _check_part(book: zipfile.ZipFile, part: zipfile.ZipInfo, *, what: str) -> None:
    lowered = part.filename.lower()
    if (
        "\\" in lowered
        or ".." in lowered.split("/")
        or lowered.startswith("/")
        or part.flag_bits & 1
    ):
        raise BadInput(f"is no {what}", mend=_VALUES)
    if part.file_size > archives.SMALL and (
        part.file_size > archives.MOST_RATIO * max(part.compress_size, 1)
    ):
        raise BadInput("unpacks to far more than it is", mend=_VALUES)
    for pattern, words in _PARTS:
        if pattern.search(lowered):
            raise BadInput(words, mend=_VALUES)
    if lowered.endswith(".bin") and not _HARMLESS_BINARY.match(lowered):
        raise BadInput("holds other files or programs", mend=_VALUES)
    if lowered.endswith(_XML_ENDINGS):
        _check_xml(book, part, is_sheet=lowered.startswith("xl/worksheets/"))


def _check_xml(book: zipfile.ZipFile, part: zipfile.ZipInfo, *, is_sheet: bool) -> None:
    held = b""
    with book.open(part) as source:
        while piece := source.read(PIECE):
            if b"\x00" in piece or (not held and piece[:2] in {b"\xff\xfe", b"\xfe\xff"}):
                raise BadInput("holds XML in an encoding that is not read here", mend=_VALUES)
            if not held and re.search(
                rb"""encoding\s*=\s*["'](?!utf-?8|us-ascii)""", piece[:200], re.I
            ):
                raise BadInput("holds XML in an encoding that is not read here", mend=_VALUES)
            text = held + piece
            for pattern, words in _XML:
                if pattern.search(text):
                    raise BadInput(words, mend=_VALUES)
            if is_sheet and _FORMULA.search(text):
                raise BadInput("has a cell that is a formula", mend=_VALUES)
            if any(b"/hyperlink" not in one.group().lower() for one in _EXTERNAL.finditer(text)):
                raise BadInput("takes values from elsewhere", mend=_VALUES)
            held = text[-OVERLAP:]
