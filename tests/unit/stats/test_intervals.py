"""Intervals: what they must be at the ends, and that they cover."""

from __future__ import annotations

import numpy as np
import pytest

from frith.errors import BadInput
from frith.stats.intervals import (
    poisson_interval,
    rate_interval,
    ratio_interval,
    wilson_interval,
)


def test_a_count_of_none_has_a_lower_limit_of_zero_and_an_upper_of_ln_40() -> None:
    lo, hi = poisson_interval(0)
    assert lo == 0
    assert hi == pytest.approx(np.log(40), rel=1e-12)  # P(0; hi) = 0.025


def test_poisson_interval_keeps_its_shape_and_its_gaps() -> None:
    lo, hi = poisson_interval(np.array([[0.0, 4.0], [np.nan, 9.0]]))
    assert lo.shape == hi.shape == (2, 2)
    assert np.isnan(lo[1, 0])
    assert np.isnan(hi[1, 0])
    assert np.all((lo <= hi) | np.isnan(lo))


def test_a_negative_count_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadInput, match="0 or more"):
        poisson_interval([-1, 2])


def test_a_level_outside_0_and_1_is_refused() -> None:
    with pytest.raises(BadInput, match="level"):
        poisson_interval(3, level=95)


def test_rate_interval_is_the_count_interval_over_the_exposure() -> None:
    rate, lo, hi = rate_interval(10, 2000, per=1000)
    count_lo, count_hi = poisson_interval(10)
    assert (rate, lo, hi) == pytest.approx((5.0, count_lo / 2, count_hi / 2))


def test_no_exposure_gives_no_rate() -> None:
    rate, lo, hi = rate_interval([1, 0], [0, 0])
    assert np.isnan([rate, lo, hi]).all()


def test_wilson_stays_within_0_and_1_and_touches_the_ends() -> None:
    lo, hi = wilson_interval([0, 5, 10], [10, 10, 10])
    assert lo[0] == 0
    assert hi[2] == 1
    # Newcombe (1998), Statistics in Medicine 17, 857–872, table I: 81 of 263
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_wilson_refuses_more_hits_than_trials() -> None:
    with pytest.raises(BadInput, match="more hits"):
        wilson_interval(3, 2)


def test_wilson_of_no_trials_is_unknown() -> None:
    assert np.isnan(wilson_interval(0, 0)).all()


def test_ratio_of_nothing_to_nothing_is_unknown_and_over_nothing_is_open_above() -> None:
    assert np.isnan(ratio_interval(0, 0)).all()
    ratio, lo, hi = ratio_interval(5, 0)
    assert np.isinf([ratio, hi]).all()
    assert lo > 0


def test_ratio_interval_turns_over_when_its_counts_do() -> None:
    ratio, lo, hi = ratio_interval(12, 30)
    turned, turned_lo, turned_hi = ratio_interval(30, 12)
    assert (1 / ratio, 1 / hi, 1 / lo) == pytest.approx((turned, turned_lo, turned_hi))


def test_dispersion_widens_a_ratio_and_never_narrows_it() -> None:
    _, lo, hi = ratio_interval(40, 50)
    _, wide_lo, wide_hi = ratio_interval(40, 50, dispersion=3.0)
    _, same_lo, same_hi = ratio_interval(40, 50, dispersion=0.2)
    assert wide_lo < lo
    assert wide_hi > hi
    assert (same_lo, same_hi) == (lo, hi)


@pytest.mark.parametrize("mean", [0.5, 3.0, 20.0])
def test_exact_interval_covers_at_least_its_level(mean: float) -> None:
    counts = np.random.default_rng(1).poisson(mean, 20_000)
    lo, hi = poisson_interval(counts)
    assert np.mean((lo <= mean) & (mean <= hi)) >= 0.948
