"""Files that were found and what each is; reading one as a table, with every refused row told."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

import polars as pl

from frith.errors import BadInput
from frith.sources.catalogue import Source
from frith.tables.report import REFUSAL_SCHEMA, TableReport
from frith.tables.stream import MAX_TEXT_BYTES

REFUSALS_KEPT = 1000
"""Refused rows listed for one file; all are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file known to hold `source`; `columns` maps each field to the header it stands under."""

    path: Path
    source: Source
    columns: Mapping[str, str] = field(default_factory=dict)
    all_columns: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = ""
    retrieved_on: date | None = None

    @property
    def name(self) -> str:
        """The file's name, for a person."""
        return self.path.name


def read_bytes(path: Path) -> bytes:
    """A file's bytes, unpacked where it is gzipped or a zip holding one file."""
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as handle:
                return bounded(handle, path)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as handle:
                return bounded(handle, path)
        return path.read_bytes()
    except (OSError, EOFError, zipfile.BadZipFile, IndexError) as error:
        raise BadInput(
            f"it cannot be unpacked ({error})",
            where=str(path),
            mend="It may have been cut off on its way: fetch it again.",
        ) from error


def bounded(handle: IO[bytes] | gzip.GzipFile, path: Path) -> bytes:
    """What a packed file holds, unless it is more than any published table could be."""
    body = handle.read(MAX_TEXT_BYTES + 1)
    if len(body) > MAX_TEXT_BYTES:
        raise BadInput(
            f"it unpacks to more than {MAX_TEXT_BYTES:,} bytes",
            where=str(path),
            mend="Check where it came from.",
        )
    return body


def read_geojson(found: Found) -> list[Mapping[str, Any]]:
    """The features of a GeoJSON file."""
    try:
        features = json.loads(read_bytes(found.path))["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "it is not a GeoJSON feature collection", where=str(found.path), mend="Fetch it again."
        ) from error
    return list(features)


def read_table(
    found: Found, types: Mapping[str, type[pl.DataType]], *, table: str
) -> tuple[pl.DataFrame, TableReport]:
    """The named fields of a CSV file as a frame, and the account of what was refused.

    `types` maps each field to its Polars type. A row with a blank or unreadable value in any of
    them is refused: these are published tables, in which a gap means that the file was damaged.
    Returns the frame (fields in the order of `types`) and the report.
    """
    raw = pl.read_csv(
        read_bytes(found.path),
        columns=[found.columns[name] for name in types],
        infer_schema=False,
        encoding="utf8-lossy",
    ).select(
        pl.col(found.columns[name]).str.strip_chars().replace("", None).alias(name)
        for name in types
    )
    cast = raw.select(
        pl.col(name).str.replace_all(",", "").cast(kind, strict=False)
        if kind in (pl.Int64, pl.Float64)
        else pl.col(name)
        for name, kind in types.items()
    )
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in types)
    accepted = cast.filter(whole)
    return accepted, TableReport(
        table=table,
        file=found.name,
        rows=raw.height,
        accepted=accepted.height,
        refusals=_refusals(raw, cast, found) if accepted.height < raw.height else _none_refused(),
    )


def retrieved(path: Path) -> date:
    """The day the file came to where it lies: the date it carries there."""
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()


def _none_refused() -> pl.DataFrame:
    return pl.DataFrame(schema=REFUSAL_SCHEMA)


def _refusals(raw: pl.DataFrame, cast: pl.DataFrame, found: Found) -> pl.DataFrame:
    """One row per fault: row number (the header is row 1), column, value, reason."""
    numbered = raw.with_row_index("row", offset=2)
    faults = [
        numbered.filter(cast[name].is_null()).select(
            pl.col("row").cast(pl.Int64),
            pl.lit(found.columns[name]).alias("column"),
            pl.col(name).fill_null("").alias("value"),
            pl.when(pl.col(name).is_null())
            .then(pl.lit("blank, and it may not be"))
            .otherwise(pl.lit("not a number"))
            .alias("reason"),
        )
        for name in cast.columns
    ]
    return pl.concat(faults).sort("row").head(REFUSALS_KEPT)
