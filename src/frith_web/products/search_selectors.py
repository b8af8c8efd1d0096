"""Search over every kind of record that a room declares as searched; each through `visible_to`.

The index says which records may fit, of those that the reader sees; what is counted, ordered and
shown is asked of the records themselves through the gate. Records on sealed or restricted terms are
in no index: whoever may read some has them looked at one by one. What fits most closely comes
first; nothing else about a record, least of all a risk, moves it up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from frith_web.core import registry
from frith_web.core.models import Protection, User
from frith_web.core.models.standing import Standing, standing, visible_protections
from frith_web.core.searching.asked import Asked
from frith_web.core.searching.index import Indexed, Wanted, index, indexed, indexed_of
from frith_web.products.search_marks import Mark, marks_of
from frith_web.products.services.search_asked import Question, question

FIRST = 10
PAGE = 50
MOST = 1000
"""Beyond so many hits a search counts no further: it was too wide to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What was found of one kind: visible records alone, the first of them, how many there are."""

    kind: registry.Kind
    records: list[Any]
    total: int
    """`MOST` + 1 stands for more than that."""
    page: int = 1
    marks: dict[int, list[Mark]] = field(default_factory=dict)
    """Where each of the records fits, by its number."""

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
    return [one.kind for one in indexed() if _opens(one, of)]


def search(
    *, user: User, words: str, only: registry.Kind | None = None, page: int = 1
) -> list[Hits]:
    """What fits, by kind: the first ten of each, or a page of the one kind that is asked for."""
    asked = question(words)
    if not asked.tiers:
        return []
    kinds = searched_kinds(user)
    chosen = [indexed_of(one) for one in kinds if only is None or one is only]
    fits = _fitting(chosen, asked, user=user)
    found = (
        _hits(of, asked, fits[of.kind.kind], user=user, page=page if only else 0) for of in chosen
    )
    return [one for one in found if one is not None]


def _opens(of: Indexed, reader: Standing) -> bool:
    return reader.holds(f"{of.permission}:read") or reader.holds(f"{of.permission}:read-own")


def _fitting(chosen: list[Indexed], asked: Question, *, user: User) -> dict[str, dict[int, int]]:
    """Kind to the numbers of visible records that fit, each with its closest tier."""
    reader = standing(user)
    wanted = [
        Wanted(
            of=of,
            tiers=asked.tiers_for(names=bool(of.kind.names)),
            seen=visible_protections(reader, f"{of.permission}:read"),
            own=visible_protections(reader, own) if reader.holds(own) else None,
        )
        for of in chosen
        for own in [f"{of.permission}:read-own"]
    ]
    fits: dict[str, dict[int, int]] = {of.kind.kind: {} for of in chosen}
    for match in index().find(wanted, reader=reader.user_id, most=MOST + 1):
        held = fits[match.kind]
        held[match.record] = min(match.tier, held.get(match.record, match.tier))
    closed: dict[Any, list[int]] = {}
    for one in wanted:
        reach = (str(one.seen), str(one.own))
        if reach not in closed:
            closed[reach] = _closed(one)
        held = fits[one.of.kind.kind]
        held.update(_looked_at(one.of, one.tiers, closed[reach], user))
        for number in _named(one.of, asked, user):
            held[number] = 0
    return fits


def _closed(wanted: Wanted) -> list[int]:
    """The reader's terms of which no record is in an index; for most readers there are none."""
    within = Q(pk__in=wanted.seen) | Q(pk__in=wanted.own or [])
    found = Protection.objects.filter(Q(sealed=True) | Q(restricted=True)).filter(within)
    return list(found.values_list("pk", flat=True))


def _looked_at(
    of: Indexed, tiers: Sequence[Asked], closed: list[int], user: User
) -> Iterator[tuple[int, int]]:
    """Records on terms that no index holds, one by one; number and closest tier."""
    if not closed:
        return
    seen = of.kind.model.objects.visible_to(user).filter(protection__in=closed)
    for number, terms in of.read(seen):
        tier = next((at for at, one in enumerate(tiers) if one.fits(terms)), None)
        if tier is not None:
            yield number, tier


def _named(of: Indexed, asked: Question, user: User) -> list[int]:
    if not asked.references:
        return []
    seen = of.kind.model.objects.visible_to(user).filter(reference__in=asked.references)
    return list(seen.values_list("pk", flat=True))


def _hits(
    of: Indexed, asked: Question, fits: dict[int, int], *, user: User, page: int
) -> Hits | None:
    """Those that the gate lets through, closest first, then in the order of their kind's lists."""
    if not fits:
        return None
    # The closest, should there be more than are counted: what is cut off is the loosest.
    closest = sorted(fits, key=lambda number: fits[number])[: MOST + 1]
    seen = of.kind.model.objects.visible_to(user).filter(pk__in=index().among(closest))
    size = PAGE if page else FIRST
    start = (max(page, 1) - 1) * size
    if len(closest) <= size:
        records = sorted(seen, key=lambda one: fits[one.pk])
        total = len(records)
        records = records[start : start + size]
    else:
        order = list(seen.values_list("pk", flat=True))
        total = len(order)
        order.sort(key=lambda number: fits[number])
        shown = order[:MOST][start : start + size]
        held = {one.pk: one for one in seen.filter(pk__in=index().among(shown))} if shown else {}
        records = [held[number] for number in shown if number in held]
    if not total:
        return None
    tier = asked.tiers_for(names=bool(of.kind.names))[-1]
    return Hits(
        kind=of.kind,
        records=records,
        total=total,
        page=max(page, 1),
        marks={one.pk: marks_of(of, one, asked=tier) for one in records},
    )
