"""Partner lists of possible victims under pseudonyms, and how many there truly are on none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Floats, Ints, pick, pick_some
from frith.borough.setting import Setting

LISTS = ("police", "children's services", "housing", "voluntary sector", "border and labour")
LOG_ODDS = (-1.05, -1.45, -1.75, -1.60, -2.60)
"""Log-linear main effects: how likely a person on no other list is to be on each."""
TOGETHER = {(0, 1): 0.9, (0, 3): -0.8, (1, 2): 0.7}
"""Planted pair terms: police and children's services share cases; those who go to the voluntary
sector keep away from police; children's services and housing meet. No term of three lists, so the
model of Chan, Silverman & Vincent (2021) is true here."""
PEOPLE_PER_VICTIM = 500
LEAST_VICTIMS, SMALL_BOROUGH_SHARE = 150, 0.02


@dataclass(frozen=True, kw_only=True)
class Lists:
    """The `lists` table; the truth by pseudonym, and by capture history."""

    table: pl.DataFrame
    persons: pl.DataFrame
    histories: pl.DataFrame


def history_chances() -> Floats:
    """The chance of each of the 2^k histories, being on no list first."""
    k = len(LISTS)
    on = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    log = on @ np.array(LOG_ODDS)
    for (a, b), term in TOGETHER.items():
        log = log + term * on[:, a] * on[:, b]
    chance: Floats = np.exp(log) / np.exp(log).sum()
    return chance


def true_total(people: int) -> int:
    """How many possible victims a borough of so many people truly has."""
    least = min(LEAST_VICTIMS, round(people * SMALL_BOROUGH_SHARE))
    return max(least, round(people / PEOPLE_PER_VICTIM))


def make_lists(rng: np.random.Generator, setting: Setting, *, exploited: Ints) -> Lists:
    """Histories by chance for every possible victim: first those whom planted groups exploit."""
    people = setting.people
    total = max(true_total(people.residents), exploited.size)
    age = people.age_on(setting.period.days // 2)
    others = np.setdiff1d(np.flatnonzero((age > 10) & (age < 60)), exploited)
    whom = np.concatenate([exploited, pick_some(rng, others, size=total - exploited.size)])
    history = pick(rng, history_chances(), size=total)
    alias = np.array([f"SYN-L{k + 1:05d}" for k in rng.permutation(total)], dtype=object)
    on = (history[:, None] >> np.arange(len(LISTS))) & 1
    who, which = np.nonzero(on)
    day = rng.integers(0, setting.period.days, total)[who] + rng.integers(0, 30, who.size)
    date = pl.Series(setting.period.dates(np.minimum(day, setting.period.days - 1))).cast(pl.Date)
    table = pl.DataFrame(
        {
            "person_id": alias[who].tolist(),
            "list": [LISTS[k] for k in which.tolist()],
            "date": date,
            "area": setting.place.codes[people.area[whom[who]]].tolist(),
        }
    ).sort("person_id", "list")
    return Lists(
        table=table,
        persons=pl.DataFrame(
            {
                "pseudonym": alias.tolist(),
                "person_id": people.person_id[whom].tolist(),
                "lists": on.sum(axis=1),
            }
        ).sort("pseudonym"),
        histories=_histories(history),
    )


def _histories(history: Ints) -> pl.DataFrame:
    """`truth/list_histories`: a row a history, with its chance and how many people have it."""
    k = len(LISTS)
    every = np.arange(2**k)
    on = (every[:, None] >> np.arange(k)) & 1
    columns = {name: on[:, at] for at, name in enumerate(LISTS)}
    return pl.DataFrame(columns).with_columns(
        chance=pl.Series(history_chances()),
        people=pl.Series(np.bincount(history, minlength=2**k)),
    )
