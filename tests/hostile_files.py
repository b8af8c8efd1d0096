"""A maker of hostile files: each is a name, as somebody would send it, and what lies under it."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

HEADER = b"event_id,source,kind,crime_type,occurred_from,area,area_vintage,point_precision\n"
ROW = b"e1,made up,crime,Burglary,2025-01,E01000001,lsoa21,area\n"
TABLE = HEADER + ROW
ABOUT = b'name = "x"\narea = "E08000099"\narea_name = "X"\narea_vintage = "lsoa21"\n'
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF\n"
MB = 1 << 20
Made = tuple[str, bytes | Callable[[Path], None]]
"""A file name and its bytes, or what writes it to a path."""


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], **more: int) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as archive:  # type: ignore[arg-type]
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def dataset(*more: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip of a small data set, with something more in it."""
    return zipped(("dataset.toml", ABOUT), ("events.csv", TABLE), *more)


def _member(name: str, *, mode: int = 0, system: int = 3) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = system, mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _raw_name(name: bytes) -> bytes:
    """A zip whose one member bears these bytes as its name, whatever a library would make of it."""
    stand_in = b"A" * len(name)
    return dataset((stand_in.decode(), b"x")).replace(stand_in, name)


def _patched(content: bytes, signature: bytes, offset: int, value: bytes, *, last: bool) -> bytes:
    at = content.rfind(signature) if last else content.find(signature)
    return content[: at + offset] + value + content[at + offset + len(value) :]


def _lying(size: int) -> bytes:
    """A member that says it is small, in both places, and unpacks to 64 MB."""
    content = zipped(("events.csv", bytes(64 * MB)))
    content = _patched(content, b"PK\x03\x04", 22, struct.pack("<I", size), last=False)
    return _patched(content, b"PK\x01\x02", 24, struct.pack("<I", size), last=True)


