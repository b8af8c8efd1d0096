"""Records as they arrive, in any order: their order by identifier, and a hash of what is read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.linkage.coded import Coded
from frith.linkage.compiled import compiled

PASSES = 4
"""Identifiers that are alike for longer than so many words are sorted as texts."""
WORD = 8


def order_of(ids: pl.Series) -> npt.NDArray[np.int64]:
    """The places of the identifiers in order of their bytes.

    Sorted word by word as numbers, what all begin with left out; records alike so far are told
    apart by the next word. Several times quicker than comparing texts.
    """
    if ids.null_count() or ids.is_empty():
        return ids.arg_sort().to_numpy().astype(np.int64)
    start, letters = _bytes(ids)
    at, rank, bits = _common(str(ids.min()), str(ids.max())), np.zeros(ids.len(), np.uint64), 0
    for _ in range(PASSES):
        taken = (8 * WORD - bits) // 8
        key = np.left_shift(rank, np.uint64(8 * taken)) if bits else rank
        _add_word(start, letters, at, taken, key)
        order = np.argsort(key)
        ordered = key[order]
        fresh = ordered[1:] != ordered[:-1]
        if fresh.all():
            return order
        rank[order] = np.append(0, np.cumsum(fresh)).astype(np.uint64)
        bits, at = int(fresh.sum()).bit_length(), at + taken
    return ids.arg_sort().to_numpy().astype(np.int64)


def stands_twice(ids: pl.Series) -> pl.Series:
    """The identifiers that stand for more than one record, in order."""
    hashed = np.sort(ids.hash().to_numpy())
    if (hashed[1:] != hashed[:-1]).all():
        return ids.clear()
    return ids.filter(ids.is_duplicated()).unique().sort()


def data_hash(ids: pl.Series, columns: Mapping[str, Coded]) -> str:
    """SHA-256 of what is read of the records: identifiers in order, and each column by its texts.

    `columns` have their texts in order of their first record, so the order of arrival is nothing.
    """
    digest = hashlib.sha256()
    for part in _bytes(ids):
        digest.update(part.data)
    for name, column in columns.items():
        digest.update(name.encode())
        digest.update(column.codes.data)
        for part in _bytes(column.values):
            digest.update(part.data)
    return digest.hexdigest()


def _common(one: str, two: str) -> int:
    """How many bytes two texts begin with alike."""
    both = zip(one.encode(), two.encode(), strict=False)
    return next((at for at, (a, b) in enumerate(both) if a != b), min(map(len, (one, two))))


def _bytes(texts: pl.Series) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Where each text starts, and the bytes of all, side by side."""
    array = texts.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, starts, letters = array.buffers()
    if letters is None or not len(array):
        return np.zeros(1, np.int64), np.empty(0, np.uint8)
    start = np.frombuffer(starts, np.int64)[array.offset : array.offset + len(array) + 1]
    return start - start[0], np.frombuffer(letters, np.uint8)[start[0] : start[-1]]


@compiled
def _add_word(start: np.ndarray, letters: np.ndarray, at: int, taken: int, key: np.ndarray) -> None:
    """Add the next bytes of each text to its number, nought beyond its end."""
    for row in range(key.size):
        word = np.uint64(0)
        for place in range(start[row] + at, start[row] + at + taken):
            word <<= np.uint64(8)
            if place < start[row + 1]:
                word |= np.uint64(letters[place])
        key[row] |= word
