"""Every read of registers and of retention: the own partner's, unless a role serves the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frith_web.core import registry
from frith_web.core.models import (
    Agreement,
    Certificate,
    Decision,
    Flow,
    FoiRequest,
    Hold,
    Partner,
    Review,
    RightsRequest,
    Schedule,
    Signature,
    User,
)
from frith_web.core.models.dated import today
from frith_web.core.models.standing import standing
from frith_web.core.purposes import Purpose

MOST = 50


def own(rows: QuerySet[Any], *, user: User, permission: str, field: str = "partner") -> Any:
    """Rows of the reader's own partner; all, where a role that grants it serves the audit."""
    roles = [role for role in standing(user).roles if permission in role.permissions]
    if any(Purpose.AUDIT in role.purposes for role in roles):
        return rows.all()
    if roles and user.partner_id:
        return rows.filter(**{field: user.partner_id})
    return rows.none()


def flows(user: User) -> QuerySet[Flow]:
    """The register of flows."""
    found: QuerySet[Flow] = own(
        Flow.objects.all(), user=user, permission="core.flow:read", field="controller"
    )
    return found.select_related("controller", "agreement")


def agreements(user: User) -> QuerySet[Agreement]:
    """Agreements that the reader's partner signed once, or that wait for signatures."""
    permission = "core.agreement:read"
    ours = own(Signature.objects.all(), user=user, permission=permission)
    unsigned = Agreement.objects.exclude(pk__in=Signature.objects.values("agreement"))
    if not standing(user).holds(permission):
        return Agreement.objects.none()
    return Agreement.objects.filter(
        Q(pk__in=ours.values("agreement")) | Q(pk__in=unsigned.values("pk"))
    )


def signatures(agreement: Agreement) -> QuerySet[Signature]:
    """Who signed an agreement, the withdrawn too: a partner to it knows the others."""
    return Signature.objects.filter(agreement=agreement).select_related("partner")


def rights_requests(user: User) -> QuerySet[RightsRequest]:
    """Requests and complaints of people, the unanswered first."""
    found: QuerySet[RightsRequest] = own(
        RightsRequest.objects.all(), user=user, permission="core.rights:manage"
    )
    return found.order_by("-answered_on", "received_on", "pk")


def foi_requests(user: User) -> QuerySet[FoiRequest]:
    """Requests under the Freedom of Information Act."""
    found: QuerySet[FoiRequest] = own(
        FoiRequest.objects.all(), user=user, permission="core.foi:manage"
    )
    return found.order_by("-answered_on", "received_on", "pk")


def decisions(user: User) -> QuerySet[Decision]:
    """The log of decisions, the newest first."""
    found: QuerySet[Decision] = own(
        Decision.objects.all(), user=user, permission="core.decision:read"
    )
    return found.select_related("partner", "supersedes", "recorded_by")


def schedules(user: User) -> QuerySet[Schedule]:
    """Schedules, those that ended too."""
    found: QuerySet[Schedule] = own(
        Schedule.objects.all(), user=user, permission="core.retention:read"
    )
    return found.select_related("partner")


def holds(user: User) -> QuerySet[Hold]:
    """Holds, the lifted too."""
    found: QuerySet[Hold] = own(
        Hold.objects.all(), user=user, permission="core.retention:read", field="owner"
    )
    return found.select_related("owner", "placed_by")


def certificates(user: User) -> QuerySet[Certificate]:
    """Certificates of disposal, the newest first."""
    found: QuerySet[Certificate] = own(
        Certificate.objects.all(), user=user, permission="core.retention:read", field="owner"
    )
    return found.select_related("owner", "disposed_by", "decided_by")


def reviews(user: User) -> QuerySet[Review]:
    """Open reviews, the longest due first."""
    found: QuerySet[Review] = own(
        Review.objects.all(), user=user, permission="core.retention:read", field="owner"
    )
    return found.filter(closed_at__isnull=True).select_related("schedule", "request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One review as its reader sees it: with the record, where they may read it."""

    review: Review
    record: Any
    line: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The head of the queue, how long it is, and how many need another officer."""

    shown: Sequence[Waiting]
    total: int
    elsewhere: int


def queue(user: User) -> Queue:
    """What is due and may be read by this person; what they may not read is counted."""
    rows = list(reviews(user).prefetch_related("decisions"))
    by_kind: dict[str, set[UUID]] = {}
    for one in rows:
        by_kind.setdefault(one.kind, set()).add(one.record)
    records: dict[UUID, Any] = {}
    for kind, references in by_kind.items():
        model = registry.kind_of(kind).model
        for record in model.objects.visible_to(user).filter(reference__in=references):
            records[record.reference] = record
    seen = [one for one in rows if one.record in records]
    shown = [_waiting(one, records[one.record]) for one in seen[:MOST]]
    return Queue(shown=shown, total=len(rows), elsewhere=len(rows) - len(seen))


def _waiting(review: Review, record: Any) -> Waiting:
    decisions = list(review.decisions.all())
    return Waiting(
        review=review,
        record=record,
        line=registry.kind_of(review.kind).shown(record),
        decided=decisions[0].get_choice_display() if decisions else "",
    )


def people_by_words(user: User, words: str) -> list[tuple[str, Any]]:
    """Records of people that hold every word in a searched field: reference and one line."""
    if not words.strip():
        return []
    found = []
    for kind in registry.kinds():
        if kind.about is None or not kind.searched:
            continue
        rows = kind.model.objects.visible_to(user)
        for word in words.split():
            fits = Q()
            for name in kind.searched:
                fits |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(fits)
        found += [(str(one.reference), kind.shown(one)) for one in rows[:MOST]]
    return found


def partners_today() -> QuerySet[Partner]:
    """The partners of today, for choices in forms."""
    return Partner.objects.in_force(today())
