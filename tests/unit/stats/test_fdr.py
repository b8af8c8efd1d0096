"""False discovery: order, families, gaps."""

from __future__ import annotations

import numpy as np
import pytest

from frith.errors import BadInput
from frith.stats.fdr import benjamini_hochberg, benjamini_yekutieli


def test_q_never_falls_below_p_and_keeps_the_order() -> None:
    p = np.random.default_rng(3).uniform(size=200)
    q = benjamini_hochberg(p)
    assert np.all(q >= p)
    assert np.all(np.diff(q[np.argsort(p)]) >= 0)


def test_a_single_test_is_left_as_it_is() -> None:
    assert benjamini_hochberg([0.03]) == pytest.approx([0.03])


def test_tests_not_made_stay_unknown_and_are_not_counted() -> None:
    q = benjamini_hochberg([0.01, np.nan, 0.02])
    assert np.isnan(q[1])
    assert q[[0, 2]] == pytest.approx(benjamini_hochberg([0.01, 0.02]))


def test_a_larger_family_asks_for_more() -> None:
    assert benjamini_hochberg([0.01, 0.02], m=10) == pytest.approx([0.1, 0.1])


def test_a_family_smaller_than_its_tests_is_refused() -> None:
    with pytest.raises(BadInput, match="family"):
        benjamini_hochberg([0.1, 0.2, 0.3], m=2)


def test_a_probability_above_one_is_refused() -> None:
    with pytest.raises(BadInput, match="outside"):
        benjamini_hochberg([0.1, 1.2])


def test_any_dependence_is_always_the_more_cautious() -> None:
    p = np.random.default_rng(4).uniform(size=50) ** 3
    assert np.all(benjamini_yekutieli(p) >= benjamini_hochberg(p))


def test_shape_is_kept_and_nothing_in_gives_nothing_out() -> None:
    assert benjamini_hochberg(np.full((2, 3), 0.5)).shape == (2, 3)
    assert benjamini_hochberg([]).size == 0


def test_under_no_effect_anything_is_named_in_about_q_of_families() -> None:
    rng = np.random.default_rng(5)
    named = [bool((benjamini_hochberg(rng.uniform(size=100)) <= 0.05).any()) for _ in range(2000)]
    assert np.mean(named) == pytest.approx(0.05, abs=0.015)
