"""Pairs become persons: connected records, split again where sure facts or judgements forbid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from frith.linkage.compiled import compiled
from frith.linkage.decide import BIRTHS_DIFFER, NUMBERS_DIFFER, SureFacts
from frith.linkage.em import Floats, Ints

LEAST_DENSITY = 0.5
"""Of the pairs within a person's records at least half must join by themselves; a chain of records
of which each resembles only the next is how two people become one."""
JUDGED_APART = "a named person judged two of these records to be different people"
TWICE_IN_SOURCE = "two records of one system that holds each person once"
TOO_LOOSE = "a chain: fewer than half of the pairs in it agree by themselves"

Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What may forbid that two records are one person; texts by `uid`, null where unknown."""

    birth: pl.Series
    police_id: pl.Series
    unique_source: pl.Series
    """The record's system, where that is said to hold each person once."""
    apart: frozenset[Pair] = frozenset()
    sure: SureFacts = field(default_factory=SureFacts)


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """`label` numbers each record's cluster; `p_min` is the weakest link on the way to its core.

    `split` lists what was joined by the probabilities and taken apart again: records and reason.
    """

    label: Ints
    p_min: Floats
    split: list[tuple[tuple[int, ...], str]]


def cluster(pairs: pl.DataFrame, *, together: Iterable[Pair], facts: Facts) -> Clusters:
    """Records joined by pairs (uid_l, uid_r, probability) or by a named person (`together`).

    Connected components, then: where a component holds a conflict, or is too loose, it is built
    again from its strongest pair down, and a pair that would bring a conflict in is refused and
    its component listed in `split`. What a named person joined stays joined whatever the facts.
    """
    records = facts.birth.len()
    edges = _edges(pairs, together)
    label = _components(edges, records)
    split: list[tuple[tuple[int, ...], str]] = []
    kept = np.ones(edges.height, dtype=bool)
    for component in _suspects(edges, label, facts):
        refused, reasons = _rebuild(component, facts)
        kept[[component.edges[at].row for at in refused]] = False
        if reasons:
            split.append((component.members, "; ".join(sorted(reasons))))
    if not kept.all():
        edges = edges.filter(pl.Series(kept))
        label = _components(edges, records)
    return Clusters(label=label, p_min=_weakest_links(edges, label), split=split)


def _edges(pairs: pl.DataFrame, together: Iterable[Pair]) -> pl.DataFrame:
    """The joining pairs with those of named persons, which count as certain."""
    found = pairs.select("uid_l", "uid_r", "probability", pl.lit(False).alias("judged"))
    said = sorted({(min(pair), max(pair)) for pair in together})
    if said:
        judged = pl.DataFrame([(*pair, 1.0, True) for pair in said], found.schema, orient="row")
        found = pl.concat([judged, found]).unique(["uid_l", "uid_r"], keep="first")
    return found.sort("uid_l", "uid_r")


