"""Hot spots whose excess is known: neighbouring areas where one crime type is commoner."""

from __future__ import annotations

import numpy as np

from frith.borough.draws import Floats, Ints
from frith.borough.effects import Effect
from frith.borough.place import Place

TYPES = (
    ("Burglary", 3.0),
    ("Drugs", 3.0),
    ("Vehicle crime", 3.0),
    ("Criminal damage and arson", 2.5),
    ("Robbery", 4.0),
)
AREAS_PER_HOT_SPOT = 28
PATCH_BY_AREAS = ((80, 5), (24, 3), (12, 2), (0, 1))
"""How many neighbouring areas a patch has, by how many the borough has."""
NEED_SHARE = (0.5, 0.92)
"""A patch starts where need is greater than in half of the areas, as hot spots do, though not where
it is greatest: there a method could not tell the patch from the need."""


def hot_spots(
    rng: np.random.Generator, place: Place, need: Floats, *, months: int, free: np.ndarray
) -> list[Effect]:
    """Hot spots for the whole period, apart from each other; takes their areas out of `free`."""
    number = int(np.clip(place.areas // AREAS_PER_HOT_SPOT, 1, len(TYPES)))
    size = next(patch for areas, patch in PATCH_BY_AREAS if place.areas >= areas)
    lo, hi = np.quantile(need, NEED_SHARE)
    among = np.flatnonzero((need >= lo) & (need <= hi))
    return [
        Effect(
            effect_id=f"SYN-HOT-{which + 1}",
            cause="hot_spot",
            crime_type=crime_type,
            areas=claim(rng, place, free, size=size, among=among),
            first=0,
            last=months - 1,
            times=times,
        )
        for which, (crime_type, times) in enumerate(TYPES[:number])
    ]


def claim(
    rng: np.random.Generator,
    place: Place,
    free: np.ndarray,
    *,
    size: int,
    among: Ints | None = None,
) -> Ints:
    """A patch of free areas, taken out of `free`; any area where none is free."""
    pool = np.flatnonzero(free) if among is None else among[free[among]]
    start = int(rng.choice(pool)) if pool.size else int(rng.integers(place.areas))
    patch = place.patch(start, size=size)
    chosen = np.union1d(patch[free[patch]], [start]).astype(np.int64)
    free[chosen] = False
    return chosen
