"""Worlds for tests: the plain generator's, with its truth; small hand-made ones; and the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from frith.borough import plain
from frith.networks import Groups


@dataclass(frozen=True)
class World:
    """Events, roles, and the members of each planted group."""

    events: pl.DataFrame
    roles: pl.DataFrame
    truth: tuple[frozenset[str], ...]


def build(events: int, *, seed: int, groups: bool = True) -> World:
    """The plain generator's world of that many events; without `groups`, the null."""
    made = plain.generate(np.random.default_rng(seed), events=events, groups=groups)
    tables = plain.tables(made)
    members = plain.truth(made)["members"].group_by("group_id").agg("nominal_id").sort("group_id")
    return World(
        events=tables["events"],
        roles=tables["roles"],
        truth=tuple(frozenset(row) for row in members["nominal_id"]),
    )


def with_events(
    world: World,
    happened: Iterable[tuple[str, datetime, str, list[tuple[str, str]]]],
    **columns: str,
) -> World:
    """The world and more events: (event_id, when, area, [(nominal_id, role), …])."""
    rows = list(happened)
    events = pl.DataFrame(
        {
            "event_id": [event for event, _, _, _ in rows],
            "occurred_from": [when for _, when, _, _ in rows],
            "area": [area for _, _, area, _ in rows],
        }
    ).with_columns(pl.lit(value).alias(name) for name, value in columns.items())
    roles = pl.DataFrame(
        [(event, person, role) for event, _, _, people in rows for person, role in people],
        schema=["event_id", "nominal_id", "role"],
        orient="row",
    )
    return World(
        events=pl.concat([world.events, events], how="diagonal_relaxed"),
        roles=pl.concat([world.roles, roles], how="diagonal_relaxed"),
        truth=world.truth,
    )


def everybody(found: Groups) -> list[frozenset[str]]:
    """Core and associates of each candidate group."""
    return [
        frozenset(group["core"]) | frozenset(group["associates"])
        for group in found.as_answer()["groups"]
    ]


@dataclass(frozen=True)
class Verdict:
    """How a list of groups compares with what was planted."""

    found: int
    false: int
    false_share: float
    recall: float
    precision_members: float


def judge(found: Iterable[frozenset[str]], truth: tuple[frozenset[str], ...]) -> Verdict:
    """A group is false where under half of its people share one planted group; a planted group is
    recalled where a found one has a Jaccard overlap of at least a half with it."""
    home: dict[str, list[int]] = {}
    for planted, members in enumerate(truth):
        for person in members:
            home.setdefault(person, []).append(planted)
    groups = list(found)
    false = right = named = 0
    recalled: set[int] = set()
    for group in groups:
        shared = Counter(planted for person in group for planted in home.get(person, ()))
        best = max(shared.values(), default=0)
        if best < len(group) / 2:
            false += 1
            continue
        right, named = right + best, named + len(group)
        recalled |= {g for g, n in shared.items() if n / len(truth[g] | group) >= 0.5}
    return Verdict(
        found=len(groups),
        false=false,
        false_share=false / len(groups) if groups else 0.0,
        recall=len(recalled) / len(truth) if truth else float("nan"),
        precision_members=right / named if named else float("nan"),
    )
