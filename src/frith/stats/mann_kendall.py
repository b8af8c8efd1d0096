"""Monotone trend in a series: Mann–Kendall with ties and autocorrelation, and Sen's slope.

Sources: Mann (1945); Kendall (1975); Hamed and Rao (1998), "A modified Mann-Kendall trend test for
autocorrelated data", Journal of Hydrology 204, 182–196; Sen (1968), JASA 63, 1379–1389.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr
from scipy.stats import rankdata

from frith.errors import BadInput
from frith.stats.intervals import Floats

Z95 = 1.959963984540054
FEWEST = 4


class Trend(NamedTuple):
    """S, its variance, z and two-sided p; Sen's slope a period with its 95% interval.

    `corrected` says whether the variance was widened for autocorrelation.
    """

    s: float
    variance: float
    z: float
    p: float
    slope: float
    slope_lo: float
    slope_hi: float
    corrected: bool


def mann_kendall(values: npt.ArrayLike, *, autocorrelation: bool = True) -> Trend:
    """Is the series rising or falling more than chance would have it?

    `values`: in order of time, evenly spaced but for gaps (NaN), which are left out. Ties are
    allowed for, and a continuity correction is made. With `autocorrelation`, the variance is Hamed
    and Rao's wherever the first lag of the detrended ranks is beyond its 95% limits. Raises
    `BadInput` for fewer than four values. Detects monotone change only: a season must be taken out
    first. Sources: Kendall (1975); Hamed and Rao (1998); Sen (1968).
    """
    given = np.asarray(values, dtype=np.float64)
    at = np.flatnonzero(~np.isnan(given))
    x, t = given[at], at.astype(np.float64)
    n = x.size
    if n < FEWEST:
        raise BadInput(f"{n} values make no trend", where="trend", mend=f"Give {FEWEST} or more.")
    later, earlier = np.triu_indices(n, 1)[::-1]
    step = x[later] - x[earlier]
    s = float(np.sign(step).sum())
    _, ties = np.unique(x, return_counts=True)
    variance = float(n * (n - 1) * (2 * n + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18
    slopes = np.sort(step / (t[later] - t[earlier]))
    slope = float(np.median(slopes))
    half = Z95 * np.sqrt(variance)
    ends = np.clip([(slopes.size - half) / 2, (slopes.size + half) / 2], 0, slopes.size - 1)
    lo, hi = np.interp(ends, np.arange(slopes.size), slopes)
    factor = _inflation(x - slope * t) if autocorrelation else 1.0
    spread = np.sqrt(variance * factor)
    z = 0.0 if spread == 0 else float((s - np.sign(s)) / spread)
    p = float(2 * ndtr(-abs(z)))
    return Trend(
        s, variance * factor, z, p, slope, float(min(lo, slope)), float(max(hi, slope)), factor != 1
    )


def _inflation(detrended: Floats) -> float:
    """Hamed and Rao's n/n*, where the first lag is beyond chance; else 1."""
    n = detrended.size
    ranks = rankdata(detrended)
    centred = ranks - ranks.mean()
    total = float(centred @ centred)
    if total == 0:
        return 1.0
    lags = np.arange(1, n)
    acf = np.array([float(centred[lag:] @ centred[: n - lag]) for lag in lags]) / total
    limit = Z95 / np.sqrt(n)
    if abs(acf[0]) <= limit:
        return 1.0
    beyond = np.abs(acf) > limit
    weights = (n - lags) * (n - lags - 1) * (n - lags - 2)
    factor = 1 + 2 / (n * (n - 1) * (n - 2)) * float(np.sum(weights[beyond] * acf[beyond]))
    return max(factor, 1e-6)
