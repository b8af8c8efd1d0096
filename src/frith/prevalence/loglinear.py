"""Poisson log-linear models of a capture table, many at once, by extended maximum likelihood.

1. Fienberg (1972), The multiple recapture census for closed populations, Biometrika 59.
2. Cormack (1989), Log-linear models for capture-recapture, Biometrics 45.
3. Fienberg & Rinaldo (2012), Maximum likelihood estimation in log-linear models, Ann. Statist. 40.
4. Chan, Silverman & Vincent (2021), Multiple systems estimation for sparse capture data, JASA 116.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaln

from frith.prevalence.captures import Floats, Ints, Masks

MAX_STEPS = 200
TOLERANCE = 1e-11
"""Relative change of the deviance at which Newton's method has converged to machine accuracy."""
START_ADDED = 0.1
"""Added to the counts to start: the usual start of a Poisson regression."""
MAX_LOG_STEP = 8.0
"""No fitted log count moves further in one step, so that sparse tables do not overflow."""


@dataclass(frozen=True)
class Design:
    """Cells by terms. A term is a set of lists (a bit mask); term 0 is the intercept."""

    k: int
    order: int = 2

    @cached_property
    def cells(self) -> Ints:
        """Bit masks of the 2^k − 1 observable cells."""
        return np.arange(1, 2**self.k, dtype=np.int64)

    @cached_property
    def terms(self) -> Ints:
        """Bit masks of the terms, by size and then lexicographically."""
        masks = [
            sum(1 << i for i in members)
            for size in range(self.order + 1)
            for members in itertools.combinations(range(self.k), size)
        ]
        return np.asarray(masks, dtype=np.int64)

    @cached_property
    def sizes(self) -> Ints:
        """How many lists each term names."""
        return np.asarray([int(term).bit_count() for term in self.terms], dtype=np.int64)

    @cached_property
    def matrix(self) -> Floats:
        """1 where the cell lies on all of the term's lists. Shape (cells, terms)."""
        return ((self.cells[:, None] & self.terms) == self.terms).astype(np.float64)

    @cached_property
    def products(self) -> Floats:
        """Products of pairs of columns, flattened, so that one product makes every Hessian."""
        x = self.matrix
        return (x[:, :, None] * x[:, None, :]).reshape(len(self.cells), -1)

    @cached_property
    def main(self) -> Masks:
        """The terms of the main-effects model: the intercept and each list."""
        return self.sizes <= 1

    @cached_property
    def interactions(self) -> Ints:
        """Columns that are interactions."""
        return np.flatnonzero(self.sizes >= 2)


@dataclass(frozen=True)
class Fits:
    """Fits of several models or tables at once; the first axis is the batch.

    `asked` are the model's terms; `minus_infinity` those among them whose margin is empty, so that
    their estimate is −∞ and every cell on all of their lists is dropped; `kept` the cells left.
    """

    design: Design
    counts: Floats
    asked: Masks
    minus_infinity: Masks
    kept: Masks
    coefficients: Floats
    fitted: Floats
    converged: Masks

    @property
    def total(self) -> Floats:
        """N̂ = M + exp(α̂)."""
        return self.counts.sum(axis=1) + np.exp(self.coefficients[:, 0])

    @property
    def log_likelihood(self) -> Floats:
        """Full Poisson log likelihood, over the cells kept."""
        mean = np.where(self.kept, self.fitted, 1.0)
        each = self.counts * np.log(mean) - mean - gammaln(self.counts + 1)
        return np.where(self.kept, each, 0.0).sum(axis=1)

    @property
    def parameters(self) -> Ints:
        """How many parameters; those at −∞ count."""
        return self.asked.sum(axis=1)

    @property
    def aic(self) -> Floats:
        """Akaike's information criterion."""
        return 2.0 * self.parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> Floats:
        """p·log M − 2ℓ [Silverman, Chan & Vincent 2024]."""
        seen = self.counts.sum(axis=1)
        return self.parameters * np.log(seen) - 2.0 * self.log_likelihood

    @property
    def deviance(self) -> Floats:
        """Poisson deviance."""
        return _deviance(self.counts, self.fitted, self.kept)

    def intercept_se(self) -> Floats:
        """Standard error of the intercept, given the model."""
        hessian = _hessian(self.design, self.fitted * self.kept, self.asked & ~self.minus_infinity)
        variance = np.linalg.inv(hessian)[:, 0, 0]
        return np.asarray(np.sqrt(variance), dtype=np.float64)


