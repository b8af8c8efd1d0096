"""Reading what is handed in: counts and populations by area, checked and put in one order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.errors import BadInput
from frith.stats.intervals import Floats


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """Areas in order of code: events and population, and what did not match.

    `count` holds 0 for an area of the population that no count names; `population` holds NaN for
    an area that no population names (or has none in it).
    """

    codes: tuple[str, ...]
    count: Floats
    population: Floats
    without_population: tuple[str, ...]
    unknown: tuple[str, ...]
    """Codes counted that the population does not know; their events are kept, their rate is not."""


def need(frame: pl.DataFrame, columns: Sequence[str], *, table: str) -> None:
    """Raise `BadInput` where a column is missing."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise BadInput(
            f"column {', '.join(missing)} missing",
            where=table,
            mend=f"It needs {', '.join(columns)}.",
        )


def keyed(
    frame: pl.DataFrame, *, table: str, keys: Sequence[str] = ("code",), value: str = "n"
) -> pl.DataFrame:
    """`keys` and `value` (as a float), checked, sorted by the keys; repeats and negatives refused.

    Raises `BadInput` naming the first offender. A null value is refused too: a gap is not a zero.
    """
    need(frame, [*keys, value], table=table)
    taken = frame.select(*keys, pl.col(value).cast(pl.Float64)).sort(*keys)
    for fault, why, mend in (
        (pl.any_horizontal(pl.col(*keys).is_null()), "a blank code", "Fill or leave out the row."),
        (pl.struct(*keys).is_duplicated(), "more than one row", "Add them up first."),
        (
            pl.col(value).is_null() | pl.col(value).is_nan(),
            "no number",
            "Leave the row out; a gap is not a zero.",
        ),
        (pl.col(value) < 0, "a negative number", "Counts are 0 or more."),
    ):
        found = taken.filter(fault)
        if not found.is_empty():
            row = " ".join(str(part) for part in found.select(*keys).row(0))
            raise BadInput(f"{row} has {why}", where=table, mend=mend)
    return taken


def align(counts: pl.DataFrame, population: pl.DataFrame | None) -> Aligned:
    """Counts beside populations, in order of code; the population drives the list of areas."""
    events = keyed(counts, table="counts")
    people = (
        events.select("code", n=pl.lit(None, dtype=pl.Float64))
        if population is None
        else keyed(population, table="population")
    )
    both = (
        people.rename({"n": "population"})
        .join(events.rename({"n": "count"}), on="code", how="full", coalesce=True)
        .sort("code")
        .with_columns(
            pl.col("count").fill_null(0.0),
            pl.when(pl.col("population") > 0).then("population").alias("population"),
        )
    )
    strangers = events.join(people, on="code", how="anti")["code"].to_list()
    return Aligned(
        codes=tuple(both["code"]),
        count=both["count"].to_numpy().astype(np.float64),
        population=both["population"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        without_population=tuple(both.filter(pl.col("population").is_null())["code"]),
        unknown=tuple(strangers),
    )


def totals(frame: pl.DataFrame, *, keys: Sequence[str] = ("code",)) -> pl.DataFrame:
    """Counts added up over everything but `keys`."""
    return frame.group_by(*keys).agg(pl.col("n").sum()).sort(*keys)
