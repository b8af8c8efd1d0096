"""Files that tell of whoever made them, shaped as real programs and cameras shape them.

Each says the words of `TELLS` somewhere that no reader of the content sees: a name, a place, a
device, a path. Everything is made up.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import datetime

TELLS = ("Zephyrine", "Quibblesworth", "51.9874321", "C:\\Users\\zquib", "Obscura-9000")
MARK = "Zephyrine Quibblesworth of 51.9874321 at C:\\Users\\zquib by Obscura-9000"
WHEN = datetime(2019, 3, 14, 15, 9, 26)
CONTENT = "A seen and ordinary word"


def pixels(*, jpeg: bool = False) -> bytes:
    """A picture that a drawing program made: no metadata yet."""
    import vl_convert

    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80">'
        '<rect width="120" height="80" fill="#1d70b8"/><circle cx="30" cy="30" r="20" fill="#fff"/>'
        '<path d="M0 80L120 10V80z" fill="#00703c"/></svg>'
    )
    return bytes(vl_convert.svg_to_jpeg(svg) if jpeg else vl_convert.svg_to_png(svg))


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def exif(*, orientation: int = 6, thumbnail: bytes = b"") -> bytes:
    """EXIF as a camera writes it: device, artist, moment, place, its orientation, a thumbnail."""

    def text(words: str) -> bytes:
        return words.encode() + b"\0"

    values = [
        (0x010E, text(MARK)),
        (0x010F, text("Obscura-9000")),
        (0x013B, text("Zephyrine Quibblesworth")),
        (0x9C9B, MARK.encode("utf-16-le") + b"\0\0"),
    ]
    entries = len(values) + 2
    at = 8 + 2 + 12 * entries + 4
    table, held = b"", b""
    for tag, value in values:
        sort = 1 if tag == 0x9C9B else 2
        table += struct.pack("<HHII", tag, sort, len(value), at + len(held))
        held += value
    place = at + len(held)
    held += struct.pack("<H", 1)
    gps = b"51.9874321 N\0"
    held += struct.pack("<HHII", 0x001B, 2, len(gps), place + 18) + struct.pack("<I", 0) + gps
    small = at + len(held)
    second = b""
    if thumbnail:
        second = struct.pack("<H", 2)
        start = small + 2 + 24 + 4
        second += struct.pack("<HHII", 0x0201, 4, 1, start)
        second += struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
        second += struct.pack("<I", 0) + thumbnail
    table += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    table += struct.pack("<HHII", 0x8825, 4, 1, place)
    first = struct.pack("<H", entries) + table + struct.pack("<I", small if thumbnail else 0)
    return b"II*\0" + struct.pack("<I", 8) + first + held + second


def segment(marker: int, body: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*, orientation: int = 6) -> bytes:
    """A photograph with all that a camera and a program put into it, and more behind its end."""
    plain = pixels(jpeg=True)
    small = plain.replace(b"\xff\xd8", b"\xff\xd8" + segment(0xFE, MARK.encode()), 1)
    told = b"".join(
        (
            segment(0xE0, b"JFXX\0\x13\x01\x01" + MARK.encode()),
            segment(0xE1, b"Exif\0\0" + exif(orientation=orientation, thumbnail=small)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp()),
            segment(0xE2, b"ICC_PROFILE\0\x01\x01" + bytes(128) + MARK.encode()),
            segment(0xE2, b"MPF\0" + MARK.encode()),
            segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + MARK.encode()),
            segment(0xFE, MARK.encode()),
        )
    )
    head = 2 + 2 + int.from_bytes(plain[4:6], "big") if plain[2:4] == b"\xff\xe0" else 2
    scan = plain.index(b"\xff\xda")
    late = segment(0xFE, MARK.encode())
    return plain[:head] + told + plain[head:scan] + late + plain[scan:] + small + MARK.encode()


def png() -> bytes:
    """A screen shot with text in three forms, EXIF, a profile, a time, and more behind its end."""
    plain = pixels()
    text = MARK.encode()
    told = b"".join(
        (
            chunk(b"tEXt", b"Author\0" + text),
            chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text)),
            chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp()),
            chunk(b"iTXt", b"Location\0\x01\0\0\0" + zlib.compress(text)),
            chunk(b"eXIf", exif()),
            chunk(b"iCCP", b"Screen of Zephyrine\0\0" + zlib.compress(text)),
            chunk(b"tIME", struct.pack(">H5B", 2019, 3, 14, 15, 9, 26)),
            chunk(b"prVt", text),
        )
    )
    head = 8 + 25
    return plain[:head] + told + plain[head:] + text


def xmp() -> bytes:
    """An XMP packet."""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f"<dc:creator>{MARK}</dc:creator></x:xmpmeta><?xpacket end='w'?>"
    ).encode()


def workbook() -> bytes:
    """A workbook as a spreadsheet program saves it, and what such programs add to it."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.packaging.custom import StringProperty

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["event_id", "source", "kind", "note"])
    sheet.append(["e1", "made up", "crime", CONTENT])
    sheet["D2"].comment = Comment("A remark that stays", "Zephyrine Quibblesworth")
    held = book.properties
    held.creator = held.lastModifiedBy = "Zephyrine Quibblesworth"
    held.title = held.description = held.keywords = MARK
    held.created = held.modified = WHEN
    book.custom_doc_props.append(StringProperty(name="Path", value="C:\\Users\\zquib"))
    out = io.BytesIO()
    book.save(out)
    return rewritten(
        out.getvalue(),
        change={
            "xl/workbook.xml": lambda text: text.replace(
                b"<workbookPr",
                b'<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml'
                b'/2010/11/ac" url="C:\\Users\\zquib\\"/><fileSharing userName="Zephyrine"/>'
                b"<workbookPr",
                1,
            ),
            "_rels/.rels": lambda text: text.replace(
                b"</Relationships>",
                b'<Relationship Id="rIdT" Target="docProps/thumbnail.jpeg" Type="http://schemas.'
                b'openxmlformats.org/package/2006/relationships/metadata/thumbnail"/>'
                b"</Relationships>",
            ),
        },
        add={
            "docProps/thumbnail.jpeg": jpeg(),
            "xl/media/image1.jpg": jpeg(),
            "xl/media/image2.png": png(),
            "xl/media/image3.emf": MARK.encode("utf-16-le"),
            "xl/printerSettings/printerSettings1.bin": MARK.encode("utf-16-le"),
            "customXml/item1.xml": f"<a>{MARK}</a>".encode(),
        },
    )