def _overlapping(count: int) -> bytes:
    """Many members of the directory that share one body (after Fifield, 2019)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = bytes(900_000)
    body = packer.compress(plain) + packer.flush()
    local, directory = b"", b""
    crc = zlib.crc32(plain)
    for n in range(count):
        name = f"t{n}.csv".encode()
        head = struct.pack("<5H3I2H", 20, 0, 8, 0, 33, crc, len(body), len(plain), len(name), 0)
        if not local:
            local = b"PK\x03\x04" + head + name + body
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head
        directory += struct.pack("<3H2I", 0, 0, 0, 0, 0) + name
    end = struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end


def _nested(depth: int) -> bytes:
    content = zipped(("events.csv", bytes(MB)))
    for _ in range(depth):
        content = zipped(*((f"lib {n}.zip", content) for n in range(4)))
    return content


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(TABLE)
        file.truncate(10 << 30)


def _tar(*, link: bool) -> bytes:
    out = io.BytesIO()
    with tarfile.open(mode="w", fileobj=out) as tar:
        entry = tarfile.TarInfo("events.csv")
        entry.type, entry.linkname = (tarfile.SYMTYPE if link else tarfile.REGTYPE), "/etc/passwd"
        tar.addfile(entry)
    return out.getvalue()


TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package'
    b'/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
BOOK = b'<?xml version="1.0" encoding="UTF-8"?><workbook><sheets/></workbook>'
SHEET = b'<?xml version="1.0" encoding="UTF-8"?><worksheet><sheetData>%s</sheetData></worksheet>'
CELL = b'<row><c r="A1"><v>1</v></c></row>'


def workbook(
    *more: tuple[str, bytes],
    sheet: bytes = SHEET % CELL,
    types: bytes = TYPES,
    book: bytes = BOOK,
) -> bytes:
    """A small Excel workbook, by hand, with something more in it."""
    return zipped(
        ("[Content_Types].xml", types),
        ("xl/workbook.xml", book),
        ("xl/worksheets/sheet1.xml", sheet),
        *more,
    )


ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l "ha">'
    + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l;" * 10) for n in range(1, 10))
    + b"]><worksheet>&l9;</worksheet>"
)
RELS = (
    b'<Relationships><Relationship Id="r" Type="http://x/%s" Target="http://x.example/"'
    b' TargetMode="External"/></Relationships>'
)
NAMED = b'<x:row><x:c><x:f t="s">A</x:f></x:c></x:row>'


def archives() -> Iterator[Made]:
    """Zips that lead elsewhere, grow, lie, or hide something."""
    yield "plain-bomb.zip", zipped(("events.csv", bytes(400 * MB)))
    yield "nested-bomb.zip", _nested(3)
    yield "one-inside-another.zip", dataset(("inner.zip", zipped(("events.csv", TABLE))))
    yield "lying-small.zip", _lying(100)
    yield "lying-none.zip", _lying(0)
    yield "lying-huge.zip", _lying(0xFFFFFFFE)
    yield "overlapping.zip", _overlapping(150)
    yield "many-files.zip", zipped(*((f"t{n}.csv", b"") for n in range(5000)))
    yield "climbing.zip", dataset(("../../escaped.csv", b"x"))
    yield "climbing-inside.zip", dataset(("a/../../escaped.csv", b"x"))
    yield "absolute.zip", dataset(("/var/escaped.csv", b"x"))
    yield "windows-climbing.zip", _raw_name(rb"..\..\escaped.csv")
    yield "windows-drive.zip", _raw_name(rb"C:\escaped.csv")
    yield "null-in-name.zip", _raw_name(b"events.csv\x00.txt")
    yield "newline-in-name.zip", dataset(("a\nb.csv", b"x"))
    yield "backwards-name.zip", dataset(("\u202evsc.exe.csv", b"x"))
    yield "long-name.zip", dataset((f"{'a' * 250}.csv", b"x"))
    yield "reserved-name.zip", dataset(("con.csv", b"x"))
    yield "link.zip", dataset((_member("persons.csv", mode=stat.S_IFLNK | 0o777), b"/etc/passwd"))
    yield "device.zip", dataset((_member("persons.csv", mode=stat.S_IFCHR | 0o666), b""))
    yield "pipe.zip", dataset((_member("persons.csv", mode=stat.S_IFIFO | 0o666), b""))
    yield "same-name-twice.zip", dataset(("EVENTS.csv", TABLE))
    yield "deep-folders.zip", zipped(("a/b/c/d/events.csv", TABLE))
    yield "two-folders.zip", zipped(("a/events.csv", TABLE), ("b/roles.csv", TABLE))
    yield "program-inside.zip", dataset(("run.exe", b"MZ" + bytes(100)))
    yield "program-as-table.zip", dataset(("roles.csv", b"\x7fELF" + bytes(100)))
    yield "script-inside.zip", dataset(("run.sh", b"#!/bin/sh\nrm -rf /\n"))
    yield "formula-inside.zip", dataset(("roles.csv", b"a,b\n1,=cmd|' /C calc'!A0\n"))
    yield (
        "locked.zip",
        _patched(
            _patched(dataset(), b"PK\x03\x04", 6, b"\x01", last=False),
            b"PK\x01\x02",
            8,
            b"\x01",
            last=False,
        ),
    )
    yield (
        "strange-packing.zip",
        _patched(
            _patched(dataset(), b"PK\x03\x04", 8, b"\x63", last=False),
            b"PK\x01\x02",
            10,
            b"\x63",
            last=False,
        ),
    )
    yield "cut-off.zip", dataset()[:-30]
    yield "no-directory.zip", dataset()[:60]
    yield "wrong-sum.zip", _patched(dataset(), b"PK\x01\x02", 16, b"\0\0\0\0", last=False)
    yield "names-differ.zip", dataset().replace(b"events.csv", b"EVENTX.csv", 1)
    yield "something-before.zip", b"#!/bin/sh\nexit\n" + dataset()
    yield "something-after.zip", dataset() + b"<script>alert(1)</script>"
    yield "comment.zip", dataset()[:-2] + struct.pack("<H", 9) + b"<script>\n"
    yield "empty-archive.zip", zipped()
    yield "bad-toml-bytes.zip", zipped(("dataset.toml", b"\xff\xfe\x00"), ("events.csv", TABLE))


def workbooks() -> Iterator[Made]:
    """Excel files that run, fetch, embed or expand something."""
    yield "macro.xlsx", workbook(("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(64)))
    yield "macro.xlsm", workbook(("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(64)))
    yield "macro.docm", zipped(("word/vbaProject.bin", b"x"), ("[Content_Types].xml", TYPES))
    yield "macro-type.xlsx", workbook(types=TYPES.replace(b"application/xml", b"x.macroEnabled"))
    yield "old-macro-sheet.xlsx", workbook(("xl/macrosheets/sheet1.xml", SHEET % CELL))
    yield "formula.xlsx", workbook(sheet=SHEET % b'<row><c r="A1"><f>1+1</f><v>2</v></c></row>')
    yield (
        "named-formula.xlsx",
        workbook(sheet=SHEET % NAMED),
    )
    yield "entity.xlsx", workbook(sheet=ENTITY)
    yield "entity-in-strings.xlsx", workbook(("xl/sharedStrings.xml", ENTITY))
    yield "billion-laughs.xlsx", workbook(sheet=LAUGHS)
    yield "wide-entity.xlsx", workbook(sheet=ENTITY.decode().encode("utf-16"))
    yield "odd-encoding.xlsx", workbook(sheet=b'<?xml version="1.0" encoding="UTF-7"?><worksheet/>')
    yield "external-link.xlsx", workbook(("xl/externalLinks/externalLink1.xml", b"<x/>"))
    yield "fetching.xlsx", workbook(("xl/worksheets/_rels/sheet1.xml.rels", RELS % b"image"))
    yield "connection.xlsx", workbook(("xl/connections.xml", b"<connections/>"))
    yield "embedded.xlsx", workbook(("xl/embeddings/oleObject1.bin", b"x"))
    yield "activex.xlsx", workbook(("xl/activeX/activeX1.xml", b"<x/>"))
    yield "binary-part.xlsx", workbook(("xl/media/image1.bin", b"x"))
    yield "custom-ui.xlsx", workbook(("customUI/customUI.xml", b"<customUI onLoad='x'/>"))
    yield "sheet-bomb.xlsx", workbook(("xl/worksheets/sheet2.xml", b"<c/>" * (40 * MB)))
    yield "no-workbook.xlsx", zipped(("a.xml", b"<x/>"))
    yield "cut-off.xlsx", workbook()[:-40]


def plain() -> Iterator[Made]:
    """Files that are not what they are called, and text that is more than text."""
    yield "empty.csv", b""
    yield "sparse.csv", _sparse
    yield "picture.csv", PNG
    yield "document.csv", PDF
    yield "old-office.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    yield "archive.csv", dataset()
    yield "table.xlsx", TABLE
    yield "table.zip", TABLE
    yield "gzip.csv", gzip.compress(TABLE)
    yield "gzip-bomb.csv.gz", gzip.compress(bytes(50 * MB))
    yield "tar.csv", _tar(link=False)
    yield "tar-link.zip", _tar(link=True)
    yield "seven.zip", b"7z\xbc\xaf\x27\x1c" + bytes(64)
    yield "program.csv", b"MZ" + bytes(200)
    yield "elf.csv", b"\x7fELF" + bytes(200)
    yield "script.csv", b"#!/bin/sh\nrm -rf /\n"
    yield "page.csv", b"<!DOCTYPE html><script>alert(1)</script>"
    yield "page-after-blanks.csv", b"\xef\xbb\xbf \n\n <html><script>alert(1)</script>"
    yield "drawing.svg", b"<svg onload='alert(1)'/>"
    yield "web.html", b"<script>alert(1)</script>"
    yield "wide.csv", TABLE.decode().encode("utf-16")
    yield "nulls.csv", TABLE + b"a,b\x00c\n"
    yield "escapes.csv", TABLE + b"a,\x1b]2;title\x07\n"
    yield "formula.csv", TABLE + b'e2,=HYPERLINK("http://x.example"),crime\n'
    yield "formula-quoted.csv", TABLE + b'e2,"=1+1",crime\n'
    yield "formula-dde.csv", TABLE + b"e2,+cmd|' /C calc'!A0,crime\n"
    yield "formula-at.csv", TABLE + b"e2,@SUM(A1:A9),crime\n"
    yield "formula-full-width.csv", TABLE + "e2,＝1+1,crime\n".encode()
    yield "long-line.csv", HEADER + b"a" * (3 * MB)
    yield "many-columns.csv", b",".join(b"c%d" % n for n in range(100_000)) + b"\n"
    yield "deep.geojson", b"[" * 200_000 + b"]" * 200_000
    yield "polyglot-zip.csv", TABLE + dataset()
    yield "polyglot-pdf.zip", zipped((_member("%PDF-1.7"), PDF), ("events.csv", TABLE))
    yield "null\x00.csv", TABLE
    yield "../escaped.csv", TABLE
    yield "back\\slash.csv", TABLE
    yield "gpj.\u202evsc.csv", TABLE
    yield "new\nline.csv", TABLE
    yield "con.csv", TABLE
    yield ".hidden.csv", TABLE
    yield f"{'n' * 300}.csv", TABLE
    yield "no-ending", TABLE
    yield "table.csv.exe", TABLE


def corpus() -> Iterator[Made]:
    """Every hostile file."""
    yield from archives()
    yield from workbooks()
    yield from plain()


def harmless() -> Iterator[Made]:
    """Files that a gate must let through, some of them close to a hostile one."""
    yield "events.csv", TABLE
    yield "phones.csv", b"name,phone\nAnn,+44 7700 900123\nBob,-1.5\nCy,@home\n"
    yield "equals-inside.csv", b"name,note\nAnn,a = b\n"
    yield "dataset.zip", dataset()
    yield "in-a-folder.zip", zipped(("set/dataset.toml", ABOUT), ("set/events.csv", TABLE))
    yield "from-a-mac.zip", dataset(("__MACOSX/._events.csv", b"\x00\x05"), (".DS_Store", b"\x00"))
    yield "table.xlsx", workbook()
    yield "hyperlink.xlsx", workbook(("xl/worksheets/_rels/s.xml.rels", RELS % b"hyperlink"))
    yield "printed.xlsx", workbook(("xl/printerSettings/printerSettings1.bin", b"\x00"))
    yield "map.zip", dataset(("areas.geojson", b'{"type": "FeatureCollection", "features": []}'))
