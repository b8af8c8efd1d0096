"""Maps with nothing there must mostly show nothing; a planted cluster must be seen.

A short version; 300 maps a case are in tests/prove/test_places_size.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "places"))
from nothing_there import found_centre, names_something


@pytest.mark.parametrize("mean", [0.6, 5.0])
@pytest.mark.parametrize("kind", ["even", "skewed"])
@pytest.mark.parametrize("people", ["equal", "unequal"])
def test_quiet_maps_show_nothing(mean: float, kind: str, people: str) -> None:
    named = [names_something(seed, mean=mean, kind=kind, people=people) for seed in range(40)]
    # at most 8% in truth: 40 maps allow for 8 (upper 99.5% binomial limit)
    assert sum(named) <= 8


def test_a_planted_cluster_of_seven_is_found() -> None:
    found = [found_centre(seed) for seed in range(40)]
    assert np.mean(found) >= 0.95
