"""Holds that stop disposal: placing and lifting them, and which of them reach a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core import registry
from frith_web.core.models import (
    EntryKind,
    Hold,
    HoldLine,
    HoldSort,
    ProtectedRecord,
    Reach,
    User,
)
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append
from frith_web.core.services.linked import all_ahead, people_of

MANAGE = "core.hold:manage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """One thing that a hold shall cover; `record` is None for a whole kind."""

    reach: Reach
    kind: str
    record: UUID | None = None


def in_force(partner_id: int, *, on: date | None = None) -> QuerySet[Hold]:
    """A partner's holds that nobody lifted and whose last day has not passed."""
    on = on or today()
    lasting = Q(until__isnull=True) | Q(until__gte=on)
    return Hold.objects.filter(lasting, owner=partner_id, lifted_at__isnull=True)


def holds_over(record: ProtectedRecord) -> list[Hold]:
    """The holds that reach a record, however many overlap. The caller has opened the gate."""
    held = in_force(record.protection.owner_id)
    if not held.exists():
        return []
    reached = Q(reach=Reach.KIND, kind=record.kind)
    reached |= Q(reach=Reach.RECORD, kind=record.kind, record=record.reference)
    reached |= _lines(Reach.PERSON, people_of(record))
    reached |= _lines(Reach.BATCH, [record, *all_ahead(record)])
    lines = HoldLine.objects.filter(reached, hold__in=held)
    return list(held.filter(pk__in=lines.values("hold")))


def _lines(reach: Reach, records: Iterable[ProtectedRecord]) -> Q:
    found = Q(pk__in=[])
    for one in records:
        found |= Q(reach=reach, kind=one.kind, record=one.reference)
    return found


@transaction.atomic
def place(
    *,
    by: User,
    sort: HoldSort,
    title: str,
    why: str,
    covers: Sequence[Covers],
    until: date | None = None,
) -> Hold:
    """Stop the disposal of some of the officer's own partner's records.

    Raises `Refused` without the permission; `BadInput` where it covers nothing, names a record
    that the officer cannot see or another partner owns, gives no reason, or has ended already.
    """
    check_may(by, MANAGE)
    if not title.strip() or not why.strip():
        raise BadInput("say what the hold is for, and why")
    if not covers:
        raise BadInput("say what the hold covers")
    if until is not None and until < today():
        raise BadInput("a hold ends today or later")
    for one in covers:
        _check_covers(one, by=by)
    assert by.partner_id is not None
    made = Hold.objects.create(
        owner_id=by.partner_id, sort=sort, title=title, why=why, until=until, placed_by=by
    )
    HoldLine.objects.bulk_create(
        HoldLine(hold=made, reach=one.reach, kind=one.kind, record=one.record) for one in covers
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.hold.place",
        actor=by,
        records=_records(covers),
        detail={
            "hold": made.pk,
            "sort": str(sort),
            "until": until.isoformat() if until else None,
            "kinds": sorted(one.kind for one in covers if one.record is None),
        },
    )
    return made


@transaction.atomic
def lift(*, hold: Hold, by: User, why: str) -> Hold:
    """End a hold of the officer's own partner, with the reason.

    Raises `Refused` without the permission; `BadInput` for another partner's hold, one that is
    lifted already, or no reason.
    """
    check_may(by, MANAGE)
    held = Hold.objects.select_for_update().get(pk=hold.pk)
    if held.owner_id != by.partner_id:
        raise BadInput("only the partner that placed a hold lifts it")
    if held.lifted_at is not None:
        raise BadInput("this hold is lifted already")
    if not why.strip():
        raise BadInput("say why the hold is lifted")
    held.lifted_by, held.lifted_at, held.lifted_why = by, timezone.now(), why
    held.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.hold.lift",
        actor=by,
        detail={"hold": held.pk},
    )
    return held


def _check_covers(one: Covers, *, by: User) -> None:
    try:
        model = registry.kind_of(one.kind).model
    except LookupError:
        raise BadInput(f"there is no kind of record named {one.kind}") from None
    if (one.record is None) != (one.reach == Reach.KIND):
        raise BadInput("name the record, the person or the batch; a whole kind names none")
    if one.record is None:
        return
    seen = model.objects.visible_to(by).filter(reference=one.record)
    if not seen.filter(protection__owner=by.partner_id).exists():
        raise BadInput(f"you see no {registry.kind_of(one.kind).name} of your partner by that name")


def _records(covers: Iterable[Covers]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in covers:
        if one.record is not None:
            found.setdefault(one.kind, []).append(str(one.record))
    return found
