"""Records that share a key, found by sorting a hash of it: how many pairs they make, the pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from frith.linkage.ahead import AHEAD, fetch
from frith.linkage.coded import BLANK, Codes
from frith.linkage.compiled import compiled
from frith.linkage.conditions import COLUMNS, HALF
from frith.linkage.levels import Pairs, Prepared
from frith.linkage.worth import Worth, worthwhile

Key = npt.NDArray[np.int32]
"""One key: the places of its columns in `Compared.codes`, then those of the two columns that it
crosses; `NONE` fills what is left."""
NONE = -1
WIDTH = 6
CROSSED = WIDTH - 2
PART = 8
"""One in so many keys is counted first."""
SPARSE = 4
"""Values are counted by their number where these run no further than so many times the records."""
LEAST_SLICES = 4
MOST_IN_SLICE = 1 << 23
"""Pairs that one thread holds at a time, however many there are in all."""
NO_HANDS = np.empty(0, dtype=np.int32)
Labels = npt.NDArray[np.uint64]
Met = npt.NDArray[np.int32]
"""Records that share a key with another, key after key; the first of each as `-1 - record`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A stretch of records, from `start` up to `end`, and how often keys bring one of them to a
    later record."""

    start: int
    end: int
    pairs: int


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
    if _single(key):
        found = _of_one_column(prepared.records.code(COLUMNS[key[0]]))
        if found is not None:
            return found
    labels = _labels(prepared, key, NO_HANDS)
    return int(_count(labels, _row_bits(prepared.height)))


def _single(key: Key) -> bool:
    """The key is of one column."""
    return int((key != NONE).sum()) == 1


def _of_one_column(codes: Codes) -> int | None:
    """How many pairs share a value of one column; None where its numbers are too far apart."""
    known = codes[codes != BLANK]
    if not known.size:
        return 0
    low, high = int(known.min()), int(known.max())
    if high - low > SPARSE * codes.size:
        return None
    size = np.bincount(known - low)
    return int((size * (size - 1)).sum()) // 2


def more_than(prepared: Prepared, key: Key, most: float) -> bool:
    """More than `most` pairs share the key; where a part of the keys shows it, no more are read."""
    if not _single(key):
        some = _labels(prepared, key, NO_HANDS, part=PART)
        if _count(some, _row_bits(prepared.height)) > most:
            return True
    return count_pairs(prepared, key) > most


def met_on(prepared: Prepared, key: Key, *, hand: Codes = NO_HANDS) -> Met:
    """The records that share the key with another, those of one key side by side, in order.

    `hand` keeps records dealt into different hands apart. The first record of each key is written
    as `-1 - record`. Told by a hash: one pair in many millions may share no key after all.
    """
    labels = _labels(prepared, key, hand)
    met = np.empty(labels.size, dtype=np.int32)
    return met[: _gather_met(labels, _row_bits(prepared.height), met)].copy()


def pairs_on(prepared: Prepared, key: Key, *, hand: Codes = NO_HANDS) -> Pairs:
    """Every pair that shares the key, and the hand where `hand` deals them."""
    met = met_on(prepared, key, hand=hand)
    earlier = np.zeros(prepared.height, dtype=np.int64)
    _count_later(met, earlier)
    pairs = np.empty(int(earlier.sum()), dtype=np.int64)
    _write_pairs(met, 0, prepared.height, pairs, 0)
    size = _keep_sharing(prepared.compared.codes, key, hand, pairs)
    return pairs[:size]


def slices(met: Sequence[Met], *, records: int) -> list[Slice]:
    """The records cut into stretches whose pairs with later ones are about equally many."""
    later = np.zeros(records, dtype=np.int64)
    for one in met:
        _count_later(one, later)
    up_to = np.cumsum(later)
    total = int(up_to[-1]) if records else 0
    parts = max(LEAST_SLICES, -(-total // MOST_IN_SLICE))
    cuts = np.searchsorted(up_to, np.linspace(0, total, parts + 1)[1:-1], side="left") + 1
    ends = np.unique(np.concatenate([[0], np.minimum(cuts, records), [records]])).tolist()
    sizes = np.diff(np.concatenate([[0], up_to])[ends])
    return [
        Slice(start=start, end=end, pairs=int(size))
        for start, end, size in zip(ends, ends[1:], sizes, strict=False)
        if size
    ]


def pairs_in(
    prepared: Prepared, part: Slice, *, keys: Sequence[Key], met: Sequence[Met], worth: Worth
) -> Pairs:
    """The pairs of a stretch of records that share a key, each once and in order.

    `met` are the records that share each of the `keys`. Pairs that cannot come up to `worth` are
    left out: each is looked at once, however many keys bring it.
    """
    pairs, size = np.empty(part.pairs, dtype=np.int64), 0
    for one in met:
        size = _write_pairs(one, part.start, part.end, pairs, size)
    pairs.sort()
    return pairs[: _keep_worthwhile(prepared.compared.codes, np.stack(keys), worth, pairs)].copy()


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
def _gather_met(labels: np.ndarray, bits: np.uint64, met: np.ndarray) -> int:
    """Write the records of each key that more than one bears; how many they are."""
    low = (np.uint64(1) << bits) - np.uint64(1)
    size, start = 0, 0
    for at in range(1, labels.size + 1):
        if at < labels.size and labels[at] >> bits == labels[start] >> bits:
            continue
        if at - start > 1:
            for one in range(start, at):
                row = np.int32(labels[one] & low)
                met[size] = -1 - row if one == start else row
                size += 1
        start = at
    return size


@compiled
def _count_later(met: np.ndarray, later: np.ndarray) -> None:
    """Add to each record how many later ones share its key."""
    after = 0
    for at in range(met.size - 1, -1, -1):
        first = met[at] < 0
        later[-1 - met[at] if first else met[at]] += after
        after = 0 if first else after + 1


@compiled
def _write_pairs(met: np.ndarray, low: int, high: int, pairs: np.ndarray, size: int) -> int:
    """Write the pairs of each key whose earlier record is in the stretch; where writing ended."""
    start = 0
    while start < met.size:
        end = start + 1
        while end < met.size and met[end] >= 0:
            end += 1
        for one in range(start, end - 1):
            a = np.int64(-1 - met[one] if one == start else met[one])
            if a >= high:
                break
            if a >= low:
                for two in range(one + 1, end):
                    pairs[size] = (a << HALF) | np.int64(met[two])
                    size += 1
        start = end
    return size


@compiled
def _keep_sharing(codes: np.ndarray, key: np.ndarray, hand: np.ndarray, pairs: np.ndarray) -> int:
    """Move the pairs that truly share the key and the hand to the front; how many they are."""
    size = 0
    for at in range(pairs.size):
        if at + AHEAD < pairs.size:
            fetch(codes, pairs[at + AHEAD] >> HALF)
            fetch(codes, pairs[at + AHEAD] & ((1 << HALF) - 1))
        a, b = pairs[at] >> HALF, pairs[at] & ((1 << HALF) - 1)
        if _shares(codes[a], codes[b], key) and not (hand.size and hand[a] != hand[b]):
            pairs[size] = pairs[at]
            size += 1
    return size


@compiled
def _share_any(x: np.ndarray, y: np.ndarray, keys: np.ndarray) -> bool:
    """Two records share one of the keys."""
    for at in range(keys.shape[0]):  # noqa: SIM110 - compiled
        if _shares(x, y, keys[at]):
            return True
    return False


@compiled
def _keep_worthwhile(codes: np.ndarray, keys: np.ndarray, worth: Worth, pairs: np.ndarray) -> int:
    """Move each pair that may come up to the weight to the front, once; how many they are."""
    once, before = 0, np.int64(-1)
    for at in range(pairs.size):
        if pairs[at] != before:
            before = pairs[at]
            pairs[once] = before
            once += 1
    size = 0
    for at in range(once):
        if at + AHEAD < once:
            fetch(codes, pairs[at + AHEAD] >> HALF)
            fetch(codes, pairs[at + AHEAD] & ((1 << HALF) - 1))
        pair = pairs[at]
        a, b = pair >> HALF, pair & ((1 << HALF) - 1)
        if worthwhile(codes, a, b, worth) and _share_any(codes[a], codes[b], keys):
            pairs[size] = pair
            size += 1
    return size
