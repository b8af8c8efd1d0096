"""Awareness sessions, and what they are planted to do: staff who came report more for a while."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Floats, Ints, pick
from frith.borough.period import Period

AGENCIES = {
    "children's services": 0.18,
    "adult social care": 0.10,
    "housing": 0.17,
    "schools": 0.13,
    "probation": 0.09,
    "licensing": 0.06,
    "environmental health": 0.06,
    "trading standards": 0.05,
    "health": 0.09,
    "voluntary sector": 0.07,
    "fire and rescue": 0.0,
}
"""Agencies of the partnership and their shares of reports; one has never sent any. Health is here
with numbers of reports alone."""
AUDIENCES = {"partner": 0.55, "business": 0.15, "school": 0.20, "public": 0.10}
THEMES = {
    "cce": 0.26,
    "cse": 0.22,
    "modern_slavery": 0.20,
    "drugs": 0.16,
    "fraud": 0.08,
    "begging": 0.04,
    "domestic_servitude": 0.04,
}
SESSIONS_PER_MONTH = 1.6
PEOPLE_PER_FURTHER_SESSION = 100_000
TIMES, LASTS_MONTHS = 1.8, 3
"""Reports of an agency are multiplied by 1.8 in the three months after its staff came."""


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """The `sessions` table, and the planted multiple by agency and month."""

    table: pl.DataFrame
    lift: Floats


def hold_sessions(rng: np.random.Generator, period: Period, *, people: int) -> Sessions:
    """Sessions over the period, and the lift they give to their agency's reports."""
    mean = SESSIONS_PER_MONTH + people / PEOPLE_PER_FURTHER_SESSION
    month = np.repeat(np.arange(period.months), rng.poisson(mean, period.months))
    n = month.size
    length = np.diff(period.first_days)[month]
    day = period.first_days[month] + (rng.random(n) * length).astype(np.int64)
    audience = pick(rng, list(AUDIENCES.values()), size=n)
    agency = rng.integers(0, len(AGENCIES), n)
    theme = pick(rng, list(THEMES.values()), size=n)
    names, audiences, themes = list(AGENCIES), list(AUDIENCES), list(THEMES)
    table = pl.DataFrame(
        {
            "session_id": [f"SYN-S{k + 1:04d}" for k in range(n)],
            "held_on": pl.Series(period.dates(day)).cast(pl.Date),
            "audience": [audiences[k] for k in audience.tolist()],
            "agency": [names[k] for k in agency.tolist()],
            "theme": [themes[k] for k in theme.tolist()],
            "attended": 4 + rng.poisson(14, n),
        }
    ).sort("held_on", "session_id")
    partner = audience == audiences.index("partner")
    return Sessions(table=table, lift=_lift(agency[partner], month[partner], period.months))


def _lift(agency: Ints, month: Ints, months: int) -> Floats:
    """1, or the planted multiple in the months after a session; two sessions do not add up."""
    lift = np.ones((len(AGENCIES), months))
    for later in range(1, LASTS_MONTHS + 1):
        there = month + later < months
        lift[agency[there], month[there] + later] = TIMES
    return lift
