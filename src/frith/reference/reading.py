"""From the two files of a list to a `ReferenceList`, cell by cell."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from frith.errors import Fault
from frith.reference.declare import PROVENANCE, Column, Kind, ReferenceList, Row

BOOLEANS = {"yes": True, "no": False}
INHERITED_WHEN_BLANK = frozenset({"source", "licence", "valid_from", "valid_to", "standing"})
"""A blank cell of these takes the list's own value. A blank `verified_by` never does: once a list
says row by row who checked it, an empty cell means that nobody did."""


def folder() -> Traversable:
    """Where the lists lie, in a source tree and in an installed wheel alike."""
    return files("frith.reference").joinpath("lists")


def read(name: str) -> ReferenceList:
    """The list of that name, read from its two files.

    Raises `Fault` where a file does not fit its declaration: the lists ship with frith.
    """
    declared = tomllib.loads(folder().joinpath(f"{name}.toml").read_text("utf-8"))
    columns = tuple(
        Column(
            name=column["name"],
            kind=Kind(column.get("kind", "text")),
            meaning=column["meaning"],
            required=column.get("required", False),
            values=tuple(column.get("values", ())),
            standing=column.get("standing", ""),
        )
        for column in declared["columns"]
    )
    text = folder().joinpath(f"{name}.csv").read_text("utf-8")
    defaults: dict[str, object] = {
        column.name: declared.get(column.name, None if column.kind is Kind.DATE else "")
        for column in PROVENANCE
    }
    return ReferenceList(
        name=name,
        title=declared["title"],
        subject=declared["subject"],
        meaning=declared["meaning"],
        caveat=declared.get("caveat", ""),
        legal=declared.get("legal", False),
        columns=columns,
        rows=_rows(name, text, columns, defaults),
        **defaults,  # type: ignore[arg-type]  # tomllib gives text and dates as declared
    )


def _rows(
    name: str, text: str, columns: tuple[Column, ...], defaults: Mapping[str, object]
) -> tuple[Row, ...]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    header = tuple(reader.fieldnames or ())
    declared = {column.name: column for column in (*columns, *PROVENANCE)}
    missing = [column.name for column in columns if column.name not in header]
    if missing or set(header) - set(declared):
        raise Fault(f"{name}.csv: its columns are not those declared in {name}.toml")
    return tuple(
        _row(cells, declared, defaults, where=f"{name}.csv line {reader.line_num}")
        for cells in reader
    )


def _row(
    cells: Mapping[str, str | None],
    declared: Mapping[str, Column],
    defaults: Mapping[str, object],
    *,
    where: str,
) -> Row:
    row: dict[str, object] = {}
    for name, column in declared.items():
        cell = cells.get(name, "")
        if cell is None or None in cells:
            raise Fault(f"{where}: too few or too many cells")
        inherits = name in defaults and (name not in cells or name in INHERITED_WHEN_BLANK)
        row[name] = defaults[name] if inherits and not cell else _value(cell, column, where=where)
    return MappingProxyType(row)


def _value(cell: str, column: Column, *, where: str) -> object:
    cell = cell.strip()
    try:
        match column.kind:
            case Kind.TEXT:
                return cell
            case Kind.ITEMS:
                return tuple(item.strip() for item in cell.split(";") if item.strip())
            case Kind.INTEGER:
                return int(cell) if cell else None
            case Kind.NUMBER:
                return float(cell) if cell else None
            case Kind.BOOLEAN:
                return BOOLEANS[cell] if cell else None
            case Kind.DATE:
                return date.fromisoformat(cell) if cell else None
    except (ValueError, KeyError) as error:
        raise Fault(f"{where}: {cell!r} is not {column.kind} for {column.name}") from error
