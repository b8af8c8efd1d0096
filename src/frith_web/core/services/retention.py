"""Schedules, the queue of what is due, what is decided about it, and the switch of disposal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core import law, registry
from frith_web.core.models import (
    Choice,
    DisposalSwitch,
    EntryKind,
    Grouping,
    Partner,
    ProtectedRecord,
    Review,
    ReviewDecision,
    RightsRequest,
    Schedule,
    User,
    opened,
)
from frith_web.core.models.dated import today
from frith_web.core.permissions import check_may
from frith_web.core.services.audit import append
from frith_web.core.services.clear_periods import Due, Periods
from frith_web.core.services.holds import holds_over

DECIDE, ENABLE = "core.retention:decide", "core.retention:enable"
SIZE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look for due records found."""

    due: int
    closed: int


@transaction.atomic
def set_schedule(
    *,
    by: User,
    group: str,
    name: str,
    authority: str,
    kinds: Sequence[str] = (),
    clear_years: int | None = None,
    review_every_years: int | None = None,
    keep_to_age: int | None = None,
    minimum_years: int | None = None,
    verified_by: str = "",
) -> Schedule:
    """How long the officer's own partner keeps a group, from today; what held before ends.

    Raises `BadInput` where it names no length of time, no authority, or an unknown kind.
    """
    check_may(by, DECIDE)
    if not any((clear_years, review_every_years, keep_to_age, minimum_years)):
        raise BadInput("say how long the group is kept, in years or to which age")
    if not authority.strip():
        raise BadInput("name the law, code or policy that the schedule follows")
    strange = set(kinds) - {one.kind for one in registry.kinds()}
    if strange:
        raise BadInput(f"there is no kind of record named {', '.join(sorted(strange))}")
    assert by.partner_id is not None
    _end_what_held(by, group)
    made = Schedule.objects.create(
        partner_id=by.partner_id,
        group=group,
        name=name,
        kinds=sorted(kinds),
        clear_years=clear_years,
        review_every_years=review_every_years,
        keep_to_age=keep_to_age,
        minimum_years=minimum_years,
        authority=authority,
        verified_by=verified_by,
        set_by=by,
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.schedule",
        actor=by,
        detail={
            "schedule": made.pk,
            "group": group,
            "kinds": made.kinds,
            "clear_years": clear_years,
            "review_every_years": review_every_years,
            "keep_to_age": keep_to_age,
            "minimum_years": minimum_years,
        },
    )
    return made


def _end_what_held(by: User, group: str) -> None:
    yesterday = date.fromordinal(today().toordinal() - 1)
    held = Schedule.objects.filter(partner=by.partner_id, group=group).in_force()
    held.filter(starts_on__lt=today()).update(ends_on=yesterday)
    held.filter(starts_on=today()).update(ends_on=today())


@transaction.atomic
def regroup(*, record: ProtectedRecord, group: str, by: User, why: str) -> Grouping:
    """Put one record in another group than its kind. The caller fetched it through the gate.

    Raises `BadInput` where it is another partner's, the partner has no schedule for the group, or
    no reason is given.
    """
    check_may(by, DECIDE)
    _check_own(record, by)
    if group not in {
        one.group for one in Periods(partner_id=record.protection.owner_id).schedules()
    }:
        raise BadInput("your partner has no schedule for that group")
    if not why.strip():
        raise BadInput("say why the record belongs in that group")
    made = Grouping.objects.create(
        kind=record.kind, record=record.reference, group=group, why=why, by=by
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.regroup",
        actor=by,
        records={record.kind: [record.reference]},
        detail={"group": group},
    )
    return made


@transaction.atomic
def set_switch(*, on: bool, by: User, why: str) -> DisposalSwitch:
    """Turn disposal on or off for the officer's own partner, as the named officer.

    Raises `Refused` without `core.retention:enable`, `BadInput` where it stands so already or no
    reason is given.
    """
    check_may(by, ENABLE)
    if not why.strip():
        raise BadInput("say why")
    assert by.partner_id is not None
    partner = Partner.objects.select_for_update().get(pk=by.partner_id)
    if disposal_is_on(partner.pk) == on:
        raise BadInput(f"disposal is {'on' if on else 'off'} already")
    made = DisposalSwitch.objects.create(partner=partner, is_on=on, why=why, by=by)
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.switch",
        actor=by,
        detail={"on": on, "switch": made.pk},
    )
    return made


