"""Funnel limits: how far from the common rate chance alone takes an area of a given size.

Source: Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statistics in
Medicine 24, 1185–1202.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, pdtr, pdtrik

from frith.stats.intervals import Floats

WINSOR = 0.1
"""Share of each tail of the z-scores drawn in before their spread is measured."""
LEVELS = (0.95, 0.998)


def poisson_limits(expected: npt.ArrayLike, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact limits of a Poisson count: the smallest counts with at least each tail's share below.

    `expected`: expected events, any shape. Returns `(lower, upper)` whole counts. Assumes
    independent events; see `dispersion`. Source: Spiegelhalter (2005).
    """
    mean = np.asarray(expected, dtype=np.float64)
    tail = (1 - level) / 2
    return _quantile(tail, mean), _quantile(1 - tail, mean)


def _quantile(share: float, mean: Floats) -> Floats:
    """Smallest whole count whose cumulative probability reaches `share`."""

    guess = np.maximum(np.ceil(pdtrik(share, mean)), 0.0)
    lower = np.maximum(guess - 1, 0.0)
    found: Floats = np.where(pdtr(lower, mean) >= share, lower, guess)
    return found


def dispersion(observed: npt.ArrayLike, expected: npt.ArrayLike) -> float:
    """Mean square of the winsorised z-scores: 1 where only chance is at work, more where it is not.

    `observed`, `expected`: events by area, one-dimensional; expected above 0. The tenth at each end
    is drawn in first, so that the areas one is looking for do not hide themselves.
    Source: Spiegelhalter (2005).
    """
    o, e = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if o.size == 0:
        return 1.0
    # square roots are steadier than (O − E)/√E where few are expected
    z = 2 * (np.sqrt(o) - np.sqrt(e))
    lo, hi = np.quantile(z, [WINSOR, 1 - WINSOR])
    return float(np.mean(np.clip(z, lo, hi) ** 2))


def widened(limit: npt.ArrayLike, expected: npt.ArrayLike, *, phi: float) -> Floats:
    """A limit moved out from what is expected by √φ, where φ is above 1; never below 0."""
    mean = np.asarray(expected, dtype=np.float64)
    moved = mean + (np.asarray(limit, dtype=np.float64) - mean) * np.sqrt(max(phi, 1.0))
    return np.maximum(moved, 0.0)


def overdispersed(phi: float, areas: int) -> bool:
    """Whether φ is above what chance gives with this many areas (one-sided, 5%)."""
    return phi > 1 + float(ndtri(0.95)) * np.sqrt(2 / max(areas, 1))
