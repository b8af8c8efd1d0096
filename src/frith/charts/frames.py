"""What a picture asks of its table: the columns it needs, said plainly when they are missing."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from frith.errors import Fault


def need(frame: pl.DataFrame, *columns: str, picture: str) -> None:
    """Raise `Fault` naming the columns that are missing."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        held = ", ".join(frame.columns) or "none"
        raise Fault(f"{picture}: no column {', '.join(missing)} (the table has {held})")


def closed(values: Iterable[str | None], allowed: Iterable[str], *, picture: str) -> None:
    """Raise `Fault` naming the values that are not on the list."""
    allowed = tuple(allowed)
    strange = sorted({str(value) for value in values} - set(allowed))
    if strange:
        raise Fault(f"{picture}: {', '.join(strange)} is none of {', '.join(allowed)}")


def unique(frame: pl.DataFrame, *columns: str, picture: str) -> None:
    """Raise `Fault` where two rows would be drawn in one place."""
    repeated = frame.group_by(columns).len().filter(pl.col("len") > 1)
    if repeated.height:
        first = " ".join(str(value) for value in repeated.sort(columns).row(0)[:-1])
        raise Fault(f"{picture}: {first} stands in more than one row")


def numbers(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The columns as floats, with NaN and infinity as null: all are drawn as "no data"."""
    return frame.with_columns(
        pl.when(pl.col(column).cast(pl.Float64).is_finite())
        .then(pl.col(column).cast(pl.Float64))
        .alias(column)
        for column in columns
        if column in frame.columns
    )