def reduce(design: Design, counts: Floats, asked: Masks) -> tuple[Masks, Masks]:
    """Which terms are at −∞, and which cells are kept. Shapes (batch, terms), (batch, cells).

    A term in the model whose margin is empty has estimate −∞; the cells on all of its lists are
    then certain to be empty and are dropped [3, 4].
    """
    margins = counts @ design.matrix
    minus_infinity = asked & (margins == 0) & (design.sizes >= 1)
    kept = (minus_infinity.astype(np.float64) @ design.matrix.T) == 0
    return minus_infinity, kept


def fit(design: Design, counts: Floats, asked: Masks) -> Fits:
    """Fit every model of the batch to its table by Newton's method.

    `counts`: (batch, cells). `asked`: (batch, terms). Assumes that each maximum exists
    (`frith.prevalence.existence` says so); where it does not, `converged` is False or the estimate
    is a boundary artefact and must not be used.
    """
    counts = np.asarray(counts, dtype=np.float64)
    minus_infinity, kept = reduce(design, counts, asked)
    free = asked & ~minus_infinity
    batch = counts.shape[0]
    beta = np.zeros((batch, len(design.terms)))
    fitted = np.where(kept, counts + START_ADDED, 0.0)
    log_fitted = np.log(np.where(kept, fitted, 1.0))
    deviance = np.full(batch, np.inf)
    live = np.arange(batch)
    converged = np.zeros(batch, dtype=bool)
    for _ in range(MAX_STEPS):
        mean, log_mean, keep = fitted[live], log_fitted[live], kept[live]
        working = log_mean + np.where(keep, counts[live] / np.where(keep, mean, 1.0) - 1.0, 0.0)
        right = ((mean * working) @ design.matrix) * free[live]
        beta[live] = _solve(_hessian(design, mean, free[live]), right)
        step = beta[live] @ design.matrix.T - log_mean
        log_mean = log_mean + np.clip(step, -MAX_LOG_STEP, MAX_LOG_STEP)
        log_fitted[live] = np.where(keep, log_mean, 0.0)
        fitted[live] = np.where(keep, np.exp(log_mean), 0.0)
        now = _deviance(counts[live], fitted[live], keep)
        done = np.abs(now - deviance[live]) <= TOLERANCE * (np.abs(now) + 0.1)
        deviance[live] = now
        converged[live[done]] = True
        live = live[~done]
        if live.size == 0:
            break
    return Fits(design, counts, asked, minus_infinity, kept, beta, fitted, converged)


def _hessian(design: Design, mean: Floats, free: Masks) -> Floats:
    """X'WX for each of the batch; a term that is not free gets a unit row, and so stays at 0."""
    size = len(design.terms)
    hessian = (mean @ design.products).reshape(-1, size, size)
    both = free[:, :, None] & free[:, None, :]
    return np.where(both, hessian, 0.0) + np.eye(size) * ~free[:, :, None]


def _solve(hessian: Floats, right: Floats) -> Floats:
    try:
        solved = np.linalg.solve(hessian, right[:, :, None])[:, :, 0]
    except np.linalg.LinAlgError:  # one singular system stops the batch: take them one by one
        solved = np.stack(
            [np.linalg.lstsq(h, r, rcond=None)[0] for h, r in zip(hessian, right, strict=True)]
        )
    return np.asarray(solved, dtype=np.float64)


def _deviance(counts: Floats, fitted: Floats, kept: Masks) -> Floats:
    mean = np.where(kept, fitted, 1.0)
    seen = np.where(counts > 0, counts, 1.0)
    each = np.where(counts > 0, counts * np.log(seen / mean), 0.0) - (counts - mean)
    return 2.0 * np.where(kept, each, 0.0).sum(axis=1)
