"""Office files (Open XML) without who made them, where and when: properties, authors, thumbnails.

What a reader sees stays as it is. A part that says nothing but metadata goes, with every mention of
it; where a part that stays holds some, it is taken out of that part alone. After ECMA-376, parts 1
and 2, and Microsoft's [MS-XLSX] for the absolute path of a workbook.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from xml.etree import ElementTree  # the gate refuses entities  # nosec B405

from frith.errors import BadInput
from frith_web.core.uploads import archives
from frith_web.core.uploads.pictures import PNG, strip_jpeg, strip_png

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest moment a zip can say: it says nothing of when a file was made."""
PIECE = 1 << 20
LARGEST_PART = 32 << 20
"""Parts that are changed inside are held whole; sheets, which may be larger, are not changed."""
TYPES = "[Content_Types].xml"
_OF_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OF_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_GOES = re.compile(
    r"docprops/|docmetadata/|customxml/|\[trash\]/|_xmlsignatures/|xl/revisions/|xl/persons/"
    r"|(?:word|xl|ppt)/(?:people|person|vbadata|keymapcustomizations)\.xml\Z|.*thumbnail\.\w+\Z",
    re.IGNORECASE,
)
"""Parts that are metadata and nothing else."""
_EMPTIED = re.compile(r"(?:xl|word)/printersettings/", re.IGNORECASE)
"""Names of printers, hosts and people; sheets point at it, so it stays and says nothing."""
_ATTRIBUTES = re.compile(
    rb"""\s(?:w:author|w:initials|w:date|w:rsid\w*|w15:userId|w15:providerId|userName|dT|"""
    rb"""lastGuid|documentId)\s*=\s*(?:"[^"]*"|'[^']*')"""
)
_ELEMENTS = (
    re.compile(rb"<(?:\w+:)?(fileSharing|absPath|rsids|docId|documentId)\b[^>]*?/>"),
    re.compile(rb"<(?:\w+:)?(absPath|rsids)\b[^>]*?>.*?</(?:\w+:)?\1>", re.DOTALL),
)
_AUTHORS = re.compile(rb"(<(?:\w+:)?author>)[^<]*(</(?:\w+:)?author>)")
_CHANGED = re.compile(
    r"xl/(?:workbook|comments\d*|threadedcomments/.*|comments/.*)\.xml\Z|word/[^/]*\.xml\Z",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"(xl|word)/media/", re.IGNORECASE)
_PICTURES: tuple[tuple[bytes, Callable[[Path, BinaryIO], None]], ...] = (
    (PNG, strip_png),
    (b"\xff\xd8\xff", strip_jpeg),
)
"""By content: programs are careless with the names of pictures."""
for _uri in (_OF_TYPES, _OF_LINKS):
    ElementTree.register_namespace("", _uri)


def strip_office(source: Path, target: BinaryIO) -> None:
    """Copy a workbook or document without its metadata. Raises `BadInput` where it is broken."""
    with (
        archives.opened(source, name=source.name) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made,
        TemporaryDirectory(dir=source.parent) as aside,
    ):
        for part in book.infolist():
            if part.is_dir() or _goes(part.filename):
                continue
            with made.open(entry(part.filename), "w", force_zip64=False) as out:
                for piece in _content(book, part, Path(aside)):
                    out.write(piece)


def entry(name: str) -> zipfile.ZipInfo:
    """A member of a zip that says its name and nothing of when, where or by whom."""
    made = zipfile.ZipInfo(name, date_time=EPOCH)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o600 << 16
    return made


def _goes(name: str) -> bool:
    return bool(_GOES.match(_owner_of_links(name) if name.endswith(".rels") else name))


def _owner_of_links(name: str) -> str:
    """The part whose links a `.rels` part lists: they go together."""
    folder, file = posixpath.split(name)
    return posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))


def _content(book: zipfile.ZipFile, part: zipfile.ZipInfo, aside: Path) -> Iterator[bytes]:
    name = part.filename
    if _EMPTIED.match(name) and not name.endswith(".rels"):
        return
    if name == TYPES:
        yield _without(_whole(book, part), attribute="PartName", base="")
    elif name.endswith(".rels"):
        base = posixpath.dirname(_owner_of_links(name))
        yield _without(_whole(book, part), attribute="Target", base=base)
    elif _MEDIA.match(name):
        yield _picture(_whole(book, part), aside, of_table=name.lower().startswith("xl/"))
    elif _CHANGED.match(name):
        yield _cleaned(_whole(book, part))
    else:
        with book.open(part) as file:
            while piece := file.read(PIECE):
                yield piece


def _whole(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    if part.file_size > LARGEST_PART:
        raise BadInput("is too large inside", mend="Save the values alone as a new file.")
    return book.read(part)


def _without(content: bytes, *, attribute: str, base: str) -> bytes:
    """A list of parts without those that go."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - the gate refuses entities  # nosec B314
    except ElementTree.ParseError:
        raise BadInput("holds XML that cannot be read", mend="Save it again.") from None
    for one in list(root):
        points = one.get(attribute, "")
        if one.get("TargetMode") != "External" and _goes(_path(points, base)):
            root.remove(one)
    out = BytesIO()
    ElementTree.ElementTree(root).write(out, encoding="UTF-8", xml_declaration=True)
    return out.getvalue()


def _path(points: str, base: str) -> str:
    """Where a link leads, as a part's name."""
    if points.startswith("/"):
        return points[1:]
    return posixpath.normpath(posixpath.join(base, points)) if points else ""


def _cleaned(content: bytes) -> bytes:
    for pattern in _ELEMENTS:
        content = pattern.sub(b"", content)
    return _AUTHORS.sub(rb"\1\2", _ATTRIBUTES.sub(b"", content))


def _picture(content: bytes, aside: Path, *, of_table: bool) -> bytes:
    """A picture without its metadata. Other kinds hide some too, and are no part of a table."""
    for start, strip in _PICTURES:
        if content.startswith(start):
            held, out = aside / "picture", BytesIO()
            held.write_bytes(content)
            strip(held, out)
            return out.getvalue()
    if of_table:
        return b""
    raise BadInput(
        "holds a picture that is neither JPEG nor PNG", mend="Save its pictures as one of them."
    )
