"""Kappa and share intervals against published worked examples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from frith.study.agreement import kappa_of
from frith.study.estimate import Kind, interval_of, stratified_share
from frith.study.sizes import Allocation, allocate, size_for


def test_kappa_of_a_hundred_diagnoses() -> None:
    # Fleiss (1981), Statistical Methods for Rates and Proportions, 2nd ed., ch. 13:
    # 100 subjects diagnosed psychotic, neurotic or organic by two raters. Printed:
    # observed 0.89, expected 0.66, kappa 0.68, standard error for kappa = 0 0.076, for an interval
    # 0.087, interval 0.51 to 0.85.
    found = kappa_of([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert found.observed == pytest.approx(0.89)
    assert found.expected == pytest.approx(0.66)
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    assert found.se_null == pytest.approx(0.076, abs=5e-4)
    assert found.se == pytest.approx(0.087, abs=1e-3)
    assert found.kappa - 1.96 * found.se == pytest.approx(0.51, abs=0.01)
    assert found.kappa + 1.96 * found.se == pytest.approx(0.85, abs=0.01)


def test_kappa_equals_an_independent_programme() -> None:
    # statsmodels 0.14, cohens_kappa: its own reading of Fleiss, Cohen and Everitt (1969)
    from statsmodels.stats.inter_rater import cohens_kappa

    rng = np.random.default_rng(4)
    for _ in range(20):
        table = rng.integers(0, 30, (3, 3))
        ours, theirs = kappa_of(table), cohens_kappa(table)
        assert ours.kappa == pytest.approx(theirs.kappa, abs=1e-12)
        assert ours.se == pytest.approx(theirs.std_kappa, abs=1e-12)
        assert ours.se_null == pytest.approx(theirs.std_kappa0, abs=1e-12)


# Newcombe (1998), Two-sided confidence intervals for the single proportion: comparison of seven
# methods, Statistics in Medicine 17, table I: method 3 (Wilson) and method 5 (Clopper-Pearson).
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("k", "n", "wilson", "exact"), NEWCOMBE)
def test_intervals_of_a_single_share(
    k: int, n: int, wilson: tuple[float, float], exact: tuple[float, float]
) -> None:
    for kind, wanted in ((Kind.WILSON, wilson), (Kind.EXACT, exact)):
        found = interval_of(k / n, n, kind=kind)
        assert (found.lo, found.hi) == pytest.approx(wanted, abs=5e-5)


def test_the_exact_interval_is_where_the_tails_hold_their_share() -> None:
    # The definition in Clopper and Pearson (1934), by the binomial distribution itself.
    found = interval_of(7 / 40, 40, kind=Kind.EXACT)
    assert binom.sf(6, 40, found.lo) == pytest.approx(0.025, abs=1e-9)
    assert binom.cdf(7, 40, found.hi) == pytest.approx(0.025, abs=1e-9)


def test_one_stratum_of_very_many_is_nearly_a_simple_random_sample() -> None:
    # Cochran (1977), formula 3.8: v(p) = (1 − f) p q / (n − 1); here f is nearly nought.
    found = stratified_share([10**9], [263], [81])
    simple = 81 / 263 * (182 / 263) / 262
    got = 81 / 263 * (182 / 263) / found.effective
    assert got == pytest.approx(simple * 1.015, rel=0.02)  # t for z: 262 degrees of freedom
    assert found.design_effect == pytest.approx(263 / 262, rel=1e-3)


def test_the_size_for_a_wanted_half_width() -> None:
    # Cochran (1977), section 4.4: p = q = 0.5, d = 0.05, t = 2 gives n0 = 400, and with N = 3,200
    # n = 356 by the finite population correction. Here t is 1.96, so n0 = 384.1 and n = 343.
    held, half = np.array([3200]), np.array([0.5])
    assert size_for(held, half, half_width=0.05) == 343
    assert size_for(np.array([10**9]), half, half_width=0.05) == 385


def test_neyman_shares_a_sample_by_size_and_spread() -> None:
    # Cochran (1977), formula 5.26: n_h = n N_h S_h / Σ N_h S_h; spreads 0.5, 0.3 and 0.1.
    held = np.array([1000, 1000, 1000])
    share = np.array([0.5, 0.1, (1 - np.sqrt(0.96)) / 2])
    found = allocate(held, share, size=180, allocation=Allocation.NEYMAN)
    assert found.tolist() == [100, 60, 20]
