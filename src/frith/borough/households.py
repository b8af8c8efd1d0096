"""Households: who lives with whom, how old, where, and since when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frith.borough.draws import Floats, Ints, ages_within, pick, within
from frith.borough.period import Period
from frith.borough.place import Place

HEAD, PARTNER, CHILD, ELDER, SHARER = range(5)
RELATIONS = ("head", "partner", "child", "elder", "sharer")
MEAN_SIZE = 2.36
"""People a household, England and Wales, 2021 Census."""
YEAR = 365.25
MOVED_SHARE_A_YEAR = 0.09
TWIN_SHARE = 0.016
"""Multiple maternities, about 16 in 1,000 (ONS birth characteristics)."""

# kind: share of households (order of the 2021 Census), adults and their ages, children or others
KINDS: tuple[tuple[str, float, tuple[int, int]], ...] = (
    ("alone", 0.17, (19, 64)),
    ("alone, older", 0.14, (65, 95)),
    ("couple", 0.155, (22, 68)),
    ("couple, older", 0.12, (65, 92)),
    ("couple with children", 0.245, (22, 58)),
    ("lone parent", 0.11, (18, 56)),
    ("three generations", 0.02, (26, 55)),
    ("sharers", 0.035, (18, 35)),
    ("house in multiple occupation", 0.015, (18, 60)),
)
HMO = 8
CHILDREN = {4: (0.40, 0.43, 0.13, 0.04), 5: (0.55, 0.31, 0.14), 6: (0.35, 0.45, 0.20)}
WITH_PARTNER = (2, 3, 4, 6)
OTHERS = {6: (1, 2), 7: (1, 3), 8: (3, 7)}
"""Elders in three generations, further sharers, further tenants: least and most."""


@dataclass(frozen=True, kw_only=True)
class Households:
    """A row a household, and a row a member (`home` is the member's household)."""

    kind: Ints
    area: Ints
    moved_on: Ints  # day index; -1 where the household did not move in the period
    home: Ints
    relation: Ints
    sex: Ints
    birth_day: Ints  # days before (negative) or after the first day of the period
    twin: Ints  # the other twin; -1 for most


def make_households(
    rng: np.random.Generator, place: Place, need: Floats, *, people: int, period: Period
) -> Households:
    """Households of exactly so many people, with kind, area, members, ages and twins."""
    kind, size, children, others = _kinds(rng, people)
    area = _areas(rng, place, need, kind)
    order = np.argsort(area, kind="stable")
    kind, size, children, others, area = (x[order] for x in (kind, size, children, others, area))
    home = np.repeat(np.arange(kind.size), size)
    relation = _relations(size, kind, children)
    head_age = _head_ages(rng, kind)
    age = _ages(rng, home, relation, head_age=head_age)
    sex = _sexes(rng, home, relation)
    birth = np.round(period.days - age * YEAR).astype(np.int64)  # ages are those on the last day
    twin = _twins(rng, home, relation, birth)
    years = period.days / YEAR
    moved = rng.random(kind.size) < 1 - (1 - MOVED_SHARE_A_YEAR) ** years
    moved_on = np.where(moved, rng.integers(0, period.days, kind.size), -1)
    return Households(
        kind=kind,
        area=area,
        moved_on=moved_on,
        home=home,
        relation=relation,
        sex=sex,
        birth_day=birth,
        twin=twin,
    )


def _kinds(rng: np.random.Generator, people: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Kinds, sizes, children and others of households that hold exactly `people`."""
    draft = int(people / MEAN_SIZE * 1.4) + 20
    kind = pick(rng, [share for _, share, _ in KINDS], size=draft)
    children = np.zeros(draft, dtype=np.int64)
    for which, shares in CHILDREN.items():
        chosen = kind == which
        children[chosen] = 1 + pick(rng, shares, size=int(chosen.sum()))
    others = np.zeros(draft, dtype=np.int64)
    for which, (least, most) in OTHERS.items():
        chosen = kind == which
        others[chosen] = rng.integers(least, most + 1, int(chosen.sum()))
    size = 1 + np.isin(kind, WITH_PARTNER) + children + others
    running = np.cumsum(size)
    last = int(np.searchsorted(running, people))
    spare = int(running[last] - people)
    size[last] -= spare
    children[last] = min(children[last], max(0, size[last] - 1 - (kind[last] in WITH_PARTNER)))
    kept = slice(0, last + 1)
    return kind[kept], size[kept], children[kept], others[kept]


def _areas(rng: np.random.Generator, place: Place, need: Floats, kind: Ints) -> Ints:
    """An area for each household; shared houses stand where need is greater."""
    room = np.exp(rng.normal(0, 0.12, place.areas))
    area = pick(rng, room, size=kind.size)
    shared = kind == HMO
    area[shared] = pick(rng, room * np.exp(0.8 * need), size=int(shared.sum()))
    missing = np.setdiff1d(np.arange(place.areas), area)
    area[: missing.size] = missing  # in a tiny borough no area stays empty
    return area


def _relations(size: Ints, kind: Ints, children: Ints) -> Ints:
    """The first is the head, then the partner, the children, and elders or sharers."""
    place_in_home = within(size)
    kinds = np.repeat(kind, size)
    partnered = np.isin(kinds, WITH_PARTNER).astype(np.int64)
    young = np.repeat(children, size)
    relation = np.where(np.isin(kinds, (7, 8)), SHARER, ELDER)
    relation[place_in_home <= partnered + young] = CHILD
    relation[(place_in_home == 1) & (partnered == 1)] = PARTNER
    relation[place_in_home == 0] = HEAD
    return relation


def _head_ages(rng: np.random.Generator, kind: Ints) -> Floats:
    lo = np.array([ages[0] for *_, ages in KINDS], dtype=float)[kind]
    hi = np.array([ages[1] for *_, ages in KINDS], dtype=float)[kind]
    older = lo >= 65
    return lo + (hi + 1 - lo) * rng.random(kind.size) ** np.where(older, 1.7, 1.05)


def _ages(rng: np.random.Generator, home: Ints, relation: Ints, *, head_age: Floats) -> Floats:
    """Ages in years on the last day, each fitting the head of the household."""
    head = head_age[home]
    n = home.size
    age = head.copy()
    partner, child, elder, sharer = (relation == r for r in (PARTNER, CHILD, ELDER, SHARER))
    age[partner] = ages_within(rng, head + rng.normal(0, 3.5, n), 18, 96)[partner]
    gap = np.clip(rng.normal(29, 5.5, n), 16.5, 45)
    young = head - gap
    # A child cannot be younger than born; one grown beyond 26 has left home: draw another age.
    wrong = (young < 0) | (young > 26)
    top = np.clip(head - 16.5, 0.2, 24)
    young = np.where(wrong, rng.random(n) * top, young)
    age[child] = young[child]
    parent_gap = np.clip(rng.normal(28, 5, n), 18, 42)
    age[elder] = ages_within(rng, head + parent_gap, 45, 98)[elder]
    age[sharer] = ages_within(rng, head + rng.normal(0, 7, n), 18, 66)[sharer]
    return age


def _sexes(rng: np.random.Generator, home: Ints, relation: Ints) -> Ints:
    """0 female, 1 male; nearly all couples are of a woman and a man, lone parents mostly women."""
    n = home.size
    sex = (rng.random(n) < 0.505).astype(np.int64)
    partner = np.flatnonzero(relation == PARTNER)
    differ = rng.random(partner.size) < 0.975
    sex[partner] = np.where(differ, 1 - sex[partner - 1], sex[partner - 1])
    return sex


def _twins(rng: np.random.Generator, home: Ints, relation: Ints, birth: Ints) -> Ints:
    """Some neighbouring children of a household become twins: `birth` is set the same."""
    twin = np.full(home.size, -1, dtype=np.int64)
    pair = np.flatnonzero(
        (relation[:-1] == CHILD) & (relation[1:] == CHILD) & (home[:-1] == home[1:])
    )
    chosen = pair[rng.random(pair.size) < 2 * TWIN_SHARE]
    for at in chosen.tolist():
        if twin[at] < 0 and twin[at + 1] < 0:
            twin[at], twin[at + 1] = at + 1, at
            birth[at + 1] = birth[at]
    return twin
