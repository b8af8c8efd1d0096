"""Search over every kind of record that a room declares as searched; each through `visible_to`.

The words are looked for in the fields as they stand, so that nothing has a second copy that
disposal could forget. Phones, plates and postcodes are found however they are spaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import Replace, Upper

from frith_web.core import registry
from frith_web.core.models import User
from frith_web.core.models.standing import standing

FIRST = 10
PAGE = 50
MOST = 1000
"""Beyond so many hits a search counts no further: it was too wide to read."""
SHORTEST_CODE = 4
SHORTEST_PHONE = 10
SPACING = " -().+/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What was found of one kind: visible records alone, the first of them, how many there are."""

    kind: registry.Kind
    records: list[Any]
    total: int
    """`MOST` + 1 stands for more than that."""
    page: int = 1

    @property
    def is_more(self) -> bool:
        """True where there are more than anybody reads."""
        return self.total > MOST

    @property
    def pages(self) -> int:
        """How many pages the counted hits fill."""
        return -(-min(self.total, MOST) // PAGE)


def searched_kinds(user: User) -> list[registry.Kind]:
    """The kinds that are searched and of which the reader's roles open some record."""
    of = standing(user)
    held = [one for one in registry.kinds() if one.searched]
    return [
        one
        for one in held
        if of.holds(f"{_permission(one)}:read") or of.holds(f"{_permission(one)}:read-own")
    ]


def search(
    *, user: User, words: str, only: registry.Kind | None = None, page: int = 1
) -> list[Hits]:
    """What fits, by kind: the first ten of each, or a page of the one kind that is asked for."""
    kinds = [only] if only else searched_kinds(user)
    found = [_hits(one, user=user, words=words, page=page if only else 0) for one in kinds]
    return [one for one in found if one.total]


def _hits(kind: registry.Kind, *, user: User, words: str, page: int) -> Hits:
    seen = kind.model.objects.visible_to(user)
    # The numbers first, in whatever order the table has: sorting what does not fit costs most.
    fits = fitting(kind, seen, words=words).order_by().values_list("pk", flat=True)
    numbers = list(fits[: MOST + 1])
    size = PAGE if page else FIRST
    start = (max(page, 1) - 1) * size
    held = seen.filter(pk__in=numbers[:MOST]) if start < min(len(numbers), MOST) else seen.none()
    records = list(held[start : start + size])
    return Hits(kind=kind, records=records, total=len(numbers), page=max(page, 1))


def fitting(kind: registry.Kind, found: Any, *, words: str) -> Any:
    """Records that bear every word in some of the fields, the reference, or the code they spell."""
    names = list(kind.searched)
    asked = words.split()
    fits = reduce(and_, (_somewhere(names, word) for word in asked), Q())
    if not asked or not names:
        return found.none()
    for reference in filter(None, map(_as_reference, asked)):
        fits |= Q(reference=reference)
    squeezed = {f"squeezed_{name}": _squeeze(F(name)) for name in kind.spaced}
    for code in _codes(words) if squeezed else []:
        found = found.alias(**squeezed)
        fits |= reduce(or_, (Q(**{f"{name}__contains": code}) for name in squeezed))
    return found.filter(fits)


def _somewhere(names: list[str], word: str) -> Q:
    return reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names))


def _as_reference(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


def _codes(words: str) -> list[str]:
    """What is asked, without its spacing, where it may be a phone, a plate or a postcode.

    A phone is looked for without its trunk 0 or country code, so that both ways to write it fit.
    """
    code = re.sub(f"[{re.escape(SPACING)}]", "", words).upper()
    if len(code) < SHORTEST_CODE or not any(one.isdigit() for one in code) or not code.isalnum():
        return []
    number = re.sub(r"^(?:0044|44|0)", "", code) if code.isdigit() else ""
    return [number] if len(number) >= SHORTEST_PHONE else [code]


def _squeeze(field: Any) -> Any:
    squeezed: Any = Upper(field)
    for mark in SPACING:
        squeezed = Replace(squeezed, Value(mark), Value(""))
    return squeezed


def _permission(kind: registry.Kind) -> str:
    return str(kind.model.permission_kind or kind.kind)
