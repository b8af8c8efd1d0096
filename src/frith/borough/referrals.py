"""Referrals made for possible victims, without names: routes, ages, outcomes; a wanted rise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Floats, pick
from frith.borough.setting import Setting

CHILD, ADULT = "under 18", "18 or over"


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route: referrals for every 100,000 residents a year at the start, and their rise by the
    end of the period; the share who are children; what becomes of them."""

    key: str
    rate: float
    rise: float
    children: float
    outcomes: dict[str, float]


ROUTES = (
    Route(
        key="nrm",
        rate=14.0,
        rise=1.5,
        children=0.55,
        outcomes={
            "positive reasonable grounds": 0.55,
            "negative reasonable grounds": 0.25,
            "decision awaited": 0.20,
        },
    ),
    Route(key="duty_to_notify", rate=4.0, rise=1.6, children=0.0, outcomes={"reported": 1.0}),
    Route(
        key="mash",
        rate=160.0,
        rise=1.25,
        children=1.0,
        outcomes={"accepted": 0.62, "declined": 0.30, "no answer yet": 0.08},
    ),
    Route(
        key="care_act",
        rate=60.0,
        rise=1.15,
        children=0.0,
        outcomes={"accepted": 0.48, "declined": 0.42, "no answer yet": 0.10},
    ),
    Route(
        key="mental_health",
        rate=40.0,
        rise=1.1,
        children=0.0,
        outcomes={"accepted": 0.52, "declined": 0.33, "no answer yet": 0.15},
    ),
    Route(
        key="substance_misuse",
        rate=45.0,
        rise=1.2,
        children=0.15,
        outcomes={"accepted": 0.70, "declined": 0.18, "no answer yet": 0.12},
    ),
)
"""Orders of magnitude: Rotherham made 207 referrals to the NRM from April 2019 to December 2023,
about 16 for every 100,000 a year (council's transparency statement, 2024)."""
EXPLOITATION = {
    CHILD: {
        "criminal": 0.58,
        "sexual": 0.30,
        "labour": 0.07,
        "domestic servitude": 0.02,
        "not known": 0.03,
    },
    ADULT: {
        "criminal": 0.30,
        "sexual": 0.18,
        "labour": 0.40,
        "domestic servitude": 0.06,
        "not known": 0.06,
    },
}
NO_AREA_SHARE = 0.12


def referral_rates(setting: Setting) -> Floats:
    """Expected referrals by route and month: a steady rise from the first month to the last."""
    period = setting.period
    years = np.diff(period.first_days) / 365.25
    along = np.linspace(0, 1, period.months)
    scale = setting.people.residents / 100_000
    return np.stack([one.rate * scale * years * one.rise**along for one in ROUTES])


def make_referrals(rng: np.random.Generator, setting: Setting, rates: Floats) -> pl.DataFrame:
    """The `referrals` table, by Poisson chance from the rates."""
    counts = rng.poisson(rates)
    route, month = (
        np.repeat(at, counts.reshape(-1)) for at in np.indices(counts.shape).reshape(2, -1)
    )
    n, period = route.size, setting.period
    day = period.first_days[month] + (rng.random(n) * np.diff(period.first_days)[month]).astype(
        np.int64
    )
    child = rng.random(n) < np.array([one.children for one in ROUTES])[route]
    age = np.where(child, CHILD, ADULT).astype(object)
    exploitation = np.empty(n, dtype=object)
    for group, shares in EXPLOITATION.items():
        chosen = age == group
        names = np.array(list(shares), dtype=object)
        exploitation[chosen] = names[pick(rng, list(shares.values()), size=int(chosen.sum()))]
    outcome = np.empty(n, dtype=object)
    for at, one in enumerate(ROUTES):
        chosen = route == at
        names = np.array(list(one.outcomes), dtype=object)
        outcome[chosen] = names[pick(rng, list(one.outcomes.values()), size=int(chosen.sum()))]
    weight = setting.residents * np.exp(0.5 * setting.need)
    area = setting.place.codes[pick(rng, weight, size=n)]
    area[rng.random(n) < NO_AREA_SHARE] = None
    order = np.argsort(day, kind="stable")
    keys = np.array([one.key for one in ROUTES], dtype=object)
    return pl.DataFrame(
        {
            "referral_id": [f"SYN-REF-{k + 1:05d}" for k in range(n)],
            "made_on": pl.Series(period.dates(day[order])).cast(pl.Date),
            "route": keys[route[order]].tolist(),
            "exploitation": exploitation[order].tolist(),
            "area": area[order].tolist(),
            "age_group": age[order].tolist(),
            "outcome": outcome[order].tolist(),
        },
        schema_overrides=dict.fromkeys(
            ("route", "exploitation", "area", "age_group", "outcome"), pl.String
        ),
    )


def referral_rates_truth(setting: Setting, rates: Floats) -> pl.DataFrame:
    """`truth/referral_rates`: expected referrals by route and month."""
    months = setting.period.month_names()
    return pl.DataFrame(
        {
            "route": [one.key for one in ROUTES for _ in months],
            "month": months * len(ROUTES),
            "expected": rates.reshape(-1),
        }
    )
