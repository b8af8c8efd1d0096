"""The other answers the same lists give: rival methods, and the lists left out or merged."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from frith.prevalence import decomposable, simple
from frith.prevalence.captures import Captures, Floats, Masks
from frith.prevalence.existence import Code, Existence
from frith.prevalence.information import CLOSE, MAX_LISTS, Ranked, rank_models, reselect
from frith.prevalence.loglinear import Design, fit
from frith.prevalence.stepwise import select

Z_95 = simple.Z_95


@dataclass(frozen=True, slots=True)
class Rival:
    """One method's answer. `counts`: whether it belongs in the range of rivals; `why` if not."""

    method: str
    estimate: float | None
    lo: float | None
    hi: float | None
    counts: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """The answer with some lists left out or merged."""

    lists: tuple[str, ...]
    estimate: float | None


def rank(captures: Captures, existence: Existence) -> Ranked | None:
    """Every model of pairs by BIC; None for more lists than can be searched whole."""
    if captures.k > MAX_LISTS:
        return None
    return rank_models(captures.counts.astype(np.float64), existence=existence)


def fixed_model(
    captures: Captures, asked: Masks, *, name: str, existence: Existence, least_bic: float | None
) -> Rival:
    """A model fixed in advance, with its conditional Wald interval.

    It counts among the rivals only where its maximum exists and its BIC is within ten of the least:
    a model the data speak against this clearly is shown, and not believed.
    """
    counts = captures.counts.astype(np.float64)
    if existence.code(counts, asked) is not Code.FINE:
        return Rival(name, None, None, None, counts=False, why="cannot be fitted to these lists")
    fits = fit(existence.design, counts[None, :], asked[None, :])
    lo, hi = wald(captures.seen, float(fits.coefficients[0, 0]), float(fits.intercept_se()[0]))
    far = least_bic is not None and float(fits.bic[0]) > least_bic + CLOSE
    why = "fits these lists far worse than other models" if far else ""
    return Rival(name, float(fits.total[0]), lo, hi, counts=not far, why=why)


def wald(seen: int, intercept: float, se: float) -> tuple[float, float]:
    """M + exp(α̂ ± 1.96 se): as if the model had been known beforehand."""
    return seen + math.exp(intercept - Z_95 * se), seen + math.exp(intercept + Z_95 * se)


def averaged(captures: Captures) -> Rival:
    """The Bayesian average over decomposable graphs: median and 95% credible interval."""
    name = "Bayesian average"
    if captures.k > decomposable.MAX_LISTS:
        return Rival(name, None, None, None, counts=False, why="is for five lists at most")
    posterior = decomposable.average(captures)
    if posterior.tail_mass >= decomposable.TAIL_MASS:
        return Rival(name, None, None, None, counts=False, why="has no upper end on these lists")
    return Rival(
        name,
        posterior.quantile(0.5),
        posterior.quantile(0.025),
        posterior.quantile(0.975),
        counts=True,
    )


def chao_bound(captures: Captures) -> Rival:
    """Chao's lower bound, which is one only where people differ in how easily they are seen."""
    found = simple.chao(captures)
    return Rival("Chao", found.estimate, found.lo, found.hi, counts=True)


def with_triples(captures: Captures) -> Rival:
    """The least BIC among models in which up to three lists depend on one another, as a point."""
    name = "least BIC, triples too"
    if not FEWEST_FOR_TRIPLES <= captures.k <= MAX_LISTS:
        return Rival(name, None, None, None, counts=False, why="is for four or five lists")
    existence = Existence(Design(captures.k, order=3))
    ranked = rank_models(captures.counts.astype(np.float64), existence=existence)
    return Rival(name, float(ranked.total[0]), None, None, counts=True)


FEWEST_FOR_TRIPLES = 4
"""With three lists the one triple is the interaction that cannot be told from the unseen."""


def least_bic_totals(ranked: Ranked, tables: Floats, existence: Existence, *, top: int) -> Floats:
    """N̂ of the model chosen anew by BIC, among the `top` models, in each table."""
    return reselect(tables, ranked=ranked, existence=existence, top=top)


def point(captures: Captures) -> float | None:
    """The stepwise estimate (Chapman's for two lists); None where there is none."""
    if captures.k < 2 or captures.overlaps == 0:
        return None
    if captures.k == 2:
        return simple.chapman(captures).estimate
    design = Design(captures.k)
    chosen = select(
        design, captures.counts[None, :].astype(np.float64), existence=Existence(design)
    )
    total = float(chosen.total[0])
    return total if math.isfinite(total) else None


def omissions(captures: Captures) -> tuple[Variant, ...]:
    """The estimate with each list left out in turn."""
    if captures.k <= 2:
        return ()
    return tuple(
        Variant((captures.lists[i],), point(captures.without(i))) for i in range(captures.k)
    )


def merges(captures: Captures) -> tuple[Variant, ...]:
    """The estimate with each pair of lists made one."""
    if captures.k <= 2:
        return ()
    return tuple(
        Variant((captures.lists[a], captures.lists[b]), point(captures.merged(a, b)))
        for a, b in itertools.combinations(range(captures.k), 2)
    )


@dataclass(frozen=True, slots=True)
class Consistency:
    """One list taken as a population of known size, and what the others make of it."""

    list: str
    known: int
    estimate: float | None
    lo: float | None
    hi: float | None

    @property
    def hit(self) -> bool | None:
        """True where the interval holds the known size; None where there is none."""
        if self.lo is None or self.hi is None:
            return None
        return self.lo <= self.known <= self.hi


def consistency(captures: Captures) -> tuple[Consistency, ...]:
    """Estimate each list's known size from the other lists [Binette & Steorts 2022].

    A method that cannot recover what is known has less claim on what is not.
    """
    if captures.k < 4:
        return ()
    return tuple(_known_size(captures, i) for i in range(captures.k))


def _known_size(captures: Captures, known: int) -> Consistency:
    size = captures.on_all(1 << known)
    inside = captures.within(known)
    empty = Consistency(captures.lists[known], size, None, None, None)
    if inside.overlaps == 0:
        return empty
    design = Design(inside.k)
    chosen = select(design, inside.counts[None, :].astype(np.float64), existence=Existence(design))
    if not math.isfinite(float(chosen.total[0])):
        return empty
    se = float(chosen.fits.intercept_se()[0])
    lo, hi = wald(inside.seen, float(chosen.fits.coefficients[0, 0]), se)
    return Consistency(captures.lists[known], size, float(chosen.total[0]), lo, hi)
