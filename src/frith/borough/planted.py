"""All planted changes of rates together: hot spots, silence, tension, counting, responses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frith.borough.draws import Floats, Streams
from frith.borough.effects import Effect, apply
from frith.borough.hot_spots import hot_spots
from frith.borough.premises import premises_by_area
from frith.borough.rates import expected
from frith.borough.recording import recording_changes, silences
from frith.borough.responses import Response, make_responses, response_effects
from frith.borough.setting import Setting
from frith.borough.tension import tension


@dataclass(frozen=True, kw_only=True)
class Planted:
    """Effects, responses, and expected records (type × area × month) without and with them."""

    effects: list[Effect]
    responses: list[Response]
    base: Floats
    rates: Floats

    def areas_of(self, cause: str) -> np.ndarray:
        """Areas that a cause touches."""
        found = [effect.areas for effect in self.effects if effect.cause == cause]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)


def plant_effects(streams: Streams, setting: Setting) -> Planted:
    """Everything that multiplies a rate, each in areas of its own while there is room."""
    place, months = setting.place, setting.period.months
    free = np.ones(place.areas, dtype=bool)
    free[place.centre] = False  # the town centre is busy enough without a planted cause
    effects = hot_spots(streams.of("hot spots"), place, setting.need, months=months, free=free)
    effects += silences(streams.of("silence"), place, months=months, free=free)
    effects += tension(streams.of("tension"), place, months=months, free=free)
    effects += recording_changes(place, months=months)
    responses = make_responses(streams.of("responses"), place, months=months, free=free)
    effects += response_effects(responses, months=months)
    base = expected(
        setting.residents,
        premises_by_area(setting.premises, place.areas),
        need=setting.need,
        period=setting.period,
    )
    return Planted(effects=effects, responses=responses, base=base, rates=apply(base, effects))
