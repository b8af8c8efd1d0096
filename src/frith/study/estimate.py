"""Shares of a stratified sample: the estimate, its effective sample size, and its interval.

Sources: Cochran (1977), Sampling Techniques, 3rd ed., ch. 5; Kish (1965), Survey Sampling (design
effect); Korn and Graubard (1998), "Confidence intervals for proportions with small expected number
of positive counts estimated from survey data" (effective sample size, degrees of freedom); Wilson
(1927); Clopper and Pearson (1934).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtri, stdtrit

from frith.results import Interval
from frith.stats.intervals import wilson_interval

Floats: TypeAlias = npt.NDArray[np.float64]

PRIOR = 1.0
"""How many crimes' worth of the whole sample's share each stratum's variance borrows.

Without it a stratum in which nobody happened to be organised would claim to be certain. Measured:
tests/generative/test_study_truth.py."""


class Kind(StrEnum):
    """Which interval a share gets; both use the effective sample size."""

    WILSON = "wilson"
    EXACT = "exact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A weighted share, the sample size it is worth, the design effect, and its interval.

    `design_effect`: how many times the variance of a simple random sample of the same size from as
    many crimes. `effective` is infinite where every crime was read: then nothing is left to chance.
    """

    share: float
    effective: float
    design_effect: float
    interval: Interval


def stratified_share(
    held: npt.ArrayLike,
    sampled: npt.ArrayLike,
    hits: npt.ArrayLike,
    *,
    kind: Kind = Kind.WILSON,
    level: float = 0.95,
) -> Estimate:
    """The share of all crimes in some strata, from a simple random sample of each.

    `held`, `sampled`, `hits`: crimes held, read, and found such, by stratum. The variance has the
    finite population correction and borrows `PRIOR` crimes from the pooled share. Its inverse as a
    sample size, cut for the degrees of freedom, goes into Wilson's or Clopper and Pearson's
    interval. Assumes that crimes were drawn at random within each stratum. Sources: see the module.
    """
    N, n, x = (np.asarray(part, dtype=np.float64) for part in (held, sampled, hits))
    weight, left = N / N.sum(), 1 - n / N
    share = float(np.sum(weight * x / n))
    near = (x + PRIOR * share) / (n + PRIOR)
    inner = 0 < share < 1
    spread = near * (1 - near) / (share * (1 - share)) if inner else np.ones_like(near)
    # variance over p(1 − p): what one crime of a simple random sample would have is 1 / n
    relative = float(np.sum(weight**2 * left * spread / np.maximum(n - 1, 1)))
    simple = (1 - n.sum() / N.sum()) / n.sum()
    df = float(np.sum((n - 1)[left > 0]))
    return Estimate(
        share=share,
        effective=_effective(relative, df, level),
        design_effect=relative / simple if simple > 0 else 1.0,
        interval=interval_of(share, _effective(relative, df, level), kind=kind, level=level),
    )


def domain_share(
    stratum: npt.NDArray[np.int64],
    held: Floats,
    inside: npt.NDArray[np.bool_],
    hits: npt.NDArray[np.bool_],
    *,
    kind: Kind = Kind.WILSON,
    level: float = 0.95,
) -> Estimate:
    """The share of a part of the crimes that only reading finds, such as the organised ones.

    `stratum`: index of each crime read; `held`: crimes held, by stratum; `inside`: whether the
    crime is in the part; `hits`: whether it is what is counted. A ratio of two estimates: its
    variance is by linearisation (Cochran 1977, section 6.5), so it is approximate, and for a part
    of few crimes too sure; callers refuse those. Nothing inside gives NaN.
    """
    n = np.bincount(stratum, minlength=held.size).astype(np.float64)
    weight = (held / np.maximum(n, 1))[stratum]
    total = float(np.sum(weight * inside))
    if total == 0:
        return Estimate(
            share=np.nan, effective=0.0, design_effect=np.nan, interval=Interval(0.0, 1.0, level)
        )
    share = float(np.sum(weight * (inside & hits)) / total)
    residual = inside * (hits - share)
    mean = np.bincount(stratum, residual, minlength=held.size) / np.maximum(n, 1)
    square = np.bincount(stratum, (residual - mean[stratum]) ** 2, minlength=held.size)
    left = 1 - n / held
    variance = float(np.sum(held**2 * left * square / np.maximum(n - 1, 1) / np.maximum(n, 1)))
    relative = variance / total**2 / (share * (1 - share)) if 0 < share < 1 else 0.0
    inner = weight[inside]
    if relative == 0:  # all alike: what equal shares everywhere would give
        relative = float(np.sum(inner**2 * left[stratum][inside]) / inner.sum() ** 2)
    df = float(np.sum((n - 1)[(left > 0) & (n > 0)]))
    effective = _effective(relative, df, level)
    return Estimate(
        share=share,
        effective=effective,
        design_effect=relative * float(inside.sum()),
        interval=interval_of(share, effective, kind=kind, level=level),
    )


def _effective(relative: float, df: float, level: float) -> float:
    """The sample size a variance is worth, less where few degrees of freedom stand behind it."""
    if relative <= 0:
        return np.inf
    tail = (1 + level) / 2
    cut = float(ndtri(tail) / stdtrit(max(df, 1.0), tail)) ** 2
    return cut / relative


def interval_of(
    share: float, effective: float, *, kind: Kind = Kind.WILSON, level: float = 0.95
) -> Interval:
    """Wilson's or Clopper and Pearson's interval for a share worth `effective` crimes.

    `effective` need not be whole; infinite gives the share itself. Sources: Wilson (1927); Clopper
    and Pearson (1934); Korn and Graubard (1998) for sizes that are not whole.
    """
    if np.isinf(effective):
        return Interval(share, share, level, "every crime was read")
    hits = share * effective
    said = f"{kind}, effective sample of {effective:.1f}"
    if kind is Kind.WILSON:
        lo, hi = wilson_interval(hits, effective, level=level)
        return Interval(float(lo), float(hi), level, said)
    tail = (1 - level) / 2
    below = betaincinv(hits, effective - hits + 1, tail) if hits > 0 else 0.0
    above = betaincinv(hits + 1, effective - hits, 1 - tail) if hits < effective else 1.0
    return Interval(float(below), float(above), level, said)
