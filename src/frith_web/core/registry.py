"""What each room's records can be searched by, kept for, extracted from and moved to.

A room declares its kinds of record in its `apps.py`. Search, disposal, subject access, hand-over
and the matrix of permissions walk this list; a kind that is not in it cannot be made, and a test
fails for a model of records that no room declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frith_web.core.models import ProtectedRecord

Extract = Callable[[Any], dict[str, Any]]
"""From a record to what a person is told of it: label to value."""
Found = Callable[[Any, str], Iterable[Any]]
"""From a gated query set and a person's key (a nominal's reference) to the records about them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of protected record."""

    model: type[ProtectedRecord]
    name: str
    """In the field's words, singular: `nominal`."""
    page: str = ""
    """URL name of a record's page, taking `reference`; empty where it has none."""
    searched: tuple[str, ...] = ()
    """Fields that a search reads."""
    spaced: tuple[str, ...] = ()
    """Those of them that a search reads without their spacing: phones, plates, postcodes."""
    names: tuple[str, ...] = ()
    """Those of them that hold a person's names: found by short forms and by how they sound too."""
    born: tuple[str, ...] = ()
    """Fields that hold a day as YYYY-MM-DD or less, which a search reads however it is written."""
    shown: Callable[[Any], str] = str
    """A record as one line of a list of hits."""
    retention_group: str = ""
    """Default key of the reference list `retention_groups`, where a schedule names none."""
    clock: str = "created_at"
    """The field from which the clear period runs."""
    about: Found | None = None
    """Which records are about a person; None where the kind holds nothing about people."""
    extract: Extract | None = None
    """What a person is told of a record about them."""
    erases: tuple[str, ...] = field(default=())
    """Text fields that disposal must leave no trace of, in history, search, files and exports."""

    @property
    def kind(self) -> str:
        """The dotted name, `pole.nominal`."""
        return self.model.kind


_DECLARED: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    """Declare a kind of record, from the room's `apps.py`."""
    _DECLARED[kind.kind] = kind


def kinds() -> list[Kind]:
    """Every kind of record, by name."""
    return [_DECLARED[name] for name in sorted(_DECLARED)]


def kind_of(name: str) -> Kind:
    """The kind of that dotted name. Raises `LookupError` where no room declares it."""
    if name not in _DECLARED:
        raise LookupError(f"{name}: no room declares this kind of record")
    return _DECLARED[name]