def disposal_is_on(partner_id: int | None) -> bool:
    """True where the partner's named officer turned disposal on; it is off before anybody did."""
    last = DisposalSwitch.objects.filter(partner=partner_id).first()
    return last is not None and last.is_on


@transaction.atomic
def look_for_due(*, by: User) -> Looked:
    """Bring the queue of the officer's own partner up to today.

    A record whose clear period has ended and that no hold reaches gets a review; an open review
    whose record had new contact, came under a hold or went is closed. Long for many records: it
    asks the database some ten times for each that is old enough.
    """
    check_may(by, DECIDE)
    assert by.partner_id is not None
    with opened("retention looks at every record of its own partner, and shows none"):
        found = _due_now(by.partner_id)
        asked = Review.objects.filter(owner=by.partner_id, closed_at__isnull=True)
        stale = [
            one.pk
            for one in asked
            if one.request_id is None and (one.kind, one.record) not in found
        ]
        Review.objects.filter(pk__in=stale).update(closed_at=timezone.now())
        known = {(one.kind, one.record) for one in asked}
        new = [
            Review(
                owner_id=by.partner_id,
                kind=kind,
                record=record,
                schedule=due.schedule,
                contact_on=due.contact_on,
                due_on=due.review_on,
            )
            for (kind, record), due in found.items()
            if (kind, record) not in known
        ]
        Review.objects.bulk_create(new, batch_size=SIZE)
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.look",
        actor=by,
        detail={"due": len(new), "closed": len(stale)},
    )
    return Looked(due=len(new), closed=len(stale))


def _due_now(partner_id: int) -> dict[tuple[str, UUID], Due]:
    periods = Periods(partner_id=partner_id)
    found: dict[tuple[str, UUID], Due] = {}
    for kind, numbers in old_enough(periods):
        found |= due_among(kind, numbers, periods=periods)
    return found


def due_among(
    kind: registry.Kind, numbers: Sequence[int], *, periods: Periods
) -> dict[tuple[str, UUID], Due]:
    """Which of these records are to be looked at now. The caller has opened the gate."""
    found: dict[tuple[str, UUID], Due] = {}
    rows = kind.model.objects.filter(pk__in=numbers, protection__owner=periods.partner_id)
    for record in rows.select_related("protection"):
        due = periods.due(record)
        if due is not None and due.is_due(periods.on) and not holds_over(record):
            found[record.kind, record.reference] = due
    return found


def old_enough(
    periods: Periods, *, size: int = SIZE
) -> Iterator[tuple[registry.Kind, Sequence[int]]]:
    """The partner's records whose own day alone does not yet rule them out, in pieces."""
    schedules = periods.schedules()
    if not schedules:
        return
    spans = [
        one.clear_years or one.minimum_years or one.review_every_years or 0 for one in schedules
    ]
    if any(one.keep_to_age for one in schedules):
        spans.append(0)
    before = law.years_after(periods.on, -min(spans))
    for kind in registry.kinds():
        own = kind.model.objects.filter(protection__owner=periods.partner_id)
        numbers = list(own.filter(_until(kind, before)).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(numbers), size):
            yield kind, numbers[start : start + size]


def _until(kind: registry.Kind, day: date) -> models.Q:
    clock = kind.model._meta.get_field(kind.clock)
    last: Any = day
    if isinstance(clock, models.DateTimeField):
        last = timezone.make_aware(datetime.combine(day, time.max))
    elif not isinstance(clock, models.DateField):
        last = f"{day.isoformat()}T99"  # a text as precise as YYYY-MM-DDTHH:MM, compared as text
    return models.Q(**{f"{kind.clock}__lte": last}) | models.Q(**{f"{kind.clock}__isnull": True})


@transaction.atomic
def open_for_request(*, request: RightsRequest, record: ProtectedRecord, by: User) -> Review:
    """Put a record in the queue because its person's request for erasure is upheld.

    The caller fetched the record through the gate. Raises `BadInput` where it is another
    partner's, or the request is of another sort or partner.
    """
    check_may(by, "core.rights:manage")
    _check_own(record, by)
    if request.sort != "erasure" or request.partner_id != by.partner_id:
        raise BadInput("only your partner's own request for erasure brings a record here")
    with opened("the last contact counts records that the officer may not see"):
        contact = Periods(partner_id=record.protection.owner_id).contact_on(record)
    Review.objects.filter(kind=record.kind, record=record.reference, closed_at__isnull=True).update(
        closed_at=timezone.now()
    )
    made = Review.objects.create(
        owner_id=by.partner_id,
        kind=record.kind,
        record=record.reference,
        request=request,
        contact_on=contact,
        due_on=today(),
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.request",
        actor=by,
        records={record.kind: [record.reference]},
        detail={"request": str(request.reference)},
    )
    return made


