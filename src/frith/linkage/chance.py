"""u: how often two different people agree, counted in the records themselves.

Common agreements are counted among random pairs of records; rare ones (the same telephone number)
among all pairs that share the value. In both, pairs that may be one person are left out: u of names
is counted where the dates of birth differ, u of a date of birth where the given names do, u of the
rest where both do. Within one address u is estimated by separating one person's records from
relations', because there a likeness in two facts says nothing of a third.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from frith.linkage.agreement import (
    AT_HOME,
    AWAY,
    BIRTH,
    BY_NAME,
    COMPARISONS,
    EMAIL,
    FAMILY,
    GIVEN,
    HOME,
    NAMESAKE,
    OTHER,
    PHONE,
    POLICE_ID,
    POSTCODE,
    SAME,
    SEX,
    SIMILAR,
    STREET,
    Comparison,
)
from frith.linkage.coded import THREADS
from frith.linkage.em import (
    STRENGTH,
    Column,
    Floats,
    Ints,
    posterior,
    summed,
)
from frith.linkage.levels import Prepared
from frith.linkage.patterns import (
    Patterns,
    count_patterns,
    random_pairs,
    same_key_pairs,
)

MOST_PAIRS = 1_000_000
MOST_SHARING = 500_000
"""Random pairs that the training looks at, and pairs that share any one key; more would cost
minutes and change little."""
LEAST_U = 1e-7
"""No agreement is called rarer than one in ten million, whatever a small file shows."""
FIRST_GUESS = 0.1
NAMES = "names"
IDENTIFIERS = ("phone", "email", "police_id")
NO_HOUSEHOLDS = 0.01
"""Where fewer of the pairs at one address are different people, the file holds no households: it
has one person a dwelling, as some registers have, and a shared address is strong evidence."""
LEAST_HOME_PAIRS = 100
HOUSEHOLD_ROUNDS = 30


def column_of(comparison: Comparison, *, u: Floats | None = None) -> Column:
    """A comparison's levels as arrays, worst first; defaults sum to one within a branch."""
    levels = comparison.levels[::-1]
    names = sorted({level.branch for level in levels})
    branch = np.array([names.index(level.branch) for level in levels], dtype=np.int64)

    def normal(values: list[float]) -> Floats:
        array = np.array(values)
        found: Floats = array / np.bincount(branch, weights=array)[branch]
        return found

    prior = normal([level.m for level in levels])
    chance = normal([level.u for level in levels]) if u is None else u
    labels = sorted({level.label for level in levels})
    return Column(
        name=comparison.name,
        m=prior,
        u=chance,
        prior=prior,
        branch=branch,
        label=np.array([labels.index(level.label) for level in levels], dtype=np.int64),
        tied=comparison.m_tied,
    )


