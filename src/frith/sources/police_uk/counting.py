"""Street files of every force counted by force, district, month and type, for comparing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable

import polars as pl

from frith.errors import BadInput
from frith.sources.folder import PoliceFile
from frith.sources.found import Found, bounded, read_bytes, read_table
from frith.tables.report import TableReport

COLUMNS = {
    "month": "Month",
    "force": "Reported by",
    "lsoa_name": "LSOA name",
    "crime_type": "Crime type",
}
COUNTED = ("month", "force", "district", "crime_type", "n")


def count_street(
    files: Iterable[PoliceFile], *, say: Callable[[str], None] = lambda _text: None
) -> tuple[pl.DataFrame, TableReport]:
    """Crimes by month, force, district (as in the LSOA's name) and type, from street files.

    Rows without an LSOA lie in no district and are not counted; rows without a month, a force or a
    type are refused. Nothing of a single crime is kept.
    """
    parts: list[pl.DataFrame] = []
    rows = refused = number = 0
    for file in files:
        say(f"Counting {file.name}")
        read = _read(file)
        whole = read.drop_nulls(["month", "force", "crime_type"])
        rows, refused, number = rows + read.height, refused + read.height - whole.height, number + 1
        parts.append(
            whole.drop_nulls("lsoa_name")
            .with_columns(district=district_in_name("lsoa_name"))
            .group_by(COUNTED[:-1])
            .agg(pl.len().cast(pl.Int64).alias("n"))
        )
    counted = pl.concat(parts).group_by(COUNTED[:-1]).agg(pl.col("n").sum()).sort(COUNTED)
    return counted.select(COUNTED), TableReport(
        table="counts", file=f"{number} street files", rows=rows, accepted=rows - refused
    )


def read_counts(found: Found) -> tuple[pl.DataFrame, TableReport]:
    """Counts that somebody made already: the same columns, from one file."""
    types: dict[str, type[pl.DataType]] = dict.fromkeys(COUNTED, pl.String)
    return read_table(found, types | {"n": pl.Int64}, table="counts")


def district_in_name(column: str) -> pl.Expr:
    """The district in an LSOA's name, as of 2021: Carlisle in "Carlisle 001A"."""
    return pl.col(column).str.replace(r" \d{3}[A-Z]+$", "")


def _read(file: PoliceFile) -> pl.DataFrame:
    try:
        if file.member:
            with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as handle:
                body = bounded(handle, file.path)
        else:
            body = read_bytes(file.path)
        return pl.read_csv(body, columns=list(COLUMNS.values()), infer_schema=False).select(
            pl.col(header).replace("", None).alias(name) for name, header in COLUMNS.items()
        )
    except (zipfile.BadZipFile, pl.exceptions.PolarsError) as error:
        raise BadInput(
            "it is not a whole street file", where=file.name, mend="Fetch it again."
        ) from error
