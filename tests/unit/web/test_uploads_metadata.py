"""What a file says of whoever made it is gone from what is kept; what it shows is not."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import hostile_files
import told_files
from frith.errors import BadInput
from frith_web.core.models import AuditEntry, User
from frith_web.core.services import uploads
from frith_web.core.uploads import gate, metadata

MADE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "xlsx": ("a.xlsx", told_files.workbook),
    "docx": ("a.docx", told_files.document),
    "pdf": ("a.pdf", told_files.pdf),
    "png": ("a.png", told_files.png),
    "jpeg": ("a.jpg", told_files.jpeg),
}
TOLD = [one.encode() for one in told_files.TELLS] + [
    one.encode(code) for one in told_files.TELLS for code in ("utf-16-le", "utf-16-be")
]


def layers(content: bytes) -> Iterator[bytes]:
    """A file and everything packed inside it, found without knowing any of its formats.

    Members of zips, and whatever unpacks as deflate from any place where zlib's header stands.
    """
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive.comment
            for one in archive.infolist():
                yield from (one.filename.encode(), one.comment, one.extra)
                yield from layers(archive.read(one))
    for found in re.finditer(rb"[\x48\x58\x68\x78][\x01\x5e\x9c\xda]", content):
        try:
            yield zlib.decompressobj().decompress(content[found.start() :])
        except zlib.error:
            continue


def tells(content: bytes) -> set[bytes]:
    """Which of the telling words stand anywhere in a file."""
    return {word for layer in layers(content) for word in TOLD if word in layer}


def stripped(tmp_path: Path, sort: str) -> bytes:
    name, make = MADE[sort]
    source, target = tmp_path / name, tmp_path / "bare"
    source.write_bytes(make())
    assert gate.check(source, name=name, takes={sort}).sort == sort
    assert metadata.strip(source, target, sort=sort, sort_of=lambda _: "")
    bare = target.read_bytes()
    assert gate.check(target, name=name, takes={sort}).sort == sort, "it is still what it was"
    return bare


@pytest.mark.parametrize("sort", MADE)
def test_nothing_that_it_told_is_left_anywhere_in_it(tmp_path: Path, sort: str) -> None:
    before = tells(MADE[sort][1]())
    assert len(before) >= 4, "the test would pass on nothing"
    assert tells(stripped(tmp_path, sort)) == set()


def test_a_workbook_reads_the_same_and_its_reader_finds_no_maker(tmp_path: Path) -> None:
    import openpyxl

    bare = stripped(tmp_path, "xlsx")
    before = openpyxl.load_workbook(io.BytesIO(told_files.workbook()))
    after = openpyxl.load_workbook(io.BytesIO(bare))
    assert before.properties.creator == "Zephyrine Quibblesworth"
    assert [list(row) for row in after.active.values] == [list(row) for row in before.active.values]
    told = after.properties
    assert (told.creator, told.lastModifiedBy) == ("openpyxl", None), "the reader's own default"
    assert (told.title, told.description, told.keywords) == (None, None, None)
    assert len(after.custom_doc_props.props) == 0
    assert after.active["D2"].comment.text == "A remark that stays"
    assert after.active["D2"].comment.author == "None", "as its reader says that there is none"
    with zipfile.ZipFile(io.BytesIO(bare)) as book:
        assert book.testzip() is None
        assert {one.date_time for one in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        listed = book.read("[Content_Types].xml") + book.read("_rels/.rels")
        assert b"docProps" not in listed, "no mention of what is gone"


def test_the_library_reads_the_same_rows_of_it(tmp_path: Path) -> None:
    import polars as pl

    made = tmp_path / "made.xlsx"
    made.write_bytes(told_files.workbook())
    bare = tmp_path / "rows.xlsx"
    bare.write_bytes(stripped(tmp_path, "xlsx"))
    before, after = (pl.read_excel(one, engine="openpyxl") for one in (made, bare))
    assert before.equals(after)
    assert before.height == 1


def test_a_document_keeps_its_words(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    with zipfile.ZipFile(io.BytesIO(stripped(tmp_path, "docx"))) as made:
        names = set(made.namelist())
        body = made.read("word/document.xml")
        for name in names:
            if name.endswith(("document.xml", ".rels", "[Content_Types].xml")):
                ElementTree.fromstring(made.read(name))
        links = made.read("word/_rels/document.xml.rels").decode()
    assert told_files.CONTENT.encode() in body
    assert b"rsid" not in body
    assert not {one for one in names if one.startswith(("docProps", "docMetadata", "customXml"))}
    assert "people.xml" not in links
    assert "media/image1.jpeg" in links


def test_a_pdf_keeps_its_words_and_says_nothing_to_another_reader(tmp_path: Path) -> None:
    from pypdf import PdfReader

    bare = stripped(tmp_path, "pdf")
    reader = PdfReader(io.BytesIO(bare))
    assert not reader.metadata
    assert reader.xmp_metadata is None
    assert told_files.CONTENT in reader.pages[0].extract_text()
    assert len(reader.pages[0].images) == 1 or "/XObject" in reader.pages[0]["/Resources"]
    program = shutil.which("pdfinfo")
    if program is not None:
        (tmp_path / "bare.pdf").write_bytes(bare)
        said = subprocess.run(
            [program, str(tmp_path / "bare.pdf")], capture_output=True, text=True, check=True
        ).stdout
        assert not re.search(r"^(Author|Title|Creator|CreationDate|Producer):", said, re.MULTILINE)
        assert re.search(r"^Metadata Stream:\s+no", said, re.MULTILINE)


@pytest.mark.parametrize("sort", ["png", "jpeg"])
def test_a_picture_shows_the_same_to_a_program_that_draws_it(tmp_path: Path, sort: str) -> None:
    """Typst decodes both, independently of us, and refuses what is broken."""
    import typst

    ending = {"png": "png", "jpeg": "jpg"}[sort]
    for name, content in (
        ("plain", told_files.pixels(jpeg=sort == "jpeg")),
        ("bare", stripped(tmp_path, sort)),
    ):
        (tmp_path / f"{name}.{ending}").write_bytes(content)
        page = tmp_path / f"{name}.typ"
        # The photograph says that it lies on its side; the plain one says nothing.
        turned = "90deg" if (name, sort) == ("plain", "jpeg") else "0deg"
        page.write_text(
            "#set page(width: 300pt, height: 300pt, margin: 0pt)\n"
            f'#rotate({turned}, reflow: true, image("{name}.{ending}", '
            f"{'height' if turned == '0deg' and sort == 'jpeg' else 'width'}: 240pt))"
        )
        (tmp_path / f"{name}-drawn.png").write_bytes(typst.compile(page, format="png"))
    plain, bare = (_drawn(tmp_path / f"{name}-drawn.png") for name in ("plain", "bare"))
    assert len(plain) == len(bare)
    assert plain != bytes(len(plain)), "something is drawn"
    differing = sum(abs(a - b) > 40 for a, b in zip(plain[::97], bare[::97], strict=True))
    assert differing < len(plain[::97]) / 50, "the same picture, the same way up"


def _drawn(path: Path) -> bytes:
    """The pixels of a drawn page, unfiltered by a reader of our own."""
    import struct

    content = path.read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    packed, at = b"", 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == b"IDAT":
            packed += content[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(packed)
    step = len(raw) // height
    wide = (step - 1) // width
    rows, before = [], bytearray(step - 1)
    for y in range(height):
        sort, row = raw[y * step], bytearray(raw[y * step + 1 : (y + 1) * step])
        for x in range(step - 1):
            left = row[x - wide] if x >= wide else 0
            corner = before[x - wide] if x >= wide else 0
            guess = (0, left, before[x], (left + before[x]) // 2, _paeth(left, before[x], corner))
            row[x] = (row[x] + guess[sort]) & 255
        rows.append(bytes(row))
        before = row
    return b"".join(rows)


def _paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_keeps_which_way_is_up_and_no_more(tmp_path: Path, orientation: int) -> None:
    from frith_web.core.uploads import pictures

    bare = pictures.stripped_jpeg(told_files.jpeg(orientation=orientation))
    exif = re.findall(rb"\xff\xe1(..)Exif\0\0(.{26})", bare, re.DOTALL)
    if orientation == 1:
        assert exif == []
    else:
        ((length, tiff),) = exif
        assert int.from_bytes(length, "big") == 2 + 6 + 26
        assert tiff[:10] == b"MM\0*\0\0\0\x08\0\x01", "one entry"
        assert tiff[10:20] == b"\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation])
        assert tiff[20:] == bytes(6), "and no second picture"
    assert bare.endswith(b"\xff\xd9")
    assert b"\xff\xd9" not in bare[:-2]


@pytest.mark.parametrize("sort", ["png", "jpeg", "pdf", "docx"])
def test_a_broken_one_is_refused_in_plain_words(tmp_path: Path, sort: str) -> None:
    name, make = MADE[sort]
    whole = make()
    for cut in (40, len(whole) // 3, len(whole) // 2):
        (tmp_path / name).write_bytes(whole[:cut])
        with pytest.raises(BadInput):
            gate.check(tmp_path / name, name=name, takes={sort})


@pytest.mark.parametrize(
    "content",
    [
        hostile_files.PDF,
        told_files.pdf().replace(b"/Type /Catalog", b"/AA << >> /Type /Catalog"),
    ],
)
def test_a_pdf_that_does_something_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    with pytest.raises(BadInput):
        gate.check(tmp_path / "a.pdf", name="a.pdf", takes={"pdf"})


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    wide = told_files.chunk(b"IHDR", b"\x00\x01\x00\x00\x00\x01\x00\x00\x08\x02\x00\x00\x00")
    huge = b"\x89PNG\r\n\x1a\n" + wide + told_files.chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(huge)
    with pytest.raises(BadInput, match="too many pixels"):
        gate.check(tmp_path / "a.png", name="a.png", takes={"png"})


def test_what_is_kept_of_an_upload_is_bare_and_the_log_knows_what_came(analyst: User) -> None:
    made = told_files.workbook()
    file = SimpleUploadedFile("book.xlsx", made)
    upload = uploads.take(file=file, by=analyst, place="test", takes={"xlsx", "csv"})
    kept = uploads.stored(upload.sha256).read_bytes()
    assert tells(kept) == set()
    assert upload.arrived_sha256 != upload.sha256
    row = AuditEntry.objects.get(act="core.upload.take")
    assert (row.detail["sha256"], row.detail["arrived"]) == (upload.sha256, upload.arrived_sha256)
    files = [one for one in uploads._root().rglob("*") if one.is_file()]
    assert len(files) == 1, "what came is not kept beside it"


def test_a_zip_and_the_files_in_it_are_bare(analyst: User) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("set/dataset.toml", hostile_files.ABOUT)
        info = zipfile.ZipInfo("set/events.csv", date_time=(2019, 3, 14, 15, 9, 26))
        info.comment = told_files.MARK.encode()
        info.extra = b"\x99\x99\x09\x00Zephyrine"
        made.writestr(info, hostile_files.TABLE)
        made.writestr("set/objects.xlsx", told_files.workbook())
        made.writestr("set/.DS_Store", told_files.MARK)
    takes = {"zip", "csv", "toml", "xlsx"}
    content = out.getvalue()
    assert tells(content)
    upload = uploads.take(
        file=SimpleUploadedFile("set.zip", content), by=analyst, place="test", takes=takes
    )
    kept = uploads.stored(upload.sha256).read_bytes()
    assert tells(kept) == set()
    with zipfile.ZipFile(io.BytesIO(kept)) as bare:
        assert {one.date_time for one in bare.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.extra for one in bare.infolist()} == {b""}
    with uploads.unpacked(upload, takes=takes) as folder:
        assert (folder / "events.csv").read_bytes() == hostile_files.TABLE
        assert {one.name for one in folder.iterdir()} == {
            "dataset.toml",
            "events.csv",
            "objects.xlsx",
        }


def test_every_sort_the_gate_takes_is_plain_or_has_a_stripper() -> None:
    sorts = set(gate.ENDINGS.values())
    assert sorts == metadata.PLAIN | set(metadata.STRIPPERS) | {"zip"}
