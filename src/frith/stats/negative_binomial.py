"""Regression of counts that vary more than chance: negative binomial (NB2), with an offset.

Source: Hilbe (2011), "Negative Binomial Regression", 2nd edition; Venables and Ripley (2002),
"Modern Applied Statistics with S", section 7.4, for the alternation used here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import digamma, gammaln, xlogy

from frith.errors import BadInput
from frith.stats.intervals import Floats

ROUNDS = 100
TOLERANCE = 1e-10
SMALLEST_ALPHA = 1e-6
"""Below this the counts are no more spread than Poisson, and Poisson is what is fitted."""
LARGEST_ALPHA = 1e4
LARGEST_ETA = 30.0


@dataclass(frozen=True, kw_only=True, eq=False)
class CountFit:
    """A fitted model of counts: coefficients on the log scale, expected-information covariance.

    `alpha` is the extra spread: variance = mean + alpha·mean². It is 0 where Poisson fits.
    """

    coefficients: Floats
    covariance: Floats
    alpha: float
    fitted: Floats
    converged: bool
    log_likelihood: float

    @property
    def standard_errors(self) -> Floats:
        """Square roots of the covariance's diagonal."""
        return np.sqrt(np.diag(self.covariance))


def fit_counts(
    counts: npt.ArrayLike, design: npt.ArrayLike, *, offset: npt.ArrayLike | None = None
) -> CountFit:
    """Maximum-likelihood NB2 regression, log link: counts on the columns of `design`.

    `counts`: length n, 0 or more; `design`: n × k, with a column of ones where an intercept is
    wanted; `offset`: length n on the log scale (ln population), 0 where left out. Alternates
    weighted least squares for the coefficients with the likelihood's root for alpha; falls back to
    Poisson where the counts are not overdispersed. Raises `BadInput` where lengths differ, a
    value is missing, or columns of the design repeat one another. Assumes independent areas:
    see `cluster_covariance` where neighbours resemble each other.
    """
    y = np.asarray(counts, dtype=np.float64)
    x = np.asarray(design, dtype=np.float64)
    ln_exposure = np.zeros_like(y) if offset is None else np.asarray(offset, dtype=np.float64)
    _check(y, x, ln_exposure)
    beta = _start(y, x, ln_exposure)
    alpha, converged = 0.0, False
    beta, mu, settled = _weighted_least_squares(y, x, ln_exposure, beta=beta, alpha=alpha)
    for _ in range(ROUNDS):
        before = alpha
        alpha = _alpha(y, mu)
        beta, mu, settled = _weighted_least_squares(y, x, ln_exposure, beta=beta, alpha=alpha)
        if abs(alpha - before) <= TOLERANCE * (alpha + TOLERANCE):
            converged = settled
            break
    weights = mu / (1 + alpha * mu)
    return CountFit(
        coefficients=beta,
        covariance=np.asarray(np.linalg.inv((x * weights[:, None]).T @ x), dtype=np.float64),
        alpha=alpha,
        fitted=mu,
        converged=converged,
        log_likelihood=_log_likelihood(y, mu, alpha),
    )


def cluster_covariance(
    fit: CountFit,
    counts: npt.ArrayLike,
    design: npt.ArrayLike,
    *,
    clusters: npt.ArrayLike,
) -> Floats:
    """Covariance of the coefficients that allows areas of one cluster to go together.

    The sandwich, with the usual G/(G − 1) for G clusters; `clusters`: one label an area. Needs many
    clusters (20 or more) to be trusted. Source: Liang and Zeger (1986).
    """
    y = np.asarray(counts, dtype=np.float64)
    x = np.asarray(design, dtype=np.float64)
    scores = x * ((y - fit.fitted) / (1 + fit.alpha * fit.fitted))[:, None]
    _, group = np.unique(np.asarray(clusters), return_inverse=True)
    groups = int(group.max()) + 1
    summed = np.zeros((groups, x.shape[1]))
    np.add.at(summed, group, scores)
    meat = summed.T @ summed * groups / max(groups - 1, 1)
    return fit.covariance @ meat @ fit.covariance


