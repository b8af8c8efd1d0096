"""Trend in one series: against pymannkendall, with ties, gaps and nothing there."""

from __future__ import annotations

import numpy as np
import pytest

from frith.errors import BadInput
from frith.stats.mann_kendall import mann_kendall


def test_agrees_with_pymannkendall() -> None:
    oracle = pytest.importorskip("pymannkendall")
    for seed in range(10):
        x = np.random.default_rng(seed).poisson(3, 40).astype(float)
        ours, theirs = mann_kendall(x, autocorrelation=False), oracle.original_test(x)
        assert ours.s == theirs.s
        assert ours.z == pytest.approx(theirs.z)
        assert ours.p == pytest.approx(theirs.p)
        assert ours.slope == pytest.approx(theirs.slope)


def test_a_rise_is_a_rise_and_its_mirror_a_fall() -> None:
    x = np.arange(30) + np.random.default_rng(1).normal(0, 3, 30)
    up, down = mann_kendall(x), mann_kendall(-x)
    assert up.p < 0.001
    assert up.slope == pytest.approx(1, abs=0.2)
    assert up.slope_lo < 1 < up.slope_hi
    assert down.z == pytest.approx(-up.z)


def test_nothing_there_is_named_about_one_time_in_twenty() -> None:
    rng = np.random.default_rng(2)
    named = [mann_kendall(rng.normal(size=30)).p <= 0.05 for _ in range(600)]
    assert 0.02 < np.mean(named) < 0.09


def test_a_slow_swing_is_corrected_for() -> None:
    rng = np.random.default_rng(3)

    def swing() -> np.ndarray:
        x = np.zeros(60)
        for t in range(1, 60):
            x[t] = 0.6 * x[t - 1] + rng.normal()
        return x

    series = [swing() for _ in range(200)]
    plain = np.mean([mann_kendall(x, autocorrelation=False).p <= 0.05 for x in series])
    corrected = np.mean([mann_kendall(x).p <= 0.05 for x in series])
    assert plain > 0.2
    assert corrected < plain / 1.5


def test_gaps_are_left_out_and_flat_is_no_trend() -> None:
    assert mann_kendall([1, np.nan, 2, 3, 4, 5]).s == 10
    assert mann_kendall([1, np.nan, 3, 4, 5, 6]).slope == pytest.approx(1)
    flat = mann_kendall([2, 2, 2, 2, 2])
    assert (flat.s, flat.z, flat.p) == (0, 0, 1)
    with pytest.raises(BadInput, match="no trend"):
        mann_kendall([1, 2, 3])
