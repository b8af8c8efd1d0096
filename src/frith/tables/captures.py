"""A capture table in place of `lists`: one 0/1 column a list, and how many persons share a row."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.results import Flag
from frith.tables.declare import Table, integer
from frith.tables.files import read_raw
from frith.tables.read import read_rows
from frith.tables.report import Reading

COUNT = "count"
FEWEST_LISTS, MOST_LISTS = 2, 12
"""Fewer overlap with nothing; more make a table nobody can fill."""


def is_capture_header(names: Sequence[str]) -> bool:
    """True where a header is a capture table's: a `count`, and no `person_id`."""
    said = {name.strip().lower() for name in names}
    return COUNT in said and "person_id" not in said


def read_captures(path: Path, *, rejects: Path | None = None) -> Reading:
    """A capture table: every column but `count` is a list, 1 where its persons are on it, else 0.

    A combination of lists may stand once; all zeros may not stand at all, because that is the
    number to be estimated. Raises BadInput with fewer than two or more than twelve lists.
    """
    raw = read_raw(path)
    lists = [name for name in raw.frame.columns if name.lower() != COUNT]
    if not FEWEST_LISTS <= len(lists) <= MOST_LISTS:
        raise BadInput(
            f"a capture table with {len(lists)} lists",
            where=path.name,
            mend=f"Give it {FEWEST_LISTS} to {MOST_LISTS} columns of 0 and 1, and count.",
        )
    table = capture_table(lists)
    reading = read_rows(raw, table, rejects=rejects)
    unseen = reading.frame.filter(pl.sum_horizontal(table.names[:-1]) == 0)
    if not unseen.is_empty():
        raise BadInput(
            "has a row of zeros: persons on no list are what is to be estimated",
            where=path.name,
            mend="Delete that row.",
        )
    note = Flag("capture_table", f"{path.name} is a capture table of {len(lists)} lists.")
    report = dataclasses.replace(reading.report, notes=(*reading.report.notes, note))
    return Reading(frame=reading.frame, report=report)


def capture_table(lists: Sequence[str]) -> Table:
    """The declaration a capture table of these lists is read by."""
    columns = [integer(n, "1: on this list.", required=True, lo=0, hi=1) for n in lists]
    count = integer(COUNT, "Persons on exactly these lists.", required=True, lo=0)
    return Table(
        name="lists",
        meaning="Persons counted by the combination of lists they are on.",
        columns=(*columns, count),
        key=tuple(lists),
    )


def read_capture_rows(path: Path) -> pl.DataFrame | None:
    """A capture table's rows as text, for a method that does its own adding up; None for others.

    Raises BadInput where a row has too few or too many cells: an estimate from part of a table
    would be wrong without looking wrong.
    """
    raw = read_raw(path)
    if not is_capture_header(raw.frame.columns):
        return None
    if raw.faults:
        fault = raw.faults[0]
        raise BadInput(fault.reason, where=f"{path.name}, row {fault.row}", mend="Mend the row.")
    named = {name: COUNT for name in raw.frame.columns if name.lower() == COUNT}
    return raw.frame.rename(named)
