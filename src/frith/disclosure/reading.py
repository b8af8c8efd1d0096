"""A frame of text becomes a table of counts, or is refused with what, where and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from frith.disclosure.layout import TOTAL, Layout, is_total, lay_out
from frith.disclosure.table import MASK, Cell, CountTable, Key, rounded_reading, say_key
from frith.disclosure.totals import refuse_wrong_totals, with_unnamed_totals
from frith.errors import BadInput

_NOTHING = {"", "-", "–", "..", "n/a", "na", "null"}
ROUNDING_BASES = (10, 5, 3)
_ROUNDING_NEEDS = 6
"""Fewer figures than this may be multiples of a base by chance."""


def count_table(
    frame: pl.DataFrame,
    *,
    name: str = "the table",
    labels: Sequence[str] = (),
    lookup: Mapping[str, frozenset[str]] | None = None,
    published: bool = False,
) -> CountTable:
    """A frame of text as a table of counts.

    Parameters: `frame`, one row a line of the table, every column text; `labels`, the label
    columns where they cannot be told; `lookup`, larger area → its finest areas, where rows of both
    stand in one column; `published`, True for a table that was released before:
    it may hold masked cells and rounded figures, so its totals need not add up.
    Returns the table. Raises BadInput for a table without counts or without labels, text or
    fractions among the counts, negative counts, rows that repeat, totals that do not add up
    (which, and by how much), or nothing but a total.
    """
    text = frame.select(pl.all().cast(pl.String).fill_null("").str.strip_chars())
    if text.is_empty():
        raise BadInput("the table has no rows", where=name, mend="Give at least one row.")
    layout = lay_out(text, name=name, labels=labels)
    cells = _cells(text, layout, name=name, published=published)
    _refuse_repeats(cells, layout, name=name)
    table = CountTable(name=name, frame=text, layout=layout, cells=cells)
    if published:
        return _with_rounding(table)
    table = with_unnamed_totals(table)
    if all(cell.is_total for cell in table.cells):
        raise BadInput(
            "the table holds only a total, so there is nothing to protect within it",
            where=name,
            mend="Publish the total by itself if it is large enough, or give the rows behind it.",
        )
    refuse_wrong_totals(table, lookup or {})
    return table


def _cells(text: pl.DataFrame, layout: Layout, *, name: str, published: bool) -> tuple[Cell, ...]:
    cells = []
    for row, values in enumerate(text.iter_rows(named=True)):
        head = _row_key(row, values, layout, name=name)
        for column in layout.counts:
            key = head
            if layout.wide:
                key = (*head, TOTAL if is_total(column) else column)
            lo, hi = _figure(values[column], row=row, column=column, name=name, masks=published)
            cells.append(Cell(row=row, column=column, key=key, lo=lo, hi=hi))
    return tuple(cells)


def _row_key(row: int, values: Mapping[str, str], layout: Layout, *, name: str) -> Key:
    """A row's labels. Beside a Total, a blank label or “X total” is a total as well."""
    labels = [values[column] for column in layout.labels]
    any_total = any(is_total(label) for label in labels)
    key = []
    for label, column in zip(labels, layout.labels, strict=True):
        parent = label.casefold().removesuffix(" total").strip()
        if is_total(label) or (not label and any_total):
            key.append(TOTAL)
        elif not label:
            raise BadInput(
                f"the label “{column}” is blank",
                where=f"{name}, row {row + 2}",
                mend="Write the label in every row; a sum says Total.",
            )
        elif parent != label.casefold() and parent in {other.casefold() for other in labels}:
            key.append(TOTAL)
        elif parent != label.casefold():
            raise BadInput(
                f"“{label}” looks like a subtotal, but nothing says of which rows",
                where=f"{name}, row {row + 2}",
                mend="Give the larger area a column of its own, and write Total beside it.",
            )
        else:
            key.append(label)
    return tuple(key)


def _figure(said: str, *, row: int, column: str, name: str, masks: bool) -> tuple[int, int | None]:
    where = f"{name}, row {row + 2}, column {column}"
    if said == MASK:
        if masks:
            return 0, None
        raise BadInput(
            "the cell is masked already", where=where, mend="Give the table as it was before."
        )
    if masks and said.casefold() in _NOTHING:
        return 0, None
    if said.casefold() in _NOTHING:
        raise BadInput(
            "the count is blank", where=where, mend="Write 0 for none, or leave the row out."
        )
    try:
        value = float(said.replace(",", ""))
    except ValueError:
        raise BadInput(
            f"“{said}” is not a count", where=where, mend="Write a whole number."
        ) from None
    if value < 0:
        raise BadInput(f"{said} is less than nothing", where=where, mend="A count is 0 or more.")
    if value != int(value):
        raise BadInput(
            f"{said} is not a whole number",
            where=where,
            mend="If the column is a percentage or rate, say so in its name (%, percent, rate).",
        )
    return int(value), int(value)


def _refuse_repeats(cells: Sequence[Cell], layout: Layout, *, name: str) -> None:
    seen: dict[Key, Cell] = {}
    for cell in cells:
        if cell.key in seen:
            first = seen[cell.key]
            raise BadInput(
                f"rows {first.row + 2} and {cell.row + 2} have the same labels: "
                f"{say_key(cell.key)}",
                where=name,
                mend=f"Keep one. Labels are read from {', '.join(layout.labels)}.",
            )
        seen[cell.key] = cell


def _with_rounding(table: CountTable) -> CountTable:
    """A published table all of whose figures are multiples of one base is taken as rounded."""
    shown = [cell.lo for cell in table.cells if not cell.masked and cell.lo]
    if len(shown) < _ROUNDING_NEEDS:
        return table
    base = next((b for b in ROUNDING_BASES if all(n % b == 0 for n in shown)), 0)
    return rounded_reading(table, base) if base else table
