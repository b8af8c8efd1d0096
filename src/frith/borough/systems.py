"""Four systems that record the same people: who is in each, and how often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.clerk import System, write_records
from frith.borough.draws import Ints
from frith.borough.households import CHILD
from frith.borough.setting import Setting

SYSTEMS = (
    System(name="police", prefix="SYN-N1", again=0.28, alias=0.10, year_only=0.012, no_phone=0.6),
    System(name="council", prefix="SYN-N2", again=0.06, nickname=0.04, no_phone=0.35, email=0.25),
    System(
        name="housing",
        prefix="SYN-N3",
        again=0.03,
        nickname=0.03,
        no_birth=0.08,
        no_address=0.0,
        no_address_id=0.02,
        old_address=0.05,
        email=0.5,
    ),
    System(
        name="probation", prefix="SYN-N4", again=0.02, wrong_given=0.015, no_phone=0.2, alias=0.15
    ),
)
"""Police; council youth and social care; the housing cohort; probation. No health body: its data
are counts and referrals without names."""
SOCIAL_RENT_SHARE = 0.19
CARE_SHARE = 0.08
PROBATION_SHARE = 0.35
CONTACTS_AGAIN = 0.05
"""Each further contact with police adds this chance of yet another record of the same person."""
MOST_AGAIN = 4


@dataclass(frozen=True, kw_only=True)
class Records:
    """`nominals` as a table, `truth` of each row, and where each person's rows lie.

    `first` and `count` are by system and person: the first row (-1 without) and how many follow.
    """

    nominals: pl.DataFrame
    truth: pl.DataFrame
    first: Ints
    count: Ints


def members(
    rng: np.random.Generator, setting: Setting, roles: pl.DataFrame, sources: pl.Series
) -> list[tuple[Ints, Ints]]:
    """For each system the people in it, and how many contacts each had.

    `roles` are event (row), person, role; `sources` each event's source. Whoever has a role in a
    system's event is in that system, and besides: social tenants in housing, children known to
    social care and their families in the council's, some of those convicted in probation.
    """
    count = setting.people.count
    source = sources.gather(roles["event"])
    contacts = [
        np.bincount(roles.filter(source == one.name)["person"].to_numpy(), minlength=count)
        for one in SYSTEMS
    ]
    tenant, cared = _tenants(rng, setting), _cared_for(rng, setting)
    nobody = np.zeros(count, dtype=bool)
    extra = (nobody, cared, tenant, _supervised(rng, setting, roles))
    return [
        (found := np.flatnonzero((n > 0) | more), n[found])
        for n, more in zip(contacts, extra, strict=True)
    ]


def _tenants(rng: np.random.Generator, setting: Setting) -> np.ndarray:
    """Adults, and half of the children, of households that rent from a social landlord."""
    people = setting.people
    home = np.maximum(people.home, 0)
    chance = SOCIAL_RENT_SHARE * np.exp(0.6 * setting.need - 0.18)[people.area]
    rents = (people.home >= 0) & (rng.random(home.max() + 1)[home] < chance)
    adult = people.age_on(setting.period.days) >= 16
    tenant: np.ndarray = rents & (adult | (rng.random(people.count) < 0.5))
    return tenant


def _cared_for(rng: np.random.Generator, setting: Setting) -> np.ndarray:
    """Children known to social care, and most of the adults who live with them."""
    people = setting.people
    home, resident = np.maximum(people.home, 0), people.home >= 0
    homes = int(home.max()) + 1
    chance = CARE_SHARE * np.exp(0.5 * setting.need - 0.12)[people.area]
    young = people.age_on(setting.period.days) < 18
    has_child = np.bincount(home[resident & young], minlength=homes) > 0
    known = resident & has_child[home] & (rng.random(homes)[home] < chance)
    cared: np.ndarray = known & ((people.relation == CHILD) | (rng.random(people.count) < 0.6))
    return cared


def _supervised(rng: np.random.Generator, setting: Setting, roles: pl.DataFrame) -> np.ndarray:
    """A share of the adults who were charged or convicted."""
    people = setting.people
    judged = np.zeros(people.count, dtype=bool)
    judged[roles.filter(pl.col("role").is_in(["charged", "convicted"]))["person"].to_numpy()] = True
    adult = people.age_on(setting.period.days) >= 18
    return judged & adult & (rng.random(people.count) < PROBATION_SHARE)


def record_people(
    rng: np.random.Generator, setting: Setting, inside: list[tuple[Ints, Ints]]
) -> Records:
    """Every system's records of its people, some of them recorded several times."""
    first = np.full((len(SYSTEMS), setting.people.count), -1, dtype=np.int64)
    count = np.zeros_like(first)
    frames, persons, before = [], [], 0
    for which, (system, (people, contacts)) in enumerate(zip(SYSTEMS, inside, strict=True)):
        chance = np.minimum(system.again + CONTACTS_AGAIN * np.maximum(contacts - 1, 0), 2.0)
        times = 1 + np.minimum(rng.poisson(chance), MOST_AGAIN)
        person = np.repeat(people, times)
        frames.append(write_records(rng, setting, system, person))
        persons.append(person)
        count[which, people] = times
        first[which, people] = before + np.cumsum(times) - times
        before += person.size
    nominals = pl.concat(frames)
    ids = setting.people.person_id[np.concatenate(persons)]
    return Records(
        nominals=nominals.drop("errors"),
        truth=nominals.select(
            "nominal_id", "source", pl.Series("person_id", ids.tolist()), "errors"
        ),
        first=first,
        count=count,
    )


def pick_rows(
    rng: np.random.Generator, records: Records, system: Ints, person: Ints, *, together: Ints
) -> Ints:
    """A row of `nominals` for each person in each system: mostly the first of theirs.

    Within one occasion or arrest (`together`, -1 for none) a person stands under one record.
    """
    draw = rng.random(person.size)
    tied = together >= 0
    case = together[tied] * (person.max(initial=0) + 1) + person[tied]
    _, first_of_case, of_case = np.unique(case, return_index=True, return_inverse=True)
    draw[tied] = draw[tied][first_of_case][of_case]
    first, count = records.first[system, person], records.count[system, person]
    rows: Ints = first + (draw**2 * count).astype(np.int64)
    return rows
