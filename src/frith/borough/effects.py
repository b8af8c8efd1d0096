"""Everything planted that multiplies a rate: where, when, which crime type, by how much."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.crime import crime_types, index_of
from frith.borough.draws import Floats, Ints
from frith.borough.period import Period
from frith.borough.place import Place


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Rates of `crime_type` in `areas` over months `first`…`last` are multiplied by `times`."""

    effect_id: str
    cause: str  # hot_spot, silence, tension, recording, missing, response
    crime_type: str
    areas: Ints
    first: int
    last: int
    times: float
    part: str = ""  # of a response: treated or buffer


def apply(rates: Floats, effects: Iterable[Effect]) -> Floats:
    """A copy of rates (crime type × area × month) with every effect multiplied in."""
    changed = rates.copy()
    for effect in effects:
        months = slice(effect.first, effect.last + 1)
        changed[index_of(effect.crime_type), effect.areas, months] *= effect.times
    return changed


def effects_truth(effects: Iterable[Effect], place: Place, period: Period) -> pl.DataFrame:
    """`truth/effects`: a row for every effect and area."""
    names = period.month_names()
    rows = [
        {
            "effect_id": effect.effect_id,
            "cause": effect.cause,
            "part": effect.part,
            "crime_type": effect.crime_type,
            "code": place.codes[area],
            "from_month": names[effect.first],
            "to_month": names[effect.last],
            "times": effect.times,
        }
        for effect in effects
        for area in effect.areas.tolist()
    ]
    return pl.DataFrame(rows)


def rates_truth(base: Floats, changed: Floats, place: Place, period: Period) -> pl.DataFrame:
    """`truth/rates`: the expected number of everyday records by crime type, area and month."""
    at = np.indices(base.shape).reshape(3, -1)
    return pl.DataFrame(
        {
            "crime_type": np.array([one.name for one in crime_types()], dtype=object)[
                at[0]
            ].tolist(),
            "code": place.codes[at[1]].tolist(),
            "month": np.array(period.month_names(), dtype=object)[at[2]].tolist(),
            "expected_without_effects": base.reshape(-1),
            "expected": changed.reshape(-1),
        }
    )
