"""Percentages and rates that stand beside counts: what they are shares of, and masking them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from frith.disclosure.layout import TOTAL
from frith.disclosure.puzzle import Share
from frith.disclosure.table import MASK, Cell, CountTable, Key, matches

_PLACES_NEED = 2
"""A share is believed to be of some total when at least this many rows bear it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One worked-out figure: its place, the counts it stands beside, and what it is a share of."""

    row: int
    column: str
    said: str
    parts: tuple[Key, ...]
    whole: Key | None  # a cell of the table; None where it is a share of something else

    @property
    def number(self) -> float | None:
        """The figure; None where it is not one."""
        try:
            return float(self.said.rstrip("% ").replace(",", ""))
        except ValueError:
            return None

    @property
    def give(self) -> float:
        """Half of the last digit shown."""
        decimals = self.said.rstrip("% ").partition(".")[2]
        return 0.5 * 10.0 ** -len(decimals)


def read_ratios(table: CountTable) -> tuple[Ratio, ...]:
    """Every percentage and rate of a table, with what it is a share of where that can be told."""
    by_place = {(cell.row, cell.column): cell for cell in table.cells}
    value = {cell.key: cell.lo for cell in table.cells}
    out: list[Ratio] = []
    for column, owner in table.layout.ratios.items():
        counts = (owner,) if owner else table.layout.counts
        said = table.frame[column].to_list()
        rows = [
            Ratio(
                row=row,
                column=column,
                said=text,
                parts=tuple(by_place[row, count].key for count in counts),
                whole=None,
            )
            for row, text in enumerate(said)
        ]
        out += _of_what(rows, value, width=len(table.dimensions)) if owner else rows
    return tuple(out)


def _of_what(rows: list[Ratio], value: Mapping[Key, int], *, width: int) -> list[Ratio]:
    """The rows with the total they are shares of, if one kind of total explains them all."""
    for size in range(1, width + 1):
        for places in combinations(range(width), size):
            wholes = [_summed(row.parts[0], places) for row in rows]
            judged = [
                _explains(row, value.get(row.parts[0], 0), value[whole])
                for row, whole in zip(rows, wholes, strict=True)
                if whole in value and whole != row.parts[0] and row.number is not None
            ]
            if len(judged) >= _PLACES_NEED and all(judged):
                return [
                    Ratio(
                        row=row.row,
                        column=row.column,
                        said=row.said,
                        parts=row.parts,
                        whole=whole if whole in value else None,
                    )
                    for row, whole in zip(rows, wholes, strict=True)
                ]
    return rows


def _summed(key: Key, places: Collection[int]) -> Key:
    return tuple(TOTAL if i in places else label for i, label in enumerate(key))


def _explains(row: Ratio, part: int, whole: int) -> bool:
    number = row.number
    if number is None or not whole:
        return True
    return abs(100 * part / whole - number) <= row.give * 1.001


def unsafe(ratio: Ratio, masked: Collection[Key], value: Mapping[Key, int], threshold: int) -> bool:
    """True where a figure must be masked: its count, or a total above it, is, or it gives a small
    number away by itself (2 per cent of 100)."""
    if any(key in masked for key in ratio.parts):
        return True
    above = {whole for whole in masked if any(matches(whole, part) for part in ratio.parts)}
    if above:
        return True
    number = ratio.number
    if ratio.whole is not None or number is None or len(ratio.parts) != 1 or number > 100:
        return False
    behind = round(value[ratio.parts[0]] * number / 100)
    return 0 < behind < threshold or 0 < value[ratio.parts[0]] - behind < threshold


def shares(ratios: Collection[Ratio]) -> tuple[Share, ...]:
    """The percentages that a reader can use against the table, as they are shown."""
    return tuple(
        Share(part=ratio.parts[0], whole=ratio.whole, percent=ratio.number, give=ratio.give)
        for ratio in ratios
        if ratio.whole is not None and ratio.number is not None
    )


def written(
    frame: pl.DataFrame, ratios: Collection[Ratio], hidden: Collection[tuple[int, str]]
) -> pl.DataFrame:
    """The frame with the figures at `hidden` (row, column) masked."""
    columns = {ratio.column for ratio in ratios}
    return frame.with_columns(
        pl.Series(
            column,
            [
                MASK if (row, column) in hidden and text else text
                for row, text in enumerate(frame[column].to_list())
            ],
            dtype=pl.String,
        )
        for column in frame.columns
        if column in columns
    )


def from_rounded(ratio: Ratio, shown: Mapping[Key, Cell], figures: Mapping[Key, int]) -> str:
    """A percentage worked out anew from rounded figures, whole; masked where it cannot be."""
    whole = figures.get(ratio.whole) if ratio.whole is not None else None
    part = figures.get(ratio.parts[0])
    if not whole or part is None or shown[ratio.parts[0]].masked:
        return MASK
    return f"{100 * part / whole:.0f}" + ("%" if "%" in ratio.said else "")
