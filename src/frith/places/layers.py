"""Layers of a map: one series of counts (or harm) over the areas, made ready for a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.errors import BadInput
from frith.places import flags as flag
from frith.places.inputs import keyed
from frith.results import Flag, Severity
from frith.stats.empirical_bayes import marshall_global, standardised_rate
from frith.stats.intervals import Floats, rate_interval

SERIES = "series"
ONE_SERIES = "All"
UNEQUAL = 3.0
"""Populations further apart than this make a map of counts a map of people."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layer:
    """One series over the areas, in order of code.

    `x` is what is tested: how far each area lies from what its population would give, in units that
    are alike for large and small areas. `reason` says why the layer cannot be tested, if so.
    """

    name: str
    count: Floats
    population: Floats
    variance: Floats | None
    x: Floats
    usable: npt.NDArray[np.bool_]
    reason: Flag | None = None
    largest_share: float | None = None
    notes: tuple[Flag, ...] = field(default=())

    @property
    def total(self) -> float:
        """Everything counted."""
        return float(self.count.sum())

    @property
    def expected(self) -> Floats:
        """What each area would have at the common rate; the mean where there is no rate."""
        if np.isnan(self.population).all():
            return np.full(self.count.size, self.total / max(self.count.size, 1))
        held = ~np.isnan(self.population)
        return self.population * self.count[held].sum() / self.population[held].sum()

    def frame(self, codes: list[str], *, per: float) -> pl.DataFrame:
        """What was recorded and expected, area by area, with intervals and flags."""
        rate, lo, hi = rate_interval(self.count, self.population, per=per)
        if self.variance is not None:  # harm: the interval of its days, not of a count
            lo, hi = self._harm_limits(per=per)
        flags = [
            (["DENOM"] if not usable else []) + (["SMALL"] if 0 < n < flag.SMALL_COUNT else [])
            for n, usable in zip(self.count, self.usable, strict=True)
        ]
        columns = {
            "count": self.count,
            "expected": self.expected,
            "rate": rate,
            "rate_lo": lo,
            "rate_hi": hi,
            "smoothed": per * marshall_global(self.count, self.population),
        }
        return pl.DataFrame(
            {SERIES: [self.name] * len(codes), "code": codes, **columns, "flags": flags},
            schema_overrides={
                SERIES: pl.String,
                "code": pl.String,
                "flags": pl.List(pl.String),
            },
        ).with_columns(pl.selectors.float().fill_nan(None))

    def _harm_limits(self, *, per: float) -> tuple[Floats, Floats]:
        """Days ± 1.96·√(Σ days²·count), over the population."""
        half = 1.96 * np.sqrt(self.variance if self.variance is not None else 0.0)
        lo = np.maximum(self.count - half, 0.0)
        return per * lo / self.population, per * (self.count + half) / self.population


def layers_of(
    counts: pl.DataFrame,
    population: pl.DataFrame | None,
    *,
    codes: list[str],
    kind: Literal["rate", "count"],
) -> list[Layer]:
    """Every series of `counts` over `codes`, zeros where nothing was counted.

    Raises `BadInput` where a count lies in a code that has no outline, or a rate map is asked for
    without a population.
    """
    if population is None and kind == "rate":
        raise BadInput(
            "a rate map needs a population",
            where="population",
            mend="Give one, or ask for a count map by name.",
        )
    named = (
        counts
        if SERIES in counts.columns
        else counts.with_columns(pl.lit(ONE_SERIES).alias(SERIES))
    )
    keyed(named, table="counts", keys=(SERIES, "code"))
    strangers = sorted(set(named["code"]) - set(codes))
    if strangers:
        raise BadInput(
            f"{len(strangers)} areas counted have no outline, {strangers[0]} among them",
            where="counts",
            mend="Use counts and outlines of one vintage.",
        )
    people = _people(population, codes)
    return [
        _layer(name, named.filter(pl.col(SERIES) == name), people, codes=codes, kind=kind)
        for name in named[SERIES].unique(maintain_order=True).sort().to_list()
    ]


def _people(population: pl.DataFrame | None, codes: list[str]) -> Floats:
    """Population in order of code; NaN where there is none."""
    if population is None:
        return np.full(len(codes), np.nan)
    held = dict(keyed(population, table="population").rows())
    people = np.array([held.get(code) or np.nan for code in codes], dtype=np.float64)
    return np.where(people > 0, people, np.nan)


def _layer(
    name: str,
    mine: pl.DataFrame,
    people: Floats,
    *,
    codes: list[str],
    kind: Literal["rate", "count"],
) -> Layer:
    count = _column(mine, "n", codes)
    variance = _column(mine, "variance", codes) if "variance" in mine.columns else None
    harm = variance is not None and bool(np.any(variance > 0))
    events = _column(mine, "events", codes) if harm and "events" in mine.columns else count
    usable = np.ones(len(codes), dtype=bool) if kind == "count" else ~np.isnan(people)
    notes: list[Flag] = []
    if kind == "count":
        x, counted_notes = count.copy(), _count_map(people)
        notes += counted_notes
    elif harm and variance is not None:
        x = _harm_residual(count, variance, people)
    else:
        x = standardised_rate(count, people)
    reason = _too_thin(name, events[usable])
    if kind == "rate" and not usable.all():
        missing = [code for code, good in zip(codes, usable, strict=True) if not good]
        note = flag.no_denominator(missing, "a population")
        if usable.any():
            notes.append(note)
        else:
            reason = note
    share = None
    if "largest" in mine.columns and count.sum() > 0 and harm:
        share = float(_column(mine, "largest", codes).max() / count.sum())
        if share > flag.ONE_EVENT_SHARE:
            notes.append(flag.one_event(name, share))
    return Layer(
        name=name,
        count=count,
        population=people,
        variance=variance if harm else None,
        x=x,
        usable=usable,
        reason=reason,
        largest_share=share,
        notes=tuple(notes),
    )


def _column(mine: pl.DataFrame, name: str, codes: list[str]) -> Floats:
    """A column in order of code, 0 where a code has no row or a blank."""
    held = dict(mine.select("code", pl.col(name).cast(pl.Float64).fill_null(0.0)).rows())
    return np.array([held.get(code, 0.0) for code in codes], dtype=np.float64)


def _harm_residual(harm: Floats, variance: Floats, people: Floats) -> Floats:
    """(H − E) ÷ √(variance of harm at the common rate): alike for large and small areas."""
    held = ~np.isnan(people)
    total = people[held].sum()
    expected = people * harm[held].sum() / total
    spread = np.sqrt(people * variance[held].sum() / total)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, (harm - expected) / spread, 0.0) + 0 * people


def _too_thin(name: str, events: Floats) -> Flag | None:
    """SPARSE where there are too few events for any verdict."""
    if events.sum() < flag.SPARSE_TOTAL or events.sum() / max(events.size, 1) < flag.SPARSE_MEAN:
        return flag.sparse(name, float(events.sum()), events.size)
    return None


def _count_map(people: Floats) -> list[Flag]:
    """COUNTMAP: what a map of counts shows where populations differ."""
    known = people[~np.isnan(people)]
    if known.size and known.max() / known.min() > UNEQUAL:
        ratio = f"up to {known.max() / known.min():.0f} to 1 here"
        return [Flag("COUNTMAP", f"A map of counts: part of it is where people live ({ratio}).")]
    return [Flag("COUNTMAP", "A map of counts, not of rates.", Severity.NOTE)]