def document() -> bytes:
    """A Word document with tracked changes, a comment, people, labels and a photograph."""
    types = (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/'
        'package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.'
        'openxmlformats-package.core-properties+xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.'
        'main+xml"/></Types>'
    )
    links = (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.'
        'org/package/2006/relationships">'
        '<Relationship Id="r1" Type="x" Target="docProps/core.xml"/>'
        '<Relationship Id="r2" Type="y" Target="word/document.xml"/></Relationships>'
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body><w:p '
        f'w:rsidR="00AB12CD"><w:ins w:id="1" w:author="Zephyrine Quibblesworth" w:date='
        f'"2019-03-14T15:09:26Z" w:initials="ZQ"><w:r><w:t>{CONTENT}</w:t></w:r></w:ins></w:p>'
        "</w:body></w:document>"
    )
    inner = (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.'
        'org/package/2006/relationships"><Relationship Id="r1" Type="p" Target="people.xml"/>'
        '<Relationship Id="r2" Type="c" Target="../customXml/item1.xml"/>'
        '<Relationship Id="r3" Type="i" Target="media/image1.jpeg"/>'
        '<Relationship Id="r4" Type="s" Target="settings.xml"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": links,
        "docProps/core.xml": f"<cp><creator>{MARK}</creator></cp>",
        "docMetadata/LabelInfo.xml": f"<l>{MARK}</l>",
        "word/document.xml": body,
        "word/_rels/document.xml.rels": inner,
        "word/people.xml": f'<w15:person w15:author="{MARK}"/>',
        "word/comments.xml": f'<w:c w:author="{MARK}" w:initials="ZQ"><w:t>A remark</w:t></w:c>',
        "word/settings.xml": '<w:s><w:rsids><w:rsid w:val="00AB12CD"/></w:rsids></w:s>',
        "customXml/item1.xml": f"<a>{MARK}</a>",
        "word/media/image1.jpeg": jpeg(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.comment = b""
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def pdf() -> bytes:
    """A PDF as a word processor writes it: information, XMP, dates, private data, a photograph."""
    from pypdf import PdfWriter
    from pypdf.generic import (
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
        NumberObject,
        TextStringObject,
    )

    made = PdfWriter()
    page = made.add_blank_page(width=300, height=300)
    made.add_metadata(
        {"/Author": MARK, "/Title": MARK, "/Creator": "Obscura-9000", "/CreationDate": "D:20190314"}
    )
    packet = DecodedStreamObject()
    packet.set_data(xmp())
    packet[NameObject("/Type")] = NameObject("/Metadata")
    at = made._add_object(packet)
    made._root_object[NameObject("/Metadata")] = at
    page[NameObject("/Metadata")] = at
    page[NameObject("/LastModified")] = TextStringObject(f"D:2019 {MARK}")
    page[NameObject("/PieceInfo")] = DictionaryObject(
        {NameObject("/Program"): TextStringObject(MARK)}
    )
    photo = DecodedStreamObject()
    photo.set_data(jpeg())
    photo.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(120),
            NameObject("/Height"): NumberObject(80),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    words = DecodedStreamObject()
    shown = f"BT /F1 12 Tf 20 200 Td ({CONTENT}) Tj ET q 120 0 0 80 20 20 cm /P Do Q"
    words.set_data(shown.encode())
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Contents")] = made._add_object(words)
    page[NameObject("/Resources")] = DictionaryObject(
        {
            NameObject("/Font"): DictionaryObject({NameObject("/F1"): made._add_object(font)}),
            NameObject("/XObject"): DictionaryObject({NameObject("/P"): made._add_object(photo)}),
        }
    )
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def rewritten(content: bytes, *, change: dict[str, object], add: dict[str, bytes]) -> bytes:
    """A zip with some parts changed and some added, as of a day in 2019."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in book.namelist():
            text = book.read(name)
            if name in change:
                changed = change[name](text)  # type: ignore[operator]
                assert changed != text, name
                text = changed
            info = zipfile.ZipInfo(name, date_time=(2019, 3, 14, 15, 9, 26))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, text)
        for name, text in add.items():
            made.writestr(name, text)
    return out.getvalue()
