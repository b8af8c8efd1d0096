"""Scan statistic: is there a cluster, where, when, and could chance have made it?

Sources: Kulldorff (1997), "A spatial scan statistic", Communications in Statistics 26, 1481–1496;
Kulldorff (2001), JRSS A 164, 61–72 (prospective space-time); Kulldorff and others (2005), PLoS
Medicine 2, e59 (space-time permutation); Neill (2009) (expectation-based).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.places import flags as flag
from frith.places.geography import Geography
from frith.places.scan_kernels import SIDE_BY_SIDE, best_zone, highest
from frith.places.scan_problem import (
    ALL_TIME,
    MAX_AREAS,
    MAX_SHARE,
    Model,
    Problem,
    When,
    problem_of,
)
from frith.places.wording import capital, counted, figure, month_name
from frith.results import Flag, Interval, Result, Severity, frame_hash, refuse
from frith.stats.intervals import Floats, poisson_interval

METHOD = "scan statistic, Monte Carlo [Kulldorff 1997, 2001, 2005]"
DRAWS = 999
CLUSTERS = 5
ALPHA = 0.05


def scan(
    counts: pl.DataFrame,
    *,
    geography: Geography,
    rng: np.random.Generator,
    population: pl.DataFrame | None = None,
    expected: pl.DataFrame | None = None,
    model: Model = "poisson",
    when: When = "space",
    max_share: float = MAX_SHARE,
    max_areas: int = MAX_AREAS,
    max_radius_m: float | None = None,
    max_periods: int | None = None,
    draws: int = DRAWS,
    looks: int = 1,
) -> Result:
    """The most likely cluster and those beside it, each with the chance of one as strong anywhere.

    `counts`: `code`, `n`, and `month` for windows of time (any labels that sort in order of time).
    `model`: "poisson" sets counts against `population` (`code`, `n`, optionally `month`) or
    `expected`; "permutation" needs neither and shuffles dates among events, for when no denominator
    fits; "expectation" sets counts against `expected` (`code`, `month`, `n`) as it stands, without
    forcing the totals to agree. `when`: circles ("space"), cylinders over any time ("space-time"),
    or only those that last until now ("prospective"). `looks`: how many times this prospective scan
    has been run. Zones are each area with its nearest, up to `max_share` of the people, `max_areas`
    and `max_radius_m`; windows up to half the time held or `max_periods`.

    Returns a `Result`: value is the likelihood ratio of the best cluster; table `clusters` (rank,
    centre, areas, radius_m, first, last, observed, expected, ratio, ratio_lo, ratio_hi, llr, p,
    recurrence in periods for prospective scans); table `members` (rank, code). Clusters do not
    overlap. p is (1 + as strong) ÷ (draws + 1), against the strongest anywhere in each draw.
    Refuses under 30 events. Raises `BadInput` where the model lacks what it needs. A cluster is a
    question to ask of a place, not a finding about who lives there. Sources: see module.
    """
    problem = problem_of(
        counts,
        geography,
        population=population,
        expected=expected,
        model=model,
        when=when,
        max_share=max_share,
        max_areas=max_areas,
        max_radius_m=max_radius_m,
        max_periods=max_periods,
    )
    parameters = {
        "model": model,
        "when": when,
        "max_share": max_share,
        "max_areas": max_areas,
        "max_radius_m": max_radius_m,
        "longest": problem.longest,
        "draws": draws,
        "looks": looks,
        "zones": int(problem.sizes.sum()),
    }
    shared: dict[str, Any] = {"parameters": parameters, "data_hash": frame_hash(counts)}
    if problem.total < flag.SPARSE_TOTAL:
        reason = flag.sparse("Scan", problem.total, len(problem.codes))
        return refuse(METHOD, reason, **shared)
    found = _clusters(problem)
    maxima = _simulate(problem, rng=rng, draws=draws)
    clusters, members = _table(problem, found, maxima, when=when)
    top = clusters.row(0, named=True) if clusters.height else None
    ratio = (
        Interval(top["ratio_lo"], top["ratio_hi"], 0.95, "exact Poisson, chosen zone")
        if top
        else None
    )
    return Result(
        method=METHOD,
        value=top["llr"] if top else 0.0,
        interval=ratio,
        flags=_notes(when, looks),
        sentence=_sentence(clusters, problem, when=when),
        tables={"clusters": clusters, "members": members},
        **shared,
    )


def _clusters(problem: Problem) -> list[tuple[float, int, int, int, int]]:
    """The best cluster, then the best that shares no area with those before."""
    used = np.zeros(len(problem.codes), dtype=np.bool_)
    cases, due = problem.cases.cumsum(axis=1), problem.expected.cumsum(axis=1)
    found = []
    for _ in range(CLUSTERS):
        best = best_zone(
            cases,
            due,
            problem.order,
            problem.sizes,
            used=used,
            longest=problem.longest,
            to_the_end=problem.to_the_end,
            model=problem.likelihood,
        )
        if best[0] <= 0:
            break
        found.append(best)
        used[problem.order[best[1], : best[2]]] = True
    return found


def _simulate(problem: Problem, *, rng: np.random.Generator, draws: int) -> Floats:
    """The strongest cluster anywhere in each of `draws` sets of cases with nothing there."""
    due = problem.expected.cumsum(axis=1)
    maxima = []
    for start in range(0, draws, SIDE_BY_SIDE):
        drawn = _drawn(problem, rng, SIDE_BY_SIDE)
        maxima.append(
            highest(
                np.ascontiguousarray(drawn.cumsum(axis=1), dtype=np.int32),
                due,
                problem.order,
                problem.sizes,
                total=problem.total,
                longest=problem.longest,
                to_the_end=problem.to_the_end,
                model=problem.likelihood,
            )[: draws - start]
        )
    return np.concatenate(maxima)


def _drawn(problem: Problem, rng: np.random.Generator, sets: int) -> npt.NDArray[np.int64]:
    """Areas × periods × sets of simulated cases."""
    shape = problem.cases.shape
    if problem.model == "permutation":
        return _shuffled(problem, rng, sets)
    if problem.model == "expectation":
        return rng.poisson(problem.expected[..., None], size=(*shape, sets))
    share = problem.expected.ravel() / problem.expected.sum()
    drawn = rng.multinomial(problem.total, share, size=sets)
    return drawn.T.reshape(*shape, sets)


def _shuffled(problem: Problem, rng: np.random.Generator, sets: int) -> npt.NDArray[np.int64]:
    """Dates dealt out anew among the events, so that areas and periods keep their totals."""
    areas, periods = problem.cases.shape
    whole = problem.cases.round().astype(np.int64)
    area = np.repeat(np.arange(areas), whole.sum(axis=1))
    period = np.repeat(np.tile(np.arange(periods), areas), whole.ravel())
    out = np.empty((areas, periods, sets), dtype=np.int64)
    for s in range(sets):
        cell = area * periods + rng.permutation(period)
        out[:, :, s] = np.bincount(cell, minlength=areas * periods).reshape(areas, periods)
    return out


def _table(
    problem: Problem,
    found: list[tuple[float, int, int, int, int]],
    maxima: Floats,
    *,
    when: When,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Clusters with what was seen, what was expected and p; and which areas they hold."""
    rows, members = [], []
    for rank, (llr, centre, size, start, end) in enumerate(found, start=1):
        inside = problem.order[centre, :size]
        window = slice(start, end + 1)
        seen = float(problem.cases[inside, window].sum())
        due = float(problem.expected[inside, window].sum())
        lo, hi = poisson_interval(seen)
        p = float((1 + np.sum(maxima >= llr - 1e-9)) / (1 + maxima.size))
        rows.append(
            {
                "rank": rank,
                "centre": problem.codes[centre],
                "areas": size,
                "radius_m": float(problem.distance[centre, :size].max()),
                "first": problem.periods[start],
                "last": problem.periods[end],
                "observed": seen,
                "expected": due,
                "ratio": seen / due,
                "ratio_lo": float(lo) / due,
                "ratio_hi": float(hi) / due,
                "llr": llr,
                "p": p,
                "recurrence": 1 / p if when == "prospective" else None,
            }
        )
        members += [(rank, problem.codes[int(a)]) for a in sorted(inside)]
    return (
        pl.DataFrame(rows, schema=_CLUSTER_COLUMNS),
        pl.DataFrame(members, schema={"rank": pl.Int64, "code": pl.String}, orient="row"),
    )


