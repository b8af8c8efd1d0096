"""Funnel limits and how far they are widened."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import poisson

from frith.stats.funnel import dispersion, overdispersed, poisson_limits, widened


def test_limits_are_the_exact_quantiles() -> None:
    expected = np.concatenate([np.linspace(0.01, 60, 500), [1e4]])
    for level in (0.95, 0.998):
        lower, upper = poisson_limits(expected, level=level)
        assert np.array_equal(lower, poisson.ppf((1 - level) / 2, expected))
        assert np.array_equal(upper, poisson.ppf(1 - (1 - level) / 2, expected))


def test_chance_alone_has_a_spread_near_one() -> None:
    rng = np.random.default_rng(1)
    expected = rng.uniform(20, 200, 400)
    phi = dispersion(rng.poisson(expected), expected)
    # winsorising draws the tails in, so a little under one
    assert 0.5 < phi < 1.1
    assert not overdispersed(phi, 400)


def test_a_few_wild_areas_do_not_hide_themselves() -> None:
    expected = np.full(100, 50.0)
    observed = np.random.default_rng(2).poisson(expected).astype(float)
    observed[:5] = 300
    assert dispersion(observed, expected) < 1.5


def test_widening_moves_away_from_what_is_expected_and_stops_at_none() -> None:
    assert widened([2, 18], [10, 10], phi=4) == pytest.approx([0, 26])
    assert widened([2, 18], [10, 10], phi=0.5) == pytest.approx([2, 18])
