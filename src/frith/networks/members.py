"""Who belongs to a group: its core, and associates beyond chance or on its own occasions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frith.networks.chance import Attendance, Bools, Floats, membership, pair_p
from frith.networks.defaults import MIN_SHARED_OCCASIONS, Q
from frith.networks.fingerprint import Ints
from frith.networks.propose import Group, shared_occasions
from frith.stats.fdr import benjamini_hochberg

CORE = "core"
ASSOCIATE = "associate"
BY_GROUP = "confirmed with the group"
BY_TEST = "met the core beyond chance"
BY_OCCASION = "on an occasion with two or more of the core"


@dataclass(frozen=True, kw_only=True)
class Members:
    """One row a group and person: counts and tests, never a score of the person.

    `k`: occasions with somebody of the core. `expected`: such occasions by chance. `p`:
    conditional on one. `q`: over every group and everybody who met its core; NaN for the core.
    """

    group: Ints
    person: Ints
    core: Bools
    tested: Bools
    k: Ints
    expected: Floats
    p: Floats
    q: Floats

    def of(self, group: int) -> Ints:
        """Everybody of one group."""
        return self.person[self.group == group]


def members(
    groups: list[Group], attendance: Attendance, *, confirmed: Sequence[bool], q: float = Q
) -> Members:
    """Core people and associates of each group.

    `confirmed`: whether the splits confirm the group, not a pair alone. An associate met the core
    on two or more occasions, beyond chance at false discovery rate `q`; or stood on an occasion
    with two or more of a confirmed core, where chance explains at most a share `q` of such
    occasions. Once with one person of the core makes nobody an associate; nor does once with a pair
    that no split confirms as a group, lest a busy pair's every company become one.
    """
    row, person, k, core = _met(groups, attendance)
    if not row.size:
        none = np.empty(0)
        return Members(
            group=row, person=person, core=core, tested=core, k=k, expected=none, p=none, q=none
        )
    table = membership(groups, attendance.n_persons)
    whole = table @ attendance.scaled
    own = attendance.scaled[person]
    reach = np.asarray(whole[row].multiply(own).sum(axis=1)).ravel()
    expected = reach - np.where(core, np.asarray(own.multiply(own).sum(axis=1)).ravel(), 0.0)
    p = pair_p(k, expected)
    # Core people were chosen by these very counts: to correct over them too would let anybody in.
    value = benjamini_hochberg(np.where(core, np.nan, p))
    tested = ~core & (k >= MIN_SHARED_OCCASIONS) & (value <= q)
    beside = _beside(groups, attendance, confirmed=confirmed, q=q)
    also = np.array(
        [(g, x) in beside for g, x in zip(row.tolist(), person.tolist(), strict=True)], dtype=bool
    )
    kept = core | tested | also
    return Members(
        group=row[kept],
        person=person[kept],
        core=core[kept],
        tested=tested[kept],
        k=k[kept],
        expected=expected[kept],
        p=p[kept],
        q=value[kept],
    )


def _met(groups: list[Group], attendance: Attendance) -> tuple[Ints, Ints, Ints, Bools]:
    """(group, person, occasions with others of the core, whether of the core), in order."""
    if not groups:
        none = np.empty(0, dtype=np.int64)
        return none, none, none, none.astype(bool)
    outside = shared_occasions(groups, attendance)
    within = (
        attendance.together(membership(groups, attendance.n_persons)) @ attendance.presence.T
    ).todok()
    found = {}
    for g, x, k in zip(
        outside.row.tolist(), outside.col.tolist(), outside.data.tolist(), strict=True
    ):
        of_core = x in groups[g]
        found[g, x] = (int(within[g, x]) if of_core else int(k), of_core)
    keys = sorted(found)
    return (
        np.array([g for g, _ in keys], dtype=np.int64),
        np.array([x for _, x in keys], dtype=np.int64),
        np.array([found[key][0] for key in keys], dtype=np.int64),
        np.array([found[key][1] for key in keys], dtype=bool),
    )


def _beside(
    groups: list[Group], attendance: Attendance, *, confirmed: Sequence[bool], q: float
) -> set[tuple[int, int]]:
    """(group, person) of those on an occasion with two or more of the core, where that is telling.

    Chance accounts for a share Λ/W of the core's occasions; above `q` its occasions do not speak.
    """
    table = membership(groups, attendance.n_persons)
    together = attendance.together(table)
    expected, held = attendance.expected_by(table), attendance.occasions_of(table)
    telling = np.asarray(confirmed) & (expected <= q * held)
    seen = (together @ attendance.presence.T).tocoo()
    return {
        (g, x)
        for g, x in zip(seen.row.tolist(), seen.col.tolist(), strict=True)
        if telling[g] and x not in groups[g]
    }
