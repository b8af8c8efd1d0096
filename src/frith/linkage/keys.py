"""Records that share a key, found by sorting: how many pairs they make, and the pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from frith.linkage.coded import BLANK
from frith.linkage.levels import Pairs, Prepared
from frith.linkage.likeness import compiled

Keys = npt.NDArray[np.int64]
MOST_KEYS = 1 << 62


def key_of(prepared: Prepared, columns: tuple[str, ...], *, crossed: tuple[str, ...] = ()) -> Keys:
    """One number a record that is equal where all the columns are; `BLANK` where one is blank.

    The values of the two `crossed` columns are taken without their order, so that a record whose
    names are swapped shares the key of the one whose names are not.
    """
    parts = [prepared.code(name) for name in columns]
    if crossed:
        one, two = (prepared.code(name) for name in crossed)
        parts += [np.minimum(one, two), np.maximum(one, two)]
    key = np.zeros(prepared.height, dtype=np.int64)
    known = np.ones(prepared.height, dtype=bool)
    kinds = 1
    for part in parts:
        wide = int(part.max(initial=0)) + 1
        if kinds * wide >= MOST_KEYS:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            kinds = prepared.height
        key = key * wide + part
        kinds *= wide
        known &= part != BLANK
    key[~known] = BLANK
    return key


def dealt(key: Keys, hand: npt.NDArray[np.int64]) -> Keys:
    """The key with records of different hands kept apart."""
    dense = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return np.where(key == BLANK, BLANK, dense * (int(hand.max(initial=0)) + 1) + hand)


def count_pairs(key: Keys) -> int:
    """How many pairs share the key."""
    return int(_count(np.sort(key[key != BLANK])))


def pairs_on(key: Keys) -> Pairs:
    """Every pair of records that share the key."""
    rows = np.flatnonzero(key != BLANK)
    order = np.argsort(key[rows])
    rows = rows[order]
    ordered = key[rows]
    found = np.empty(_count(ordered), dtype=np.int64)
    _fill(ordered, rows, found)
    return found


@compiled
def _count(ordered: np.ndarray) -> int:
    """How many pairs stand within runs of one key."""
    pairs, start = 0, 0
    for at in range(1, ordered.size + 1):
        if at == ordered.size or ordered[at] != ordered[start]:
            pairs += (at - start) * (at - start - 1) // 2
            start = at
    return pairs


@compiled
def _fill(ordered: np.ndarray, rows: np.ndarray, found: np.ndarray) -> None:
    """Write each pair of a run down, the earlier record in the upper half of the number."""
    to, start = 0, 0
    for at in range(1, ordered.size):
        if ordered[at] != ordered[start]:
            start = at
        for other in range(start, at):
            found[to] = (min(rows[at], rows[other]) << 32) | max(rows[at], rows[other])
            to += 1
