"""How often each interval holds the truth: simulated populations of known size.

Four kinds of population, each seen by four lists, 80 tables each. The tables differ only in what
the lists do to each other: nothing; one pair attracts (a referral pipeline); people differ in how
easily they are seen (everybody's lists attract); and thin lists. A 95% interval should hold the
truth in about 95 of 100 tables; the width says what that costs.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"

from collections.abc import Callable

import numpy as np

from frith.prevalence import decomposable
from frith.prevalence.bca import bca, resample
from frith.prevalence.captures import Captures
from frith.prevalence.existence import Code, Existence
from frith.prevalence.information import rank_models, reselect
from frith.prevalence.loglinear import Design, fit
from frith.prevalence.rivals import wald
from frith.prevalence.stepwise import select

TABLES, RESAMPLES, PEOPLE = 80, 200, 1000
CHANCES = np.asarray([0.20, 0.15, 0.10, 0.12])
Interval = tuple[float, float]


def independent(rng: np.random.Generator) -> np.ndarray:
    """Lists that know nothing of each other."""
    return rng.random((PEOPLE, 4)) < CHANCES


def pipeline(rng: np.random.Generator) -> np.ndarray:
    """Forty in a hundred people on the first list are passed on to the second."""
    caught = independent(rng)
    caught[:, 1] |= caught[:, 0] & (rng.random(PEOPLE) < 0.4)
    return caught


def unequal(rng: np.random.Generator) -> np.ndarray:
    """People differ: chances vary by a log-normal factor (sd 0.7), the same for every list."""
    factor = rng.lognormal(0.0, 0.7, size=(PEOPLE, 1))
    return rng.random((PEOPLE, 4)) < np.minimum(CHANCES * factor, 0.95)


def thin(rng: np.random.Generator) -> np.ndarray:
    """A third of the chances: about as much as a borough's lists."""
    return rng.random((PEOPLE, 4)) < CHANCES / 3


def table(caught: np.ndarray) -> Captures:
    """The capture table of who was caught where."""
    counts = np.bincount(caught @ (1 << np.arange(4)), minlength=16)[1:]
    return Captures(("A", "B", "C", "D"), counts.astype(np.int64))


def intervals(captures: Captures, rng: np.random.Generator) -> dict[str, Interval] | None:
    """Each method's 95% interval; None where the table is refused."""
    existence = Existence(Design(4))
    counts = captures.counts.astype(np.float64)
    if captures.overlaps < 5 or existence.code(counts, existence.design.main) is not Code.FINE:
        return None
    main = fit(existence.design, counts[None, :], existence.design.main[None, :])
    chosen = select(existence.design, counts[None, :], existence=existence)
    ranked = rank_models(counts, existence=existence)
    tables = resample(counts, replicates=RESAMPLES, rng=rng)

    def stepwise(batch: np.ndarray) -> np.ndarray:
        return select(existence.design, batch, existence=existence).total

    def least_bic(batch: np.ndarray) -> np.ndarray:
        return reselect(batch, ranked=ranked, existence=existence, top=20)

    posterior = decomposable.average(captures)
    conditional = [
        wald(captures.seen, float(f.coefficients[0, 0]), float(f.intercept_se()[0]))
        for f in (main, chosen.fits)
    ]
    return {
        "main effects, Wald": conditional[0],
        "stepwise, Wald": conditional[1],
        "stepwise, BCa": bca(counts, float(chosen.total[0]), tables, stepwise).interval(0.95),
        "least BIC, BCa": bca(counts, float(ranked.total[0]), tables, least_bic).interval(0.95),
        "Bayesian average": (posterior.quantile(0.025), posterior.quantile(0.975)),
    }


def study(name: str, draw: Callable[[np.random.Generator], np.ndarray]) -> None:
    """One kind of population: how often each interval holds the truth, and its median width."""
    rng = np.random.default_rng(2026)
    found: dict[str, list[Interval]] = {}
    refused = 0
    for _ in range(TABLES):
        each = intervals(table(draw(rng)), rng)
        refused += each is None
        for method, interval in (each or {}).items():
            found.setdefault(method, []).append(interval)
    print(f"{name} (refused: {refused} of {TABLES})")
    for method, got in found.items():
        held = np.mean([lo <= PEOPLE <= hi for lo, hi in got])
        ratio = np.median([hi / lo for lo, hi in got])
        print(f"  {method:<20} holds the truth {held:>5.0%}   upper/lower {ratio:>6.2f}")


def main() -> None:
    """Print the study."""
    study("independent lists", independent)
    study("one pair attracts", pipeline)
    study("people differ", unequal)
    study("thin lists", thin)


if __name__ == "__main__":
    main()
