"""Records that share a key, found by sorting a hash of it: how many pairs they make, the pairs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from frith.linkage.coded import BLANK
from frith.linkage.compiled import compiled
from frith.linkage.conditions import COLUMNS, HALF
from frith.linkage.levels import Pairs, Prepared
from frith.linkage.worth import Worth, everything, worthwhile

Key = npt.NDArray[np.int32]
"""One key: the places of its columns in `Compared.codes`, then those of the two columns that it
crosses; `NONE` fills what is left."""
NONE = -1
WIDTH = 6
CROSSED = WIDTH - 2
CHUNK = 1 << 18
"""Pairs that are handed on at a time."""
PART = 8
"""One in so many keys is counted first."""
NO_HANDS = np.empty(0, dtype=np.int32)
Labels = npt.NDArray[np.uint64]


def key_of(columns: tuple[str, ...], *, crossed: tuple[str, ...] = ()) -> Key:
    """The key of these columns, for compiled code.

    The values of the two `crossed` columns are taken without their order, so that a record whose
    names are swapped shares the key of the one whose names are not.
    """
    key = np.full(WIDTH, NONE, dtype=np.int32)
    key[: len(columns)] = [COLUMNS.index(name) for name in columns]
    key[CROSSED : CROSSED + len(crossed)] = [COLUMNS.index(name) for name in crossed]
    return key


def count_pairs(prepared: Prepared, key: Key) -> int:
    """How many pairs share the key."""
    labels = _labels(prepared, key, NO_HANDS)
    return int(_count(labels, _row_bits(prepared.height)))


def more_than(prepared: Prepared, key: Key, most: float) -> bool:
    """More than `most` pairs share the key; where a part of the keys shows it, no more are read."""
    bits = _row_bits(prepared.height)
    some = _labels(prepared, key, NO_HANDS, part=PART)
    return bool(_count(some, bits) > most or count_pairs(prepared, key) > most)


def pairs_on(
    prepared: Prepared,
    keys: list[Key],
    *,
    hand: npt.NDArray[np.int32] = NO_HANDS,
    worth: Worth | None = None,
) -> Iterator[Pairs]:
    """Pairs that share the last of the keys and none before it, chunk after chunk.

    `hand` keeps records dealt into different hands apart. With `worth`, pairs that cannot come up
    to its weight are left out.
    """
    labels = _labels(prepared, keys[-1], hand)
    known, bits = np.stack(keys), _row_bits(prepared.height)
    least = everything() if worth is None else worth
    state = np.array([0, 0, 1], dtype=np.int64)
    while True:
        found = np.empty(CHUNK, dtype=np.int64)
        size = _meet(prepared.compared.codes, known, hand, labels, bits, least, state, found)
        yield found[:size].copy()
        if state[0] >= labels.size:
            return


def _row_bits(records: int) -> np.uint64:
    """How many bits hold the place of a record."""
    return np.uint64(max(1, records.bit_length()))


def _labels(prepared: Prepared, key: Key, hand: npt.NDArray[np.int32], *, part: int = 1) -> Labels:
    """A hash of the key with the record's place in its low bits, in order: equal keys lie together.

    Of one in `part` keys only. Sorting one number a record is quicker than any hash table that
    outgrows the processor's cache.
    """
    labels = np.empty(prepared.height, dtype=np.uint64)
    bits = _row_bits(prepared.height)
    size = _label(prepared.compared.codes, key, hand, np.uint64(part), bits, labels)
    labels = labels[:size]
    labels.sort()
    return labels


@compiled
def _whole(x: np.ndarray, key: np.ndarray) -> bool:
    """A record knows every column of the key."""
    for at in range(WIDTH):  # noqa: SIM110 - compiled
        if key[at] != NONE and x[key[at]] == BLANK:
            return False
    return True


@compiled
def _mixed(mixed: np.uint64, value: int) -> np.uint64:
    """One more value in a hash (multiplier and shift: Steele, Lea and Flood 2014)."""
    more = (mixed ^ np.uint64(value)) * np.uint64(0xBF58476D1CE4E5B9)
    return more ^ (more >> np.uint64(31))


@compiled
def _hash(x: np.ndarray, key: np.ndarray, hand: int) -> np.uint64:
    """A number that is equal where the key is."""
    mixed = _mixed(np.uint64(0), hand)
    for at in range(CROSSED):
        if key[at] == NONE:
            break
        mixed = _mixed(mixed, x[key[at]])
    if key[CROSSED] != NONE:
        one, two = x[key[CROSSED]], x[key[CROSSED + 1]]
        mixed = _mixed(_mixed(mixed, min(one, two)), max(one, two))
    return mixed * np.uint64(0x94D049BB133111EB)


@compiled
def _label(  # noqa: PLR0917 - compiled code takes its arguments by position
    codes: np.ndarray,
    key: np.ndarray,
    hand: np.ndarray,
    part: np.uint64,
    bits: np.uint64,
    labels: np.ndarray,
) -> int:
    """Write the label of each record that knows the whole key; how many do."""
    size = 0
    for row in range(codes.shape[0]):
        if _whole(codes[row], key):
            mixed = _hash(codes[row], key, hand[row] if hand.size else 0)
            if part > 1 and (mixed >> bits) % part:
                continue
            labels[size] = ((mixed >> bits) << bits) | np.uint64(row)
            size += 1
    return size


@compiled
def _shares(x: np.ndarray, y: np.ndarray, key: np.ndarray) -> bool:
    """Two records share the key."""
    for at in range(CROSSED):
        if key[at] == NONE:
            break
        if x[key[at]] != y[key[at]] or x[key[at]] == BLANK:
            return False
    if key[CROSSED] == NONE:
        return True
    one, two = x[key[CROSSED]], x[key[CROSSED + 1]]
    three, four = y[key[CROSSED]], y[key[CROSSED + 1]]
    if min(one, two) == BLANK:
        return False
    return (one == three and two == four) or (one == four and two == three)


@compiled
def _count(labels: np.ndarray, bits: np.uint64) -> int:
    """How many pairs stand within runs of one key."""
    pairs, start = 0, 0
    for at in range(1, labels.size):
        if labels[at] >> bits != labels[start] >> bits:
            start = at
        pairs += at - start
    return pairs


@compiled
def _met_before(x: np.ndarray, y: np.ndarray, keys: np.ndarray) -> bool:
    """An earlier key brings these two together."""
    for at in range(keys.shape[0] - 1):  # noqa: SIM110 - compiled
        if _shares(x, y, keys[at]):
            return True
    return False


@compiled
def _meet(  # noqa: PLR0917 - compiled code takes its arguments by position
    codes: np.ndarray,
    keys: np.ndarray,
    hand: np.ndarray,
    labels: np.ndarray,
    bits: np.uint64,
    worth: Worth,
    state: np.ndarray,
    found: np.ndarray,
) -> int:
    """Write pairs down until all are found or `found` is full; `state` says where to go on."""
    start, other, at = state
    low = (np.uint64(1) << bits) - np.uint64(1)
    key, size = keys[keys.shape[0] - 1], 0
    while start < labels.size:
        while at < labels.size and labels[at] >> bits == labels[start] >> bits:
            b = np.int64(labels[at] & low)
            while other < at:
                if size == found.size:
                    state[0], state[1], state[2] = start, other, at
                    return size
                a = np.int64(labels[other] & low)
                other += 1
                if (
                    worthwhile(codes, a, b, worth)
                    and _shares(codes[a], codes[b], key)
                    and not (hand.size and hand[a] != hand[b])
                    and not _met_before(codes[a], codes[b], keys)
                ):
                    found[size] = (a << HALF) | b
                    size += 1
            other = start
            at += 1
        start, other, at = at, at, at + 1
    state[0] = start
    return size
