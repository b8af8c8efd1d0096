"""Custody sweeps and one-night sprees: many records, one happening; and traps for group finding."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough.activity import Crowd
from frith.borough.draws import Ints, kept_or_none, labels, pick_weighted, within
from frith.borough.happenings import POLICE, Happenings, events_frame, gather, roles_frame
from frith.borough.setting import Setting

EVENTS_PER_SWEEP = 50_000
SWEEP_SIZE = (20, 60)
SPREES_PER_10000_EVENTS = 4
SPREE_CRIMES = (6, 16)
SPREE_PEOPLE = (2, 4)
SPREE_UNMARKED_SHARE = 0.3
"""Sprees whose crime numbers nobody linked: only the same suspects within a night show it."""


def make_sweeps(
    rng: np.random.Generator, setting: Setting, crowd: Crowd, *, events: int
) -> Happenings:
    """Arrests of 20 to 60 people at one disorder: an event for two, one arrest reference."""
    sweeps = max(1, round(events / EVENTS_PER_SWEEP))
    parts = []
    for number in range(sweeps):
        most = min(SWEEP_SIZE[1], max(SWEEP_SIZE[0], setting.people.count // 40))
        size = int(rng.integers(SWEEP_SIZE[0], most + 1))
        person = pick_weighted(rng, crowd.activity, size=size)
        event = np.arange(size) // 2
        parts.append(_sweep(rng, setting, person, event, ref=f"SYN-ARREST-{number + 1:03d}"))
    return gather(parts)


def _sweep(
    rng: np.random.Generator, setting: Setting, person: Ints, event: Ints, *, ref: str
) -> Happenings:
    size = int(event.max()) + 1
    centre = setting.place.centre
    point, _ = setting.address_points(rng, np.array([centre]))
    events = events_frame(
        size,
        kind="crime",
        offence_code="62A",
        crime_type="Public order",
        theme="other",
        day=int(rng.integers(0, setting.period.days)),
        minute=rng.integers(17 * 60, 19 * 60, size),
        area=centre,
        x=float(point[0, 0]),
        y=float(point[0, 1]),
        arrest_ref=ref,
        police_led=True,
        source=POLICE,
        origin="sweep",
        origin_ref=ref,
    )
    return Happenings(events, roles_frame(event, person, "suspect"))


def make_sprees(
    rng: np.random.Generator, setting: Setting, crowd: Crowd, *, events: int
) -> Happenings:
    """Two to four people, one night, many cars: one occasion, whatever the crime numbers say."""
    sprees = max(2, round(events / 10_000 * SPREES_PER_10000_EVENTS))
    crimes = rng.integers(SPREE_CRIMES[0], SPREE_CRIMES[1] + 1, sprees)
    marked = rng.random(sprees) >= SPREE_UNMARKED_SHARE
    area = rng.integers(0, setting.place.areas, sprees)
    day = rng.integers(0, setting.period.days - 1, sprees)
    spree = np.repeat(np.arange(sprees), crimes)
    size = spree.size
    point, _ = setting.address_points(rng, area[spree])
    ref = labels("SYN-SPREE-", np.arange(sprees) + 1, width=4)
    late = within(crimes) * 18 + 23 * 60 - 120
    events_table = events_frame(
        size,
        kind="crime",
        offence_code="45",
        crime_type="Vehicle crime",
        theme="acquisitive",
        day=day[spree] + late // 1440,
        minute=late % 1440,
        area=area[spree],
        x=point[:, 0],
        y=point[:, 1],
        occasion_ref=kept_or_none(ref[spree], marked[spree]),
        police_led=False,
        source=POLICE,
        origin="spree",
        origin_ref=ref[spree],
    )
    roles = []
    for number in range(sprees):
        people = int(rng.integers(SPREE_PEOPLE[0], SPREE_PEOPLE[1] + 1))
        person = np.unique(crowd.draw_suspects(rng, np.full(people, area[number])))
        rows = np.flatnonzero(spree == number)
        roles.append(
            roles_frame(np.repeat(rows, person.size), np.tile(person, rows.size), "suspect")
        )
    return Happenings(events_table, pl.concat(roles))
