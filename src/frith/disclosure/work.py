"""One release in the making: what it is made from, and what its readers are shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.disclosure import ratios as worked_out
from frith.disclosure.puzzle import Share
from frith.disclosure.suppress import Rule
from frith.disclosure.system import System
from frith.disclosure.table import MASK, Cell, CountTable, say_key

Lookup = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one release is made from."""

    table: CountTable
    against: tuple[CountTable, ...]
    lookup: Lookup
    system: System
    values: np.ndarray
    rule: Rule
    threshold: int
    rounding: int
    ratios: tuple[worked_out.Ratio, ...]


def small(work: Work) -> np.ndarray:
    """Cells to be masked for what they are."""
    return (work.values >= work.rule.low) & (work.values <= work.rule.high)


def shown_interval(
    values: np.ndarray, *, rounding: int, threshold: int
) -> tuple[np.ndarray, np.ndarray]:
    """The least and greatest that a reader concludes from each count that is shown."""
    if not rounding:
        return values, values
    shown = rounded(values, rounding)
    lo = np.where(values == 0, 0, np.maximum(shown - rounding // 2, threshold))
    return lo, np.where(values == 0, 0, shown + (rounding - 1) // 2)


def rounded(values: np.ndarray, base: int) -> np.ndarray:
    """Counts to the nearest multiple of a base, halves up."""
    return np.floor(values / base + 0.5) * base


def as_published(work: Work, masked: np.ndarray) -> CountTable:
    """The table with the masked counts gone and the others as they are shown."""
    lo, hi = shown_interval(work.values, rounding=work.rounding, threshold=work.threshold)
    cells = tuple(
        dataclasses.replace(cell, lo=0, hi=None)
        if masked[i]
        else dataclasses.replace(cell, lo=int(lo[i]), hi=int(hi[i]))
        for i, cell in enumerate(work.table.cells)
    )
    blank = pl.DataFrame(schema=work.table.frame.schema)  # no true count goes to the attacker
    return dataclasses.replace(work.table, cells=cells, frame=blank, rounded_to=work.rounding)


def shown_shares(work: Work, masked: np.ndarray) -> tuple[Share, ...]:
    """The percentages a reader is shown, where they say more than the counts."""
    if work.rounding:
        return ()
    hidden = hidden_ratios(work, masked)
    return worked_out.shares([r for r in work.ratios if (r.row, r.column) not in hidden])


def hidden_ratios(work: Work, masked: np.ndarray) -> set[tuple[int, str]]:
    """Row and column of the percentages to be masked."""
    keys = {cell.key for i, cell in enumerate(work.table.cells) if masked[i]}
    value = {cell.key: cell.lo for cell in work.table.cells}
    return {
        (ratio.row, ratio.column)
        for ratio in work.ratios
        if worked_out.unsafe(ratio, keys, value, work.threshold)
    }


def known_small(work: Work) -> list[tuple[int, str]]:
    """Row and column of the inner cells that are masked for being small."""
    primary = small(work)
    return [
        (cell.row, cell.column)
        for i, cell in enumerate(work.table.cells)
        if primary[i] and not cell.is_total
    ]


def say_row(work: Work, row: int) -> str:
    """A row of the system in words."""
    if row < len(work.table.cells):
        return say_key(work.table.cells[row].key)
    earlier: list[Cell] = [cell for release in work.against for cell in release.cells]
    return f"{say_key(earlier[row - len(work.table.cells)].key)} (masked earlier)"


def written(work: Work, masked: np.ndarray) -> pl.DataFrame:
    """The frame as it is published: masks, rounded figures, and percentages that follow them."""
    frame, table = work.table.frame, work.table
    columns = {column: frame[column].to_list() for column in frame.columns}
    figures = rounded(work.values, work.rounding) if work.rounding else work.values
    for i, cell in enumerate(table.cells):
        if masked[i]:
            columns[cell.column][cell.row] = MASK
        elif work.rounding:
            columns[cell.column][cell.row] = f"{figures[i]:.0f}"
    out = pl.DataFrame(columns, schema=frame.schema)
    if not work.rounding:
        return worked_out.written(out, work.ratios, hidden_ratios(work, masked))
    shown = {cell.key: cell for cell in as_published(work, masked).cells}
    seen = {cell.key: int(figures[i]) for i, cell in enumerate(table.cells)}
    seen = {key: n for key, n in seen.items() if not shown[key].masked}
    for ratio in work.ratios:
        columns[ratio.column][ratio.row] = worked_out.from_rounded(ratio, shown, seen)
    return pl.DataFrame(columns, schema=frame.schema)
