"""Two counts that vary more than chance alone: their test, their interval, and how much more.

A count whose variance is a fixed multiple of its mean is negative binomial in its first form (NB1).
Two of them, given their sum, share it as a beta-binomial, whatever the mean. So the exact test of
two Poisson counts has its like here, and becomes it as the multiple nears 1.

1. Przyborowski & Wilenski (1940), Homogeneity of results in testing samples from Poisson series,
   Biometrika 31: two counts given their sum.
2. Cameron & Trivedi (1998), Regression Analysis of Count Data, 3.3: NB1.
3. von Neumann, Kent, Bellinson & Hart (1941), The mean square successive difference, Annals of
   Mathematical Statistics 12: spread from one month to the next, and its degrees of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

ASSUMED = 2.0
"""Variance over mean where nothing tells it. Of Rotherham's 175 small areas by month (police.uk,
2018 to 2025), half vary by more than 1.5 times chance, and a quarter by more than 1.9."""
FEWEST_MONTHS = 12
"""Fewer months before tell too little of how much they vary."""
_LOST = 2 / 3
"""Degrees of freedom of n − 1 successive differences, each: they overlap [3]."""
_CHANCE = 1.0001
"""At or below this the counts are taken as Poisson."""
MOST = 50.0
"""No spread above this is asked about."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How much counts vary: `times` the variance of chance; `degrees` behind it, None: not
    measured. `known` is False where it was assumed."""

    times: float
    degrees: float | None = None
    known: bool = True


def spread_of(months: Sequence[float]) -> Spread:
    """The spread of one series of counts before, from each month to the next.

    A trend or a season hardly counts in it. Raises `ValueError` for fewer than 12 months, or none
    with any events.
    """
    series = np.asarray(months, dtype=np.float64)
    if series.size < FEWEST_MONTHS or series.sum() <= 0:
        raise ValueError(f"spread is measured on {FEWEST_MONTHS} months or more, not all nought")
    times = float((np.diff(series) ** 2).sum()) / 2.0 / (float(series.mean()) * (series.size - 1))
    return Spread(times=max(1.0, times), degrees=_LOST * (series.size - 1))


def p_value(before: int, after: int, *, expected_after: float, spread: Spread) -> float:
    """Two-sided p of two counts, `expected_after` the share of their sum that is due after.

    Where the spread was measured, the doubt about it is added as Student's t adds it.
    """
    n = before + after
    tails = (
        _at_most(after, n, expected_after, spread.times),
        1.0 - _at_most(after - 1, n, expected_after, spread.times),
    )
    p = min(1.0, 2.0 * min(tails))
    if spread.degrees is None or p >= 1.0:
        return p
    return float(2.0 * stats.t.sf(stats.norm.isf(p / 2.0), spread.degrees))


def share_interval(before: int, after: int, *, spread: Spread) -> tuple[float, float]:
    """The shares of the sum that could be due after, at 95%: the test turned round."""
    n = before + after
    tail = 0.025
    if spread.degrees is not None:
        tail = float(stats.norm.sf(stats.t.isf(tail, spread.degrees)))
    edge = 1e-9

    def at_least(share: float) -> float:
        return 1.0 - _at_most(after - 1, n, share, spread.times) - tail

    def at_most(share: float) -> float:
        return _at_most(after, n, share, spread.times) - tail

    lo = float(optimize.brentq(at_least, edge, 1 - edge)) if after else 0.0
    hi = float(optimize.brentq(at_most, edge, 1 - edge)) if before else 1.0
    return lo, hi


def holds_to(before: int, after: int, *, expected_after: float, level: float) -> float:
    """The greatest spread at which the two counts would still be told apart; at most 50."""

    def over(times: float) -> float:
        spread = Spread(times=times)
        return p_value(before, after, expected_after=expected_after, spread=spread) - level

    if over(1.0) > 0:
        return 1.0
    return MOST if over(MOST) < 0 else float(optimize.brentq(over, 1.0, MOST, xtol=1e-3))


def mean_at_most(count: int, *, chance: float, times: float) -> float:
    """The mean of a count that stays at or below `count` with this chance."""
    poisson = float(stats.chi2.isf(chance, 2 * (count + 1)) / 2)
    if times <= _CHANCE:
        return poisson

    def over(mean: float) -> float:
        return float(stats.nbinom.cdf(count, mean / (times - 1), 1 / times)) - chance

    top = poisson + 1.0
    while over(top) > 0:
        top *= 2.0
    return float(optimize.brentq(over, 1e-9, top))


def mean_interval(count: int, *, times: float) -> tuple[float, float]:
    """The 95% interval of the mean behind one count that varies `times` as much as chance."""
    hi = mean_at_most(count, chance=0.025, times=times)
    return (mean_at_most(count - 1, chance=0.975, times=times) if count else 0.0), hi


def _at_most(count: int, n: int, share: float, times: float) -> float:
    """The chance that at most `count` of `n` fall after, where `share` of them is due."""
    if count < 0:
        return 0.0
    if times <= _CHANCE:
        return float(stats.binom.cdf(count, n, share))
    weight = n / (times - 1.0)
    if not math.isfinite(weight) or count >= n:
        return 1.0
    return float(stats.betabinom.cdf(count, n, share * weight, (1 - share) * weight))
