"""From pairs to proposals: who might belong together, before anything is tested."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from frith.networks.chance import Attendance, membership
from frith.networks.defaults import LOUVAIN_FROM, MIN_SHARED_OCCASIONS, PROPOSE_P
from frith.networks.fingerprint import Ints
from frith.networks.pairs import Counter, count_pairs, validated_pairs

Group = frozenset[int]


def propose(
    attendance: Attendance, *, seed: int, below: float = PROPOSE_P, count: Counter = count_pairs
) -> list[Group]:
    """Proposed groups: pairs met twice or more with conditional p up to `below`, put together.

    Louvain divides large lumps (Blondel, Guillaume, Lambiotte and Lefebvre 2008); then their
    companions join them. Says nothing of significance.
    """
    pairs = validated_pairs(attendance, count=count)
    taken = pairs.p <= below
    lumps = communities(pairs.i[taken], pairs.j[taken], weight=pairs.n[taken], seed=seed)
    return with_companions(lumps, attendance)


def communities(
    i: Ints, j: Ints, *, weight: npt.ArrayLike, seed: int, from_size: int = LOUVAIN_FROM
) -> list[Group]:
    """Connected people; lumps of more than `from_size` divided into communities.

    Ordered by their first person. Deterministic for one seed and one order of persons.
    """
    if not len(i):
        return []
    people, at = np.unique(np.concatenate([i, j]), return_inverse=True)
    left, right = at[: len(i)], at[len(i) :]
    n = people.size
    graph = sparse.coo_array((np.ones(len(i)), (left, right)), shape=(n, n))
    lump = sparse.csgraph.connected_components(graph, directed=False)[1]
    size = np.bincount(lump)
    whole = [
        frozenset(people[rows].tolist())
        for rows in np.split(np.argsort(lump, kind="stable"), np.cumsum(size)[:-1])
        if rows.size <= from_size
    ]
    large = size[lump[left]] > from_size
    parts = _louvain(
        people[left[large]], people[right[large]], np.asarray(weight, np.float64)[large], seed
    )
    return sorted([*whole, *parts], key=min)


def _louvain(i: Ints, j: Ints, weight: npt.NDArray[np.float64], seed: int) -> list[Group]:
    if not i.size:
        return []
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(np.unique(np.concatenate([i, j])).tolist())
    graph.add_weighted_edges_from(zip(i.tolist(), j.tolist(), weight.tolist(), strict=True))
    found = nx.community.louvain_communities(graph, seed=seed)
    return [frozenset(community) for community in found]


def with_companions(groups: list[Group], attendance: Attendance) -> list[Group]:
    """Each group with its companions in these occasions.

    First whoever was on two or more occasions with somebody of it; then whoever was on an occasion
    with two or more of all those. A proposal may be generous, for it is tested on other occasions.
    """
    if not groups:
        return []
    shared = shared_occasions(groups, attendance)
    often = shared.data >= MIN_SHARED_OCCASIONS
    grown = _joined(groups, shared.row[often].tolist(), shared.col[often].tolist())
    together = attendance.together(membership(grown, attendance.n_persons))
    beside = sparse.coo_array(together @ attendance.presence.T)
    return _joined(grown, beside.row.tolist(), beside.col.tolist())


def _joined(groups: list[Group], rows: list[int], people: list[int]) -> list[Group]:
    grown = [set(group) for group in groups]
    for row, person in zip(rows, people, strict=True):
        grown[row].add(person)
    return [frozenset(group) for group in grown]


def shared_occasions(groups: list[Group], attendance: Attendance) -> sparse.coo_array:
    """For each group and person, occasions on which the person was with somebody of the group."""
    table = membership(groups, attendance.n_persons)
    held = sparse.csr_array(table @ attendance.presence)
    held.data[:] = 1.0
    return sparse.coo_array(held @ attendance.presence.T)
