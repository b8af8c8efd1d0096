"""Partners' reports without a word of text: who sent one, when, of where; and who is silent."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough.crime import INTELLIGENCE_THEMES
from frith.borough.draws import Floats, pick
from frith.borough.planted import Planted
from frith.borough.sessions import AGENCIES
from frith.borough.setting import Setting

REPORTS_PER_1000_A_YEAR = 14.0
LEAST_A_MONTH = 10.0
"""However small the borough: fewer could not hold every grading."""
NEED_SLOPE = 0.40
SILENCE_TIMES = 0.15
TENSION_TIMES = 2.5
"""In places of silence one report comes where seven are due; during the tension many more come."""


def report_rates(setting: Setting, planted: Planted, lift: Floats) -> Floats:
    """Expected reports by agency, area and month."""
    period = setting.period
    weight = setting.residents * np.exp(NEED_SLOPE * setting.need)
    weight /= weight.sum()
    a_month = REPORTS_PER_1000_A_YEAR * setting.people.residents / 1_000 / 12
    a_month = max(a_month, LEAST_A_MONTH)
    share = np.array(list(AGENCIES.values()))
    share /= share.sum()
    rates = a_month * share[:, None, None] * weight[None, :, None] * lift[:, None, :]
    rates[:, planted.areas_of("silence"), :] *= SILENCE_TIMES
    episode = next(effect for effect in planted.effects if effect.cause == "tension")
    months = slice(episode.first, min(episode.last + 1, period.months))
    rates[:, episode.areas, months] *= TENSION_TIMES
    return rates


def make_reports(rng: np.random.Generator, setting: Setting, rates: Floats) -> pl.DataFrame:
    """The `reports` table, by Poisson chance from the rates."""
    counts = rng.poisson(rates)
    at = np.argwhere(counts > 0)
    agency, area, month = (np.repeat(at[:, k], counts[tuple(at.T)]) for k in range(3))
    n, period = agency.size, setting.period
    day = period.first_days[month] + (rng.random(n) * np.diff(period.first_days)[month]).astype(
        np.int64
    )
    theme = pick(rng, list(INTELLIGENCE_THEMES.values()), size=n)
    names = np.array(list(AGENCIES), dtype=object)
    themes = np.array(list(INTELLIGENCE_THEMES), dtype=object)
    order = np.argsort(day, kind="stable")
    return pl.DataFrame(
        {
            "report_id": [f"SYN-REP-{k + 1:06d}" for k in range(n)],
            "received_on": pl.Series(period.dates(day[order])).cast(pl.Date),
            "agency": names[agency[order]].tolist(),
            "area": setting.place.codes[area[order]].tolist(),
            "theme": themes[theme[order]].tolist(),
        },
        schema_overrides={"agency": pl.String, "area": pl.String, "theme": pl.String},
    )


def report_rates_truth(setting: Setting, rates: Floats, lift: Floats) -> pl.DataFrame:
    """`truth/report_rates`: expected reports by agency and month, and the lift within them."""
    months = setting.period.month_names()
    return pl.DataFrame(
        {
            "agency": [name for name in AGENCIES for _ in months],
            "month": months * len(AGENCIES),
            "expected": rates.sum(axis=1).reshape(-1),
            "session_times": lift.reshape(-1),
        }
    )
