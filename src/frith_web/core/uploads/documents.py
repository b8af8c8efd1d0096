"""PDF and Word documents: that nothing in them runs, and PDF without what it says of its making."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from frith.errors import BadInput
from frith_web.core.uploads import workbooks
from frith_web.core.uploads.pictures import stripped_jpeg

_SAVE = "Save it anew as a plain document, without forms, scripts or attachments."
MOST_OBJECTS = 200_000
_RUNS = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/EmbeddedFile"}
    | {"/RichMedia", "/XFA", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"}
)
"""Keys and kinds by which a PDF does something, fetches or carries more (ISO 32000-2, 12.6)."""
_TELLS = frozenset(
    {"/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/M", "/CreationDate", "/T", "/NM"}
    | {"/SpiderInfo", "/ID"}
)
"""Keys that say by whom, when and with what: XMP, private data of programs, thumbnails, dates."""
_DOCUMENT = {"[Content_Types].xml", "word/document.xml"}


def check_docx(path: Path) -> None:
    """Refuse a Word document that holds more than words and pictures."""
    workbooks.check_parts(path, needed=_DOCUMENT, what="Word document")


def check_pdf(path: Path) -> None:
    """Refuse a PDF that runs, fetches or carries something, or that cannot be read."""
    for one in _objects(_reader(path)):
        names = {str(key) for key in one} | {str(one.get("/S", "")), str(one.get("/Type", ""))}
        if names & _RUNS:
            raise BadInput("holds something that runs or other files", mend=_SAVE)


def strip_pdf(source: Path, target: BinaryIO) -> None:
    """Write a PDF's pages anew, without what is said of its making. Raises `BadInput` if broken."""
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError

    reader = _reader(source)
    try:
        # Before the pages are copied: what nothing points at any more is not copied with them.
        for one in [*_objects(reader), *reader.pages]:
            for key in [key for key in one if str(key) in _TELLS and not _is_field(one, str(key))]:
                del one[key]
        made = PdfWriter()
        for page in reader.pages:
            made.add_page(page)
        for one in made._objects:
            if isinstance(one, dict) and _filters(one) == ["/DCTDecode"]:
                one._data = stripped_jpeg(one._data)
        made.metadata = None
        made.write(target)
    except (PyPdfError, ValueError, KeyError, RecursionError, AttributeError, TypeError):
        raise BadInput("is not a whole PDF document", mend=_SAVE) from None


def _is_field(one: Any, key: str) -> bool:
    """True where a short key means something else than who and when: `/T` of a thread or bead."""
    return key in {"/T", "/M"} and "/Subtype" not in one


def _filters(one: Any) -> list[str]:
    held = one.get("/Filter", [])
    return [str(name) for name in held] if isinstance(held, list) else [str(held)]


def _reader(path: Path) -> Any:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise BadInput("cannot be read here: PDF documents are not taken", mend=_SAVE) from None
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise BadInput("is locked with a password", mend="Save it without one.")
        if len(reader.pages) == 0:
            raise BadInput("is not a whole PDF document", mend=_SAVE)
    except (PyPdfError, ValueError, KeyError, RecursionError, AttributeError, TypeError, OSError):
        raise BadInput("is not a whole PDF document", mend=_SAVE) from None
    return reader


def _objects(reader: Any) -> list[Any]:
    """Every dictionary of the document, whether or not a page leads to it."""
    numbers = {(n, g) for g, held in reader.xref.items() for n in held}
    numbers |= {(n, 0) for n in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise BadInput("is too large inside", mend=_SAVE)
    from pypdf.generic import IndirectObject

    found: list[Any] = []
    waiting = [IndirectObject(n, g, reader).get_object() for n, g in sorted(numbers) if n]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += [value for value in one.values() if isinstance(value, dict | list)]
        elif isinstance(one, list):
            waiting += [value for value in one if isinstance(value, dict | list)]
    return found
