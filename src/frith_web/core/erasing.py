"""What keeps copies of records, so that disposal reaches them: each room declares its own.

A search index, files made for somebody, stored runs that list people. Declared from `apps.py`:

    erasing.declare(Copies(name="search", words="Entries of the search", count=…, erase=…))

What is not declared here is not erased, and the page that asks before disposal says so. A table
that keeps people's words on purpose says that it does and why; a test fails for a column that could
hold what a record says and of which nothing is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

References = Mapping[str, frozenset[str]]
"""Kind of record to the references that go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What is about to be erased."""

    records: References
    values: frozenset[str]
    """What stands in the fields that disposal must leave no trace of."""
    owner_id: int = 0
    """The partner whose records they are: another's file about the same person is no copy."""

    def mentioned_in(self, text: str) -> bool:
        """True where a text names one of the records, or holds one of their longer values."""
        references = (one for many in self.records.values() for one in many)
        return any(one in text for one in references) or any(one in text for one in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """One place that keeps copies."""

    name: str
    words: str
    """In plain English, plural: `Forms kept for later`."""
    count: Callable[[Going], int]
    erase: Callable[[Going], int]
    """Erases within the caller's transaction, and answers how many there were."""
    reaches: tuple[str, ...] = ()
    """The columns that it clears: `core_draft.sealed`."""
    in_the_way: Callable[[Going], str] = lambda _: ""
    """Why disposal must wait for something that is still in use; empty where it need not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table whose words stay as they were written, though a record that they name goes."""

    table: str
    words: str
    """In plain English, plural: `Decisions`."""
    why: str
    count: Callable[[Going], int] | None = None
    """How many of its entries may mention what goes; None where that is not looked for."""


_DECLARED: dict[str, Copies] = {}
_KEPT: dict[str, Kept] = {}


def declare(copies: Copies) -> None:
    """Declare a place that keeps copies."""
    _DECLARED[copies.name] = copies


def copies() -> list[Copies]:
    """Every such place, by name."""
    return [_DECLARED[name] for name in sorted(_DECLARED)]


def keep(one: Kept) -> None:
    """Declare a table that keeps its words on purpose."""
    _KEPT[one.table] = one


def kept() -> list[Kept]:
    """Every such table, by name."""
    return [_KEPT[name] for name in sorted(_KEPT)]
