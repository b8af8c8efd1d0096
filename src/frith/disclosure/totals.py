"""Totals: whether they add up, and sums that are not called totals."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from frith.disclosure.layout import TOTAL, is_total
from frith.disclosure.table import Cell, CountTable, Key, matches
from frith.errors import BadInput

_SHOWN_FAULTS = 5


def _larger(labels: Collection[str], lookup: Mapping[str, frozenset[str]]) -> set[str]:
    """Labels of areas that hold another labelled area whole."""
    finest = {label: lookup.get(label, frozenset([label])) for label in labels}
    return {
        label
        for label in finest
        if label in lookup and any(own < finest[label] for own in finest.values())
    }


def refuse_wrong_totals(table: CountTable, lookup: Mapping[str, frozenset[str]]) -> None:
    """BadInput where a total is not the sum of its parts: which, and by how much."""
    larger = _larger({label for cell in table.cells for label in cell.key}, lookup)
    leaves = {leaf for leaf in table.own_leaves() if not larger & set(leaf)}
    value = {cell.key: cell.lo for cell in table.cells}
    wrong = []
    for cell in table.cells:
        if cell.key in leaves or not cell.is_total:
            continue
        parts = sum(value[leaf] for leaf in leaves if matches(cell.key, leaf))
        if parts != cell.lo:
            less = "fewer" if parts < cell.lo else "more"
            wrong.append(
                f"row {cell.row + 2}, column {cell.column} says {cell.lo:,} but its parts add up "
                f"to {parts:,} ({abs(parts - cell.lo):,} {less})"
            )
    if wrong:
        also = f"; and {len(wrong) - _SHOWN_FAULTS} more" if len(wrong) > _SHOWN_FAULTS else ""
        raise BadInput(
            f"totals do not add up: {'; '.join(wrong[:_SHOWN_FAULTS])}{also}",
            where=table.name,
            mend="Mend the totals or the parts, or leave the total out.",
        )


def with_unnamed_totals(table: CountTable) -> CountTable:
    """Where a row or column is the sum of all its fellows, it is a total whatever its name.

    A reader would notice “Rotherham” beside its wards. Asked of dimensions without a named total,
    and of sums over at least two lines of at least three fellows, so that it is no coincidence.
    """
    cells = list(table.cells)
    found = []
    for place, dimension in enumerate(table.dimensions):
        if any(cell.key[place] == TOTAL for cell in cells):
            continue
        label = _sum_of_fellows(cells, place)
        if label is None:
            continue
        found.append((dimension, label))
        cells = [
            dataclasses.replace(cell, key=(*cell.key[:place], TOTAL, *cell.key[place + 1 :]))
            if cell.key[place] == label
            else cell
            for cell in cells
        ]
    layout = dataclasses.replace(table.layout, unnamed_totals=tuple(found))
    return dataclasses.replace(table, cells=tuple(cells), layout=layout)


def _sum_of_fellows(cells: Sequence[Cell], place: int) -> str | None:
    lines: dict[Key, dict[str, int]] = {}
    for cell in cells:
        rest = (*cell.key[:place], *cell.key[place + 1 :])
        lines.setdefault(rest, {})[cell.key[place]] = cell.lo
    labels = {label for line in lines.values() for label in line}
    if len(labels) < 4 or len(lines) < 2:
        return None
    for label in sorted(labels):
        filled = [line for line in lines.values() if any(line.values())]
        if len(filled) > 1 and all(
            2 * line.get(label, -1) == sum(line.values()) for line in filled
        ):
            return label
    return None


def with_totals_of(release: CountTable, table: CountTable) -> CountTable:
    """A published table in which the sums that `table` has under other names are totals too."""
    sums = {(d.casefold(), label) for d, label in table.layout.unnamed_totals}
    names = [d.casefold() for d in release.dimensions]
    cells = tuple(
        dataclasses.replace(
            cell,
            key=tuple(
                TOTAL if (name, label) in sums else label
                for name, label in zip(names, cell.key, strict=True)
            ),
        )
        for cell in release.cells
    )
    return dataclasses.replace(release, cells=cells)


def among_columns_of(table: CountTable, others: Sequence[CountTable]) -> CountTable:
    """A table whose one count column is a column of a wider one: its cells named by it as well."""
    if table.layout.wide:
        return table
    own = table.layout.counts[0].casefold()
    names = {name.casefold(): name for t in others if t.layout.wide for name in t.layout.counts}
    if own not in names:
        return table
    name = TOTAL if is_total(own) else names[own]
    cells = tuple(dataclasses.replace(cell, key=(*cell.key, name)) for cell in table.cells)
    layout = dataclasses.replace(table.layout, one_of_several=True)
    return dataclasses.replace(table, cells=cells, layout=layout)
