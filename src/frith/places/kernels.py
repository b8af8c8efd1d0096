"""The inner loops of the permutation tests, compiled; nothing here decides anything.

Kernels release the interpreter and are run over slices of the areas by a few threads, so the answer
does not depend on how many there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from numba import njit

from frith.stats.intervals import Floats

THREADS = 2
BLOCK = 256
"""Permutations summed side by side: small enough to stay in the first cache."""

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


def in_slices(n: int, work: Callable[[int, int], None], *, parts: int = 8) -> None:
    """Run `work(start, stop)` over slices of 0 to n on a few threads."""
    edges = np.linspace(0, n, min(parts, max(n, 1)) + 1).astype(int)
    slices = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    threads = min(THREADS, os.cpu_count() or 1, len(slices))
    if threads == 1:
        for start, stop in slices:
            work(start, stop)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, start, stop) for start, stop in slices]:
            done.result()


def draw_without_replacement(
    rng: np.random.Generator, *, choices: int, size: int, draws: int
) -> Ints:
    """`draws` ordered samples of `size` different numbers from 0 to `choices` − 1.

    Returned as size × draws (a column a sample): the first k rows are themselves samples of k.
    """
    out = np.empty((size, draws), dtype=np.int32)
    seed = np.uint64(rng.integers(0, 2**63))
    _fill(out, np.int64(choices), seed)
    return out


@njit(cache=True, nogil=True, inline="always")
def _mixed(state: np.uint64) -> np.uint64:
    """One step of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def _fill(out: Ints, choices: int, seed: np.uint64) -> None:
    """Fill each column with different numbers: shuffled where they are few, else redrawn."""
    size, draws = out.shape
    step = np.uint64(0x9E3779B97F4A7C15)
    state = seed
    n = np.uint64(choices)
    shuffle = choices < 4 * size
    deck = np.arange(choices if shuffle else 1).astype(np.int32)
    for d in range(draws):
        for c in range(size):
            if shuffle:
                state += step
                left = np.uint64(choices - c)
                j = c + np.int64(((_mixed(state) >> np.uint64(32)) * left) >> np.uint64(32))
                deck[c], deck[j] = deck[j], deck[c]
                out[c, d] = deck[c]
            else:
                again = True
                while again:
                    state += step
                    j = np.int64(((_mixed(state) >> np.uint64(32)) * n) >> np.uint64(32))
                    again = False
                    for e in range(c):
                        if out[e, d] == j:
                            again = True
                    out[c, d] = j


def on_grid(x: Floats, *, most: int) -> Ints:
    """Values as whole steps of a grid so fine that sums of `most` of them just fit 32 bits.

    Equal sums are then equal whatever the order of addition, which decides ties; the step is
    under a millionth of the range for up to a thousand neighbours.
    """
    lowest, highest = float(x.min()), float(x.max())
    bits = 30 - int(np.ceil(np.log2(most + 1)))
    step = (highest - lowest) / 2**bits
    if step == 0:
        return np.zeros(x.size, dtype=np.int32)
    return np.rint((x - lowest) / step).astype(np.int32)


@njit(cache=True, nogil=True)
def exceedances(  # noqa: PLR0917 - compiled code takes its arguments by position
    x: Ints,
    starts: Ints,
    indices: Ints,
    draws: Ints,
    stop_after: int,
    both_tails: bool,
    first: int,
    last: int,
    high: Longs,
    low: Longs,
    made: Longs,
) -> None:
    """For areas `first` to `last`: how often a random neighbourhood sums as high, or as low.

    Each area's own value stays where it is and the rest are dealt out as its neighbours, without
    replacement (Anselin 1995). An area stops once `stop_after` draws were as high (or, with
    `both_tails`, both as high and as low); 0 never stops (Besag and Clifford 1991).
    """
    n = x.size
    total = draws.shape[1]
    y = x.copy()
    sums = np.empty(BLOCK, dtype=np.int32)
    going = np.ones(last - first, dtype=np.bool_)
    observed = np.zeros(last - first, dtype=np.int32)
    for i in range(first, last):
        for s in range(starts[i], starts[i + 1]):
            observed[i - first] += x[indices[s]]
    for b in range(0, total, BLOCK):
        width = min(BLOCK, total - b)
        for i in range(first, last):
            if not going[i - first]:
                continue
            y[i] = x[n - 1]  # positions 0 to n − 2 are now everybody but i
            sums[:] = 0
            for c in range(starts[i + 1] - starts[i]):
                row = draws[c]
                for w in range(width):
                    sums[w] += y[row[b + w]]
            y[i] = x[i]
            up, down = 0, 0
            for w in range(width):
                up += sums[w] >= observed[i - first]
                down += sums[w] <= observed[i - first]
            high[i] += up
            low[i] += down
            made[i] += width
            enough = min(high[i], low[i]) if both_tails else high[i]
            if stop_after > 0 and enough >= stop_after:
                going[i - first] = False
