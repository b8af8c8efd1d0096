"""What is asked of the index: terms that must all, or of which some must, stand in a record.

The same question is put as SQLite's FTS5 and as PostgreSQL's tsquery read it, and answered plainly
for a record that is in no index.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One term; with `begins`, every term that begins so."""

    text: str
    begins: bool = False

    def fts5(self) -> str:
        """As FTS5 reads it. A term holds letters and digits alone, as folding leaves them."""
        return f'"{self.text}"*' if self.begins else f'"{self.text}"'

    def tsquery(self) -> str:
        """As PostgreSQL reads it."""
        return f"'{self.text}':*" if self.begins else f"'{self.text}'"

    def fits(self, held: Collection[str]) -> bool:
        """True where a record with these terms has it."""
        if self.begins:
            return any(one.startswith(self.text) for one in held)
        return self.text in held

    def terms(self) -> list[Term]:
        """Itself."""
        return [self]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts, of which there is one at least."""

    parts: tuple[Asked, ...]

    def fts5(self) -> str:
        """As FTS5 reads it."""
        return _joined(" AND ", [one.fts5() for one in self.parts])

    def tsquery(self) -> str:
        """As PostgreSQL reads it."""
        return _joined(" & ", [one.tsquery() for one in self.parts])

    def fits(self, held: Collection[str]) -> bool:
        """True where a record with these terms has all of them."""
        return all(one.fits(held) for one in self.parts)

    def terms(self) -> list[Term]:
        """Every term that is in it."""
        return [term for one in self.parts for term in one.terms()]


@dataclass(frozen=True, slots=True)
class Some:
    """One or more of the parts."""

    parts: tuple[Asked, ...]

    def fts5(self) -> str:
        """As FTS5 reads it."""
        return _joined(" OR ", [one.fts5() for one in self.parts])

    def tsquery(self) -> str:
        """As PostgreSQL reads it."""
        return _joined(" | ", [one.tsquery() for one in self.parts])

    def fits(self, held: Collection[str]) -> bool:
        """True where a record with these terms has any of them."""
        return any(one.fits(held) for one in self.parts)

    def terms(self) -> list[Term]:
        """Every term that is in it."""
        return [term for one in self.parts for term in one.terms()]


Asked = Term | Every | Some


def _joined(by: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({by.join(parts)})"


def every(parts: list[Asked]) -> Asked:
    """All of them, said no longer than need be."""
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def some(parts: list[Asked]) -> Asked:
    """Any of them, each once, said no longer than need be."""
    once = tuple(dict.fromkeys(parts))
    return once[0] if len(once) == 1 else Some(once)
