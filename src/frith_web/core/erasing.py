"""What keeps copies of records, so that disposal reaches them: each room declares its own.

A search index, files made for somebody, stored runs that list people. Declared from `apps.py`:

    erasing.declare(Copies(name="search", words="Entries of the search", count=…, erase=…))

What is not declared here is not erased, and the page that asks before disposal says so.
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


_DECLARED: dict[str, Copies] = {}


def declare(copies: Copies) -> None:
    """Declare a place that keeps copies."""
    _DECLARED[copies.name] = copies


def copies() -> list[Copies]:
    """Every such place, by name."""
    return [_DECLARED[name] for name in sorted(_DECLARED)]
