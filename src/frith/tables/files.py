"""One way in for every file format that holds rows: CSV, Parquet and Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.tables.csv_text import read_csv
from frith.tables.raw import Raw, check_header
from frith.tables.sheets import read_sheet
from frith.tables.stream import MAX_TEXT_BYTES

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".xlsx", ".geojson")
"""File name endings that a dataset's tables may have."""


def suffix_of(path: Path) -> str:
    """The file's declared ending, or nothing where it has none of them."""
    return next((s for s in SUFFIXES if path.name.lower().endswith(s)), "")


def stem_of(path: Path) -> str:
    """The file's name without its declared ending: the table's name."""
    suffix = suffix_of(path)
    return path.name[: -len(suffix)] if suffix else path.stem


def read_raw(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> Raw:
    """The rows of a CSV, Parquet or Excel file; BadInput where it cannot be read as one."""
    if path.is_dir():
        raise BadInput("is a folder, not a file", where=path.name, mend="Name a file.")
    if not path.exists():
        raise BadInput("there is no such file", where=str(path))
    match suffix_of(path):
        case ".csv" | ".csv.gz":
            return read_csv(path, max_bytes=max_bytes)
        case ".parquet":
            return _read_parquet(path)
        case ".xlsx":
            return read_sheet(path)
        case _:
            raise BadInput(
                "is not a kind of file that holds a table",
                where=path.name,
                mend=f"Use one of {', '.join(SUFFIXES)}.",
            )


def _read_parquet(path: Path) -> Raw:
    """A Parquet file; its columns keep their types, and nested ones are refused."""
    try:
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise BadInput(
            f"is not a readable Parquet file ({_first_line(error)})", where=path.name
        ) from None
    names = check_header(frame.columns, path=path)
    frame.columns = names
    for name, dtype in frame.schema.items():
        if dtype.is_nested() or dtype == pl.Binary:
            raise BadInput(
                f"the column {name!r} holds {dtype}, not one value a row",
                where=path.name,
                mend="Store it as text, a number or a date.",
            )
    decoded = [
        pl.col(n).cast(pl.String)
        for n, t in frame.schema.items()
        if t in (pl.Categorical, pl.Enum) or isinstance(t, pl.Categorical | pl.Enum)
    ]
    frame = frame.with_columns(decoded)
    return Raw(
        path=path,
        frame=frame,
        rows=pl.Series("row", range(2, frame.height + 2), pl.Int64),
        header_line=csv_line(names),
        lines=lambda wanted: _frame_lines(frame, wanted),
    )


def _frame_lines(frame: pl.DataFrame, wanted: Collection[int]) -> Mapping[int, str]:
    """Wanted rows as comma-separated text."""
    at = sorted(wanted)
    rows = frame[[row - 2 for row in at]].iter_rows() if at else iter(())
    return {row: csv_line(values) for row, values in zip(at, rows, strict=True)}


def csv_line(values: Iterable[object] | Sequence[str]) -> str:
    """Values as one line of CSV without its line end; None is blank."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(
        ["" if value is None else str(value) for value in values]
    )
    return out.getvalue()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
