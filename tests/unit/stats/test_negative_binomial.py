"""Regression of counts: against another implementation, at the edges, and by cluster."""

from __future__ import annotations

import numpy as np
import pytest

from frith.errors import BadInput
from frith.stats.negative_binomial import (
    cluster_covariance,
    fit_counts,
    pearson_residuals,
)


def _made(alpha: float, n: int = 300, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    offset = np.log(rng.uniform(500, 3000, n))
    mu = np.exp(x @ [-6.0, 0.4] + offset)
    mean = mu if alpha == 0 else rng.gamma(1 / alpha, alpha * mu)
    return rng.poisson(mean).astype(float), x, offset


def test_agrees_with_statsmodels() -> None:
    from statsmodels.discrete.discrete_model import NegativeBinomial

    y, x, offset = _made(0.5)
    ours = fit_counts(y, x, offset=offset)
    theirs = NegativeBinomial(y, x, offset=offset).fit(disp=0, method="newton", maxiter=200)
    assert ours.converged
    assert ours.coefficients == pytest.approx(theirs.params[:2], rel=1e-5)
    assert ours.alpha == pytest.approx(theirs.params[2], rel=1e-4)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)


def test_counts_no_more_spread_than_chance_are_poisson() -> None:
    fit = fit_counts([4.0, 5, 6, 5, 4, 6], np.ones((6, 1)))
    assert fit.alpha == 0
    assert np.exp(fit.coefficients[0]) == pytest.approx(5)
    assert fit.standard_errors[0] == pytest.approx(1 / np.sqrt(30))


def test_recovers_what_was_planted() -> None:
    y, x, offset = _made(0.3, n=4000)
    fit = fit_counts(y, x, offset=offset)
    assert fit.coefficients == pytest.approx([-6.0, 0.4], abs=0.06)
    assert fit.alpha == pytest.approx(0.3, abs=0.05)
    assert np.std(pearson_residuals(y, fit)) == pytest.approx(1, abs=0.08)


def test_clusters_that_go_together_widen_the_errors() -> None:
    rng = np.random.default_rng(11)
    clusters = np.repeat(np.arange(40), 10)
    shared = rng.normal(0, 0.6, 40)[clusters]
    x = np.column_stack([np.ones(400), rng.normal(size=40)[clusters]])
    y = rng.poisson(np.exp(1.5 + shared)).astype(float)
    fit = fit_counts(y, x)
    robust = cluster_covariance(fit, y, x, clusters=clusters)
    assert np.sqrt(robust[1, 1]) > 1.5 * fit.standard_errors[1]


@pytest.mark.parametrize(
    ("counts", "design", "words"),
    [
        ([1, 2], np.ones((3, 1)), "lengths"),
        ([1, -2], np.ones((2, 1)), "negative"),
        ([1, np.nan], np.ones((2, 1)), "missing"),
        ([1, 2, 3], np.ones((3, 2)), "repeat"),
    ],
)
def test_what_cannot_be_fitted_is_refused(counts: list[float], design: object, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        fit_counts(counts, design)
