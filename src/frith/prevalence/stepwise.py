"""Forward stepwise choice of the pairs of lists that depend on each other, many tables at once.

Chan, Silverman & Vincent (2021), section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr, pdtrc

from frith.prevalence.captures import Floats, Masks
from frith.prevalence.existence import Code, Existence
from frith.prevalence.loglinear import Design, Fits, fit

ENTRY_P = 0.02
"""A pair enters where its overlap is this unlikely given the model so far [CSV 2021]."""


@dataclass(frozen=True)
class Selected:
    """The model chosen for each table: its terms, and N̂ (infinite where none can be fitted)."""

    asked: Masks
    total: Floats
    fits: Fits


def select(
    design: Design, counts: Floats, *, existence: Existence, entry_p: float = ENTRY_P
) -> Selected:
    """Choose and fit a model for each table of the batch (`counts`: (batch, cells)).

    From main effects: of the absent pairs, the one whose observed overlap is least likely under
    the fitted model enters, if its probability is below `entry_p` and the enlarged model has a
    unique maximum; refit; repeat. A table on which a list is empty, or whose main-effects model
    has no unique maximum, keeps main effects; in the second case N̂ is infinite.
    """
    counts = np.asarray(counts, dtype=np.float64)
    asked = np.repeat(design.main[None, :], len(counts), axis=0)
    fits = fit(design, counts, asked)
    codes = np.asarray([existence.code(row, design.main) for row in counts])
    total = np.where(codes == Code.FINE, fits.total, np.inf)
    whole = (counts @ design.matrix)[:, design.sizes == 1].min(axis=1) > 0
    live = np.flatnonzero((codes == Code.FINE) & whole)
    current = fits
    rows = np.arange(len(counts))
    parts = _Parts(fits)
    while live.size:
        grown = _grow(design, counts[live], asked[live], current, np.searchsorted(rows, live))
        chosen = _first_that_exists(counts[live], asked[live], grown, existence, entry_p)
        moved = chosen >= 0
        live, chosen = live[moved], chosen[moved]
        if live.size == 0:
            break
        asked[live, chosen] = True
        current, rows = fit(design, counts[live], asked[live]), live
        total[live] = current.total
        parts.put(live, current)
    return Selected(asked, total, parts.whole(asked))


def _grow(design: Design, counts: Floats, asked: Masks, fits: Fits, at: np.ndarray) -> Floats:
    """The probability of each absent interaction's overlap; 2 for those already in the model."""
    inter = design.interactions
    expected = (fits.fitted[at] * fits.kept[at]) @ design.matrix[:, inter]
    observed = counts @ design.matrix[:, inter]
    below = pdtr(observed, expected)
    above = np.where(observed > 0, pdtrc(np.maximum(observed - 1, 0), expected), 1.0)
    return np.where(asked[:, inter], 2.0, np.minimum(below, above))


def _first_that_exists(
    counts: Floats, asked: Masks, p: Floats, existence: Existence, entry_p: float
) -> np.ndarray:
    """The term to add to each model, or −1; existence is only asked in order of probability."""
    inter = existence.design.interactions
    chosen = np.full(len(counts), -1, dtype=np.int64)
    order = np.argsort(p, axis=1, kind="stable")
    for row, ranked in enumerate(order):
        for candidate in ranked:
            if p[row, candidate] >= entry_p:
                break
            larger = asked[row].copy()
            larger[inter[candidate]] = True
            if existence.code(counts[row], larger) is Code.FINE:
                chosen[row] = inter[candidate]
                break
    return chosen


class _Parts:
    """The latest fit of each table, gathered from batches of what was still moving."""

    def __init__(self, fits: Fits) -> None:
        self._fits = fits
        self._arrays = {
            name: getattr(fits, name).copy()
            for name in ("minus_infinity", "kept", "coefficients", "fitted", "converged")
        }

    def put(self, rows: np.ndarray, fits: Fits) -> None:
        for name, array in self._arrays.items():
            array[rows] = getattr(fits, name)

    def whole(self, asked: Masks) -> Fits:
        return Fits(self._fits.design, self._fits.counts, asked, **self._arrays)
