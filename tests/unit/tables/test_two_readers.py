"""The fast reader agrees with a slow, obvious one, cell by cell, on files made at random."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frith.tables import Column, Kind, Table, read_table

TRIAL = Table(
    name="trial",
    meaning="A table with a column of every kind.",
    key=("key",),
    columns=(
        Column(name="key", kind=Kind.TEXT, meaning="Key.", required=True),
        Column(name="code", kind=Kind.CODE, meaning="Code."),
        Column(name="whole", kind=Kind.INTEGER, meaning="Whole.", lo=0, hi=100),
        Column(name="number", kind=Kind.NUMBER, meaning="Number.", hi=1e6),
        Column(name="claim", kind=Kind.BOOLEAN, meaning="Claim."),
        Column(name="day", kind=Kind.DATE, meaning="Day."),
        Column(name="month", kind=Kind.MONTH, meaning="Month."),
        Column(name="born", kind=Kind.PARTIAL_DATE, meaning="Born."),
        Column(name="moment", kind=Kind.MOMENT, meaning="Moment."),
        Column(name="sort", kind=Kind.TEXT, meaning="Sort.", values=("red", "dark_blue")),
    ),
)


class Bad(Exception):
    """A value that does not read."""


def _day(text: str) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise Bad
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise Bad from None
    if not 1900 <= day.year <= 2100:
        raise Bad
    return day


def _month(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        raise Bad
    _day(f"{text}-01")
    return text


def _moment(text: str) -> datetime:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        text += "-01"
    if len(text) == 10:
        day = _day(text)
        return datetime(day.year, day.month, day.day)
    shape = r"(....-..-..)[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?"
    found = re.fullmatch(shape, text, re.ASCII)
    if not found:
        raise Bad
    day = _day(found[1])
    try:
        micro = round(float(found[5] or 0) * 1_000_000)
        clock = (int(found[2]), int(found[3]), int(found[4] or 0), micro)
        value = datetime(day.year, day.month, day.day, *clock)
        if found[6]:
            offset = found[6].replace("Z", "+00:00").replace(":", "")
            zone = datetime.strptime(offset, "%z").tzinfo
            value = value.replace(tzinfo=zone).astimezone(ZoneInfo("Europe/London"))
    except ValueError:
        raise Bad from None
    return value.replace(tzinfo=None)


def _born(text: str) -> str:
    if re.fullmatch(r"[0-9]{4}", text):
        if not 1900 <= int(text) <= 2100:
            raise Bad
        return text
    return _month(text) if len(text) == 7 else _day(text).isoformat()


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", text):
        raise Bad
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise Bad
    return value


def _value(column: Column, text: str) -> Any:
    """One value, the obvious way."""
    if column.values:
        for value in column.values:
            if re.sub(r"[\s-]+", "_", text.lower()) == value:
                return value
        raise Bad
    match column.kind:
        case Kind.TEXT:
            value: Any = text
        case Kind.CODE:
            value = text.upper()
        case Kind.INTEGER:
            if not re.fullmatch(r"[+-]?[0-9]{1,18}(\.0*)?", text):
                raise Bad
            value = int(text.split(".", maxsplit=1)[0])
        case Kind.NUMBER:
            value = _number(text)
        case Kind.BOOLEAN:
            words = {"true": True, "yes": True, "y": True, "t": True, "1": True}
            words |= {"false": False, "no": False, "n": False, "f": False, "0": False}
            if text.lower() not in words:
                raise Bad
            value = words[text.lower()]
        case Kind.DATE:
            value = _day(text)
        case Kind.MONTH:
            value = _month(text)
        case Kind.PARTIAL_DATE:
            value = _born(text)
        case Kind.MOMENT:
            value = _moment(text)
    low, high = column.lo, column.hi
    if (low is not None and value < low) or (high is not None and value > high):
        raise Bad
    return value


def read_slowly(text: str) -> tuple[list[dict[str, Any]], set[tuple[int, str]]]:
    """Accepted rows, and the row and column of every refusal, one row at a time."""
    good: list[dict[str, Any]] = []
    refused: set[tuple[int, str]] = set()
    keys: set[str] = set()
    for number, fields in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
        if number == 1 or not fields or not "".join(fields).strip():
            if number > 1 and fields and len(fields) != len(TRIAL.names) and len(fields) > 1:
                refused.add((number, ""))
            continue
        if len(fields) != len(TRIAL.names):
            refused.add((number, ""))
            continue
        row: dict[str, Any] = {}
        faults = set()
        for column, cell in zip(TRIAL, fields, strict=True):
            said = cell.strip()
            try:
                row[column.name] = _value(column, said) if said else None
                if not said and column.required:
                    raise Bad
            except Bad:
                faults.add((number, column.name))
        if not faults and row["key"] in keys:
            faults.add((number, "key"))
        refused |= faults
        if not faults:
            keys.add(row["key"])
            good.append(row)
    return good, refused


CELLS = {
    "key": ["a", "b", "c", "d", " a ", "", "é", "x,y", 'say "hi"', "two\nlines"],
    "code": ["e01", "E01", "", "é"],
    "whole": ["0", "100", "101", "-1", "7.0", "7.5", "+3", "1e1", "", " 5 ", "٣", "nan"],
    "number": ["1.5", "-2", ".5", "5.", "1e3", "1e999", "inf", "nan", "1,5", "", "1e6", "1e7"],
    "claim": ["yes", "NO", "1", "0", "True", "f", "maybe", "2", ""],
    "day": ["2024-02-29", "2023-02-29", "2024-02-31", "2024-2-1", "1899-12-31", "31/01/2024", ""],
    "month": ["2024-01", "2024-13", "2024-00", "2024-1", "2101-01", "1900-01", ""],
    "born": ["1990", "1990-02", "1990-02-30", "1990-02-28", "1890", "2101", "90", ""],
    "moment": [
        "2024-01", "2024-02-30", "2024-02-29", "2024-02-29T10:00", "2024-02-29 10:00:59",
        "2024-02-29T24:00", "2024-02-29T10:61", "2024-06-30T23:30Z", "2024-06-30T23:30:00+00:00",
        "2024-01-01T00:30:00.25+0200", "2024-02-29T10", "2024-02-29T10:00+25:00", "", "now",
    ],
    "sort": ["red", "RED", "Dark blue", "dark-blue", "dark_blue", "green", ""],
}  # fmt: skip

Rows = st.lists(
    st.one_of(
        st.tuples(*(st.sampled_from(CELLS[name]) for name in TRIAL.names)).map(list),
        st.just([]),
        st.just([""] * len(TRIAL.names)),
        st.lists(st.sampled_from(["a", "b", "", "1"]), min_size=2, max_size=14),
    ),
    max_size=12,
)


def _text(rows: list[list[str]], end: str, quoting: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(TRIAL.names)
    for row in rows:
        if row:
            writer.writerow(row)
        else:
            out.write(end)
    return out.getvalue()


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=Rows,
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    mark=st.sampled_from(["", "\ufeff"]),
)
def test_both_readers_agree(rows: list[list[str]], end: str, quoting: int, mark: str) -> None:
    text = _text(rows, end, quoting)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "trial.csv"
        path.write_bytes((mark + text).encode())
        reading = read_table(path, TRIAL)
    good, refused = read_slowly(text)
    assert reading.frame.to_dicts() == good
    assert set(reading.report.refusals.select("row", "column").iter_rows()) == refused
    assert reading.report.rows == len(good) + len({row for row, _ in refused})


Letters = st.text(alphabet='ab",\n\r é', max_size=40)


@settings(max_examples=300, deadline=None)
@given(body=Letters)
def test_any_text_is_read_or_refused_and_no_row_is_lost(body: str) -> None:
    """Rows of stray quotes, commas and line ends: every letter is somewhere in the answer."""
    table = Table(
        name="pair",
        meaning="Two columns.",
        columns=(
            Column(name="one", kind=Kind.TEXT, meaning="One."),
            Column(name="two", kind=Kind.TEXT, meaning="Two."),
        ),
    )
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "pair.csv"
        path.write_bytes(b"one,two\n" + body.encode())
        reading = read_table(path, table)
    seen = "".join(reading.report.rejected_lines.values())
    seen += "".join(f"{one or ''}{two or ''}" for one, two in reading.frame.iter_rows())
    for letter in "abé":
        assert seen.count(letter) == body.count(letter)