@transaction.atomic
def decide(
    *,
    review: Review,
    choice: Choice,
    by: User,
    why: str,
    keep_until: date | None = None,
    refer_to: str = "",
) -> ReviewDecision:
    """What a named person decides about a record that is due; its reasons stay beside it.

    To keep closes the review until that day. To dispose leaves it open, to be carried out once
    disposal is on. To refer leaves it open for whom it names. A later decision replaces it.

    Raises `Refused` without `core.retention:decide`; `BadInput` for another partner's review, a
    closed one, a record the person may not see, a missing reason, day or name, or a record that
    is held or whose shortest time has not passed.
    """
    check_may(by, DECIDE)
    held = Review.objects.select_for_update().get(pk=review.pk)
    if held.owner_id != by.partner_id:
        raise BadInput("only the partner that owns a record decides about it")
    if held.closed_at is not None:
        raise BadInput("this review is closed")
    if not why.strip():
        raise BadInput("say why")
    record = record_of(held, user=by)
    if record is None:
        raise BadInput("this record is held on terms that need another officer")
    _check_choice(held, choice, record=record, keep_until=keep_until, refer_to=refer_to)
    made = ReviewDecision.objects.create(
        review=held,
        choice=choice,
        keep_until=keep_until if choice == Choice.KEEP else None,
        refer_to=refer_to if choice == Choice.REFER else "",
        why=why,
        by=by,
    )
    if choice == Choice.KEEP:
        held.closed_at = timezone.now()
        held.save(update_fields=["closed_at"])
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.decide",
        actor=by,
        records={held.kind: [held.record]},
        detail={
            "review": str(held.reference),
            "choice": str(choice),
            "until": made.keep_until.isoformat() if made.keep_until else None,
        },
    )
    return made


def record_of(review: Review, *, user: User) -> Any | None:
    """The record under review, where this person may read it."""
    model = registry.kind_of(review.kind).model
    return model.objects.visible_to(user).filter(reference=review.record).first()


def _check_choice(
    review: Review,
    choice: Choice,
    *,
    record: ProtectedRecord,
    keep_until: date | None,
    refer_to: str,
) -> None:
    if choice == Choice.KEEP:
        _check_until(review, keep_until)
    elif choice == Choice.REFER and not refer_to.strip():
        raise BadInput("say to whom it is referred")
    elif choice == Choice.DISPOSE:
        with opened("holds and clear periods count records that the reviewer may not see"):
            check_disposable(review, record)


def _check_until(review: Review, until: date | None) -> None:
    if until is None or until <= today():
        raise BadInput("give the day until which it is kept, after today")
    every = review.schedule.review_every_years if review.schedule else None
    if every and until > law.years_after(today(), every):
        raise BadInput(f"the schedule asks for a review every {every} years; choose an earlier day")


def check_disposable(review: Review, record: ProtectedRecord) -> None:
    """Raise `BadInput` where a hold reaches the record or its shortest time has not passed.

    The caller has opened the gate.
    """
    if holds_over(record):
        raise BadInput("a hold covers this record", mend="It stays until the hold is lifted.")
    if review.request_id is not None:
        return
    due = Periods(partner_id=review.owner_id).due(record)
    if due is None:
        raise BadInput("your partner has no schedule for this record any more")
    if due.disposable_on is None:
        raise BadInput(
            "the schedule keeps this record to an age, and no date of birth is recorded",
            mend="Keep it to a day, or refer it.",
        )
    if due.disposable_on > today() or not due.is_due(today()):
        until = max(due.disposable_on, due.review_on)
        raise BadInput(f"this record is kept until {until:%-d %B %Y} at least")


def _check_own(record: ProtectedRecord, by: User) -> None:
    if record.protection.owner_id != by.partner_id:
        raise BadInput("only the partner that owns a record decides about it")
