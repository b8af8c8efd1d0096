"""Moran's I over the whole map."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from frith.places.moran import moran_i, moran_test
from frith.places.neighbours import from_rows

sys.path.insert(0, str(Path(__file__).parent))
from maps import honeycomb


def test_a_slope_is_alike_and_noise_is_not() -> None:
    district = honeycomb()
    slope = district.points[:, 0]
    found = moran_test(slope, district.touching, rng=np.random.default_rng(1), permutations=199)
    assert found.i > 0.8
    assert found.p == 1 / 200
    noise = np.random.default_rng(2).normal(size=167)
    quiet = moran_test(noise, district.touching, rng=np.random.default_rng(1), permutations=199)
    assert quiet.p > 0.05
    assert quiet.expected == -1 / 166


def test_noise_is_named_about_one_time_in_twenty() -> None:
    near = honeycomb().touching
    named = [
        moran_test(
            np.random.default_rng(s).normal(size=167),
            near,
            rng=np.random.default_rng(s),
            permutations=199,
        ).p
        <= 0.05
        for s in range(200)
    ]
    assert np.mean(named) < 0.1


def test_equal_values_have_none_and_islands_are_no_crash() -> None:
    near = from_rows([[1], [0], []], codes=["a", "b", "c"], kind="queen")
    assert np.isnan(moran_i(np.ones(3), near))
    assert np.isnan(moran_test(np.ones(3), near, rng=np.random.default_rng(1)).p)
    assert np.isfinite(moran_i(np.array([1.0, 2.0, 5.0]), near))