def _components(edges: pl.DataFrame, records: int) -> Ints:
    """The component of each record, numbered by its first record."""
    left, right = edges["uid_l"].to_numpy(), edges["uid_r"].to_numpy()
    graph = coo_matrix((np.ones(left.size, dtype=np.int8), (left, right)), shape=(records, records))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Edge:
    """One pair of a component that is looked into."""

    row: int
    left: int
    right: int
    probability: float
    judged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of one of its records."""

    birth: str | None
    police_id: str | None
    system: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Component:
    """A component to look into: its records with what is known of each, and its edges."""

    known: Mapping[int, _Known]
    edges: list[_Edge]

    @property
    def members(self) -> tuple[int, ...]:
        """Its records in order."""
        return tuple(sorted(self.known))


def _suspects(edges: pl.DataFrame, label: Ints, facts: Facts) -> list[_Component]:
    """Components that may hold a conflict or are too loose.

    Where every record is joined with every other by probability, no date of birth and no police
    number can conflict, because `decide` lets no such pair join: these need no second look.
    """
    size = np.bincount(label)
    of_edge = label[edges["uid_l"].to_numpy()]
    linked = np.bincount(of_edge, weights=~edges["judged"].to_numpy(), minlength=size.size)
    possible = size * (size - 1) / 2
    gaps = linked < possible
    suspect = (size > 1) & (linked < LEAST_DENSITY * possible)
    uids = np.flatnonzero((size > 1)[label] & gaps[label])
    several = pl.DataFrame({"label": label[uids]})
    if facts.sure.birth:
        suspect[_varied(several, facts.birth.gather(uids))] = True
    if facts.sure.police_id:
        suspect[_varied(several, facts.police_id.gather(uids))] = True
    joined = np.flatnonzero((size > 1)[label])
    one_of = pl.DataFrame({"label": label[joined]})
    suspect[_repeated(one_of, facts.unique_source.gather(joined))] = True
    suspect[[label[a] for a, b in facts.apart if label[a] == label[b]]] = True
    return _looked_into(edges, of_edge, label, suspect=suspect, facts=facts)


def _looked_into(
    edges: pl.DataFrame,
    of_edge: Ints,
    label: Ints,
    *,
    suspect: npt.NDArray[np.bool_],
    facts: Facts,
) -> list[_Component]:
    """The suspect components with their records and edges, in order of their first record."""
    uids, rows = np.flatnonzero(suspect[label]), np.flatnonzero(suspect[of_edge])
    known: dict[int, dict[int, _Known]] = defaultdict(dict)
    told = (facts.birth, facts.police_id, facts.unique_source)
    facts_of = zip(*(fact.gather(uids).to_list() for fact in told), strict=True)
    for uid, one, (birth, number, system) in zip(
        uids.tolist(), label[uids].tolist(), facts_of, strict=True
    ):
        known[one][uid] = _Known(birth=birth, police_id=number, system=system)
    joined: dict[int, list[_Edge]] = defaultdict(list)
    columns = ("uid_l", "uid_r", "probability", "judged")
    ends = edges.select(pl.col(columns).gather(rows)).iter_rows()
    for row, one, edge in zip(rows.tolist(), of_edge[rows].tolist(), ends, strict=True):
        joined[one].append(_Edge(row, *edge))
    return [_Component(known=known[one], edges=joined[one]) for one in known]


def _varied(labels: pl.DataFrame, fact: pl.Series) -> Ints:
    """Labels under which more than one value of a fact is known."""
    known = labels.with_columns(fact=fact).drop_nulls()
    borne = known.group_by("label").agg(varied=pl.col("fact").min() != pl.col("fact").max())
    return borne.filter("varied")["label"].to_numpy()


def _repeated(labels: pl.DataFrame, fact: pl.Series) -> Ints:
    """Labels under which one value of a fact stands twice."""
    known = labels.with_columns(fact=fact).drop_nulls()
    return known.filter(known.is_duplicated())["label"].unique().to_numpy()


def _rebuild(component: _Component, facts: Facts) -> tuple[list[int], set[str]]:
    """Join from the strongest pair down; returns the places of the refused edges and why."""
    group: dict[int, set[int]] = {uid: {uid} for uid in component.known}
    edges = component.edges
    order = sorted(edges, key=lambda e: (not e.judged, -e.probability, e.left, e.right))
    linked = {(edge.left, edge.right) for edge in edges}
    reasons: set[str] = set()
    waiting, moved = order, True
    while moved and waiting:
        moved, still, reasons = False, [], set()
        for edge in waiting:
            one, two = group[edge.left], group[edge.right]
            if one is two:
                continue
            why = ""
            if not edge.judged:
                why = _forbidden(one, two, component.known, facts=facts, linked=linked)
            if why:
                still.append(edge)
                reasons.add(why)
                continue
            one |= two
            for uid in two:
                group[uid] = one
            moved = True
        waiting = still
    refused = [at for at, e in enumerate(edges) if group[e.left] is not group[e.right]]
    return refused, reasons if refused else set()


def _forbidden(
    one: set[int],
    two: set[int],
    known: Mapping[int, _Known],
    *,
    facts: Facts,
    linked: set[Pair],
) -> str:
    """Why two groups of records may not be one person; blank where they may."""
    both = one | two
    if facts.apart and any((min(a, b), max(a, b)) in facts.apart for a in one for b in two):
        return JUDGED_APART
    if facts.sure.birth and births_conflict({known[uid].birth for uid in both}):
        return BIRTHS_DIFFER
    if facts.sure.police_id and numbers_conflict({known[uid].police_id for uid in both}):
        return NUMBERS_DIFFER
    systems = [known[uid].system for uid in both if known[uid].system]
    if len(systems) != len(set(systems)):
        return TWICE_IN_SOURCE
    inside = sum((a, b) in linked for a in both for b in both if a < b)
    if inside < LEAST_DENSITY * len(both) * (len(both) - 1) / 2:
        return TOO_LOOSE
    return ""


def births_conflict(dates: Iterable[str | None]) -> bool:
    """True where two full dates differ beyond a slip, and none between them explains both."""
    known = sorted({date for date in dates if date})
    for at, one in enumerate(known):
        for two in known[at + 1 :]:
            if not _one_slip(one, two) and not any(
                _one_slip(one, other) and _one_slip(other, two) for other in known
            ):
                return True
    return False


def _one_slip(one: str, two: str) -> bool:
    """Two dates YYYYMMDD that share two of their parts, or have day and month swapped."""
    parts = [(one[:4], two[:4]), (one[4:6], two[4:6]), (one[6:], two[6:])]
    return sum(a == b for a, b in parts) >= 2 or one == two[:4] + two[6:] + two[4:6]


def numbers_conflict(numbers: Iterable[str | None]) -> bool:
    """True where two police numbers differ by more than one slip of the finger."""
    known = sorted({number for number in numbers if number})
    return any(not one_edit(one, two) for at, one in enumerate(known) for two in known[at + 1 :])


def one_edit(one: str, two: str) -> bool:
    """True where one letter lost, added or changed, or two swapped, turn one into the other."""
    if len(one) > len(two):
        one, two = two, one
    if len(two) - len(one) > 1:
        return False
    at = next((k for k in range(len(one)) if one[k] != two[k]), len(one))
    if len(one) < len(two):
        return one[at:] == two[at + 1 :]
    if one[at + 1 :] == two[at + 1 :]:
        return True
    swapped = one[at : at + 2] == two[at : at + 2][::-1]
    return swapped and one[at + 2 :] == two[at + 2 :]


def _weakest_links(edges: pl.DataFrame, label: Ints) -> Floats:
    """For each record the probability of the weakest link on its strongest way to the core.

    The core is the record that its person's other records agree with most; its own value is that
    of its strongest link. A record alone has 1: nothing was assumed of it.
    """
    records = label.size
    left, right = edges["uid_l"].to_numpy(), edges["uid_r"].to_numpy()
    strength = edges["probability"].to_numpy()
    support = np.bincount(left, weights=strength, minlength=records)
    support += np.bincount(right, weights=strength, minlength=records)
    core = np.full(int(label.max(initial=-1)) + 1, -1, dtype=np.int64)
    _find_cores(label, support, core)
    reach = np.zeros(records)
    reach[core] = 1.0
    _reach_out(left, right, strength, reach)
    best = np.zeros(records)
    _strongest(left, right, strength, best)
    reach[core] = np.where(best[core] > 0, best[core], 1.0)
    return reach


@compiled
def _find_cores(label: np.ndarray, support: np.ndarray, core: np.ndarray) -> None:
    """Write the record of each cluster that has most support, the first of those that do."""
    for row in range(label.size):
        best = core[label[row]]
        if best < 0 or support[row] > support[best]:
            core[label[row]] = row


@compiled
def _reach_out(
    left: np.ndarray, right: np.ndarray, strength: np.ndarray, reach: np.ndarray
) -> None:
    """Raise each record to the weakest link of its strongest way, until nothing moves."""
    moved = True
    while moved:
        moved = False
        for at in range(strength.size):
            a, b = left[at], right[at]
            if min(reach[a], strength[at]) > reach[b]:
                reach[b], moved = min(reach[a], strength[at]), True
            if min(reach[b], strength[at]) > reach[a]:
                reach[a], moved = min(reach[b], strength[at]), True


@compiled
def _strongest(left: np.ndarray, right: np.ndarray, strength: np.ndarray, best: np.ndarray) -> None:
    """Write the probability of each record's strongest link."""
    for at in range(strength.size):
        best[left[at]] = max(best[left[at]], strength[at])
        best[right[at]] = max(best[right[at]], strength[at])
