"""The inner loops of the scan statistic, compiled; nothing here decides anything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from frith.places.kernels import Ints, in_slices
from frith.stats.intervals import Floats

SIDE_BY_SIDE = 16
"""Simulations carried through a zone together: one cache line of whole numbers."""

EXPECTATION, CONDITIONAL = 0, 1
"""Which likelihood: expectation-based, or conditional on the total (Kulldorff)."""

Longs = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def best_in_slice(  # noqa: PLR0917 - compiled code takes its arguments by position
    cases: Floats,
    expected: Floats,
    order: Ints,
    sizes: Ints,
    used: npt.NDArray[np.bool_],
    longest: int,
    to_the_end: bool,
    model: int,
    first: int,
    last: int,
    best: Floats,
    where: Longs,
) -> None:
    """For centres `first` to `last`: the best zone and window of the real data.

    `cases`, `expected`: areas × periods, each summed up over time (period t holds everything up to
    t). Zones stop before an area in `used`. Writes the likelihood ratio to `best`, and size,
    first and last period to `where`.
    """
    periods = cases.shape[1]
    total = 0.0
    for a in range(cases.shape[0]):
        total += cases[a, periods - 1]
    c, e = np.zeros(periods), np.zeros(periods)
    for i in range(first, last):
        best[i] = 0.0
        c[:] = 0.0
        e[:] = 0.0
        for k in range(sizes[i]):
            a = order[i, k]
            if used[a]:
                break
            for t in range(periods):
                c[t] += cases[a, t]
                e[t] += expected[a, t]
            for end in range(periods - 1 if to_the_end else 0, periods):
                for start in range(max(0, end - longest + 1), end + 1):
                    seen = c[end] - (c[start - 1] if start > 0 else 0.0)
                    due = e[end] - (e[start - 1] if start > 0 else 0.0)
                    if seen <= due or due <= 0:
                        continue
                    if model == EXPECTATION:
                        ratio = seen * np.log(seen / due) - seen + due
                    else:
                        ratio = seen * np.log(seen / due)
                        if total > seen:
                            ratio += (total - seen) * np.log((total - seen) / (total - due))
                    if ratio > best[i] + 1e-12:
                        best[i] = ratio
                        where[i, 0], where[i, 1], where[i, 2] = k + 1, start, end


@njit(cache=True, nogil=True)
def maxima_in_slice(  # noqa: PLR0917
    cases: Ints,
    expected: Floats,
    order: Ints,
    sizes: Ints,
    c_ln_c: Floats,
    total: int,
    longest: int,
    to_the_end: bool,
    model: int,
    first: int,
    last: int,
    best: Floats,
) -> None:
    """For centres `first` to `last`: the highest ratio of each of a few simulations side by side.

    `cases`: areas × periods × SIDE_BY_SIDE, summed up over time; `c_ln_c`: a table of c·ln c, so
    that no logarithm is taken per simulation. Raises the entries of `best` where a zone beats them.
    """
    periods = cases.shape[1]
    width = cases.shape[2]
    c = np.zeros((periods, width), dtype=np.int32)
    e = np.zeros(periods)
    for i in range(first, last):
        c[:] = 0
        e[:] = 0.0
        for k in range(sizes[i]):
            a = order[i, k]
            for t in range(periods):
                e[t] += expected[a, t]
                for w in range(width):
                    c[t, w] += cases[a, t, w]
            for end in range(periods - 1 if to_the_end else 0, periods):
                for start in range(max(0, end - longest + 1), end + 1):
                    due = e[end] - (e[start - 1] if start > 0 else 0.0)
                    if due <= 0:
                        continue
                    ln_in = np.log(due)
                    ln_out = np.log(total - due) if total > due else 0.0
                    for w in range(width):
                        seen = c[end, w] - (c[start - 1, w] if start > 0 else 0)
                        if seen > due:
                            if model == EXPECTATION:
                                ratio = c_ln_c[seen] - seen * ln_in - seen + due
                            else:
                                ratio = c_ln_c[seen] - seen * ln_in
                                ratio += c_ln_c[total - seen] - (total - seen) * ln_out
                            best[w] = max(best[w], ratio)


def best_zone(
    cases: Floats,
    expected: Floats,
    order: Ints,
    sizes: Ints,
    *,
    used: npt.NDArray[np.bool_],
    longest: int,
    to_the_end: bool,
    model: int,
) -> tuple[float, int, int, int, int]:
    """The best zone of the real data: its ratio, centre, size, first and last period."""
    n = order.shape[0]
    best, where = np.zeros(n), np.zeros((n, 3), dtype=np.int64)

    def work(first: int, last: int) -> None:
        best_in_slice(
            cases,
            expected,
            order,
            sizes,
            used,
            longest,
            to_the_end,
            model,
            first,
            last,
            best,
            where,
        )

    in_slices(n, work)
    centre = int(np.argmax(best))
    size, start, end = (int(x) for x in where[centre])
    return float(best[centre]), centre, size, start, end


def highest(
    cases: Ints,
    expected: Floats,
    order: Ints,
    sizes: Ints,
    *,
    total: int,
    longest: int,
    to_the_end: bool,
    model: int,
) -> Floats:
    """The highest ratio of each simulation side by side."""
    n = order.shape[0]
    numbers = np.arange(max(total, int(cases.max(initial=0)) * n) + 2, dtype=np.float64)
    c_ln_c = numbers * np.log(np.maximum(numbers, 1.0))
    parts: list[Floats] = []

    def work(first: int, last: int) -> None:
        best = np.zeros(cases.shape[2])
        maxima_in_slice(
            cases,
            expected,
            order,
            sizes,
            c_ln_c,
            total,
            longest,
            to_the_end,
            model,
            first,
            last,
            best,
        )
        parts.append(best)

    in_slices(n, work)
    return np.max(parts, axis=0)
