"""Which column of a file is which declared column, and what happens to the others."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from frith.errors import BadInput
from frith.tables.declare import Table
from frith.tables.parse import folded
from frith.tables.sensitive import is_equality, refuse_forbidden

REFUSED_ROW, REFUSED_BECAUSE = "refused_row", "refused_because"
"""Columns a rejects file adds; ignored when a mended one is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """For one file: declared columns by name and where each stands, and the rest by fate."""

    table: Table
    found: dict[str, str]  # declared name → name in the file
    equality: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()


def plan_columns(names: Sequence[str], table: Table, *, where: str) -> Plan:
    """Match a file's header to a table; names match whatever their case or spacing.

    Raises ForbiddenData for a column frith never reads, BadInput where a required one is missing.
    """
    declared = set(table.names)
    found: dict[str, str] = {}
    rest: list[str] = []
    for name in names:
        known = folded(name)
        if known in declared and known in found:
            raise BadInput(
                f"the columns {found[known]!r} and {name!r} are the same column",
                where=where,
                mend="Rename or delete one of them.",
            )
        if known in declared:
            found[known] = name
        elif known not in (REFUSED_ROW, REFUSED_BECAUSE):
            rest.append(name)
    refuse_forbidden(rest, where=where)
    _refuse_missing(table, found, rest, where=where)
    equality = tuple(name for name in rest if is_equality(name))
    aside = tuple(name for name in rest if name not in equality)
    return Plan(table=table, found=found, equality=equality, set_aside=aside)


def _refuse_missing(table: Table, found: dict[str, str], rest: list[str], *, where: str) -> None:
    """BadInput that names every required column the file lacks, and near misses."""
    missing = [name for name in table.required if name not in found]
    if not missing:
        return
    near = {
        name: close[0]
        for name in missing
        if (close := difflib.get_close_matches(name, [folded(n) for n in rest], n=1, cutoff=0.75))
    }
    hints = "".join(f" Is {there!r} meant to be {name!r}?" for name, there in near.items())
    word = "column" if len(missing) == 1 else "columns"
    raise BadInput(
        f"lacks the {word} {', '.join(missing)} that the table {table.name} needs",
        where=where,
        mend=f"Add or rename.{hints}",
    )
