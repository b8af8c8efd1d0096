"""Intervals for counts, rates and shares.

Sources: Garwood (1936), "Fiducial limits for the Poisson distribution"; Wilson (1927), "Probable
inference, the law of succession, and statistical inference".
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, gammainccinv, gammaincinv, ndtri

from frith.errors import BadInput

Floats: TypeAlias = npt.NDArray[np.float64]


def poisson_interval(count: npt.ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact (Garwood) interval for the mean of a Poisson count.

    `count`: events, any shape, at least 0; need not be whole. Returns `(lo, hi)` of that shape, in
    events; a missing count (NaN) gives NaN. Raises `BadInput` for negative counts or a level
    outside (0, 1). Assumes events happen independently: where one event brings others
    (near repeats, operations) the interval is too narrow. Source: Garwood (1936).
    """
    events = _not_negative(count, "count")
    tail = _tail(level)
    # chi-squared quantiles on 2c degrees of freedom, halved, are gamma quantiles with shape c
    lo = np.where(events > 0, gammaincinv(np.where(events > 0, events, 1.0), tail), 0.0)
    hi = np.asarray(gammainccinv(events + 1.0, tail), dtype=np.float64)
    return np.where(np.isnan(events), np.nan, lo)[()], hi[()]


def rate_interval(
    count: npt.ArrayLike, exposure: npt.ArrayLike, *, per: float = 1.0, level: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Crude rate with its exact Poisson interval.

    `count`: events; `exposure`: residents, households, months or whatever the rate is over, same
    shape; `per`: the unit of the rate (1,000 gives events per 1,000). Returns `(rate, lo, hi)`;
    NaN where the exposure is zero or missing, since there is no rate. Raises as
    `poisson_interval`. The exposure is taken as known exactly. Source: Garwood (1936).
    """
    events = _not_negative(count, "count")
    over = _not_negative(exposure, "exposure")
    over = np.where(over > 0, over, np.nan)
    lo, hi = poisson_interval(events, level=level)
    return (per * events / over)[()], (per * lo / over)[()], (per * hi / over)[()]


def wilson_interval(
    k: npt.ArrayLike, n: npt.ArrayLike, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Wilson's score interval for a share, `k` of `n`.

    Returns `(lo, hi)` between 0 and 1, of the shape of `k`; NaN where `n` is 0. Raises `BadInput`
    where `k` is negative or above `n`. Assumes independent draws. Source: Wilson (1927).
    """
    hits = _not_negative(k, "k")
    trials = _not_negative(n, "n")
    if np.any(hits > trials):
        raise BadInput("a share has more hits than trials", mend="k must not exceed n.")
    trials = np.where(trials > 0, trials, np.nan)
    z = -ndtri(_tail(level))
    share = hits / trials
    middle = share + z**2 / (2 * trials)
    half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    spread = 1 + z**2 / trials
    lo = np.where(hits == 0, 0.0, (middle - half) / spread)
    hi = np.where(hits == trials, 1.0, (middle + half) / spread)
    return np.where(np.isnan(trials), np.nan, lo)[()], np.where(np.isnan(trials), np.nan, hi)[()]


def ratio_interval(
    later: npt.ArrayLike,
    earlier: npt.ArrayLike,
    *,
    exposure_ratio: float = 1.0,
    dispersion: npt.ArrayLike = 1.0,
    level: float = 0.95,
) -> tuple[Floats, Floats, Floats]:
    """Ratio of two counts with its exact conditional interval.

    Given the total, `later` is binomial; the Clopper–Pearson interval of that share becomes one of
    the ratio. `exposure_ratio`: exposure of `later` over that of `earlier`. `dispersion` (at
    least 1) divides both counts first, which widens the interval where events come in bursts.
    Returns `(ratio, lo, hi)`; the ratio is NaN where both are 0 and infinite over 0. Assumes two
    independent Poisson counts. Source: Przyborowski and Wilenski (1940).
    """
    spread = np.maximum(np.asarray(dispersion, dtype=np.float64), 1.0)
    above = _not_negative(later, "later") / spread
    below = _not_negative(earlier, "earlier") / spread
    tail = _tail(level)
    none = (above == 0) & (below == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        lo_share = np.where(above > 0, betaincinv(above, below + 1, tail), 0.0)
        hi_share = np.where(below > 0, betaincinv(above + 1, below, 1 - tail), 1.0)
        ratio = above / below / exposure_ratio
        lo = lo_share / (1 - lo_share) / exposure_ratio
        hi = hi_share / (1 - hi_share) / exposure_ratio
    nan = np.nan
    return (
        np.where(none, nan, ratio)[()],
        np.where(none, nan, lo)[()],
        np.where(none, nan, hi)[()],
    )


def _tail(level: float) -> float:
    """The share of each tail; a level is strictly between 0 and 1."""
    if not 0 < level < 1:
        raise BadInput(f"level {level} is not between 0 and 1", mend="Use 0.95, for example.")
    return (1 - level) / 2


def _not_negative(values: npt.ArrayLike, name: str) -> Floats:
    """As floats; `BadInput` where any is below zero."""
    array = np.asarray(values, dtype=np.float64)
    if np.any(array < 0):
        raise BadInput(f"{name} holds {array.min():g}", mend="It must be 0 or more.")
    return array
