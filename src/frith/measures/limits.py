"""Centre and limits of each kind of control chart.

1. Shewhart (1931), Economic Control of Quality of Manufactured Product: c, u, p, individuals.
2. Laney (2002), Improved control charts for attributes, Quality Engineering 14: p′, u′.
3. Benneyan (2001), Number-between g-type statistical quality control charts, Health Care
   Management Science 4.
4. Nelson (1994), A control chart for parts-per-million nonconforming items, J. Quality Technology
   26: time between rare events, t.
5. NHS England, Making data count: individuals (XmR) with screened moving ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]

D2 = 1.128
"""Mean range of two draws from a standard normal: turns a mean moving range into a sigma."""
XMR_LIMIT = 2.66
"""3 / 1.128: limits of individuals in mean moving ranges."""
RANGE_LIMIT = 3.267
"""Upper limit of the moving range in mean moving ranges; larger ones are screened out once."""
THREE_SIGMA = 3.0
TAIL = 0.00135
"""What lies beyond three sigma of a normal, on one side: used for exact limits."""
T_POWER = 1 / 3.6
"""Nelson's power that makes exponential waiting times nearly normal."""


@dataclass(frozen=True)
class Limits:
    """Centre, limits and one sigma for every point (arrays of one length).

    `lower` is NaN where there is no lower limit.
    """

    centre: Floats
    lower: Floats
    upper: Floats

    def third(self, times: float, *, above: bool) -> Floats:
        """The line `times` thirds of the way from the centre to the upper (or lower) limit; NaN
        where there is no lower limit."""
        edge = self.upper if above else self.lower
        return self.centre + (edge - self.centre) * times / 3.0


def xmr(values: Floats, *, baseline: slice = slice(None)) -> Limits:
    """Individuals: mean ± 2.66 mean moving ranges of the baseline, large ranges screened once [5].

    For measurements and large counts. Not for counts with a mean below five: there a sixth to a
    half of quiet series would be flagged.
    """
    base = values[baseline]
    centre = float(base.mean())
    ranges = np.abs(np.diff(base))
    mean_range = float(ranges.mean()) if ranges.size else 0.0
    screened = ranges[ranges <= RANGE_LIMIT * mean_range]
    if screened.size:
        mean_range = float(screened.mean())
    spread = XMR_LIMIT * mean_range
    return _flat(len(values), centre, centre - spread, centre + spread)


def c_chart(counts: Floats, *, baseline: slice = slice(None), exact: bool = True) -> Limits:
    """Counts in equal periods: Poisson limits about the mean.

    `exact` limits leave at most 0.135% beyond each side, whatever the mean; otherwise they are
    mean ± 3 √mean [1], with none below nought. Assumes events come singly and independently.
    """
    centre = float(counts[baseline].mean())
    if not exact:
        spread = THREE_SIGMA * np.sqrt(centre)
        return _clipped(_flat(len(counts), centre, centre - spread, centre + spread))
    upper = float(stats.poisson.isf(TAIL, centre)) if centre > 0 else 0.0
    below = float(stats.poisson.ppf(TAIL, centre)) if centre > 0 else 0.0
    return _flat(len(counts), centre, below if below > 0 else np.nan, upper)


def u_chart(counts: Floats, sizes: Floats, *, baseline: slice = slice(None)) -> Limits:
    """Events over a denominator that varies: limits mean rate ± 3 √(mean rate / size) [1]."""
    centre = float(counts[baseline].sum() / sizes[baseline].sum())
    sigma = np.sqrt(centre / sizes)
    return _clipped(_about(centre, sigma))


def p_chart(counts: Floats, sizes: Floats, *, baseline: slice = slice(None)) -> Limits:
    """Shares: limits mean share ± 3 √(p (1 − p) / size), within 0 and 1 [1]."""
    centre = float(counts[baseline].sum() / sizes[baseline].sum())
    sigma = np.sqrt(centre * (1.0 - centre) / sizes)
    limits = _clipped(_about(centre, sigma))
    return Limits(limits.centre, limits.lower, np.minimum(limits.upper, 1.0))


def u_prime(counts: Floats, sizes: Floats, *, baseline: slice = slice(None)) -> Limits:
    """u with limits widened by how much more than chance points vary from one to the next [2]."""
    centre = float(counts[baseline].sum() / sizes[baseline].sum())
    sigma = np.sqrt(centre / sizes)
    return _clipped(_about(centre, sigma * _laney(counts / sizes, centre, sigma, baseline)))


def p_prime(counts: Floats, sizes: Floats, *, baseline: slice = slice(None)) -> Limits:
    """p with limits widened by how much more than chance points vary from one to the next [2]."""
    centre = float(counts[baseline].sum() / sizes[baseline].sum())
    sigma = np.sqrt(centre * (1.0 - centre) / sizes)
    limits = _about(centre, sigma * _laney(counts / sizes, centre, sigma, baseline))
    limits = _clipped(limits)
    return Limits(limits.centre, limits.lower, np.minimum(limits.upper, 1.0))


def g_chart(gaps: Floats, *, baseline: slice = slice(None)) -> Limits:
    """Cases between rare events: exact limits of the geometric distribution [3].

    The centre is the median, because the distribution is so skew that most points lie below the
    mean. A point *above* the upper limit means events have become rarer.
    """
    mean = float(gaps[baseline].mean())
    chance = 1.0 / (mean + 1.0)
    frozen = stats.geom(chance, loc=-1)
    lower = float(frozen.ppf(TAIL))
    return _flat(
        len(gaps),
        float(frozen.median()),
        lower if lower > 0 else np.nan,
        float(frozen.isf(TAIL)),
    )


def t_chart(days: Floats, *, baseline: slice = slice(None)) -> Limits:
    """Days between rare events: individuals of days^(1/3.6), turned back into days [4].

    A point above the upper limit means events have become rarer. Two events on one day are given
    half a day between them, because nought has no power.
    """
    powered = np.maximum(days, 0.5) ** T_POWER
    inner = xmr(powered, baseline=baseline)
    lower = np.where(inner.lower > 0, np.maximum(inner.lower, 0.0), np.nan)
    return Limits(
        inner.centre ** (1 / T_POWER), lower ** (1 / T_POWER), inner.upper ** (1 / T_POWER)
    )


def extra_spread(counts: Floats, sizes: Floats, *, share: bool) -> float:
    """Variance from point to point over what chance alone would give; about 1 for chance alone.

    `share`: counts are a share of the sizes (binomial), otherwise events over them (Poisson). From
    point to point, so that a shift does not count as spread.
    """
    centre = float(counts.sum() / sizes.sum())
    if centre <= 0 or (share and centre >= 1):
        return 0.0
    sigma = np.sqrt(centre * ((1.0 - centre) if share else 1.0) / sizes)
    return _laney(counts / sizes, centre, sigma, slice(None)) ** 2


def _laney(rates: Floats, centre: float, sigma: Floats, baseline: slice) -> float:
    z = ((rates - centre) / sigma)[baseline]
    ranges = np.abs(np.diff(z))
    return float(ranges.mean() / D2) if ranges.size else 1.0


def _flat(n: int, centre: float, lower: float, upper: float) -> Limits:
    return Limits(np.full(n, centre), np.full(n, lower), np.full(n, upper))


def _about(centre: float, sigma: Floats) -> Limits:
    spread = THREE_SIGMA * sigma
    return Limits(np.full(len(sigma), centre), centre - spread, centre + spread)


def _clipped(limits: Limits) -> Limits:
    """No lower limit where it would be below nought."""
    return Limits(limits.centre, np.where(limits.lower > 0, limits.lower, np.nan), limits.upper)
