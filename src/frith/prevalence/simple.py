"""Estimators that need no model of the lists: bounds, two lists, and coverage.

1. Chao (1987), Estimating the population size for capture-recapture data with unequal
   catchability, Biometrics 43.
2. Chapman (1951), Some properties of the hypergeometric distribution, Univ. Calif. Publ. Stat. 1.
3. Chao & Tsay (1998), A sample coverage approach to multiple-system estimation, JASA 93.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from frith.prevalence.captures import Captures

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Simple:
    """An estimate with its 95% interval."""

    estimate: float
    lo: float
    hi: float


def chao(captures: Captures) -> Simple:
    """Chao's lower bound M + f1²/(2 f2), with the log-normal interval [1].

    A lower bound only where people differ in how easily they are seen; with lists that send
    people to one another it may lie above or below. Bias-corrected where nobody is on two lists.
    """
    once, twice, seen = captures.on_exactly(1), captures.on_exactly(2), captures.seen
    if twice == 0:
        unseen = once * (once - 1) / 2.0
        variance = once * (once - 1) / 2.0 + once * (2 * once - 1) ** 2 / 4.0
        variance -= once**4 / (4.0 * (seen + unseen)) if seen + unseen else 0.0
    else:
        ratio = once / twice
        unseen = once**2 / (2.0 * twice)
        variance = twice * (ratio**2 / 2.0 + ratio**3 + ratio**4 / 4.0)
    if unseen == 0:
        return Simple(float(seen), float(seen), float(seen))
    factor = math.exp(Z_95 * math.sqrt(math.log1p(max(variance, 0.0) / unseen**2)))
    return Simple(seen + unseen, seen + unseen / factor, seen + unseen * factor)


def chao_bias_corrected(captures: Captures) -> float:
    """M + f1 (f1 − 1) / (2 (f2 + 1)) [1]."""
    once, twice = captures.on_exactly(1), captures.on_exactly(2)
    return captures.seen + once * (once - 1) / (2.0 * (twice + 1))


def chapman(captures: Captures) -> Simple:
    """Chapman's estimate from two lists, with a normal interval not below those seen [2].

    Assumes that being on one list says nothing of being on the other, which two lists alone can
    never check. Raises `ValueError` for more than two lists.
    """
    if captures.k != 2:
        raise ValueError("Chapman's estimate takes two lists")
    first, second, both = (captures.on_all(mask) for mask in (1, 2, 3))
    estimate = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (
        (first + 1)
        * (second + 1)
        * (first - both)
        * (second - both)
        / ((both + 1) ** 2 * (both + 2))
    )
    half = Z_95 * math.sqrt(variance)
    return Simple(estimate, max(float(captures.seen), estimate - half), estimate + half)


def sample_coverage(captures: Captures) -> float:
    """1 − the mean share of each list that no other list saw [3]; below 0.55 is thin."""
    shares = [
        captures.counts[captures.cells == 1 << i].sum() / on_list
        for i in range(captures.k)
        if (on_list := captures.on_all(1 << i))
    ]
    return 1.0 - float(np.mean(shares)) if shares else 0.0


def coverage_estimate(captures: Captures) -> float:
    """N̂0 = D / Ĉ, with D the mean number seen with one list left out [3]; for independent lists."""
    coverage = sample_coverage(captures)
    alone = [int(captures.counts[captures.cells == 1 << i].sum()) for i in range(captures.k)]
    d = captures.seen - sum(alone) / captures.k
    return d / coverage if coverage > 0 else math.inf
