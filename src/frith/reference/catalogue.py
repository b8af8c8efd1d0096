"""The lists by name: which there are, one of them on a date, and one of its rows.

A list is two files of the folder `lists`: `<name>.toml` declares it, `<name>.csv` holds its rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache

from frith.errors import UnknownName
from frith.reference.declare import ReferenceList, Row


@cache
def lists() -> tuple[str, ...]:
    """Names of all lists, in alphabetical order."""
    from frith.reference.reading import folder  # readers of files load with the first list

    return tuple(
        sorted(
            item.name.removesuffix(".toml")
            for item in folder().iterdir()
            if item.name.endswith(".toml")
        )
    )


def load(name: str, *, on: date | None = None) -> ReferenceList:
    """The list of that name, whole, or with only the rows that held on the day `on`.

    A row whose dates are not known is kept on every day: its absence would say that it did not
    hold, which nobody has checked. Raises `UnknownName` for a name that is not a list.
    """
    found = _read(known(name, lists(), what="list"))
    return found if on is None else replace(found, rows=found.rows_valid_on(on))


def lookup(name: str, key: str, *, on: date | None = None) -> Row:
    """The row of list `name` with that key.

    Where several rows of different dates share the key, the one that holds on the day `on`, or
    without `on` the latest. Raises `UnknownName` where the list has no such key (on that day).
    """
    found = load(name, on=on)
    known(key, found.keys, what="key", where=name if on is None else f"{name} on {on}")
    rows = [row for row in found.rows if row["key"] == key]
    return max(rows, key=_last_day)


def known(name: str, names: Iterable[str], *, what: str, where: str = "frith reference") -> str:
    """The name itself if it is one of `names`; else `UnknownName`, with the near ones."""
    names = tuple(names)
    if name in names:
        return name
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), names, n=3, cutoff=0.6)
    shown = near or [other for other in names if name and name.casefold() in other.casefold()][:3]
    advice = f"Did you mean {' or '.join(shown)}?" if shown else f"There are: {', '.join(names)}."
    raise UnknownName(f"there is no {what} named {name!r}", where=where, mend=advice)


@cache
def _read(name: str) -> ReferenceList:
    from frith.reference.reading import read

    return read(name)


def _last_day(row: Row) -> tuple[date, date]:
    last, first = row["valid_to"], row["valid_from"]
    return (
        last if isinstance(last, date) else date.max,
        first if isinstance(first, date) else date.min,
    )
