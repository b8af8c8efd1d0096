"""Shrinkage: which way, how far, and what is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from frith.stats.empirical_bayes import (
    marshall_global,
    marshall_local,
    marshall_moments,
    standardised_rate,
)


def test_small_areas_are_drawn_in_further_than_large() -> None:
    counts = np.array([8.0, 400.0, 60.0, 150.0, 10.0])
    people = np.array([200.0, 10_000.0, 6000.0, 6000.0, 1500.0])
    crude, smooth = counts / people, marshall_global(counts, people)
    mean = counts.sum() / people.sum()
    moved = np.abs(smooth - crude) / np.abs(crude - mean)
    assert moved[0] > moved[1]
    assert np.all(np.abs(smooth - mean) <= np.abs(crude - mean))


def test_equal_rates_have_no_spread_and_are_left_at_the_mean() -> None:
    m, a = marshall_moments([10, 20, 30], [1000, 2000, 3000])
    assert a == 0
    assert marshall_global([10, 20, 30], [1000, 2000, 3000]) == pytest.approx([m] * 3)


def test_an_area_without_people_has_no_rate_and_sways_no_other() -> None:
    with_gap = marshall_global([5, 9, 3], [100, 0, 200])
    assert np.isnan(with_gap[1])
    assert with_gap[[0, 2]] == pytest.approx(marshall_global([5, 3], [100, 200]))


def test_nothing_counted_gives_rates_of_zero() -> None:
    assert marshall_global([0, 0], [10, 20]) == pytest.approx([0, 0])
    assert standardised_rate([0, 0], [10, 20]) == pytest.approx([0, 0])


def test_no_people_anywhere_gives_no_rates() -> None:
    assert np.isnan(marshall_global([1, 2], [0, 0])).all()


def test_a_neighbourhood_of_everybody_has_the_global_mean_and_spread() -> None:
    counts, people = np.array([3.0, 9.0, 30.0]), np.array([500.0, 900.0, 800.0])
    everybody = [[1, 2], [0, 2], [0, 1]]
    assert marshall_local(counts, people, everybody) == pytest.approx(
        marshall_global(counts, people)
    )


def test_standardised_rates_have_one_spread_whatever_the_population() -> None:
    rng = np.random.default_rng(2)
    people = np.repeat([200.0, 5000.0], 4000)
    z = standardised_rate(rng.poisson(people * 0.02), people)
    assert np.std(z[:4000]) == pytest.approx(1, abs=0.05)
    assert np.std(z[4000:]) == pytest.approx(1, abs=0.05)
