"""This district against others: rates for the same months, and a funnel instead of a league table.

Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185–1202.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import polars as pl

from frith.errors import BadInput, UnknownName
from frith.places import flags as flag
from frith.places.inputs import keyed, need
from frith.places.wording import counted, figure, month_runs
from frith.results import Flag, Interval, Result, Severity, frame_hash, refuse
from frith.stats.funnel import dispersion, overdispersed, poisson_limits, widened
from frith.stats.intervals import rate_interval

METHOD = "funnel plot with exact Poisson limits [Spiegelhalter 2005]"
FEWEST_AREAS = 5
"""With fewer, there is no common rate to be far from."""


def compare_areas(
    counts: pl.DataFrame,
    population: pl.DataFrame,
    *,
    home: str,
    months: Collection[str] | None = None,
    per: float = 1000.0,
    denominator: str = "residents",
) -> Result:
    """Rates of several districts over the same months, and which lie outside the funnel.

    `counts`: `code`, `month` (YYYY-MM), `n`; a row means that the month is held, 0 included.
    `population`: `code`, `n`. `home`: the district all is seen from. `months`: the months to use,
    by default those the home district holds; a district that lacks any of them is left out and
    named, never filled in. Returns a `Result`: value is the home rate over these months per `per`,
    with exact interval; table `areas` (code, count, population, rate, rate_lo, rate_hi, expected,
    lower_95, upper_95, lower_998, upper_998, position: inside, above 95, above 99.8, below 95,
    below 99.8), limits as rates and widened where districts differ more than chance (OVERDISP);
    table `left_out` (code, reason). Areas are in order of code: inside the funnel there is no rank.
    Refuses under five districts. Recording differs between forces: a difference may be that.
    """
    need(counts, ["code", "month", "n"], table="counts")
    held = keyed(counts, table="counts", keys=("code", "month"))
    used = _months_used(held, home=home, months=months)
    frame, left_out = _like(held, keyed(population, table="population"), months=used)
    shared: dict[str, Any] = {
        "parameters": {"home": home, "months": used, "per": per, "denominator": denominator},
        "data_hash": frame_hash(frame),
    }
    if frame.height < FEWEST_AREAS or home not in set(frame["code"]):
        return refuse(
            METHOD,
            Flag(
                "FEW",
                f"A funnel needs {FEWEST_AREAS} districts counted over the same months; "
                f"{counted(frame.height, 'district')} could be used.",
            ),
            tables={"areas": frame, "left_out": left_out},
            **shared,
        )
    areas, phi = _funnel(frame, per=per)
    row = areas.filter(pl.col("code") == home).row(0, named=True)
    return Result(
        method=METHOD,
        value=row["rate"],
        interval=Interval(row["rate_lo"], row["rate_hi"], 0.95, "exact Poisson"),
        flags=_notes(phi, areas.height, left_out),
        sentence=_sentence(row, areas, months=used, per=per, denominator=denominator),
        tables={"areas": areas, "left_out": left_out},
        **shared,
    )


def _months_used(held: pl.DataFrame, *, home: str, months: Collection[str] | None) -> list[str]:
    """The months asked for, or those the home district holds."""
    own = set(held.filter(pl.col("code") == home)["month"])
    if not own:
        raise UnknownName(
            f"{home} is not among the districts counted", where="counts", mend="Check the code."
        )
    used = sorted(own if months is None else set(months))
    missing = [month for month in used if month not in own]
    if missing or not used:
        raise BadInput(
            f"{home} holds no {month_runs(missing) or 'months asked for'}",
            where="counts",
            mend="Ask for months it holds.",
        )
    return used


def _like(
    held: pl.DataFrame, population: pl.DataFrame, *, months: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Districts that hold every month and have people; and those left out, with the reason."""
    added = (
        held.filter(pl.col("month").is_in(months))
        .group_by("code")
        .agg(count=pl.col("n").sum().round().cast(pl.Int64), held=pl.len())
        .join(population.rename({"n": "population"}), on="code", how="left")
        .sort("code")
        .with_columns(
            reason=pl.when(pl.col("held") < len(months))
            .then(pl.lit("lacks some of the months"))
            .when(~(pl.col("population") > 0).fill_null(False))
            .then(pl.lit("population not known"))
        )
    )
    kept = added.filter(pl.col("reason").is_null()).select("code", "count", "population")
    return kept, added.filter(pl.col("reason").is_not_null()).select("code", "reason")


def _funnel(frame: pl.DataFrame, *, per: float) -> tuple[pl.DataFrame, float]:
    """Rates with intervals, limits about the common rate, and where each district lies."""
    events, people = frame["count"].to_numpy().astype(np.float64), frame["population"].to_numpy()
    expected = people * events.sum() / people.sum()
    phi = dispersion(events, expected) if events.sum() > 0 else 1.0
    used = phi if overdispersed(phi, frame.height) else 1.0
    rate, lo, hi = rate_interval(events, people, per=per)
    columns = {"rate": rate, "rate_lo": lo, "rate_hi": hi, "expected": expected}
    for level, name in ((0.95, "95"), (0.998, "998")):
        lower, upper = poisson_limits(expected, level=level)
        columns[f"lower_{name}"] = per * widened(lower, expected, phi=used) / people
        columns[f"upper_{name}"] = per * widened(upper, expected, phi=used) / people
    placed = frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()})
    rate_of = pl.col("rate")
    position = (
        pl.when(rate_of > pl.col("upper_998"))
        .then(pl.lit("above 99.8"))
        .when(rate_of > pl.col("upper_95"))
        .then(pl.lit("above 95"))
        .when(rate_of < pl.col("lower_998"))
        .then(pl.lit("below 99.8"))
        .when(rate_of < pl.col("lower_95"))
        .then(pl.lit("below 95"))
        .otherwise(pl.lit("inside"))
    )
    return placed.with_columns(position=position), used


def _notes(phi: float, areas: int, left_out: pl.DataFrame) -> tuple[Flag, ...]:
    notes = [
        Flag(
            "RECORDING",
            "Forces record differently: a difference between districts may be one of recording.",
            Severity.NOTE,
        )
    ]
    if phi > 1:
        notes.append(flag.overdispersed(phi))
    if not left_out.is_empty():
        notes.append(
            Flag(
                "LEFTOUT",
                f"{counted(left_out.height, 'district').capitalize()} of {areas + left_out.height} "
                "left out for want of the same months or a population.",
            )
        )
    return tuple(notes)


def _sentence(
    row: dict[str, object], areas: pl.DataFrame, *, months: list[str], per: float, denominator: str
) -> str:
    """The home rate and where it lies among the others."""
    lo, hi, rate = (float(str(row[name])) for name in ("rate_lo", "rate_hi", "rate"))
    said = (
        f"{month_runs(months)}: {figure(rate)} recorded events for every {per:,.0f} {denominator} "
        f"({figure(lo)} to {figure(hi)})."
    )
    if row["position"] == "inside":
        return (
            f"{said} Set beside {areas.height - 1} other districts, the difference is no bigger "
            "than districts of this size usually show. Please do not rank them."
        )
    way = "above" if str(row["position"]).startswith("above") else "below"
    clearly = "clearly " if str(row["position"]).endswith("99.8") else ""
    return (
        f"{said} That lies {clearly}{way} the usual range of {areas.height - 1} other districts "
        "for one of this size. Forces record differently, so this is a question, not a verdict."
    )
