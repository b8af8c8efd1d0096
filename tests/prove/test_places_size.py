"""300 quiet maps a case: at most 8% may show anything; the planted centre found in at least 95%."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "places"))
from nothing_there import found_centre, names_something

MAPS = 300


@pytest.mark.parametrize("mean", [0.6, 1.0, 2.0, 5.0, 10.0, 50.0])
@pytest.mark.parametrize("kind", ["even", "skewed"])
@pytest.mark.parametrize("people", ["equal", "unequal"])
def test_quiet_maps_show_nothing(mean: float, kind: str, people: str) -> None:
    named = [names_something(seed, mean=mean, kind=kind, people=people) for seed in range(MAPS)]
    assert np.mean(named) <= 0.08


def test_a_planted_cluster_of_seven_is_found() -> None:
    assert np.mean([found_centre(seed) for seed in range(MAPS)]) >= 0.95
