"""Files that cannot be read as a whole: each is refused early, in one line that says what to do."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from frith.errors import BadInput
from frith.tables import TABLES, read_table
from frith.tables.stream import CHUNK_BYTES, read_text

EVENTS = TABLES["events"]
HEADER = b"event_id,source,kind,occurred_from\n"
ROW = b"E1,police,crime,2024-01-05\n"


def _refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_table(path, EVENTS)
    line = caught.value.line()
    assert "\n" not in line
    assert line.startswith(path.name)
    return line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"  \n\n ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (HEADER.replace(b",", b";") + ROW, "separated by semicolons"),
        (HEADER.replace(b",", b"\t") + ROW, "separated by tabs"),
        (HEADER.replace(b",", b"|") + ROW, "separated by vertical bars"),
        (HEADER + b"E1,police,cr\0me,2024-01-05\n", "NUL byte at byte 48"),
        ((HEADER + ROW).decode().encode("utf-16"), "UTF-16"),
        ((HEADER + ROW).decode().encode("utf-16-le"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a PNG image"),
        (b"\xff\xd8\xff\xe0" + b"x" * 100, "a JPEG image"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04" + b"x" * 100, "a zip or Excel file"),
        (HEADER + b"E1,caf\x81,crime,2024-01-05\n", "neither UTF-8 nor Windows-1252"),
        (b"event_id,source,kind,kind,occurred_from\nE1,a,crime,crime,2024\n", "more than once"),
        (b"event_id,source,Kind,KIND ,occurred_from\nE1,a,crime,crime,2024\n", "more than once"),
        (b"event_id,source,occurred from,occurred_from,kind\n", "are the same column"),
        (b"event_id,source,kind\nE1,police,crime\n", "lacks the column occurred_from"),
        (b"event_id,source,kind,ocurred_from\nE1,p,crime,2024-01\n", "Is 'ocurred_from' meant"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(content)
    assert says in _refusal(path)


def test_a_truncated_gzip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(HEADER + ROW * 500)[:-20])
    assert "breaks off" in _refusal(path)


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(HEADER + ROW * 500))
    whole[30] ^= 0xFF
    path = tmp_path / "events.csv.gz"
    path.write_bytes(bytes(whole))
    assert "damaged" in _refusal(path)


def test_gzip_members_one_after_another_are_one_file(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(HEADER) + gzip.compress(ROW))
    assert read_table(path, EVENTS).frame["event_id"].to_list() == ["E1"]


def test_a_folder_named_like_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.mkdir()
    assert "is a folder" in _refusal(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_table(tmp_path / "events.csv", EVENTS)


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "events.ods"
    path.write_bytes(HEADER + ROW)
    assert "Use one of .csv" in _refusal(path)


def test_a_two_gigabyte_line_is_refused_after_a_mebibyte(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    with path.open("wb") as out:
        out.write(HEADER + b"x" * (3 * CHUNK_BYTES))
        out.truncate(2 << 30)  # sparse: two gibibytes that take no room on the disk
    assert "a line longer than a million bytes" in _refusal(path)


def test_a_zip_bomb_is_refused_before_it_fills_memory(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(HEADER)
        for _ in range(64):
            out.write(b"a,b,c,d\n" * (CHUNK_BYTES // 8))
    with pytest.raises(BadInput, match="more than 8,000,000 bytes"):
        read_text(path, max_bytes=8_000_000)


def test_a_file_of_stray_quotes_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(HEADER + b'E1,"x"y,crime,2024-01\n' * 1_100)
    assert "more than 1,000 rows have a stray quotation mark" in _refusal(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04broken"], ids=["empty", "text", "broken zip"]
)
def test_an_unreadable_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.xlsx"
    path.write_bytes(content)
    assert "not a readable Excel workbook" in _refusal(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all"])
def test_an_unreadable_parquet_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events.parquet"
    path.write_bytes(content)
    assert "not a readable Parquet file" in _refusal(path)
