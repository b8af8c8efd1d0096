"""Everyday recorded crime: counts by chance from the rates, then what, when, where and who."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough.activity import CO_SUSPECTS, Crowd
from frith.borough.crime import CODE_THEMES, NOT_CRIME_TYPES, crime_types
from frith.borough.draws import Floats, Ints, Texts, kept_or_none, pick
from frith.borough.happenings import POLICE, Happenings, events_frame, roles_frame
from frith.borough.period import Period
from frith.borough.setting import Setting

DAY_ONLY_SHARE = 0.22
"""Records that give the day and no hour."""
SPAN_SHARE = {"Burglary": 0.5, "Vehicle crime": 0.55, "Bicycle theft": 0.4, "Other theft": 0.25}
"""Records found later: they give an earliest and a latest time."""
HOURS: dict[str, tuple[float, ...]] = {
    "flat": (1.0,) * 24,
    "day": tuple(0.3 if h < 7 else 1.6 if h < 19 else 0.8 for h in range(24)),
    "shop": tuple(0.02 if h < 8 or h > 20 else 1.0 + 0.8 * (12 <= h <= 17) for h in range(24)),
    "evening": tuple(
        1.1 if h < 3 else 0.25 if h < 8 else 0.9 if h < 15 else 1.6 for h in range(24)
    ),
    "night": tuple(1.8 if h < 5 else 0.6 if h < 17 else 1.2 for h in range(24)),
}
LOSS_MEDIAN_GBP = {
    "Burglary": 900,
    "Vehicle crime": 650,
    "Shoplifting": 45,
    "Other theft": 120,
    "Robbery": 180,
}
LOSS_SPREAD = 1.0


def make_everyday(
    rng: np.random.Generator, setting: Setting, crowd: Crowd, rates: Floats
) -> Happenings:
    """Events by Poisson chance from rates (crime type × area × month), with their people."""
    counts = rng.poisson(rates)
    at = np.argwhere(counts > 0)
    which, area, month = (np.repeat(at[:, n], counts[tuple(at.T)]) for n in range(3))
    day, minute, hours = _when(rng, which, month, setting.period)
    code, theme = _what(rng, which)
    point, premises_type, retailer = _where(rng, setting, which, area)
    led = rng.random(which.size) < _law("led")[which]
    names = np.array([one.name for one in crime_types()], dtype=object)[which]
    kinds = np.array([one.kind for one in crime_types()], dtype=object)[which]
    intelligence = kinds == "intelligence"
    events = events_frame(
        which.size,
        kind=kinds,
        offence_code=code,
        crime_type=kept_or_none(names, ~np.isin(names, NOT_CRIME_TYPES)),
        theme=theme,
        day=day,
        minute=minute,
        hours_long=hours,
        area=area,
        x=np.where(intelligence, np.nan, point[:, 0]),
        y=np.where(intelligence, np.nan, point[:, 1]),
        premises_type=premises_type,
        retailer=retailer,
        police_led=led,
        loss_gbp=_losses(rng, names),
        source=POLICE,
        origin="everyday",
    ).with_columns(pl.col("x", "y").fill_nan(None))
    return Happenings(events, draw_people(rng, crowd, which, area))


def _law(name: str) -> Floats:
    """One number of every crime type's laws."""
    return np.array([getattr(one, name) for one in crime_types()], dtype=float)


def _when(
    rng: np.random.Generator, which: Ints, month: Ints, period: Period
) -> tuple[Ints, Texts, Texts]:
    """Day of the period, minute of the day (None for a fifth), and hours until found."""
    length = np.diff(period.first_days)
    day = period.first_days[month] + (rng.random(which.size) * length[month]).astype(np.int64)
    minute = np.zeros(which.size, dtype=np.int64)
    span = np.zeros(which.size, dtype=np.int64)
    for at, one in enumerate(crime_types()):
        chosen = np.flatnonzero(which == at)
        hour = pick(rng, HOURS[one.hours], size=chosen.size)
        minute[chosen] = hour * 60 + rng.integers(0, 60, chosen.size)
        late = rng.random(chosen.size) < SPAN_SHARE.get(one.name, 0.0)
        span[chosen] = np.where(late, rng.integers(1, 14, chosen.size), 0)
    day_only = rng.random(which.size) < DAY_ONLY_SHARE
    return day, kept_or_none(minute, ~day_only), kept_or_none(span, (span > 0) & ~day_only)