_CLUSTER_COLUMNS = {
    "rank": pl.Int64,
    "centre": pl.String,
    "areas": pl.Int64,
    "radius_m": pl.Float64,
    "first": pl.String,
    "last": pl.String,
    "observed": pl.Float64,
    "expected": pl.Float64,
    "ratio": pl.Float64,
    "ratio_lo": pl.Float64,
    "ratio_hi": pl.Float64,
    "llr": pl.Float64,
    "p": pl.Float64,
    "recurrence": pl.Float64,
}


def _notes(when: When, looks: int) -> tuple[Flag, ...]:
    notes = [
        Flag(
            "SELECTED",
            "A cluster is the highest of many places looked at: how many times above expected it "
            "is will look less if counted again.",
            Severity.NOTE,
        )
    ]
    if when == "prospective":
        notes.append(
            Flag(
                "LOOKS",
                f"This scan has been run {counted(looks, 'time')}; each run is another chance of a "
                "false alarm. See the recurrence interval.",
                Severity.NOTE,
            )
        )
    return tuple(notes)


def _sentence(clusters: pl.DataFrame, problem: Problem, *, when: When) -> str:
    """What gathers where and when, or that nothing does."""
    clear = clusters.filter(pl.col("p") <= ALPHA)
    if clear.is_empty():
        return (
            "No cluster is stronger than chance would produce somewhere in the district. "
            "Please do not rank these areas."
        )
    top = clear.row(0, named=True)
    span = ""
    if problem.periods != [ALL_TIME]:
        names = [str(top[end]) for end in ("first", "last")]
        said = [month_name(name) if _is_month(name) else name for name in names]
        span = f" in {said[0]}" if said[0] == said[1] else f" from {said[0]} to {said[1]}"
    many = capital(counted(int(top["areas"]), "area", "neighbouring areas"))
    text = (
        f"{many} had {top['observed']:,.0f} events{span}, where {figure(top['expected'])} would be "
        f"expected. A gathering this strong anywhere by chance: about {_odds(top['p'])}."
    )
    if when == "prospective":
        often = f"every {figure(1 / top['p'])} months or less often"
        text += f" By chance alone an alarm like it comes {often}."
    if clear.height > 1:
        text += f" {capital(counted(clear.height - 1, 'further cluster'))} beside it."
    return text


def _odds(p: float) -> str:
    return f"1 in {max(1, round(1 / p)):,}"


def _is_month(name: str) -> bool:
    return len(name) == 7 and name[4] == "-" and name[5:].isdigit()
