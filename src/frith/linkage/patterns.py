"""Patterns of agreement: which levels pairs stand on, and how many stand on each."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from frith.linkage.em import Floats, Ints
from frith.linkage.keys import NO_HANDS, count_pairs, key_of, pairs_on
from frith.linkage.levels import Pairs, Prepared, gammas, pairs_of, patterns_of


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Each pattern of levels by comparison, and how many pairs show it."""

    gammas: dict[str, Ints]
    count: Floats

    def where(self, keep: np.ndarray) -> Patterns:
        """Only the patterns that `keep` marks."""
        return Patterns(
            gammas={name: gamma[keep] for name, gamma in self.gammas.items()},
            count=self.count[keep],
        )

    def times(self, factor: float) -> Patterns:
        """The same patterns, each standing for so many times as many pairs."""
        return Patterns(gammas=self.gammas, count=self.count * factor)

    def on(self, comparison: str, numbers: tuple[int, ...]) -> np.ndarray:
        """Which patterns stand on one of these levels."""
        return np.isin(self.gammas[comparison], numbers)

    @property
    def pairs(self) -> float:
        """How many pairs there are."""
        return float(self.count.sum())


def count_patterns(prepared: Prepared, pairs: Pairs) -> Patterns:
    """The patterns of the pairs, and how many pairs show each."""
    packed, count = np.unique(patterns_of(prepared, pairs), return_counts=True)
    return Patterns(gammas=gammas(packed), count=count.astype(np.float64))


def same_key_pairs(
    prepared: Prepared, columns: tuple[str, ...], *, most: float, seed: int
) -> tuple[Pairs, float]:
    """Pairs that share a key, about `most` of them, and the share of all that they are.

    Where there are too many, records are dealt into as many hands as it takes, by a hash of their
    identifier and the seed, and pairs are taken within a hand: every pair has the same chance, be
    its block large or small, and the same records and seed give the same pairs in any order.
    """
    key = key_of(columns)
    hands = max(1, math.ceil(count_pairs(prepared, key) / most))
    hand = NO_HANDS
    if hands > 1:
        hand = (prepared.records.nominal_id.hash(seed) % hands).to_numpy().astype(np.int32)
    return pairs_on(prepared, key, hand=hand), 1.0 / hands


def random_pairs(*, records: int, most: int, rng: np.random.Generator) -> Pairs:
    """`most` pairs of different records drawn at random; every pair where there are no more."""
    total = records * (records - 1) // 2
    if total <= most:
        left, right = np.triu_indices(records, k=1)
    else:
        drawn = rng.integers(0, records, (2, most))
        differ = drawn[0] != drawn[1]
        left, right = drawn.min(axis=0)[differ], drawn.max(axis=0)[differ]
    return pairs_of(left, right)
