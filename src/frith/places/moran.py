"""Moran's I: do neighbours resemble each other over the whole map?

Source: Moran (1950); Cliff and Ord (1981), "Spatial Processes", for the permutation test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frith.places.neighbours import Neighbours
from frith.stats.intervals import Floats

BLOCK = 256
"""Permutations taken side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoranTest:
    """Moran's I, what it would be by chance, and the share of permutations at least as high."""

    i: float
    expected: float
    p: float
    permutations: int


def moran_i(x: Floats, neighbours: Neighbours) -> float:
    """Moran's I with row-standardised neighbours; NaN where all values are equal.

    `x`: one value an area, in the order of `neighbours.codes`. Areas without a neighbour add
    nothing to the sum of weights.
    """
    z = np.asarray(x, dtype=np.float64) - np.mean(x)
    held = neighbours.counts
    total = float(np.sum(held > 0))
    spread = float(z @ z)
    if spread <= 0 or total == 0:
        return float("nan")
    lag = _lag(z[:, None], neighbours)[:, 0]
    return float(len(z) / total * (z @ lag) / spread)


def moran_test(
    x: Floats, neighbours: Neighbours, *, rng: np.random.Generator, permutations: int = 999
) -> MoranTest:
    """One-sided permutation test that neighbours are more alike than chance would make them.

    `x`: as `moran_i`. All values are shuffled over all areas. p is (1 + as high) ÷ (1 + B). Assumes
    the values could have fallen anywhere: pass residuals or standardised rates, not raw counts.
    """
    observed = moran_i(x, neighbours)
    n = len(neighbours)
    expected = -1 / (n - 1) if n > 1 else float("nan")
    if np.isnan(observed):
        return MoranTest(i=observed, expected=expected, p=float("nan"), permutations=0)
    z = np.asarray(x, dtype=np.float64) - np.mean(x)
    scale = n / float(np.sum(neighbours.counts > 0)) / float(z @ z)
    as_high = 0
    for start in range(0, permutations, BLOCK):
        wide = np.repeat(z[:, None], min(BLOCK, permutations - start), axis=1)
        shuffled = rng.permuted(wide, axis=0)
        drawn = scale * np.sum(shuffled * _lag(shuffled, neighbours), axis=0)
        as_high += int(np.sum(drawn >= observed - 1e-12))
    p = (1 + as_high) / (1 + permutations)
    return MoranTest(i=observed, expected=expected, p=p, permutations=permutations)


def _lag(values: Floats, neighbours: Neighbours) -> Floats:
    """Mean of the neighbours, column by column; 0 for an area without any."""
    held = np.maximum(neighbours.counts, 1)
    lag: Floats = (neighbours.matrix() @ values) / held[:, None]
    return lag