@dataclass(frozen=True, kw_only=True)
class Chance:
    """What random pairs, and pairs that share a value, show: enough to estimate every u."""

    by_chance: Patterns
    shared: Mapping[str, Patterns]
    taken: Mapping[str, float]  # the share of those pairs that was looked at
    scale: float  # pairs in all for each random pair

    def u(self) -> dict[str, Floats]:
        """u of every level of every comparison, strangers told by their names and birth."""
        return {
            one.name: _u_of(one, self.by_chance, self.shared, scale=self.scale)
            for one in COMPARISONS
        }

    def without_matches(
        self, u: Mapping[str, Floats], m: Mapping[str, Floats], *, share: float
    ) -> Chance:
        """The same pairs, each counted only so far as it is of two different people.

        In a file where one record in five has an error, telling strangers by one fact that differs
        leaves so many of one person's records among them that a shared date of birth looks common.
        """
        columns = [column_of(one, u=u[one.name]) for one in COMPARISONS]

        def different(patterns: Patterns) -> Patterns:
            one = posterior(patterns.gammas, columns, dict(m), share=share)
            return Patterns(gammas=patterns.gammas, count=patterns.count * (1 - one))

        return dataclasses.replace(
            self,
            by_chance=different(self.by_chance),
            shared={key: different(patterns) for key, patterns in self.shared.items()},
        )

    def names_together(
        self, u: Mapping[str, Floats], m: Mapping[str, Floats], *, share: float
    ) -> float:
        """How many times oftener than independence strangers share given name and surname.

        Strangers are told by their dates of birth, so one person's records whose dates differ
        stand among them; as many as m expects are taken off.
        """
        namesakes = _strangers(self.shared[NAMES], FAMILY).pairs
        pairs = self.by_chance.pairs * self.scale
        birth = BY_NAME[BIRTH].gamma(OTHER)[0]
        both = {name: BY_NAME[name].gamma(SAME)[0] for name in (GIVEN, FAMILY)}
        expected = pairs * float(np.prod([u[name][at] for name, at in both.items()]))
        one_person = pairs * share * float(np.prod([m[name][at] for name, at in both.items()]))
        strangers = max(0.0, namesakes - one_person * float(m[BIRTH][birth]))
        return (strangers + STRENGTH) / (expected + STRENGTH)

    def at_home(
        self, strangers_only: Chance, m: Mapping[str, Floats]
    ) -> tuple[dict[str, Floats], float]:
        """u with the branches of one address estimated anew, and the share of strangers there.

        `strangers_only` are the same pairs without matches; at one address these are found here.

        Among pairs at one address EM separates one person's records from relations', m held: a
        brother shares surname and telephone, and a twin the date of birth, and how often they do
        is what u within a household means.
        """
        home = _one_address(self.shared)
        free = (GIVEN, BIRTH, PHONE, EMAIL, POLICE_ID, SEX)
        found = strangers_only.u()
        different = np.ones_like(home.count)
        share = FIRST_GUESS
        for _ in range(HOUSEHOLD_ROUNDS):
            columns = [column_of(BY_NAME[name], u=found[name]) for name in free]
            one = posterior(home.gammas, columns, dict(m), share=share)
            different = home.count * (1 - one)
            share = float(np.clip((home.count * one).sum() / max(1.0, home.pairs), 0.001, 0.999))
            for name in (BIRTH, PHONE):
                found[name] = _u_inside(BY_NAME[name], home.gammas[name], different, found[name])
        counted = Patterns(gammas=home.gammas, count=different)
        strangers = float(different.sum() / max(1.0, home.pairs))
        if home.pairs >= LEAST_HOME_PAIRS and strangers < NO_HOUSEHOLDS:
            for name in (BIRTH, PHONE):
                found[name] = _as_elsewhere(BY_NAME[name], found[name])
        found[HOME] = _u_of(
            BY_NAME[HOME],
            strangers_only.by_chance,
            strangers_only.shared,
            scale=self.scale,
            homes=counted,
        )
        few = home.pairs < LEAST_HOME_PAIRS
        return found, max(strangers, NO_HOUSEHOLDS) if few else strangers


def _as_elsewhere(comparison: Comparison, u: Floats) -> Floats:
    """u of the branch of one address set to that elsewhere: nobody shares an address."""
    away = {label: u[level] for level, label in _in_branch(comparison, AWAY)}
    found = u.copy()
    for level, label in _in_branch(comparison, AT_HOME):
        found[level] = away[label]
    return found


def _u_inside(comparison: Comparison, gamma: Ints, different: Floats, u: Floats) -> Floats:
    """u of the branch of one address, from the pairs there that are different people."""
    inside = list(range(len(comparison.levels)))
    chosen = [n for n in inside if n in [level for level, _ in _in_branch(comparison, AT_HOME)]]
    prior = column_of(comparison).u
    known = gamma >= 0
    count = summed(gamma[known], different[known], levels=prior.size)
    fresh = u.copy()
    weighed = count[chosen] + STRENGTH * prior[chosen]
    fresh[chosen] = np.maximum(weighed / weighed.sum(), LEAST_U)
    return fresh


def measure_chance(prepared: Prepared, *, seed: int) -> Chance:
    """The patterns of random pairs, and of pairs that share a value."""
    records = prepared.height
    random = random_pairs(records=records, most=MOST_PAIRS, rng=np.random.default_rng(seed))
    by_chance = count_patterns(prepared, random)
    keys: dict[str, tuple[str, ...]] = {
        key: (key,) for key in ("address_id", "street", "postcode", *IDENTIFIERS)
    }
    keys |= {"dob": ("dob",), NAMES: ("given", "family")}
    with ThreadPoolExecutor(THREADS) as threads:
        drawn = threads.map(
            lambda key: same_key_pairs(prepared, key, most=MOST_SHARING, seed=seed), keys.values()
        )
        shared, taken = {}, {}
        for name, (pairs, share) in zip(keys, drawn, strict=True):
            shared[name] = count_patterns(prepared, pairs).times(1 / share)
            taken[name] = share
    return Chance(
        by_chance=by_chance,
        shared=shared,
        taken=taken,
        scale=records * (records - 1) / 2 / max(1.0, by_chance.pairs),
    )


