"""Before the lists are shared: what size and overlap would make an estimate worth making."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.errors import BadInput
from frith.prevalence import rules
from frith.prevalence.bca import bca, resample
from frith.prevalence.captures import MAX_LISTS, MIN_LISTS, Captures, Floats
from frith.prevalence.existence import Code, Existence
from frith.prevalence.loglinear import Design
from frith.prevalence.stepwise import select
from frith.results import Result

METHOD = "simulation of independent lists, each estimated as the real ones would be"
POPULATIONS = (1.5, 3.0, 6.0, 12.0)
"""Supposed totals, as multiples of the largest list."""
POOLED = (1, 2, 4, 8)
"""How many boroughs or years alike are put together."""
USEFUL_RATIO = 4.0
"""An interval whose upper end is at most four times its lower end can still steer a service."""
WORTH_SHARE = 0.8


@dataclass(frozen=True)
class Outcome:
    """What one simulated table came to."""

    seen: int
    overlaps: int
    refused: bool
    unbounded: bool
    ratio: float

    @property
    def useful(self) -> bool:
        """True where there is an estimate, and its interval is narrow enough to act on."""
        return not self.refused and self.ratio <= USEFUL_RATIO


def plan(
    sizes: Mapping[str, int],
    *,
    rng: np.random.Generator,
    populations: Sequence[float] = POPULATIONS,
    pooled: Sequence[int] = POOLED,
    simulations: int = 40,
    replicates: int = 200,
    seed: int | None = None,
    step: Callable[[], None] = lambda: None,
) -> Result:
    """What lists of these sizes would give, alone and pooled with others like them.

    `sizes`: people on each list. `populations`: supposed totals as multiples of the largest list;
    the true one is unknown, so read across them. `pooled`: how many boroughs (or years) alike are
    put together. `step` is called after each combination. Returns a table `plan` with, for each
    combination, the people seen and on two lists (medians) and the shares of simulated tables that
    are refused, have no upper limit, and are useful (upper limit at most four times the lower).
    Raises `BadInput` for fewer than two or more than ten lists, or sizes below one. Assumes that
    lists are independent: real lists that feed each other do worse.
    """
    _check(sizes)
    rows = []
    for multiple in populations:
        for times in pooled:
            outcomes = [
                _simulate(sizes, multiple=multiple, times=times, replicates=replicates, rng=rng)
                for _ in range(simulations)
            ]
            rows.append(_summary(outcomes, sizes, multiple=multiple, times=times))
            step()
    table = pl.DataFrame(rows)
    return Result(
        method=METHOD,
        parameters={
            "sizes": dict(sizes),
            "populations": tuple(populations),
            "pooled": tuple(pooled),
            "simulations": simulations,
            "replicates": replicates,
        },
        seed=seed,
        sentence=_sentence(table),
        tables={"plan": table},
    )


def _check(sizes: Mapping[str, int]) -> None:
    if not MIN_LISTS <= len(sizes) <= MAX_LISTS:
        raise BadInput(
            f"{len(sizes)} lists, where {MIN_LISTS} to {MAX_LISTS} are needed",
            mend="Give each list's size as NAME=NUMBER.",
        )
    for name, size in sizes.items():
        if size < 1:
            raise BadInput(f"list “{name}” has size {size}", mend="Sizes are people: 1 or more.")


def _simulate(
    sizes: Mapping[str, int],
    *,
    multiple: float,
    times: int,
    replicates: int,
    rng: np.random.Generator,
) -> Outcome:
    """One table of independent lists, and what the rules and the bootstrap make of it."""
    people = round(multiple * max(sizes.values())) * times
    chance = np.asarray([size * times / people for size in sizes.values()])
    caught = rng.random((people, len(chance))) < chance
    cells = caught @ (1 << np.arange(len(chance)))
    counts = np.bincount(cells, minlength=2 ** len(chance))[1:]
    table = Captures(tuple(sizes), counts.astype(np.int64))
    reasons = (
        rules.enough_seen(table)
        + rules.any_overlap(table)
        + rules.enough_overlap(table)
        + rules.nested(table)
    )
    if reasons or table.k == 2:
        return Outcome(table.seen, table.overlaps, True, False, math.inf)
    lo, hi = _interval(table, replicates=replicates, rng=rng)
    return Outcome(table.seen, table.overlaps, math.isnan(lo), math.isinf(hi), hi / lo)


def _interval(table: Captures, *, replicates: int, rng: np.random.Generator) -> tuple[float, float]:
    existence = Existence(Design(table.k))
    counts = table.counts.astype(np.float64)
    if existence.code(counts, existence.design.main) is not Code.FINE:
        return math.nan, math.inf

    def totals(batch: Floats) -> Floats:
        return select(existence.design, batch, existence=existence).total

    tables = resample(counts, replicates=replicates, rng=rng)
    return bca(counts, float(totals(counts[None, :])[0]), tables, totals).interval(0.95)


def _summary(
    outcomes: list[Outcome], sizes: Mapping[str, int], *, multiple: float, times: int
) -> dict[str, float | int]:
    ratios = [outcome.ratio for outcome in outcomes if math.isfinite(outcome.ratio)]
    return {
        "supposed_total": round(multiple * max(sizes.values())) * times,
        "pooled": times,
        "seen": float(np.median([outcome.seen for outcome in outcomes])),
        "overlaps": float(np.median([outcome.overlaps for outcome in outcomes])),
        "share_refused": float(np.mean([outcome.refused for outcome in outcomes])),
        "share_unbounded": float(np.mean([outcome.unbounded for outcome in outcomes])),
        "median_ratio": float(np.median(ratios)) if ratios else math.inf,
        "share_useful": float(np.mean([outcome.useful for outcome in outcomes])),
    }


def _sentence(table: pl.DataFrame) -> str:
    """From which pooling on an estimate is worth making, whatever the supposed total."""
    worst = table.group_by("pooled").agg(pl.col("share_useful").min()).sort("pooled")
    enough = worst.filter(pl.col("share_useful") >= WORTH_SHARE)["pooled"].to_list()
    if not enough:
        most = worst["pooled"].to_list()[-1]
        return (
            f"Lists of these sizes would seldom give an estimate worth acting on, even with {most} "
            "boroughs or years put together. Longer or better-overlapping lists are needed first."
        )
    if enough[0] == 1:
        return (
            "Lists of these sizes would usually give an estimate worth acting on, if they do not "
            "feed each other."
        )
    return (
        f"Alone, these lists would often give no estimate worth acting on. With {enough[0]} "
        "boroughs or years like this put together, they usually would, if they do not feed each "
        "other."
    )
