"""The inner loops of the Knox test, compiled; nothing here decides anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from frith.places.kernels import Ints, Longs, in_slices
from frith.stats.intervals import Floats

SIDE_BY_SIDE = 32
"""Shufflings carried through a pair together: 64 bytes of day numbers."""

TALLY_LIMIT = 32_000

Bytes = npt.NDArray[np.uint8]


@njit(cache=True, nogil=True)
def _pairs_in_slice(  # noqa: PLR0917 - compiled code takes its arguments by position
    x: Floats,
    y: Floats,
    cell_start: Longs,
    columns: int,
    rows: int,
    cell_of: Longs,
    edges: Floats,
    city_block: bool,
    fill: bool,
    first: int,
    last: int,
    starts: Longs,
    other: Ints,
    band: Bytes,
) -> None:
    """Count, or with `fill` write down, the later partners of events `first` to `last`, by band.

    Events are sorted by cell; cells are as wide as the farthest band, so partners lie in the cell
    or one beside it.
    """
    reach = edges[-1]
    for i in range(first, last):
        held = 0
        at = starts[i]
        row, column = cell_of[i] // columns, cell_of[i] % columns
        for r in range(max(0, row - 1), min(rows, row + 2)):
            for c in range(max(0, column - 1), min(columns, column + 2)):
                cell = r * columns + c
                for j in range(max(cell_start[cell], i + 1), cell_start[cell + 1]):
                    dx, dy = abs(x[i] - x[j]), abs(y[i] - y[j])
                    apart = dx + dy if city_block else np.sqrt(dx * dx + dy * dy)
                    if apart >= reach:
                        continue
                    if fill:
                        b = 0
                        while apart >= edges[b]:
                            b += 1
                        other[at + held] = j
                        band[at + held] = b
                    held += 1
        if not fill:
            starts[i + 1] = held


@dataclass(frozen=True, kw_only=True, eq=False)
class Close:
    """Events sorted by cell of a grid as wide as the farthest band, and how many partners each has.

    `order`: as they were given; `starts`: where each event's later partners begin, so that the last
    is how many pairs there are.
    """

    order: Longs
    starts: Longs
    x: Floats
    y: Floats
    cell: Longs
    cell_start: Longs
    columns: int
    rows: int
    edges: Floats
    city_block: bool

    @property
    def pairs(self) -> int:
        """How many pairs lie nearer than the last edge."""
        return int(self.starts[-1])


def close_pairs(x: Floats, y: Floats, *, edges: Floats, city_block: bool) -> Close:
    """Count every pair nearer than the last of `edges` (upper ends of bands, metres, rising)."""
    width = max(float(edges[-1]), 1e-9)
    columns = int((x.max() - x.min()) // width) + 1
    rows = int((y.max() - y.min()) // width) + 1
    cell = ((y - y.min()) // width).astype(np.int64) * columns + ((x - x.min()) // width).astype(
        np.int64
    )
    order = np.argsort(cell, kind="stable")
    close = Close(
        order=order,
        starts=np.zeros(x.size + 1, dtype=np.int64),
        x=x[order],
        y=y[order],
        cell=cell[order],
        cell_start=np.searchsorted(cell[order], np.arange(columns * rows + 1)),
        columns=columns,
        rows=rows,
        edges=edges,
        city_block=city_block,
    )
    _walk(close, np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint8), fill=False)
    return replace(close, starts=np.cumsum(close.starts))


def partners(close: Close) -> tuple[Ints, Bytes]:
    """The partners of each event in the order sorted, and the band of each pair."""
    other = np.empty(close.pairs, dtype=np.int32)
    band = np.empty(close.pairs, dtype=np.uint8)
    _walk(close, other, band, fill=True)
    return other, band


def _walk(close: Close, other: Ints, band: Bytes, *, fill: bool) -> None:
    """Count partners into `starts`, or write them down from there."""

    def work(first: int, last: int) -> None:
        _pairs_in_slice(
            close.x, close.y, close.cell_start, close.columns, close.rows, close.cell, close.edges,
            close.city_block, fill, first, last, close.starts, other, band,
        )  # fmt: skip

    in_slices(close.x.size, work)


@njit(cache=True, nogil=True)
def _tables_in_slice(  # noqa: PLR0917
    times: npt.NDArray[Any],
    starts: Longs,
    other: Ints,
    band: Bytes,
    edges: npt.NDArray[Any],
    first: int,
    last: int,
    out: Longs,
) -> None:
    """Add to `out` (bands of distance × of time × shufflings) the pairs under each time edge."""
    width = times.shape[1]
    bands, periods = out.shape[0], out.shape[1]
    # 16-bit tallies, emptied before they can overflow, keep the inner loop to one register
    tally = np.zeros((bands, periods, width), dtype=np.int16)
    apart = np.empty_like(times[0])
    since = 0
    for i in range(first, last):
        mine = times[i]
        for at in range(starts[i], starts[i + 1]):
            yours = times[other[at]]
            for w in range(width):
                apart[w] = abs(mine[w] - yours[w])
            for t in range(periods):
                row = tally[band[at], t]
                for w in range(width):
                    row[w] += np.int16(apart[w] < edges[t])
            since += 1
            if since == TALLY_LIMIT:
                out += tally
                tally[:] = 0
                since = 0
    out += tally


def tables(
    times: npt.NDArray[Any],
    starts: Longs,
    other: Ints,
    band: Bytes,
    *,
    time_edges: npt.NDArray[Any],
    bands: int,
) -> Longs:
    """Pairs by band of distance and of time, for each column of `times`.

    `times`: events × columns, whole numbers in the pairs' order; `time_edges`: upper ends.
    """
    parts: list[Longs] = []
    edges = np.asarray(time_edges, dtype=times.dtype)
    shape = (bands, edges.size, times.shape[1])

    def work(first: int, last: int) -> None:
        out = np.zeros(shape, dtype=np.int64)
        _tables_in_slice(times, starts, other, band, edges, first, last, out)
        parts.append(out)

    in_slices(starts.size - 1, work)
    under = np.sum(parts, axis=0)
    return np.diff(under, axis=1, prepend=0)