def pearson_residuals(counts: npt.ArrayLike, fit: CountFit) -> Floats:
    """(count − fitted) ÷ its standard deviation under the fitted model."""
    spread = np.sqrt(fit.fitted + fit.alpha * fit.fitted**2)
    return (np.asarray(counts, dtype=np.float64) - fit.fitted) / spread


def _check(y: Floats, x: Floats, offset: Floats) -> None:
    where = "regression of counts"
    if x.ndim != 2 or x.shape[0] != y.size or offset.size != y.size:
        raise BadInput("lengths differ", where=where, mend="One row of the design for each count.")
    if not (np.isfinite(y).all() and np.isfinite(x).all() and np.isfinite(offset).all()):
        raise BadInput("a value is missing", where=where, mend="Leave that area out.")
    if np.any(y < 0):
        raise BadInput("a count is negative", where=where, mend="Counts are 0 or more.")
    if np.linalg.matrix_rank(x) < x.shape[1]:
        raise BadInput(
            "columns of the design repeat one another", where=where, mend="Leave one of them out."
        )


def _start(y: Floats, x: Floats, offset: Floats) -> Floats:
    """Least squares on the log of the counts, each a little above zero."""
    found = np.linalg.lstsq(x, np.log(np.maximum(y, 0.5)) - offset, rcond=None)[0]
    return np.asarray(found, dtype=np.float64)


def _weighted_least_squares(
    y: Floats, x: Floats, offset: Floats, *, beta: Floats, alpha: float
) -> tuple[Floats, Floats, bool]:
    """Coefficients at a given alpha, by Fisher scoring with halved steps where one overshoots."""
    best = -np.inf
    eta = np.clip(x @ beta + offset, -LARGEST_ETA, LARGEST_ETA)
    for _ in range(ROUNDS):
        mu = np.exp(eta)
        weights = mu / (1 + alpha * mu)
        target = eta - offset + (y - mu) / mu
        root = np.sqrt(weights)
        new = np.linalg.lstsq(x * root[:, None], target * root, rcond=None)[0]
        step = new - beta
        for _ in range(20):
            eta = np.clip(x @ (beta + step) + offset, -LARGEST_ETA, LARGEST_ETA)
            now = _log_likelihood(y, np.exp(eta), alpha)
            if now >= best - 1e-9 * abs(best) or not np.isfinite(best):
                break
            step = step / 2
        beta = beta + step
        if np.isfinite(best) and abs(now - best) <= 1e-12 * (abs(now) + 1):
            return beta, np.exp(eta), True
        best = now
    return beta, np.exp(eta), False


def _alpha(y: Floats, mu: Floats) -> float:
    """The spread that maximises the likelihood at these means; 0 where Poisson does better."""
    slope_at_zero = float(np.sum((y - mu) ** 2 - y)) / 2
    if slope_at_zero <= 0:
        return 0.0
    lo, hi = float(np.log(SMALLEST_ALPHA)), float(np.log(LARGEST_ALPHA))

    def slope(log_alpha: float) -> float:
        return _alpha_slope(float(np.exp(log_alpha)), y, mu)

    if slope(lo) <= 0:
        return 0.0
    if slope(hi) >= 0:
        return LARGEST_ALPHA
    return float(np.exp(brentq(slope, lo, hi, xtol=1e-13)))


def _alpha_slope(alpha: float, y: Floats, mu: Floats) -> float:
    """Derivative of the log-likelihood by alpha (times alpha², which keeps its sign)."""
    theta = 1 / alpha
    by_theta = digamma(y + theta) - digamma(theta) - np.log1p(mu / theta) + (mu - y) / (theta + mu)
    return -float(np.sum(by_theta))


def _log_likelihood(y: Floats, mu: Floats, alpha: float) -> float:
    if alpha <= SMALLEST_ALPHA:
        return float(np.sum(xlogy(y, mu) - mu - gammaln(y + 1)))
    theta = 1 / alpha
    terms = (
        gammaln(y + theta)
        - gammaln(theta)
        - gammaln(y + 1)
        - theta * np.log1p(alpha * mu)
        + xlogy(y, alpha * mu / (1 + alpha * mu))
    )
    return float(np.sum(terms))
