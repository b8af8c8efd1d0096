"""CSV text to rows: a fast parser for well-formed text, a careful one that names every odd row."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from frith.errors import BadInput
from frith.tables.raw import Fault, Raw, check_header, shorten
from frith.tables.stream import CHUNK_BYTES, MAX_TEXT_BYTES, read_text

BLOCK_BYTES = 16 << 20
"""Text is parsed in blocks of sixteen mebibytes."""

MAX_STRAY_QUOTES = 1_000
"""After this many rows with a stray quotation mark the file is not CSV at all."""

_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_QUOTE, _COMMA, _NEWLINE, _RETURN = b'",\n\r'


def read_csv(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> Raw:
    """A CSV file (may be gzipped) as rows of text; blank fields are null.

    Rows with too few or too many fields, or a stray quotation mark, become faults; the others go
    in. Raises BadInput where the file as a whole is not comma-separated text.
    """
    data, flags = read_text(path, max_bytes=max_bytes)
    names = check_header(_header(data, path), path=path)
    frame = _fast(data, names)
    if frame is not None:
        rows = pl.Series("row", np.arange(2, frame.height + 2, dtype=np.int64))
        faults: tuple[Fault, ...] = ()
    else:
        frame, rows, faults = _careful(data, names, path=path)
    return Raw(
        path=path,
        frame=frame,
        rows=rows,
        header_line=_first_record(data),
        lines=lambda wanted: _lines(data, wanted),
        faults=faults,
        flags=flags,
    )


def header_of(path: Path) -> list[str]:
    """The column names of a CSV file, for telling one kind of file from another."""
    data, _ = read_text(path)
    return _header(data, path)


def _header(data: bytes, path: Path) -> list[str]:
    """Names in the first record; BadInput where columns are not separated by commas."""
    names = next(csv.reader([_first_record(data)]), [])
    if len(names) == 1:
        for mark, word in _OTHER_DELIMITERS.items():
            if mark in names[0]:
                raise BadInput(
                    f"its columns are separated by {word}, not commas",
                    where=path.name,
                    mend="Save it as CSV UTF-8 (comma delimited).",
                )
    return names


def _first_record(data: bytes) -> str:
    """The first record's text without its line end."""
    line = data[: data.find(b"\n") + 1]
    plain = line.strip() and b'"' not in line and b"\r" not in line[:-2]
    start = (line if plain else data[:CHUNK_BYTES]).decode(errors="ignore")  # no line is longer
    for record in _Records(io.StringIO(start, newline="")):
        if record.text.strip():
            return record.text
    return ""


def _fast(data: bytes, names: list[str]) -> pl.DataFrame | None:
    """The rows, or None where the text is not plainly well formed and needs care."""
    quoted = b'"' in data
    lone_returns = b"\r" in data and data.count(b"\r") != data.count(b"\r\n")
    if len(names) < 2 or lone_returns or (quoted and not _quotes_are_regular(data)):
        return None
    places = [f"{i}" for i in range(len(names))]  # header text may itself be odd
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                column_names=places,
                skip_rows_after_names=1,
                use_threads=len(data) > BLOCK_BYTES,  # small files are read side by side instead
                block_size=BLOCK_BYTES,
            ),
            parse_options=arrow_csv.ParseOptions(
                newlines_in_values=quoted, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(places, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.rename(dict(zip(places, names, strict=True)))


def _quotes_are_regular(data: bytes) -> bool:
    """True where every field that has a quotation mark is wholly quoted, marks inside doubled."""
    text = np.frombuffer(data.replace(b'""', b""), dtype=np.uint8)
    at = np.flatnonzero(text == _QUOTE)
    if at.size % 2:
        return False
    opens, closes = at[::2], at[1::2]
    before = text[opens[opens > 0] - 1]
    after = text[closes[closes < text.size - 1] + 1]
    return bool(
        np.isin(before, (_COMMA, _NEWLINE, _RETURN)).all()
        and np.isin(after, (_COMMA, _NEWLINE, _RETURN)).all()
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """One record: its number (the header is 1), its fields, its text, or what is wrong with it."""

    number: int
    fields: list[str]
    text: str
    broken: bool = False


class _Records:
    """Records of CSV text with the text each came from; a stray quote costs its own line only.

    Python's csv module gives up on a field of more than 131,072 characters; by then a quotation
    mark was never closed, so that line alone is refused and the rest is read again.
    """

    def __init__(self, lines: Iterator[str] | io.StringIO) -> None:
        self._source = iter(lines)
        self._back: deque[str] = deque()
        self._taken: list[str] = []

    def _feed(self) -> Iterator[str]:
        while True:
            try:
                line = self._back.popleft() if self._back else next(self._source)
            except StopIteration:
                return
            self._taken.append(line)
            yield line

    def __iter__(self) -> Iterator[_Record]:
        number = 0
        while True:
            self._taken = []
            number += 1
            try:
                fields = next(csv.reader(self._feed(), strict=True), None)
            except csv.Error:
                first, *rest = self._taken
                self._back.extendleft(reversed(rest))
                yield _Record(number, [], first.rstrip("\r\n"), broken=True)
                continue
            if fields is None:
                return
            yield _Record(number, fields, "".join(self._taken).rstrip("\r\n"))


def _careful(
    data: bytes, names: list[str], *, path: Path
) -> tuple[pl.DataFrame, pl.Series, tuple[Fault, ...]]:
    """Record by record: rows of the right shape, their numbers, and a fault for every other."""
    good: list[list[str]] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    stray = 0
    for record in _after_header(data):
        if record.broken:
            stray += 1
            _refuse_too_many_strays(stray, path)
            faults.append(
                _shape_fault(record, "has a quotation mark that is never closed or stray")
            )
        elif len(record.fields) != len(names):
            word = "few" if len(record.fields) < len(names) else "many"
            reason = f"too {word} fields: {len(record.fields)}, where the header has {len(names)}"
            faults.append(_shape_fault(record, reason))
        else:
            good.append(record.fields)
            numbers.append(record.number)
    frame = pl.DataFrame(good, schema=dict.fromkeys(names, pl.String), orient="row")
    blank_to_null = [pl.col(name).replace("", None) for name in names]
    return frame.with_columns(blank_to_null), pl.Series("row", numbers, pl.Int64), tuple(faults)


def _after_header(data: bytes) -> Iterator[_Record]:
    """Every record but the header and blank lines, which are counted and left out."""
    header_seen = False
    for record in _Records(io.StringIO(data.decode(), newline="")):
        if not record.text.strip():
            continue
        if header_seen:
            yield record
        header_seen = True


def _shape_fault(record: _Record, reason: str) -> Fault:
    return Fault(record.number, "", shorten(record.text), reason)


def _refuse_too_many_strays(stray: int, path: Path) -> None:
    if stray > MAX_STRAY_QUOTES:
        raise BadInput(
            f"more than {MAX_STRAY_QUOTES:,} rows have a stray quotation mark",
            where=path.name,
            mend="Save it again as CSV UTF-8 (comma delimited).",
        )


def _lines(data: bytes, wanted: Collection[int]) -> Mapping[int, str]:
    """The text of the wanted rows, as it stood."""
    wanted = set(wanted)
    return {r.number: r.text for r in _after_header(data) if r.number in wanted}
