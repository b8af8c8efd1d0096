"""What the records themselves do: places of silence, a change of counting rules, months missing."""

from __future__ import annotations

import numpy as np

from frith.borough.crime import crime_types
from frith.borough.effects import Effect
from frith.borough.hot_spots import claim
from frith.borough.place import Place

SILENCE_TIMES = 0.40
"""In a place of silence two in five of those who would report do so; police still find as much."""
SILENT_PATCH = 2
AREAS_PER_SILENCE = 60
LED_BY_POLICE = 0.5
"""Crime types that police find rather than hear of are untouched by silence."""
RULE_CHANGE = ("Public order", 1.25)
MISSING = (("Anti-social behaviour", 2), ("Stop and search", 1))
"""Crime types and how many months of them never arrived."""


def silences(
    rng: np.random.Generator, place: Place, *, months: int, free: np.ndarray
) -> list[Effect]:
    """Places where fewer report, all through the period."""
    planted = []
    for which in range(max(1, place.areas // AREAS_PER_SILENCE)):
        areas = claim(rng, place, free, size=SILENT_PATCH if place.areas >= 24 else 1)
        planted += [
            Effect(
                effect_id=f"SYN-SILENCE-{which + 1}",
                cause="silence",
                crime_type=one.name,
                areas=areas,
                first=0,
                last=months - 1,
                times=SILENCE_TIMES,
            )
            for one in crime_types()
            if one.led < LED_BY_POLICE and one.kind in ("crime", "incident")
        ]
    return planted


def recording_changes(place: Place, *, months: int) -> list[Effect]:
    """A counting rule that changes a third of the way in, and months that are missing."""
    everywhere = np.arange(place.areas)
    change = months // 3
    planted = [
        Effect(
            effect_id="SYN-RULE-1",
            cause="recording",
            crime_type=RULE_CHANGE[0],
            areas=everywhere,
            first=change,
            last=months - 1,
            times=RULE_CHANGE[1],
        )
    ]
    first = months // 6
    for which, (crime_type, length) in enumerate(MISSING):
        planted.append(
            Effect(
                effect_id=f"SYN-MISSING-{which + 1}",
                cause="missing",
                crime_type=crime_type,
                areas=everywhere,
                first=first + 3 * which,
                last=first + 3 * which + length - 1,
                times=0.0,
            )
        )
    return planted
