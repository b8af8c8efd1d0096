"""The daily look for records that fall due, in pieces that each hold the database for a moment.

It does what `retention.look_for_due` does for an officer, for every partner, as the site itself:
it lists and tells, and disposes of nothing. What is decided about a record is a named person's.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from frith_web.core import registry
from frith_web.core.models import EntryKind, Partner, Review, Schedule, opened
from frith_web.core.officers import officers
from frith_web.core.services.audit import append
from frith_web.core.services.clear_periods import Due, Periods
from frith_web.core.services.notifications import notify
from frith_web.core.services.retention import DECIDE, due_among, old_enough

PIECE = 200
"""Records of one piece: some two thousand questions to the database, and then it is let go."""
FELL_DUE = "retention-due"
LOOKS = "the daily look holds every record against its schedule, and shows none"


@transaction.atomic
def to_look_at() -> list[str]:
    """The pieces of a look: partner, kind, first and last number of records that are old enough."""
    found = []
    with opened(LOOKS):
        for partner in partners():
            for kind, numbers in old_enough(Periods(partner_id=int(partner)), size=PIECE):
                found.append(f"{partner}/{kind.kind}/{numbers[0]}/{numbers[-1]}")
    return found


@transaction.atomic
def look_at(piece: str) -> int:
    """Put what is due among one piece's records into its partner's queue; how many are new."""
    partner, name, first, last = piece.split("/")
    kind, periods = registry.kind_of(name), Periods(partner_id=int(partner))
    with opened(LOOKS):
        within = kind.model.objects.filter(pk__range=(first, last))
        numbers = within.filter(protection__owner=periods.partner_id).values_list("pk", flat=True)
        found = due_among(kind, list(numbers), periods=periods)
        references = [record for _, record in found]
        open_now = Review.objects.filter(
            kind=kind.kind, record__in=references, closed_at__isnull=True
        )
        known = set(open_now.values_list("record", flat=True))
        new = [
            _review(periods.partner_id, kind.kind, record, due)
            for (_, record), due in found.items()
            if record not in known
        ]
        Review.objects.bulk_create(new)
    return len(new)


def _review(partner_id: int, kind: str, record: UUID, due: Due) -> Review:
    return Review(
        owner_id=partner_id,
        kind=kind,
        record=record,
        schedule=due.schedule,
        contact_on=due.contact_on,
        due_on=due.review_on,
    )


@transaction.atomic
def to_look_at_again() -> list[str]:
    """The pieces of the reviews that are open: partner, first and last number."""
    found = []
    for partner in partners():
        asked = Review.objects.filter(
            owner=int(partner), closed_at__isnull=True, request__isnull=True
        ).order_by("pk")
        numbers = list(asked.values_list("pk", flat=True))
        for start in range(0, len(numbers), PIECE):
            some = numbers[start : start + PIECE]
            found.append(f"{partner}/{some[0]}/{some[-1]}")
    return found


@transaction.atomic
def look_again_at(piece: str) -> int:
    """Close reviews whose record had new contact, came under a hold or went; how many."""
    partner, first, last = piece.split("/")
    periods = Periods(partner_id=int(partner))
    asked = Review.objects.filter(
        owner=int(partner), closed_at__isnull=True, request__isnull=True, pk__range=(first, last)
    )
    with opened(LOOKS):
        stale = [one.pk for one in asked if not _is_still_due(one, periods)]
    return Review.objects.filter(pk__in=stale).update(closed_at=timezone.now())


def _is_still_due(review: Review, periods: Periods) -> bool:
    kind = registry.kind_of(review.kind)
    numbers = kind.model.objects.filter(reference=review.record).values_list("pk", flat=True)
    return bool(due_among(kind, list(numbers), periods=periods))


@transaction.atomic
def tell(partner: str, *, new: int, closed: int) -> None:
    """Note a look in the log, and tell the owner's officers how many records it found."""
    owner = Partner.objects.get(pk=partner)
    if new:
        words = "record is" if new == 1 else "records are"
        for officer in officers(owner.pk, DECIDE):
            notify(
                to=officer,
                kind=FELL_DUE,
                text=f"{new:,} more {words} due for review",
                link=reverse("core:retention"),
            )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.retention.look",
        actor=None,
        detail={"partner": owner.key, "due": new, "closed": closed},
    )


def partners() -> list[str]:
    """The partners that have a schedule in force: nobody else's records are ever due."""
    found = Schedule.objects.in_force().values_list("partner", flat=True)
    return sorted({str(one) for one in found})
