"""Training without labels: u from chance, m from expectation and maximisation, and how many match.

u is how often *two different people* agree. Common agreements are counted among random pairs of
records; rare ones (the same telephone number) among all pairs that share the value. In both, pairs
that may be one person are left out: u of a name is counted where the dates of birth differ, u of a
date of birth where the given names do, u of the rest where both do.

m is how often two records of one person agree. It is learnt twice: among records of one date of
birth, and among records of one name; what a session holds fixed it cannot learn.

Sources: Fellegi and Sunter 1969, JASA 64; Winkler 1988; Linacre, Lindsay, Manassis, Slade and
Hepworth 2022 (International Journal of Population Data Science 7) for u first and m by session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from frith.linkage.agreement import (
    BIRTH,
    BY_NAME,
    COMPARISONS,
    EMAIL,
    FAMILY,
    GIVEN,
    HOME,
    PHONE,
    POLICE_ID,
    SAME,
    SEX,
    Comparison,
)
from frith.linkage.chance import (
    FIRST_GUESS,
    NAMES,
    Chance,
    column_of,
    measure_chance,
)
from frith.linkage.em import (
    Column,
    Floats,
    Trained,
    expectation_maximisation,
)
from frith.linkage.levels import Prepared
from frith.linkage.patterns import Patterns
from frith.results import Flag

LEAST_RECORDS = 200
"""Below this many records nothing is learnt: the defaults serve, and the answer says so."""
LEAST_MATCHES = 20.0
"""A session that finds fewer expected matches than this teaches nothing."""
ROUNDS = 3
"""m needs u within households and they need m: each is estimated so many times in turn."""
DEFAULT_MATCHES_PER_RECORD = 0.3
"""Without training: how many true pairs there are for each record."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """m and u of every level (worst first, as gamma counts), and the share of pairs that match."""

    m: Mapping[str, Floats]
    u: Mapping[str, Floats]
    share: float
    households: float = 1.0
    """Share of the pairs at one address that are different people; nought where the file holds
    no households, as a register of one record a dwelling does."""
    names_together: float = 2.0
    """How many times as often two strangers share both names as they would if given name and
    surname were independent; well above one where communities have names of their own."""
    trained: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()

    def weight(self, comparison: str) -> Floats:
        """log2(m/u) of each level."""
        found: Floats = np.log2(self.m[comparison] / self.u[comparison])
        return found


def default_weights(records: int, *, flag: Flag | None = None) -> Weights:
    """The stated defaults, for data too thin to learn from."""
    columns = [column_of(one) for one in COMPARISONS]
    pairs = max(1.0, records * (records - 1) / 2)
    return Weights(
        m={column.name: column.m for column in columns},
        u={column.name: column.u for column in columns},
        share=min(0.2, DEFAULT_MATCHES_PER_RECORD * records / pairs),
        flags=() if flag is None else (flag,),
    )


def train(prepared: Prepared, *, seed: int) -> Weights:
    """m, u and the share of matches, learnt from cleaned nominals made ready for comparison.

    Falls back on the defaults, with a flag, below `LEAST_RECORDS` records or where neither
    session finds `LEAST_MATCHES` matches; a comparison that no session reached keeps its default.
    """
    records = prepared.height
    if records < LEAST_RECORDS:
        return default_weights(
            records,
            flag=Flag(
                "default_weights",
                f"There are {records:,} records, too few to learn from ({LEAST_RECORDS} are "
                "needed): the weights are stated defaults, not learnt from these data.",
            ),
        )
    chance = measure_chance(prepared, seed=seed)
    seen = [
        _looked_at(chance, "dob", fixed=(BIRTH,)),
        _looked_at(chance, NAMES, fixed=(GIVEN, FAMILY)),
    ]
    u, households = chance.u(), 0.5
    sessions: list[Trained] = []
    for _ in range(ROUNDS):
        columns = [column_of(one, u=u[one.name]) for one in COMPARISONS]
        sessions = [_session(columns, one) for one in seen]
        m = {column.name: _pooled(column, sessions) for column in columns}
        share = _share(prepared, sessions, seen, m=m)
        told = chance if share is None else chance.without_matches(u, m, share=share)
        u, households = chance.at_home(told, m)
    learnt = [trained for trained in sessions if trained.matches >= LEAST_MATCHES]
    if not learnt:
        return default_weights(
            records,
            flag=Flag(
                "default_weights",
                "Hardly any two records agree on a name or on a date of birth: nothing can be "
                "learnt, and the weights are stated defaults.",
            ),
        )
    m = {column.name: _pooled(column, learnt) for column in columns}
    share = _share(prepared, sessions, seen, m=m)
    assert share is not None
    known = tuple(
        column.name
        for column in columns
        if any(t.weight.get(column.name, np.zeros(1)).max() >= LEAST_MATCHES for t in learnt)
    )
    return Weights(
        m=m,
        u=u,
        share=share,
        households=households,
        names_together=chance.names_together(u, m, share=share),
        trained=known,
        flags=_thin(prepared, known),
    )


def _thin(prepared: Prepared, known: tuple[str, ...]) -> tuple[Flag, ...]:
    """A flag that names the comparisons in use that keep their default."""
    kept = [
        one.words for one in COMPARISONS if one.name not in known and _filled(prepared, one) > 0
    ]
    if not kept:
        return ()
    return (
        Flag(
            "default_weights",
            f"Too few matches to learn how {', '.join(kept)} behave: their weights are stated "
            "defaults.",
        ),
    )


_FILLED: Mapping[str, tuple[str, ...]] = {
    GIVEN: ("given",),
    FAMILY: ("family",),
    BIRTH: ("birth_year",),
    HOME: ("street", "address_id", "postcode"),
    PHONE: ("phone",),
    EMAIL: ("email",),
    POLICE_ID: ("police_id",),
    SEX: ("sex",),
}


def _filled(prepared: Prepared, comparison: Comparison) -> float:
    """Share of records that say anything on this comparison."""
    return float(prepared.records.filled(*_FILLED[comparison.name]).mean())


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """Patterns of the pairs that share a key, the share of them taken, what it holds fixed."""

    patterns: Patterns
    blocks: float
    fixed: tuple[str, ...]


def _looked_at(chance: Chance, key: str, *, fixed: tuple[str, ...]) -> _Seen:
    """The pairs that share a key, as many as were looked at."""
    share = chance.taken[key]
    return _Seen(patterns=chance.shared[key].times(share), blocks=share, fixed=fixed)


def _session(columns: list[Column], seen: _Seen) -> Trained:
    """One session of EM among the pairs that share a key."""
    if not seen.patterns.pairs:
        return Trained(m={}, weight={}, matches=0.0, pairs=0.0, rounds=0)
    free = [column for column in columns if column.name not in seen.fixed]
    return expectation_maximisation(
        seen.patterns.gammas, seen.patterns.count, free, share=FIRST_GUESS
    )


def _pooled(column: Column, sessions: list[Trained]) -> Floats:
    """m over the sessions that learnt it, each by the matches it stands on."""
    taught = [session for session in sessions if column.name in session.m]
    if not taught:
        return column.m
    weight = sum(session.weight[column.name] for session in taught)
    if not np.any(weight):
        return column.m
    found = sum(session.m[column.name] * session.weight[column.name] for session in taught)
    m: Floats = np.where(weight > 0, found / np.maximum(weight, 1e-300), column.m)
    sums: Floats = m / np.bincount(column.branch, weights=m)[column.branch]
    return sums


def _share(
    prepared: Prepared,
    sessions: list[Trained],
    seen: list[_Seen],
    *,
    m: Mapping[str, Floats],
) -> float | None:
    """Share of all pairs that match: each session's matches over the share it can see.

    None where no session finds matches enough to say.
    """

    def same(name: str) -> float:
        column = column_of(BY_NAME[name])
        chosen = list(BY_NAME[name].gamma(SAME))
        agree = (
            float(np.mean(m[name][chosen])) if column.branch.any() else float(m[name][chosen[0]])
        )
        return agree * _filled(prepared, BY_NAME[name]) ** 2

    reach = (same(BIRTH), same(GIVEN) * same(FAMILY))
    found = [
        session.matches / one.blocks / max(share, 0.05)
        for session, one, share in zip(sessions, seen, reach, strict=True)
        if session.matches >= LEAST_MATCHES
    ]
    if not found:
        return None
    total = prepared.height * (prepared.height - 1) / 2
    return float(np.clip(np.mean(found) / total, 1.0 / total, 0.5))
