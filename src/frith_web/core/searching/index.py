"""What an index holds of each kind of record, and what both databases' indexes can do.

A record on terms that are sealed or restricted is in no index: those who may read it have it looked
at directly. Equality monitoring is in none either, because no kind declares it as searched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, models

from frith_web.core import registry
from frith_web.core.searching import words
from frith_web.core.searching.asked import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """One kind of record, as its index reads it."""

    kind: registry.Kind

    @property
    def table(self) -> str:
        """The records' own table."""
        return str(self.kind.model._meta.db_table)

    @property
    def fields(self) -> tuple[str, ...]:
        """What is read, in order."""
        return (*self.kind.searched, *self.kind.born)

    @property
    def columns(self) -> list[str]:
        """Their names in the table."""
        return [str(self.field(name).column) for name in self.fields]

    @property
    def rules(self) -> str:
        """How each is read, a letter a field, and by which tables of folding and sound."""
        return "".join(map(self.how, self.fields)) + ":" + words.digest()

    @property
    def permission(self) -> str:
        """Whose permissions decide who reads it."""
        return str(self.kind.model.permission_kind or self.kind.kind)

    def field(self, name: str) -> models.Field[Any, Any]:
        """A field of the record that is read."""
        found = self.kind.model._meta.get_field(name)
        assert isinstance(found, models.Field)
        return found

    def how(self, name: str) -> str:
        """How a field is read."""
        if name in self.kind.born:
            return words.DAY
        if name in self.kind.names:
            return words.NAME
        return words.CODE if name in self.kind.spaced else words.WORDS

    def read(self, found: Any) -> Iterator[tuple[int, frozenset[str]]]:
        """Number and terms of each record of a query, as an index would hold them."""
        rules = self.rules
        for number, *said in found.order_by().values_list("pk", *self.fields).iterator():
            yield number, frozenset(words.terms(rules, *said).split(words.PARTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for among one kind, and on which terms the reader sees it."""

    of: Indexed
    tiers: Sequence[Asked]
    """From the closest match to the loosest."""
    seen: Any
    """The reader's terms, as a query of their numbers (`visible_protections`)."""
    own: Any = None
    """Those on which they see what they made themselves; None where no role says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One record that fits: its kind, its number, and how closely (0 is the closest)."""

    kind: str
    record: int
    tier: int


class Index(Protocol):
    """What each database does in its own way."""

    def lift(self) -> None:
        """Stop following the records; before their tables are changed."""

    def follow(self, of: Indexed) -> None:
        """Put what the index needs in place, and follow the records from here on."""

    def is_whole(self, of: Indexed) -> bool:
        """True where all of that is in place and of this release; reads no record."""

    def sizes(self, of: Indexed) -> tuple[int, int]:
        """How many records belong in the index, and how many are there."""

    def fill(self, of: Indexed) -> int:
        """Make the index anew from the records; how many there are in it."""

    def differing(self, of: Indexed) -> list[int]:
        """Numbers of the records whose entry is missing, wrong, or should not be there."""

    def find(self, wanted: Sequence[Wanted], *, reader: int, most: int) -> list[Match]:
        """Up to `most` of each kind and tier that this reader may see, the closest tier first."""

    def among(self, numbers: Collection[int]) -> Any:
        """A query of these numbers, which costs the same to put together however many they are."""

    def forget(self, of: Indexed, records: Collection[int]) -> None:
        """Take entries out so that no word of them is left in the index."""

    def sweep(self, of: Indexed) -> None:
        """After the transaction: take out words that the database keeps of entries that went."""


def indexed() -> list[Indexed]:
    """Every kind that a search reads, by name."""
    return [Indexed(kind=one) for one in registry.kinds() if one.searched]


def indexed_of(kind: registry.Kind) -> Indexed:
    """One of them."""
    return Indexed(kind=kind)


def index() -> Index:
    """The index of the database in use."""
    from frith_web.core.searching.postgresql import PostgresqlIndex
    from frith_web.core.searching.sqlite import SqliteIndex

    return PostgresqlIndex() if connection.vendor == "postgresql" else SqliteIndex()
