"""Rates by area: counts, crude rates with exact intervals, and rates that borrow strength."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.places import flags as flag
from frith.places.inputs import Aligned, align
from frith.places.neighbours import Neighbours
from frith.places.wording import counted, figure
from frith.results import Flag, Interval, Result, frame_hash
from frith.stats.empirical_bayes import marshall_global, marshall_local
from frith.stats.intervals import Floats, rate_interval

METHOD = "crude rates with exact Poisson intervals; empirical-Bayes smoothing [Marshall 1991]"


def area_rates(
    counts: pl.DataFrame,
    population: pl.DataFrame | None,
    *,
    per: float = 1000.0,
    denominator: str = "residents",
    neighbours: Neighbours | None = None,
) -> Result:
    """Count, rate, exact 95% interval and smoothed rate of every area.

    `counts`: `code`, `n` (events). `population`: `code`, `n` (of whatever `denominator` names), or
    None where no denominator fits; it drives the list, so an area without events is there with 0.
    `per`: the unit of the rate. `neighbours`: adds a rate smoothed towards each area's own
    surroundings. Returns a `Result` whose value is the rate of the whole and whose table `areas`
    holds code, count, population, rate, rate_lo, rate_hi, smoothed (and smoothed_local), flags (a
    list of codes). An area without a usable population has no rate and the flag DENOM. Raises
    `BadInput` for missing columns, repeats, gaps or negatives. Residents mislead in town centres.
    Do not rank the crude rates of small areas. Source: Garwood (1936); Marshall (1991).
    """
    data = align(counts, population)
    rate, lo, hi = rate_interval(data.count, data.population, per=per)
    columns: dict[str, object] = {
        "code": data.codes,
        "count": np.round(data.count).astype(np.int64),
        "population": data.population,
        "rate": rate,
        "rate_lo": lo,
        "rate_hi": hi,
        "smoothed": per * marshall_global(data.count, data.population),
        "flags": _area_flags(data),
    }
    if neighbours is not None:
        columns["smoothed_local"] = per * _local(data, neighbours)
    areas = pl.DataFrame(
        columns, schema_overrides={"code": pl.String, "flags": pl.List(pl.String)}
    ).with_columns(pl.selectors.float().fill_nan(None))
    return _result(data, areas, per=per, denominator=denominator, given=population is not None)


def _result(
    data: Aligned, areas: pl.DataFrame, *, per: float, denominator: str, given: bool
) -> Result:
    """The whole's rate, what to know of it, and the table."""
    with_rate = ~np.isnan(data.population)
    people = float(data.population[with_rate].sum())
    value, interval, sentence = None, None, ""
    total = float(data.count.sum())
    areas_said = counted(len(data.codes), "area")
    part = "" if with_rate.all() else f" in the {with_rate.sum():,} areas where that is known"
    if people > 0:
        whole, lo, hi = rate_interval(data.count[with_rate].sum(), people, per=per)
        value, interval = float(whole), Interval(float(lo), float(hi), 0.95, "exact Poisson")
        sentence = (
            f"{total:,.0f} recorded events in {areas_said}: "
            f"{figure(value)} for every {per:,.0f} {denominator}{part} "
            f"({figure(interval.lo)} to {figure(interval.hi)})."
        )
    else:
        sentence = (
            f"{total:,.0f} recorded events in {areas_said}. "
            f"No rate: the number of {denominator} is not known."
        )
    return Result(
        method=METHOD,
        value=value,
        interval=interval,
        parameters={"per": per, "denominator": denominator if given else "none"},
        data_hash=frame_hash(areas.select("code", "count", "population")),
        flags=_flags(data, areas, denominator=denominator, given=given),
        sentence=sentence,
        tables={"areas": areas},
    )


def _area_flags(data: Aligned) -> list[list[str]]:
    """DENOM where there is no population, SMALL where there are 1 to 4 events."""
    return [
        (["DENOM"] if np.isnan(people) else []) + (["SMALL"] if 0 < n < flag.SMALL_COUNT else [])
        for n, people in zip(data.count, data.population, strict=True)
    ]


def _flags(
    data: Aligned, areas: pl.DataFrame, *, denominator: str, given: bool
) -> tuple[Flag, ...]:
    found: list[Flag] = []
    if not given:
        found.append(flag.no_denominator((), denominator))
    elif data.without_population:
        found.append(flag.no_denominator(data.without_population, denominator))
    if data.unknown:
        events = float(sum(data.count[[data.codes.index(code) for code in data.unknown]]))
        found.append(flag.unmatched(data.unknown, "the population", events))
    if given and denominator == "residents":
        found.append(flag.resident_note(denominator))
    small = areas.filter(pl.col("flags").list.contains("SMALL")).height
    if small:
        found.append(flag.small(small))
    return tuple(found)


def _local(data: Aligned, neighbours: Neighbours) -> Floats:
    """Smoothed within the neighbourhood; NaN for an area the neighbours do not know."""
    outlined = set(neighbours.codes)
    at = np.asarray([i for i, code in enumerate(data.codes) if code in outlined], dtype=np.int64)
    smoothed = np.full(len(data.codes), np.nan)
    rows = neighbours.onto([data.codes[int(i)] for i in at]).rows()
    smoothed[at] = marshall_local(data.count[at], data.population[at], rows)
    return smoothed
