"""How a group is planted: members of one area, occasions over months, the exploited beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frith.borough.draws import Floats, Ints, pick
from frith.borough.groups import THEMES
from frith.borough.groups.theme import Exploited, Span, Theme
from frith.borough.setting import Setting

EVENTS_PER_GROUP = 2_000
LEAST_SPAN_DAYS = 120
MOST_SPAN_DAYS = 720
TOGETHER = (0.6, 0.3, 0.1)
"""Chance that two, three or four members are recorded on an occasion."""
WEIGHT_SHAPE = 1.5
"""Members' shares in occasions are Dirichlet(1.5): the core shows often, the edge seldom."""
GROUPS_BY_PEOPLE = ((10_000, 10), (0, 4))
"""Least number of groups: every theme once from 10,000 people on."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A planted group; `present` has a row a member for each of `days`, true where recorded."""

    group_id: str
    theme: Theme
    area: int
    members: Ints
    weights: Floats
    exploited: Ints
    days: Ints
    present: np.ndarray


def plant(rng: np.random.Generator, setting: Setting, *, events: int) -> list[Group]:
    """Groups of every theme, no person in two of them, whatever name they bear."""
    least = next(n for people, n in GROUPS_BY_PEOPLE if setting.people.residents >= people)
    number = max(least, round(events / EVENTS_PER_GROUP))
    free = np.ones(setting.people.count, dtype=bool)
    free[setting.people.residents :] = False
    areas = rng.permutation(setting.place.areas)
    return [
        _group(
            rng, setting, free, THEMES[n % len(THEMES)], number=n, area=int(areas[n % areas.size])
        )
        for n in range(number)
    ]


def _group(
    rng: np.random.Generator,
    setting: Setting,
    free: np.ndarray,
    theme: Theme,
    *,
    number: int,
    area: int,
) -> Group:
    """One group; takes its people out of `free`."""
    size = _between(rng, theme.members)
    members = _people(rng, setting, free, area=area, age=theme.age, size=size)
    exploited = np.zeros(0, dtype=np.int64)
    if theme.exploited:
        exploited = _exploited(rng, setting, free, theme.exploited, area=area)
    days = _days(rng, setting.period.days, _between(rng, theme.occasions))
    weights = rng.dirichlet(np.full(members.size, WEIGHT_SHAPE))
    return Group(
        group_id=f"SYN-G{number + 1:03d}",
        theme=theme,
        area=area,
        members=members,
        weights=weights,
        exploited=exploited,
        days=days,
        present=_present(rng, weights, occasions=days.size),
    )


def _between(rng: np.random.Generator, span: Span) -> int:
    return int(rng.integers(span[0], span[1] + 1))


def _people(
    rng: np.random.Generator,
    setting: Setting,
    free: np.ndarray,
    *,
    area: int,
    age: Span,
    size: int,
    alone: bool = False,
) -> Ints:
    """`size` free residents of an area (and, where it has too few, of those round it) of an age."""
    people = setting.people
    years = people.age_on(setting.period.days // 2)
    fits = free & (years >= age[0]) & (years < age[1] + 1)
    if alone:
        in_home = np.bincount(people.home[: people.residents])
        fits[: people.residents] &= in_home[people.home[: people.residents]] == 1
    for reach in (1, 4, 12, setting.place.areas):
        near = np.isin(people.area, setting.place.patch(area, size=min(reach, setting.place.areas)))
        pool = np.flatnonzero(fits & near)
        if pool.size >= size:
            break
    chosen = rng.choice(pool, size=min(size, pool.size), replace=False)
    free[chosen] = False
    return np.sort(chosen)


def _exploited(
    rng: np.random.Generator, setting: Setting, free: np.ndarray, rule: Exploited, *, area: int
) -> Ints:
    """The exploited; where their home is used, first an adult who lives alone."""
    size = _between(rng, rule.number)
    if not rule.at_home:
        return _people(rng, setting, free, area=area, age=rule.age, size=size)
    tenant = _people(rng, setting, free, area=area, age=(25, 75), size=1, alone=True)
    others = _people(rng, setting, free, area=area, age=rule.age, size=size - 1)
    return np.concatenate([tenant, others])


def _days(rng: np.random.Generator, period_days: int, occasions: int) -> Ints:
    """Different days of a stretch of at least 120 days; the first and last bound it."""
    span = int(rng.integers(LEAST_SPAN_DAYS, min(MOST_SPAN_DAYS, period_days - 2) + 1))
    first = int(rng.integers(0, period_days - span))
    between = rng.choice(np.arange(1, span), size=occasions - 2, replace=False)
    return np.sort(np.concatenate([[first], first + between, [first + span]])).astype(np.int64)


def _present(rng: np.random.Generator, weights: Floats, *, occasions: int) -> np.ndarray:
    """Two, three or four members on each occasion, by weight, without repeats."""
    together = np.minimum(2 + pick(rng, TOGETHER, size=occasions), weights.size)
    with np.errstate(divide="ignore"):
        keys = np.log(rng.random((occasions, weights.size))) / weights
    rank = np.argsort(np.argsort(-keys, axis=1), axis=1)
    present: np.ndarray = rank < together[:, None]
    return present
