"""What a scan looks at: cases, what would be expected, and the circles of areas to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from frith.errors import BadInput
from frith.places.geography import Geography
from frith.places.inputs import keyed
from frith.places.kernels import Ints
from frith.places.neighbours import TIE
from frith.places.scan_kernels import CONDITIONAL, EXPECTATION
from frith.stats.intervals import Floats

MAX_SHARE = 0.25
"""Largest share of the people a cluster may hold: half the district is no place to look."""
MAX_AREAS = 500
MAX_DURATION = 0.5
"""Longest window, as a share of the time held."""
ALL_TIME = "all"

Model = Literal["poisson", "permutation", "expectation"]
When = Literal["space", "space-time", "prospective"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Everything a run over real or simulated cases needs; sums run over time."""

    codes: tuple[str, ...]
    periods: list[str]
    cases: Floats
    expected: Floats
    order: Ints
    sizes: Ints
    distance: Floats
    longest: int
    to_the_end: bool
    model: Model

    @property
    def likelihood(self) -> int:
        return EXPECTATION if self.model == "expectation" else CONDITIONAL

    @property
    def total(self) -> int:
        return round(float(self.cases.sum()))


def problem_of(
    counts: pl.DataFrame,
    geography: Geography,
    *,
    population: pl.DataFrame | None,
    expected: pl.DataFrame | None,
    model: Model,
    when: When,
    max_share: float,
    max_areas: int,
    max_radius_m: float | None,
    max_periods: int | None,
) -> Problem:
    """Cases, expected cases and zones, all in order of code and time."""
    timed = "month" in counts.columns and when != "space"
    if when != "space" and not timed:
        raise BadInput("no months", where="counts", mend="Give `month`, or scan space only.")
    periods = counts["month"].unique().sort().to_list() if timed else [ALL_TIME]
    cases = _grid(counts, geography.codes, periods, table="counts")
    due = _expected(
        cases, geography.codes, periods, population=population, expected=expected, model=model
    )
    at_risk = due.sum(axis=1) if model != "permutation" else cases.sum(axis=1)
    order, distance = _order(geography, max_areas)
    sizes = _sizes(order, distance, at_risk, max_share=max_share, max_radius_m=max_radius_m)
    half = max(1, int(len(periods) * MAX_DURATION))
    return Problem(
        codes=geography.codes,
        periods=periods,
        cases=cases,
        expected=due,
        order=order,
        sizes=sizes,
        distance=distance,
        longest=half if max_periods is None else min(max_periods, len(periods)),
        to_the_end=when == "prospective",
        model=model,
    )


def _grid(frame: pl.DataFrame, codes: tuple[str, ...], periods: list[str], *, table: str) -> Floats:
    """A table as areas × periods; one without months is the same in each."""
    timed = "month" in frame.columns and periods != [ALL_TIME]
    row = {code: i for i, code in enumerate(codes)}
    column = {period: j for j, period in enumerate(periods)}
    keys = ("code", "month") if timed else ("code",)
    summed = frame if timed else frame.group_by("code").agg(pl.col("n").sum())
    grid = np.zeros((len(codes), len(periods)))
    for *key, n in keyed(summed, table=table, keys=keys).iter_rows():
        if key[0] not in row:
            raise BadInput(
                f"{key[0]} has no outline or point", where=table, mend="Use one vintage of codes."
            )
        at = slice(None) if not timed else column.get(key[1])
        if at is not None:
            grid[row[key[0]], at] += n
    return grid


def _expected(
    cases: Floats,
    codes: tuple[str, ...],
    periods: list[str],
    *,
    population: pl.DataFrame | None,
    expected: pl.DataFrame | None,
    model: Model,
) -> Floats:
    """What each area and period would have, were nothing there."""
    total = cases.sum()
    if model == "permutation":
        return np.outer(cases.sum(axis=1), cases.sum(axis=0)) / max(total, 1.0)
    if expected is not None:
        due = _grid(expected, codes, periods, table="expected")
        return due if model == "expectation" else due * total / due.sum()
    if model == "expectation" or population is None:
        raise BadInput(
            f"the {model} scan needs {'`expected`' if model == 'expectation' else 'a population'}",
            where="scan",
            mend="Give it, or use the permutation model, which needs none.",
        )
    people = _grid(population, codes, periods, table="population")
    if people.sum() <= 0:
        raise BadInput("nobody lives in these areas", where="population", mend="Check the codes.")
    return total * people / people.sum()


def _order(geography: Geography, max_areas: int) -> tuple[Ints, Floats]:
    """For each area, itself and its nearest in order; equal distances go by code."""
    from scipy.spatial import cKDTree

    points = geography.points
    n = len(points)
    k = min(n, max_areas)
    reach, found = cKDTree(points).query(points, k=k)
    reach, found = np.asarray(reach).reshape(n, k), np.asarray(found).reshape(n, k)
    spacing = float(np.median(reach[:, 1])) if k > 1 else 1.0
    steps = np.round(reach / max(TIE * spacing, 1e-9))
    steps[found == np.arange(n)[:, None]] = -1
    sorting = np.lexsort((found, steps), axis=1)
    return (
        np.take_along_axis(found, sorting, axis=1).astype(np.int32),
        np.take_along_axis(reach, sorting, axis=1),
    )


def _sizes(
    order: Ints,
    distance: Floats,
    at_risk: Floats,
    *,
    max_share: float,
    max_radius_m: float | None,
) -> Ints:
    """How many of its nearest each centre may take."""
    share = np.cumsum(at_risk[order], axis=1) / at_risk.sum()
    allowed = share <= max_share + 1e-12
    if max_radius_m is not None:
        allowed &= distance <= max_radius_m
    stopped = np.where(allowed.all(axis=1), order.shape[1], np.argmin(allowed, axis=1))
    return stopped.astype(np.int32)
