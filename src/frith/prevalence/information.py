"""The model with the least BIC among all hierarchical models, and the rivals close to it.

Silverman, Chan & Vincent (2024), Bootstrapping multiple systems estimates to account for model
selection, Statistics and Computing 34.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from frith.prevalence.captures import Floats, Ints, Masks
from frith.prevalence.existence import Code, Existence
from frith.prevalence.loglinear import Design, fit

MAX_LISTS = 5
"""Up to five lists every model is fitted (1,024 of pairs); more lists make too many models."""
CLOSE = 10.0
"""Models whose BIC is within this of the least still have some support [Kass & Raftery 1995]."""
BATCH = 4096


@dataclass(frozen=True)
class Ranked:
    """Every model that exists on the table, least BIC first."""

    design: Design
    models: Masks
    bic: Floats
    total: Floats

    @property
    def close(self) -> Masks:
        """Which models lie within `CLOSE` of the least BIC."""
        return self.bic <= self.bic[0] + CLOSE


@lru_cache(maxsize=8)
def hierarchical_models(k: int, order: int) -> Masks:
    """Every hierarchical model of k lists up to interactions of `order`. Shape (models, terms).

    A model that has an interaction has every smaller interaction inside it. The interaction of
    all lists is never in: it cannot be told from the unseen.
    """
    design = Design(k, order)
    index = {int(term): at for at, term in enumerate(design.terms)}
    models = [frozenset(int(t) for t in design.terms[design.main])]
    for size in range(2, min(order, k - 1) + 1):
        of_size = [int(t) for t in design.terms[design.sizes == size]]
        models = [
            model | frozenset(chosen)
            for model in models
            for chosen in _subsets([t for t in of_size if _inside(t, size) <= model])
        ]
    asked = np.zeros((len(models), len(design.terms)), dtype=bool)
    for row, model in enumerate(models):
        asked[row, [index[term] for term in model]] = True
    return asked


def _inside(term: int, size: int) -> set[int]:
    """The interactions one list smaller inside a term; none that matter below pairs."""
    if size <= 2:
        return set()
    return {term & ~(1 << bit) for bit in range(term.bit_length()) if term >> bit & 1}


def _subsets(items: list[int]) -> list[tuple[int, ...]]:
    return [c for size in range(len(items) + 1) for c in itertools.combinations(items, size)]


def rank_models(counts: Floats, *, existence: Existence, models: Masks | None = None) -> Ranked:
    """Fit every model that exists on the table (`counts`: (cells,)) and order them by BIC."""
    design = existence.design
    if models is None:
        models = hierarchical_models(design.k, design.order)
    fine = np.asarray([existence.code(counts, model) is Code.FINE for model in models])
    models = models[fine]
    bic, total = np.empty(len(models)), np.empty(len(models))
    for start in range(0, len(models), BATCH):
        part = models[start : start + BATCH]
        fits = fit(design, np.repeat(counts[None, :], len(part), axis=0), part)
        bic[start : start + BATCH], total[start : start + BATCH] = fits.bic, fits.total
    order = np.argsort(bic, kind="stable")
    return Ranked(design, models[order], bic[order], total[order])


def reselect(resamples: Floats, *, ranked: Ranked, existence: Existence, top: int) -> Floats:
    """N̂ of the least-BIC model in each resample, chosen among the table's `top` models.

    Infinite where none of them exists on the resample.
    """
    design, models = ranked.design, ranked.models[:top]
    best = np.full(len(resamples), np.inf)
    total = np.full(len(resamples), np.inf)
    for model in models:
        fine = np.asarray([existence.code(row, model) is Code.FINE for row in resamples])
        if not fine.any():
            continue
        fits = fit(design, resamples[fine], np.repeat(model[None, :], int(fine.sum()), axis=0))
        better = fits.bic < best[fine]
        at = np.flatnonzero(fine)[better]
        best[at], total[at] = fits.bic[better], fits.total[better]
    return total


def term_names(design: Design, model: Masks, lists: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The interactions of a model, as the names of their lists."""
    chosen: Ints = design.terms[model & (design.sizes >= 2)]
    return [tuple(lists[i] for i in range(design.k) if int(t) >> i & 1) for t in chosen]
