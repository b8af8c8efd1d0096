"""Excel workbooks to rows of text: the first sheet, values only; formulas are refused by cell."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl

from frith.errors import BadInput
from frith.results import Flag
from frith.tables.raw import Fault, Raw, check_header, shorten

MAX_UNZIPPED_BYTES = 1 << 30
"""A workbook that unzips to more than this is refused; save it as CSV or Parquet."""


def read_sheet(path: Path) -> Raw:
    """The first sheet of an Excel workbook; a formula in a cell refuses its row.

    Raises BadInput where the file is no workbook, unzips to too much, or has no header.
    """
    sheet_names, cells = _cells(path)
    header = [_as_text(value) or "" for value, _ in cells[0]] if cells else []
    while header and not header[-1]:
        header.pop()
    if not header:
        raise BadInput("is empty", where=path.name, mend="Its first sheet needs a header and rows.")
    names = check_header(header, path=path)
    good, numbers, faults, lines = _rows(cells, names)
    return Raw(
        path=path,
        frame=pl.DataFrame(good, schema=dict.fromkeys(names, pl.String), orient="row"),
        rows=pl.Series("row", numbers, pl.Int64),
        header_line=_line(names),
        lines=lambda wanted: _chosen(lines, wanted),
        faults=tuple(faults),
        flags=_sheet_flags(sheet_names, path),
    )


Cell = tuple[Any, str]
"""A cell's value and openpyxl's letter for its type: f is a formula, e an error."""


def _cells(path: Path) -> tuple[list[str], list[list[Cell]]]:
    """Names of the sheets, and every cell of the first."""
    from openpyxl import load_workbook

    _refuse_bomb(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it skips
            book = load_workbook(path, read_only=True, data_only=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # a wrong stated size would cut rows off
            rows = [[(c.value, c.data_type) for c in row] for row in sheet.iter_rows()]
            names = list(book.sheetnames)
            book.close()
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise BadInput(
            f"is not a readable Excel workbook ({type(error).__name__})",
            where=path.name,
            mend="Open it in Excel and save it again as .xlsx, or as CSV UTF-8.",
        ) from None
    return names, rows


def _refuse_bomb(path: Path) -> None:
    """BadInput where the file is no zip archive or unzips to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise BadInput(
            "is not a readable Excel workbook (not a zip archive)",
            where=path.name,
            mend="Open it in Excel and save it again as .xlsx, or as CSV UTF-8.",
        ) from None
    if size > MAX_UNZIPPED_BYTES:
        raise BadInput(
            f"unzips to {size:,} bytes, too much for a workbook",
            where=path.name,
            mend="Save it as CSV or Parquet.",
        )


def _rows(
    cells: list[list[Cell]], names: list[str]
) -> tuple[list[list[str | None]], list[int], list[Fault], dict[int, str]]:
    """Rows whose cells are plain values, their numbers, faults, and every row as CSV text."""
    good: list[list[str | None]] = []
    numbers: list[int] = []
    faults: list[Fault] = []
    lines: dict[int, str] = {}
    for number, row in enumerate(cells[1:], start=2):
        values = [_as_text(value) for value, _ in row]
        if not any(values):
            continue
        lines[number] = _line(values[: max(len(names), _last_filled(values))])
        found = list(_cell_faults(number, row, names))
        if found:
            faults += found
            continue
        good.append((values + [None] * len(names))[: len(names)])
        numbers.append(number)
    return good, numbers, faults, lines


def _cell_faults(number: int, row: list[Cell], names: list[str]) -> Iterator[Fault]:
    """Formulas, error values, and values to the right of the last header."""
    for i, (value, kind) in enumerate(row):
        if value is None or value == "":
            continue
        column = names[i] if i < len(names) else f"(column {i + 1})"
        text = shorten(str(value))
        if kind == "f":
            yield Fault(number, column, text, "holds a formula; put its value in its place")
        elif kind == "e":
            yield Fault(number, column, text, "is an error value of a spreadsheet")
        elif i >= len(names):
            yield Fault(number, column, text, "stands in a column without a header")


def _as_text(value: Any) -> str | None:
    """A cell's value as plain text; a whole number loses its `.0`, a midnight its time."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            if value.time() == time():
                return value.date().isoformat()
            return value.replace(microsecond=0).isoformat()
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        case _:
            return str(value).strip() or None


def _last_filled(values: list[str | None]) -> int:
    return max((i for i, value in enumerate(values, 1) if value), default=0)


def _line(values: list[str] | list[str | None]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(["" if v is None else v for v in values])
    return out.getvalue()


def _chosen(lines: dict[int, str], wanted: Collection[int]) -> Mapping[int, str]:
    return {row: lines[row] for row in wanted}


def _sheet_flags(sheet_names: list[str], path: Path) -> tuple[Flag, ...]:
    if len(sheet_names) < 2:
        return ()
    others = ", ".join(repr(name) for name in sheet_names[1:])
    text = f"{path.name}: only its first sheet, {sheet_names[0]!r}, was read; not {others}."
    return (Flag("other_sheets", text),)