def _what(rng: np.random.Generator, which: Ints) -> tuple[Texts, Texts]:
    """Offence code and theme."""
    code = np.full(which.size, None, dtype=object)
    theme = np.full(which.size, None, dtype=object)
    for at, one in enumerate(crime_types()):
        chosen = np.flatnonzero(which == at)
        drawn = pick(rng, list(one.codes.values()), size=chosen.size)
        codes = np.array([name or None for name in one.codes], dtype=object)
        code[chosen] = codes[drawn]
        drawn = pick(rng, list(one.themes.values()), size=chosen.size)
        theme[chosen] = np.array(list(one.themes), dtype=object)[drawn]
    for special, its_theme in CODE_THEMES.items():
        theme[code == special] = its_theme
    return code, theme


def _where(
    rng: np.random.Generator, setting: Setting, which: Ints, area: Ints
) -> tuple[Floats, Texts, Texts]:
    """A point at an address, or at premises of the crime type's kinds, inside the area."""
    point, _ = setting.address_points(rng, area)
    premises_type = np.full(which.size, None, dtype=object)
    retailer = np.full(which.size, None, dtype=object)
    for at, one in enumerate(crime_types()):
        here = np.flatnonzero(which == at)
        if not one.premises:
            continue
        rest = max(0.0, 1 - sum(one.premises.values()))
        drawn = pick(rng, [*one.premises.values(), rest], size=here.size)
        for number, kind in enumerate(one.premises):
            chosen = here[drawn == number]
            building = setting.premises.by_kind[kind].draw(rng, area[chosen])
            found = building >= 0
            point[chosen[found]] = setting.premises.point[building[found]]
            premises_type[chosen[found]] = kind
            if one.name == "Shoplifting":
                retailer[chosen[found]] = setting.premises.retailer[building[found]]
    return point, premises_type, retailer


def _losses(rng: np.random.Generator, names: Texts) -> Texts:
    """A loss in pounds for thefts, log-normal about a median; most are recorded."""
    loss = np.full(names.size, None, dtype=object)
    for name, median in LOSS_MEDIAN_GBP.items():
        chosen = np.flatnonzero((names == name) & (rng.random(names.size) < 0.8))
        drawn = np.round(np.exp(rng.normal(np.log(median), LOSS_SPREAD, chosen.size)), 2)
        loss[chosen] = drawn
    return loss


def draw_people(rng: np.random.Generator, crowd: Crowd, which: Ints, area: Ints) -> pl.DataFrame:
    """Suspects by activity in the area, victims and witnesses by exposure; never both in one."""
    rows = np.arange(which.size)
    parts = []
    has = rows[rng.random(which.size) < _law("suspects")[which]]
    number = 1 + pick(rng, CO_SUSPECTS, size=has.size)
    event = np.repeat(has, number)
    parts.append(roles_frame(event, crowd.draw_suspects(rng, area[event]), "suspect"))
    has = rows[rng.random(which.size) < _law("subjects")[which]]
    parts.append(roles_frame(has, crowd.draw_suspects(rng, area[has]), "subject"))
    for law, role in (("victims", "victim"), ("witness", "witness")):
        has = rows[rng.random(which.size) < _law(law)[which]]
        parts.append(roles_frame(has, crowd.draw_victims(rng, area[has]), role))
    return pl.concat(parts).unique(["event", "person"], keep="first", maintain_order=True)
