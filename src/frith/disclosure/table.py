"""The table that masking and attack share: cells with their labels, and nothing worked out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from frith.disclosure.layout import TOTAL, Layout

MASK = "[c]"
"""How a masked cell is written (confidential, the Government Statistical Service's marker)."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One count. `key` has a label for each dimension, `TOTAL` where it is the sum over one.

    `lo` and `hi` bound what a reader is told: equal where the count is shown as it is, apart
    where it was rounded, `hi` None where the cell is masked.
    """

    row: int
    column: str
    key: Key
    lo: int
    hi: int | None

    @property
    def masked(self) -> bool:
        """True where the reader is shown only that there is something to hide."""
        return self.hi is None

    @property
    def is_total(self) -> bool:
        """True where the cell is a sum over some dimension."""
        return TOTAL in self.key


@dataclass(frozen=True, kw_only=True)
class CountTable:
    """Counts with their labels. `frame` is the table as text; `cells` are its counts."""

    name: str
    frame: pl.DataFrame = field(repr=False)
    layout: Layout
    cells: tuple[Cell, ...] = field(repr=False)
    rounded_to: int = 0

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The label columns, and `COLUMN` where the counts themselves stand in several columns."""
        return self.layout.dimensions

    def own_leaves(self) -> tuple[Key, ...]:
        """Keys of the cells that this table breaks down no further."""
        return own_leaves([cell.key for cell in self.cells])


def say_key(key: Key) -> str:
    """A cell's labels in words."""
    return " × ".join(key)


def matches(coarse: Key, fine: Key) -> bool:
    """True where `fine` lies within `coarse`: equal, or `coarse` a total, in every dimension."""
    return all(c in (TOTAL, f) for c, f in zip(coarse, fine, strict=True))


def own_leaves(keys: Sequence[Key]) -> tuple[Key, ...]:
    """Keys that no other key breaks down; a subtotal without parts is a leaf itself."""
    leaves = [key for key in keys if TOTAL not in key]
    totals = sorted((key for key in keys if TOTAL in key), key=lambda key: key.count(TOTAL))
    for key in totals:
        if not any(leaf != key and matches(key, leaf) for leaf in leaves):
            leaves.append(key)
    return tuple(leaves)


def rounded_reading(table: CountTable, base: int) -> CountTable:
    """The same figures, each known only to the nearest `base`; a shown 0 may be a small count."""
    slack = base // 2
    cells = tuple(
        cell
        if cell.hi is None
        else dataclasses.replace(cell, lo=max(0, cell.lo - slack), hi=cell.hi + slack)
        for cell in table.cells
    )
    return dataclasses.replace(table, cells=cells, rounded_to=base)
