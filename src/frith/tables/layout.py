"""What data.police.uk's layouts share: blanks, points, and how rows become declared events."""

from __future__ import annotations

import polars as pl

from frith.tables.declared import TABLES
from frith.tables.points import point_faults
from frith.tables.published import FILE, ROW, Published
from frith.tables.read import empty_frame

PUBLISHER = "data.police.uk"


def refuse_blank(read: Published, *columns: str) -> None:
    """Refuse rows in which one of the columns is blank."""
    for column in columns:
        read.refuse(column, read.frame[column].is_null(), "is blank, and every row needs it")


def read_points(read: Published) -> tuple[pl.Series, pl.Series]:
    """Longitude and latitude in degrees; points that cannot be right are refused."""
    numbers = []
    for column in ("Longitude", "Latitude"):
        number = read.frame[column].cast(pl.Float64, strict=False)
        if not number.is_finite().all():  # text such as nan or inf is no coordinate
            number = number.to_frame("n").select(pl.when(pl.col("n").is_finite()).then("n"))["n"]
        read.refuse(column, number.is_null() & read.frame[column].is_not_null(), "is not a number")
        numbers.append(number)
    longitude, latitude = numbers
    reasons = point_faults(longitude, latitude)
    if reasons.null_count() < reasons.len():
        unread = read.frame["Longitude"].is_null() == longitude.is_null()
        unread &= read.frame["Latitude"].is_null() == latitude.is_null()
        for reason in reasons.drop_nulls().unique().sort():
            bad = (reasons == reason).fill_null(value=False) & unread
            read.refuse("Longitude", bad, reason)
    return longitude.alias("(longitude)"), latitude.alias("(latitude)")


def already_read(rows: pl.DataFrame, fresh: pl.DataFrame) -> pl.DataFrame:
    """Rows that an earlier file had already given."""
    if rows.height == fresh.height:
        return rows.clear().select(FILE, ROW)
    return rows.select(FILE, ROW).join(fresh.select(FILE, ROW), on=[FILE, ROW], how="anti")


def snapped(column: str) -> pl.Expr:
    """`snapped` where there is a point: every point data.police.uk publishes is."""
    return pl.when(pl.col(column).is_not_null()).then(pl.lit("snapped"))


def file_names(read: Published) -> pl.Expr:
    """The name of the file each row stood in."""
    names = pl.Series([raw.path.name for raw in read.raws], dtype=pl.String)
    return pl.lit(names).gather(pl.col(FILE))


def declared_events(frame: pl.DataFrame) -> pl.DataFrame:
    """Every declared column of events, in order."""
    empty = empty_frame(TABLES["events"])
    missing = [pl.lit(None, t).alias(n) for n, t in empty.schema.items() if n not in frame.columns]
    return frame.with_columns(missing).select(empty.columns)


def source_of(force: pl.Series) -> pl.Expr:
    """The source of each row: the publisher and the force."""
    if force.n_unique() == 1:  # one force a download is usual, and a constant costs nothing
        return pl.lit(f"{PUBLISHER}: {force[0]}")
    return pl.lit(f"{PUBLISHER}: ") + pl.col(force.name)


def last_outcomes(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """The outcome each event had when its file was published; when it was decided is not said."""
    return (
        rows.select("event_id", outcome=column)
        .filter(pl.col("outcome").is_not_null())
        .with_columns(decided_on=pl.lit(None, pl.Datetime("us")))
    )
