"""Maps with nothing there, and maps with one cluster planted, and what the method makes of them."""

from __future__ import annotations

import numpy as np
from maps import counts_of, flower, honeycomb

from frith.places.hotspots import hot_spots

PERMUTATIONS = 66_800
"""What the method itself asks for over 167 areas: 20 × 167 ÷ 0.05."""


def names_something(seed: int, *, mean: float, kind: str, people: str) -> bool:
    """True where any area of a map with nothing there is called hot."""
    rng = np.random.default_rng(seed)
    residents = np.full(167, 1500.0) if people == "equal" else rng.uniform(1000, 3500, 167)
    expected = mean * residents / residents.mean()
    rate = rng.gamma(1.0, expected) if kind == "skewed" else expected
    result = hot_spots(
        counts_of(rng.poisson(rate)),
        counts_of(residents),
        geography=honeycomb(),
        rng=rng,
        permutations=PERMUTATIONS,
    )
    return "hot" in result.tables["areas"]["verdict"].to_list()


def found_centre(seed: int, *, mean: float = 5.0, times: float = 2.5) -> bool:
    """True where the middle of seven areas at `times` the mean is called hot."""
    rng = np.random.default_rng(seed)
    centre, seven = flower(honeycomb(), rng)
    rate = np.full(167, mean)
    rate[seven] *= times
    result = hot_spots(
        counts_of(rng.poisson(rate)),
        counts_of(np.full(167, 1500.0)),
        geography=honeycomb(),
        rng=rng,
        permutations=PERMUTATIONS,
    )
    return bool(result.tables["areas"]["verdict"][centre] == "hot")
