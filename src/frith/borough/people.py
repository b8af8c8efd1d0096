"""People: names, births, homes, moves, telephones, and changes of surname; residents and others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough import names
from frith.borough.draws import Floats, Ints, Texts, ages_within, labels
from frith.borough.households import CHILD, HEAD, PARTNER, RELATIONS, YEAR, Households
from frith.borough.period import Period
from frith.borough.phones import landlines, mobiles
from frith.borough.streets import Streets

OUTSIDER_SHARE = 0.02
"""People from elsewhere who come to the borough's records, for every resident."""
MIDDLE_NAME_SHARE = 0.35
SURNAME_CHANGE_SHARE = 0.22
"""Partnered women whose records stand under both an earlier and a present family name."""
MOBILE_FROM_AGE = 10
EMAIL_HOST = "synthetic.example"
"""The ending `.example` belongs to nobody (RFC 2606)."""
NO_PHONE = ""


@dataclass(frozen=True, kw_only=True)
class People:
    """A row a person: residents first (0…residents-1), then people from elsewhere."""

    residents: int
    person_id: Texts
    given: Texts
    middle: Texts
    family: Texts
    earlier_family: Texts  # "" where the family name never changed
    sex: Ints
    birth_day: Ints
    area: Ints  # area of residence; for people from elsewhere the area nearest to them
    home: Ints  # household; -1 for people from elsewhere
    relation: Ints
    address: Ints  # address of residence; -1 elsewhere
    earlier_address: Ints  # -1 where they did not move
    moved_on: Ints
    twin: Ints
    mobile: Texts
    landline: Texts
    email: Texts

    @property
    def count(self) -> int:
        """Residents and people from elsewhere."""
        return int(self.person_id.size)

    def age_on(self, day: Ints | int) -> Floats:
        """Age in years on a day of the period."""
        age: Floats = (np.asarray(day) - self.birth_day) / YEAR
        return age


def make_people(
    rng: np.random.Generator, households: Households, streets: Streets, *, areas: int
) -> People:
    """Names and particulars for every member of every household, and people from elsewhere."""
    residents = households.home.size
    outsiders = max(6, round(OUTSIDER_SHARE * residents))
    total = residents + outsiders
    kind, sex, birth = _bodies(rng, households, outsiders)
    family, earlier = _families(rng, households, kind, sex=sex)
    given = names.draw_given(rng, kind, sex)
    given = _siblings_differ(rng, given, households, kind=kind, sex=sex)
    given = names.without_famous(rng, given, family, kind=kind, sex=sex)
    middle = np.where(
        rng.random(total) < MIDDLE_NAME_SHARE, names.draw_given(rng, kind, sex), ""
    ).astype(object)
    home = np.concatenate([households.home, np.full(outsiders, -1)])
    address, earlier_address = _addresses(rng, households, streets)
    mobile, landline = _phones(rng, home, age=(-birth) / YEAR)
    return People(
        residents=residents,
        person_id=labels("SYN-P", rng.permutation(total) + 1, width=7),
        given=given,
        middle=middle,
        family=family,
        earlier_family=earlier,
        sex=sex,
        birth_day=birth,
        area=np.concatenate([households.area[households.home], rng.integers(0, areas, outsiders)]),
        home=home,
        relation=np.concatenate([households.relation, np.full(outsiders, HEAD)]),
        address=np.concatenate([address[households.home], np.full(outsiders, -1)]),
        earlier_address=np.concatenate([earlier_address[households.home], np.full(outsiders, -1)]),
        moved_on=np.concatenate([households.moved_on[households.home], np.full(outsiders, -1)]),
        twin=np.concatenate([households.twin, np.full(outsiders, -1)]),
        mobile=mobile,
        landline=landline,
        email=_emails(rng, given, family),
    )


def _bodies(
    rng: np.random.Generator, households: Households, outsiders: int
) -> tuple[Ints, Ints, Ints]:
    """Name list, sex and day of birth."""
    list_of_home = names.draw_lists(rng, size=households.kind.size)
    kind = np.concatenate([list_of_home[households.home], names.draw_lists(rng, size=outsiders)])
    shared = np.flatnonzero(households.relation == len(RELATIONS) - 1)
    kind[shared] = names.draw_lists(rng, size=shared.size)  # sharers are no family
    sex = np.concatenate([households.sex, (rng.random(outsiders) < 0.72).astype(np.int64)])
    age = ages_within(rng, 16 + rng.gamma(2.2, 8.0, outsiders), 14, 75)
    return kind, sex, np.concatenate([households.birth_day, np.round(-age * YEAR).astype(np.int64)])


