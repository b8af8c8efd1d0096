"""Pairs become persons: connected records, split again where sure facts or judgements forbid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

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
    """What may forbid that two records are one person; texts by `uid`, blank where unknown."""

    birth: list[str | None]
    police_id: list[str | None]
    unique_source: list[str | None]
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
    records = len(facts.birth)
    edges = _edges(pairs, together)
    label = _components(edges, records)
    split: list[tuple[tuple[int, ...], str]] = []
    kept = np.ones(edges.height, dtype=bool)
    for component in _suspects(edges, label, facts):
        rows = component.rows
        refused, reasons = _rebuild(edges[rows], component.members, facts)
        kept[np.asarray(rows)[refused]] = False
        if reasons:
            split.append((component.members, "; ".join(sorted(reasons))))
    if not kept.all():
        edges = edges.filter(pl.Series(kept))
        label = _components(edges, records)
    return Clusters(label=label, p_min=_weakest_links(edges, label), split=split)


def _edges(pairs: pl.DataFrame, together: Iterable[Pair]) -> pl.DataFrame:
    """The joining pairs with those of named persons, which count as certain."""
    judged = pl.DataFrame(
        [(min(pair), max(pair), 1.0, True) for pair in sorted(set(together))],
        schema={
            "uid_l": pl.Int64,
            "uid_r": pl.Int64,
            "probability": pl.Float64,
            "judged": pl.Boolean,
        },
        orient="row",
    )
    found = pairs.select("uid_l", "uid_r", "probability", pl.lit(False).alias("judged"))
    return (
        pl.concat([judged, found])
        .unique(["uid_l", "uid_r"], keep="first", maintain_order=True)
        .sort("uid_l", "uid_r")
    )


def _components(edges: pl.DataFrame, records: int) -> Ints:
    """The component of each record, numbered by its first record."""
    left, right = edges["uid_l"].to_numpy(), edges["uid_r"].to_numpy()
    graph = coo_matrix((np.ones(left.size, dtype=np.int8), (left, right)), shape=(records, records))
    _, label = connected_components(graph, directed=False)
    return np.asarray(label, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class _Component:
    """A component to look into: its records, and the rows of its edges."""

    members: tuple[int, ...]
    rows: list[int]


def _suspects(edges: pl.DataFrame, label: Ints, facts: Facts) -> list[_Component]:
    """Components that may hold a conflict or are too loose."""
    apart = [label[a] for a, b in sorted(facts.apart) if label[a] == label[b]]
    frame = pl.DataFrame(
        {
            "uid": np.arange(label.size),
            "label": label,
            "birth": pl.Series(facts.birth, dtype=pl.String),
            "police_id": pl.Series(facts.police_id, dtype=pl.String),
            "unique_source": pl.Series(facts.unique_source, dtype=pl.String),
        }
    )
    linked = edges.with_row_index("row").with_columns(
        pl.Series("label", label[edges["uid_l"].to_numpy()])
    )
    rows = linked.group_by("label").agg(pl.col("row"), pl.len().alias("edges"))
    sizes = frame.group_by("label").agg(
        pl.col("uid"),
        pl.len().alias("size"),
        pl.col("birth").drop_nulls().n_unique().alias("births"),
        pl.col("police_id").drop_nulls().n_unique().alias("numbers"),
        pl.col("unique_source").drop_nulls().is_duplicated().any().alias("twice"),
    )
    density = pl.col("edges") / (pl.col("size") * (pl.col("size") - 1) / 2)
    found = (
        sizes.filter(pl.col("size") > 1)
        .join(rows, on="label")
        .filter(
            (density < LEAST_DENSITY)
            | ((pl.col("births") > 1) & facts.sure.birth)
            | ((pl.col("numbers") > 1) & facts.sure.police_id)
            | pl.col("twice")
            | pl.col("label").is_in(apart)
        )
        .sort(pl.col("uid").list.min())
    )
    return [
        _Component(members=tuple(sorted(members)), rows=sorted(at))
        for members, at in found.select("uid", "row").iter_rows()
    ]


def _rebuild(
    edges: pl.DataFrame, members: tuple[int, ...], facts: Facts
) -> tuple[list[int], set[str]]:
    """Join from the strongest pair down; returns the places of the refused edges and why."""
    group: dict[int, set[int]] = {uid: {uid} for uid in members}
    order = sorted(
        range(edges.height),
        key=lambda at: (
            not edges["judged"][at],
            -edges["probability"][at],
            edges["uid_l"][at],
            edges["uid_r"][at],
        ),
    )
    ends = list(zip(edges["uid_l"], edges["uid_r"], strict=True))
    linked = {frozenset(pair) for pair in ends}
    reasons: set[str] = set()
    waiting, moved = order, True
    while moved and waiting:
        moved, still, reasons = False, [], set()
        for at in waiting:
            one, two = group[ends[at][0]], group[ends[at][1]]
            if one is two:
                continue
            why = "" if edges["judged"][at] else _forbidden(one, two, facts, linked)
            if why:
                still.append(at)
                reasons.add(why)
                continue
            one |= two
            for uid in two:
                group[uid] = one
            moved = True
        waiting = still
    refused = [at for at in range(len(ends)) if group[ends[at][0]] is not group[ends[at][1]]]
    return refused, reasons if refused else set()


def _forbidden(one: set[int], two: set[int], facts: Facts, linked: set[frozenset[int]]) -> str:
    """Why two groups of records may not be one person; blank where they may."""
    both = one | two
    if any((min(a, b), max(a, b)) in facts.apart for a in one for b in two):
        return JUDGED_APART
    if facts.sure.birth and births_conflict({facts.birth[uid] for uid in both}):
        return BIRTHS_DIFFER
    if facts.sure.police_id and numbers_conflict({facts.police_id[uid] for uid in both}):
        return NUMBERS_DIFFER
    systems = [facts.unique_source[uid] for uid in both if facts.unique_source[uid]]
    if len(systems) != len(set(systems)):
        return TWICE_IN_SOURCE
    inside = sum(frozenset((a, b)) in linked for a in both for b in both if a < b)
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
    order = np.lexsort((np.arange(records), -support, label))
    first = np.append(True, label[order][1:] != label[order][:-1])
    core = order[first]
    reach = np.zeros(records)
    reach[core] = 1.0
    while True:
        before = reach.copy()
        np.maximum.at(reach, right, np.minimum(before[left], strength))
        np.maximum.at(reach, left, np.minimum(before[right], strength))
        if np.array_equal(before, reach):
            break
    best = np.zeros(records)
    np.maximum.at(best, left, strength)
    np.maximum.at(best, right, strength)
    reach[core] = np.where(best[core] > 0, best[core], 1.0)
    return reach
