"""A tension episode: some weeks in one neighbourhood of disorder, reports and lost trust.

And what the partnership wrote of tension: some wards by quarter, and silent ones as calm.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough.effects import Effect
from frith.borough.hot_spots import claim
from frith.borough.period import Period
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


JUDGED_SHARE = 0.6
"""Of quarters of wards, the share that anybody judged; an episode always is."""
EPISODE_LEVELS = (4, 5, 5)
MOST_USUAL = 2
REVIEW_DAYS = 90


def tension_table(
    rng: np.random.Generator, place: Place, period: Period, *, episode: np.ndarray
) -> pl.DataFrame:
    """The `tension` table: a judgement a ward and quarter; high where and when the episode is.

    `episode`: the areas of it. Wards of silence are judged as calm as any: nobody told.
    """
    first = period.months // 2
    troubled = set(place.ward[episode].tolist())
    rows = []
    for _, months in period.quarters():
        there = any(first <= month < first + LENGTH_MONTHS for month in months.tolist())
        day = int(period.first_days[months[-1]]) + 14
        for ward, code in enumerate(place.ward_codes.tolist()):
            usual = rng.integers(1, MOST_USUAL + 1, 3).tolist()
            judged, sources = rng.random() < JUDGED_SHARE, int(rng.poisson(3)) + 1
            raised = there and ward in troubled
            if not judged and not raised:
                continue
            levels = EPISODE_LEVELS if raised else usual
            rows.append((period.day(day), code, *levels, sources, period.day(day + REVIEW_DAYS)))
    names = ("assessed_on", "code", "experienced", "evident", "potential", "sources", "review_on")
    frame = pl.DataFrame(rows, schema=list(names), orient="row")
    return frame.select(
        pl.format("SYN-T{}", (pl.int_range(pl.len()) + 1).cast(pl.String).str.zfill(4)).alias(
            "assessment_id"
        ),
        *names,
    )
