"""Pairs of people recorded together: how often, how often by chance, and how surely beyond it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from frith.networks.chance import Attendance, Floats, pair_p
from frith.networks.defaults import MIN_SHARED_OCCASIONS
from frith.networks.fingerprint import Ints
from frith.stats.fdr import benjamini_hochberg

Counter = Callable[[Attendance], tuple[Ints, Ints, Ints]]
"""Counts how often each pair met, as `count_pairs` does."""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs met at least twice (`i` < `j`), and `met`: how many pairs met at all."""

    i: Ints
    j: Ints
    n: Ints
    expected: Floats
    p: Floats
    q: Floats
    met: int


def count_pairs(attendance: Attendance) -> tuple[Ints, Ints, Ints]:
    """Every pair that met, with i < j, and how often, in order of (i, j).

    Occasions of one size are handled together, so that memory holds only the pairs themselves.
    """
    held = np.argsort(attendance.occasion, kind="stable")
    person = attendance.person[held]
    size, n = attendance.size, attendance.n_persons
    begin = np.concatenate([[0], np.cumsum(size)])
    keys = [np.empty(0, dtype=np.int64)]
    for k in np.unique(size[size >= 2]).tolist():
        people = np.sort(person[begin[:-1][size == k][:, None] + np.arange(k)], axis=1)
        left, right = np.triu_indices(k, 1)
        keys.append((people[:, left] * n + people[:, right]).ravel())
    key, count = np.unique(np.concatenate(keys), return_counts=True)
    return key // max(n, 1), key % max(n, 1), count.astype(np.int64)


def validated_pairs(attendance: Attendance, *, count: Counter = count_pairs) -> Pairs:
    """Pairs met at least twice, tested against local chance, with q over all pairs that met.

    Pairs met once have conditional p = 1: they count in the family without being computed, which
    gives every other pair exactly the q it would have had.
    """
    i, j, n = count(attendance)
    met, often = n.size, n >= MIN_SHARED_OCCASIONS
    i, j, n = i[often], j[often], n[often]
    expected = attendance.expected(i, j)
    p = pair_p(n, expected)
    return Pairs(i=i, j=j, n=n, expected=expected, p=p, q=benjamini_hochberg(p, m=met), met=met)
