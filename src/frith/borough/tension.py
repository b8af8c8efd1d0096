"""A tension episode: some weeks in one neighbourhood of disorder, reports and lost trust."""

from __future__ import annotations

import numpy as np

from frith.borough.effects import Effect
from frith.borough.hot_spots import claim
from frith.borough.place import Place

TIMES = (
    ("Public order", 3.5),
    ("Violence and sexual offences", 1.5),
    ("Criminal damage and arson", 2.0),
)
PATCH = 4
LENGTH_MONTHS = 3


def tension(
    rng: np.random.Generator, place: Place, *, months: int, free: np.ndarray
) -> list[Effect]:
    """One episode of three months, half-way through the period."""
    areas = claim(rng, place, free, size=PATCH if place.areas >= 24 else 1)
    first = months // 2
    return [
        Effect(
            effect_id="SYN-TENSION-1",
            cause="tension",
            crime_type=crime_type,
            areas=areas,
            first=first,
            last=first + LENGTH_MONTHS - 1,
            times=times,
        )
        for crime_type, times in TIMES
    ]
