"""A data set written to a folder, so that reading it gives the same tables again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from frith.errors import BadInput, UnknownName
from frith.tables.about import ABOUT_FILE, about_toml
from frith.tables.dataset import About
from frith.tables.declare import Kind, Table
from frith.tables.declared import TABLES

FORMATS = ("parquet", "csv", "csv.gz")


def write_dataset(
    folder: Path,
    *,
    about: About,
    tables: Mapping[str, pl.DataFrame],
    outlines: Mapping[str, Mapping[str, Any]] | None = None,
    format: str = "parquet",
) -> list[Path]:
    """Write `dataset.toml`, one file a table and one GeoJSON file a set of outlines.

    `format` is parquet, csv or csv.gz. Derived columns are written too and read back as they
    were. A table that is also in `outlines` is written as GeoJSON only. Returns the files.
    Raises UnknownName for a table or format that does not exist, BadInput for a frame that lacks
    a required column.
    """
    outlines = outlines or {}
    if format not in FORMATS:
        raise UnknownName(f"no format {format!r}", mend=f"Known are {', '.join(FORMATS)}.")
    for name in (*tables, *outlines):
        if name not in TABLES:
            raise UnknownName(f"there is no table {name!r}", mend=f"Known are {', '.join(TABLES)}.")
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write_text(folder / ABOUT_FILE, about_toml(about))]
    for name, frame in tables.items():
        if name in outlines:
            continue
        written.append(_write_table(folder / f"{name}.{format}", frame, TABLES[name]))
    for name, collection in outlines.items():
        text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"), default=str)
        written.append(_write_text(folder / f"{name}.geojson", text))
    return written


def _write_text(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def _write_table(path: Path, frame: pl.DataFrame, table: Table) -> Path:
    """One frame in its declared order; columns that are wholly blank are left out."""
    capture = table.name == "lists" and "count" in frame.columns
    names = frame.columns if capture else [n for n in table.names if n in frame.columns]
    lacking = [] if capture else [n for n in table.required if n not in names]
    if lacking:
        raise BadInput(f"the frame for {table.name} lacks {', '.join(lacking)}", where=path.name)
    full = frame.select(
        n for n in names if n in table.required or capture or frame[n].null_count() < frame.height
    )
    if path.suffix == ".parquet":
        full.write_parquet(path, compression="zstd")
        return path
    text = full.select(_as_written(n, table, full) for n in full.columns)
    if path.name.endswith(".gz"):
        with gzip.GzipFile(path, "wb", mtime=0) as out:  # no date: same table, same bytes
            out.write(text.write_csv().encode())
    else:
        text.write_csv(path)
    return path


def _as_written(name: str, table: Table, frame: pl.DataFrame) -> pl.Expr:
    """A column as CSV text; a moment no more precise than it is."""
    value = pl.col(name)
    dtype = frame.schema[name]
    if name not in table.names or table.column(name).kind is not Kind.MOMENT:
        return value
    if not isinstance(dtype, pl.Datetime):
        return value
    month, day = value.dt.strftime("%Y-%m"), value.dt.strftime("%Y-%m-%d")
    minute = value.dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
    midnight = value.dt.time() == pl.time(0, 0)
    if name == "occurred_from" and "date_precision" in frame.columns:
        stated = pl.col("date_precision")
        return (
            pl.when(stated == "month")
            .then(month)
            .when((stated == "day") | (stated.is_null() & midnight))
            .then(day)
            .otherwise(minute)
            .alias(name)
        )
    return pl.when(midnight).then(day).otherwise(minute).alias(name)
