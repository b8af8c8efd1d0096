"""Responses whose effect is known: they work, spread, displace or do nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Ints
from frith.borough.effects import Effect
from frith.borough.hot_spots import claim
from frith.borough.period import Period
from frith.borough.place import Place


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A kind of response and what it does to a crime type where it is and round it."""

    kind: str
    crime_type: str
    treated: float
    buffer: float
    verdict: str


KINDS = (
    Planted(
        kind="night-time patrol and licensing visits",
        crime_type="Violence and sexual offences",
        treated=0.62,
        buffer=1.0,
        verdict="works",
    ),
    Planted(
        kind="letters and leaflets",
        crime_type="Criminal damage and arson",
        treated=1.0,
        buffer=1.0,
        verdict="does nothing",
    ),
    Planted(
        kind="parking enforcement at one estate",
        crime_type="Vehicle crime",
        treated=0.40,
        buffer=1.45,
        verdict="displaces",
    ),
    Planted(
        kind="alley gates and lighting",
        crime_type="Burglary",
        treated=0.50,
        buffer=0.75,
        verdict="works and spreads",
    ),
)
AREAS_PER_RESPONSE = 6
MOST_TREATED = 6
START_SHARE, STEP_MONTHS = 2 / 3, 1
"""Responses start two thirds into the period, a month after each other: 24 months before, of 36."""


@dataclass(frozen=True, kw_only=True)
class Response:
    """One response: areas by part, and the month it starts in."""

    response_id: str
    planted: Planted
    treated: Ints
    buffer: Ints
    control: Ints
    first: int


def make_responses(
    rng: np.random.Generator, place: Place, *, months: int, free: np.ndarray
) -> list[Response]:
    """As many kinds as there is room for, each with areas of its own, buffers and controls."""
    number = int(np.clip(place.areas // AREAS_PER_RESPONSE, 1, len(KINDS)))
    size = int(np.clip(place.areas // 25, 1, MOST_TREATED))
    treated = [claim(rng, place, free, size=size) for _ in range(number)]
    taken = np.concatenate(treated)
    buffers = [np.setdiff1d(place.beside(areas), taken) for areas in treated]
    near = np.union1d(taken, np.concatenate(buffers))
    pool = np.intersect1d(np.flatnonzero(free), np.setdiff1d(np.arange(place.areas), near))
    if pool.size < size:
        pool = np.setdiff1d(np.arange(place.areas), taken)
    start = int(months * START_SHARE)
    made = []
    for which in range(number):
        controls = np.setdiff1d(pool, buffers[which])
        wanted = min(max(2 * size, 2), controls.size)
        made.append(
            Response(
                response_id=f"SYN-R{which + 1}",
                planted=KINDS[which],
                treated=treated[which],
                buffer=buffers[which],
                control=np.sort(rng.choice(controls, wanted, replace=False)),
                first=start + which * STEP_MONTHS,
            )
        )
    return made


def response_effects(responses: list[Response], *, months: int) -> list[Effect]:
    """What each response does, from its first month to the end of the period."""
    return [
        Effect(
            effect_id=one.response_id,
            cause="response",
            part=part,
            crime_type=one.planted.crime_type,
            areas=areas,
            first=one.first,
            last=months - 1,
            times=times,
        )
        for one in responses
        for part, areas, times in (
            ("treated", one.treated, one.planted.treated),
            ("buffer", one.buffer, one.planted.buffer),
        )
        if areas.size
    ]


def responses_table(responses: list[Response], place: Place, period: Period) -> pl.DataFrame:
    """The `responses` table."""
    rows = [
        {
            "response_id": one.response_id,
            "kind": one.planted.kind,
            "start": period.day(int(period.first_days[one.first])),
            "end": period.last,
            "code": place.codes[area],
            "part": part,
            "crime_type": one.planted.crime_type,
        }
        for one in responses
        for part, areas in (
            ("treated", one.treated),
            ("buffer", one.buffer),
            ("control", one.control),
        )
        for area in areas.tolist()
    ]
    return pl.DataFrame(rows)


def responses_truth(responses: list[Response]) -> pl.DataFrame:
    """`truth/responses`: what each response truly does."""
    return pl.DataFrame(
        {
            "response_id": [one.response_id for one in responses],
            "kind": [one.planted.kind for one in responses],
            "crime_type": [one.planted.crime_type for one in responses],
            "verdict": [one.planted.verdict for one in responses],
            "times_treated": [one.planted.treated for one in responses],
            "times_buffer": [one.planted.buffer for one in responses],
        }
    )
