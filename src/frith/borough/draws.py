"""Random draws that work on whole arrays: streams by name, weighted picks, picks within a group."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Streams:
    """One generator a subject, so that a change in one subject leaves the others as they were."""

    seed: int

    def of(self, subject: str) -> np.random.Generator:
        """The generator of that subject."""
        key = zlib.crc32(subject.encode())
        return np.random.default_rng(np.random.SeedSequence([self.seed, key]))


def pick(rng: np.random.Generator, weights: ArrayLike, *, size: int) -> Ints:
    """Indices drawn with replacement in proportion to `weights`."""
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = rng.random(size) * cumulative[-1]
    found = np.searchsorted(cumulative, drawn, side="right")
    return np.minimum(found, cumulative.size - 1).astype(np.int64)


def pick_some(rng: np.random.Generator, pool: Ints, *, size: int) -> Ints:
    """Up to `size` different members of `pool`."""
    return rng.choice(pool, size=min(size, pool.size), replace=False)


def pick_weighted(rng: np.random.Generator, weights: ArrayLike, *, size: int) -> Ints:
    """`size` different indices in proportion to `weights` (Efraimidis & Spirakis 2006)."""
    weight = np.asarray(weights, dtype=np.float64)
    with np.errstate(divide="ignore"):
        keys = np.log(rng.random(weight.size)) / weight
    keys[weight <= 0] = -np.inf
    size = min(size, int((weight > 0).sum()))
    return np.argsort(-keys, kind="stable")[:size].astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Pools:
    """Members laid out by group with running weights: a draw within a group is one search."""

    members: Ints
    starts: Ints
    running: Floats

    @classmethod
    def of(cls, group: Ints, weight: Floats, *, groups: int) -> Pools:
        """Members 0…n-1 that belong to `group` and weigh `weight`; weight 0 is never drawn."""
        kept = np.flatnonzero(weight > 0)
        order = kept[np.argsort(group[kept], kind="stable")]
        starts = np.searchsorted(group[order], np.arange(groups + 1))
        running = np.concatenate([[0.0], np.cumsum(weight[order])])
        return cls(members=order, starts=starts.astype(np.int64), running=running)

    def draw(self, rng: np.random.Generator, groups: Ints) -> Ints:
        """One member for each of `groups`; -1 where the group has none."""
        lo, hi = self.running[self.starts[groups]], self.running[self.starts[groups + 1]]
        at = lo + rng.random(groups.size) * (hi - lo)
        found = np.searchsorted(self.running, at, side="right") - 1
        first, last = self.starts[groups], self.starts[groups + 1] - 1
        chosen = np.clip(found, first, np.maximum(first, last))
        empty = first > last
        chosen[empty] = 0
        drawn = self.members[chosen] if self.members.size else np.zeros(groups.size, np.int64)
        return np.where(empty, -1, drawn)

    def draw_any(self, rng: np.random.Generator, *, size: int) -> Ints:
        """Members of any group, in proportion to weight."""
        at = rng.random(size) * self.running[-1]
        found = np.searchsorted(self.running, at, side="right") - 1
        return self.members[np.minimum(found, self.members.size - 1)]


def within(counts: Ints) -> Ints:
    """0, 1, 2 … anew for each of `counts`: the place of every item in its group."""
    total = int(counts.sum())
    starts = np.cumsum(counts) - counts
    return np.arange(total) - np.repeat(starts, counts)


def kept_or_none(values: NDArray[Any], kept: NDArray[np.bool_]) -> Texts:
    """Values where kept, None elsewhere."""
    found = np.full(values.size, None, dtype=object)
    found[kept] = values[kept]
    return found


def labels(prefix: str, numbers: Ints, *, width: int) -> Texts:
    """`prefix` and the number padded with zeros, for each number."""
    return np.array([f"{prefix}{number:0{width}d}" for number in numbers.tolist()], dtype=object)


EDGE_YEARS = 3.0
"""How far inside the edge an age lands that was drawn beyond it."""


def ages_within(rng: np.random.Generator, age: Floats, lo: float, hi: float) -> Floats:
    """Ages kept between `lo` and `hi`; those beyond land within three years of the edge.

    Cutting them off at the edge itself would give hundreds of people one birthday.
    """
    inside = rng.random(age.size) * EDGE_YEARS
    return np.where(age < lo, lo + inside, np.where(age > hi, hi - inside, age))