def _one_address(shared: Mapping[str, Patterns]) -> Patterns:
    """Pairs at one address, from those who share its first line or else its identifier."""
    by_id, by_line = shared["address_id"], shared["street"]
    found = by_line if by_line.pairs >= by_id.pairs else by_id
    return found.where(found.on(HOME, BY_NAME[HOME].gamma(SAME)))


def _strangers(patterns: Patterns, comparison: str) -> Patterns:
    """The patterns of pairs that can hardly be one person, judged by other comparisons."""
    given = patterns.on(GIVEN, (-1, *BY_NAME[GIVEN].gamma(OTHER)))
    birth = patterns.on(BIRTH, (-1, *BY_NAME[BIRTH].gamma(OTHER)))
    if comparison in (GIVEN, FAMILY, SEX):
        return patterns.where(birth)
    if comparison == BIRTH:
        return patterns.where(given)
    return patterns.where(given & birth)


def _levels(patterns: Patterns, comparison: Comparison) -> Floats:
    """How many pairs of strangers stand on each level, worst first."""
    kept = _strangers(patterns, comparison.name)
    gamma = kept.gammas[comparison.name]
    return summed(gamma[gamma >= 0], kept.count[gamma >= 0], levels=len(comparison.levels))


def _u_of(
    comparison: Comparison,
    by_chance: Patterns,
    shared: Mapping[str, Patterns],
    *,
    scale: float,
    homes: Patterns | None = None,
) -> Floats:
    """u within each branch: rare agreements from those who share, the others from chance.

    `homes` are pairs at one address counted only so far as they are different people.
    """
    column = column_of(comparison)
    count: Floats = _levels(by_chance, comparison) * scale
    imagined = STRENGTH * max(1.0, scale) * column.u  # as many as in the random sample
    for level, key in _rare(comparison):
        if key == "home" and homes is not None:
            gamma = homes.gammas[comparison.name]
            count[level] = homes.count[gamma == level].sum()
        else:
            found = _one_address(shared) if key == "home" else shared[key]
            count[level] = _levels(found, comparison)[level]
        imagined[level] = STRENGTH * column.u[level]
    total = summed(column.branch, count + imagined)[column.branch]
    u = np.maximum((count + imagined) / total, LEAST_U)
    normal: Floats = u / np.bincount(column.branch, weights=u)[column.branch]
    return normal


def _rare(comparison: Comparison) -> list[tuple[int, str]]:
    """Levels too rare to meet by chance, and the value that all pairs on them share."""
    if comparison.name == HOME:
        near = (*comparison.gamma(SIMILAR), *comparison.gamma(POSTCODE))
        return [
            *((level, "home") for level in comparison.gamma(SAME)),
            *((level, "postcode") for level in near),
            *((level, "street") for level in comparison.gamma(STREET)),
        ]
    if comparison.name == BIRTH:
        return [(level, "home") for level, _ in _in_branch(comparison, AT_HOME)]
    if comparison.name == PHONE:
        inside = [(level, "home") for level, _ in _in_branch(comparison, AT_HOME)]
        return [*inside, *((level, "phone") for level in comparison.gamma(SAME, branch=AWAY))]
    if comparison.name == EMAIL:
        alike = ((level, NAMES) for level in comparison.gamma(SIMILAR, branch=NAMESAKE))
        return [*((level, "email") for level in comparison.gamma(SAME)), *alike]
    if comparison.name == POLICE_ID:
        return [(level, comparison.name) for level in comparison.gamma(SAME)]
    return []


def _in_branch(comparison: Comparison, branch: str) -> list[tuple[int, str]]:
    top = len(comparison.levels) - 1
    return [
        (top - at, level.label)
        for at, level in enumerate(comparison.levels)
        if level.branch == branch
    ]