def _families(
    rng: np.random.Generator, households: Households, kind: Ints, *, sex: Ints
) -> tuple[Texts, Texts]:
    """Family names: most of a household share one; and the earlier name of those who changed."""
    own = names.draw_family(rng, kind)
    head = np.flatnonzero(households.relation == HEAD)
    shared = own[head[households.home]]
    keeps_own = rng.random(households.home.size)
    keeps = (households.relation == PARTNER) & (keeps_own < 0.35)
    keeps |= (households.relation == CHILD) & (keeps_own < 0.12)
    keeps |= households.relation >= len(RELATIONS) - 1
    family = own.copy()
    family[: households.home.size] = np.where(keeps, own[: households.home.size], shared)
    changed = np.zeros(kind.size, dtype=bool)
    changed[: households.home.size] = (
        (households.relation == PARTNER)
        & (sex[: households.home.size] == names.FEMALE)
        & ~keeps
        & (rng.random(households.home.size) < SURNAME_CHANGE_SHARE)
    )
    other = names.draw_family(rng, kind)
    earlier = np.where(changed & (other != family), other, "").astype(object)
    return family, earlier


def _siblings_differ(
    rng: np.random.Generator, given: Texts, households: Households, *, kind: Ints, sex: Ints
) -> Texts:
    """No two neighbouring members of a household keep the same given name."""
    n = households.home.size
    for _ in range(3):
        same = np.flatnonzero(
            (households.home[1:] == households.home[:-1]) & (given[1:n] == given[: n - 1])
        )
        if not same.size:
            break
        given[same + 1] = names.draw_given(rng, kind[same + 1], sex[same + 1])
    return given


def _addresses(
    rng: np.random.Generator, households: Households, streets: Streets
) -> tuple[Ints, Ints]:
    """A different address of its area for each household, and any other for before a move."""
    shuffled = np.lexsort((rng.random(streets.address_area.size), streets.address_area))
    first_address = np.searchsorted(streets.address_area, households.area)
    first_home = np.searchsorted(households.area, households.area)
    address = shuffled[first_address + np.arange(households.area.size) - first_home]
    other = rng.integers(0, streets.address_area.size, households.kind.size)
    return address, np.where(households.moved_on >= 0, other, -1)


def _phones(rng: np.random.Generator, home: Ints, *, age: Floats) -> tuple[Texts, Texts]:
    """A mobile for nearly everybody of age, a landline for half of the households."""
    n = home.size
    mobile = np.full(n, NO_PHONE, dtype=object)
    chosen = np.flatnonzero((age >= MOBILE_FROM_AGE) & (rng.random(n) < 0.94))
    mobile[chosen] = mobiles(rng, size=chosen.size)
    homes = int(home.max()) + 1
    line = landlines(rng, size=homes)
    line[rng.random(homes) < 0.5] = NO_PHONE
    return mobile, np.where(home >= 0, line[home], NO_PHONE).astype(object)


def _emails(rng: np.random.Generator, given: Texts, family: Texts) -> Texts:
    """An address at a host that does not exist, for six in ten."""
    number = rng.integers(1, 999, given.size)
    has = rng.random(given.size) < 0.6
    return np.array(
        [
            f"{g}.{f}{n}@{EMAIL_HOST}".lower() if h else ""
            for g, f, n, h in zip(
                given.tolist(), family.tolist(), number.tolist(), has.tolist(), strict=True
            )
        ],
        dtype=object,
    )


def people_truth(people: People, period: Period, streets: Streets) -> pl.DataFrame:
    """`truth/people`: who each person truly is."""
    birth = np.datetime64(period.start, "D") + people.birth_day
    here = people.address >= 0
    ids = np.append(streets.address_id, "elsewhere")
    moved = np.where(people.moved_on >= 0, people.moved_on, 0)
    return pl.DataFrame(
        {
            "person_id": list(people.person_id),
            "given_name": list(people.given),
            "middle_name": list(people.middle),
            "family_name": list(people.family),
            "earlier_family_name": list(people.earlier_family),
            "sex": np.where(people.sex == names.FEMALE, "F", "M"),
            "date_of_birth": birth,
            "resident": np.arange(people.count) < people.residents,
            "household": np.where(people.home >= 0, people.home, -1),
            "relation": [RELATIONS[r] for r in people.relation.tolist()],
            "address_id": list(ids[np.where(here, people.address, ids.size - 1)]),
            "earlier_address_id": list(
                np.append(ids[:-1], "")[
                    np.where(people.earlier_address >= 0, people.earlier_address, ids.size - 1)
                ]
            ),
            "moved_on": pl.Series(period.dates(moved)).cast(pl.Date),
            "twin_of": list(
                np.append(people.person_id, "")[
                    np.where(people.twin >= 0, people.twin, people.count)
                ]
            ),
        }
    ).with_columns(
        pl.when(pl.Series(people.moved_on >= 0)).then(pl.col("moved_on")).alias("moved_on")
    )
