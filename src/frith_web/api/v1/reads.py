"""Every read of the API: through `visible_to`, and only what may leave the site as a copy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from frith_web.api.v1 import shapes
from frith_web.core.models import ProtectedRecord, Protection, User
from frith_web.core.models.standing import standing, visible_protections
from frith_web.core.permissions import declared_permissions
from frith_web.core.services.disclosures import may_be_copied
from frith_web.objective.models import Commitment, MeasureDefinition, Plan, Priority, Target
from frith_web.pole import selectors
from frith_web.pole.models import (
    Batch,
    Event,
    EventRole,
    Nominal,
    ObjectLink,
    RecordedObject,
)
from frith_web.pole.selectors import Filters

Model = type[ProtectedRecord]


def readable(model: Model, *, user: User) -> Any:
    """The records of a kind that this reader may read and whose terms let a copy leave."""
    return _copies(model.objects.visible_to(user), user=user)


def _copies(found: Any, *, user: User) -> Any:
    """Where a kind has a permission to take copies, that too; and no terms that refuse them."""
    of = standing(user)
    kind = str(found.model.permission_kind or found.model.kind)
    if f"{kind}:export" in declared_permissions():
        found = found.filter(protection__in=visible_protections(of, f"{kind}:export"))
    bound = Protection.objects.filter(pk__in=visible_protections(of, f"{kind}:read")).exclude(
        conditions=[]
    )
    recipient = user.partner
    stays = [
        one.pk
        for one in bound.select_related("owner")
        if recipient is None or not may_be_copied(one, by=user, recipient=recipient)
    ]
    return found.exclude(protection__in=stays) if stays else found


def references(model: Model, numbers: Iterable[int | None], *, user: User) -> dict[int, UUID]:
    """Row number to reference, of those that this reader may read."""
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    return {one.pk: one.reference for one in readable(model, user=user).filter(pk__in=wanted)}


def nominals(user: User, asked: shapes.NominalFilters) -> Any:
    """Nominals that fit."""
    filters = Filters(words=asked.words, source=asked.source)
    return _copies(selectors.find_nominals(user=user, filters=filters), user=user)


def events(user: User, asked: shapes.EventFilters) -> Any:
    """Events that fit. One recorded by its month alone may have begun on any day of it."""
    filters = Filters(
        words=asked.words,
        source=asked.source,
        sort=asked.sort or "",
        theme=asked.theme,
        area=asked.area,
    )
    found = _copies(selectors.find_events(user=user, filters=filters), user=user)
    if asked.since:
        found = found.filter(Q(occurred_from__gte=asked.since) | Q(occurred_from=asked.since[:7]))
    if asked.until:
        found = found.filter(
            Q(occurred_from__lte=asked.until) | Q(occurred_from__startswith=asked.until)
        )
    return found


def objects(user: User, asked: shapes.ObjectFilters) -> Any:
    """Objects that fit."""
    filters = Filters(words=asked.words, sort=asked.sort or "")
    return _copies(selectors.find_objects(user=user, filters=filters), user=user)


def locations(user: User, asked: shapes.LocationFilters) -> Any:
    """Locations that fit."""
    filters = Filters(words=asked.words)
    return _copies(selectors.find_locations(user=user, filters=filters), user=user)


def roles(user: User, asked: shapes.RoleFilters) -> Any:
    """Roles in events of which the reader may read the event and the nominal too."""
    found = readable(EventRole, user=user).filter(
        event__in=_numbers(Event, user), nominal__in=_numbers(Nominal, user)
    )
    narrowed = {
        "event__reference": asked.event,
        "nominal__reference": asked.nominal,
        "role": asked.role,
    }
    return _narrowed(found, narrowed)


def links(user: User, asked: shapes.LinkFilters) -> Any:
    """Links of objects of which the reader may read every end."""
    found = (
        readable(ObjectLink, user=user)
        .filter(recorded_object__in=_numbers(RecordedObject, user))
        .filter(Q(nominal=None) | Q(nominal__in=_numbers(Nominal, user)))
        .filter(Q(event=None) | Q(event__in=_numbers(Event, user)))
    )
    narrowed = {
        "recorded_object__reference": asked.object,
        "nominal__reference": asked.nominal,
        "event__reference": asked.event,
    }
    return _narrowed(found, narrowed)


def batches(user: User, asked: shapes.Paging) -> Any:
    """Import batches."""
    del asked
    return readable(Batch, user=user)


def plans(user: User, asked: shapes.Paging) -> Any:
    """Plans."""
    del asked
    return readable(Plan, user=user)


def priorities(user: User, asked: shapes.PriorityFilters) -> Any:
    """Priorities that fit."""
    found = readable(Priority, user=user)
    return found.filter(plan__in=_only(Plan, user, asked.plan)) if asked.plan else found


def commitments(user: User, asked: shapes.CommitmentFilters) -> Any:
    """Commitments that fit."""
    found = readable(Commitment, user=user).select_related("lead")
    if asked.priority:
        found = found.filter(priority__in=_only(Priority, user, asked.priority))
    return found


def measures(user: User, asked: shapes.MeasureFilters) -> Any:
    """Definitions of measures that fit."""
    found = readable(MeasureDefinition, user=user)
    if asked.in_force:
        found = found.filter(ends_on=None)
    return found.filter(key=asked.key) if asked.key else found


def targets(user: User, asked: shapes.TargetFilters) -> Any:
    """Targets that fit."""
    found = readable(Target, user=user)
    if asked.measure:
        found = found.filter(measure__in=_only(MeasureDefinition, user, asked.measure))
    return found


def _numbers(model: Model, user: User) -> QuerySet[Any, Any]:
    """Row numbers of what is readable, as a query within another."""
    return readable(model, user=user).order_by().values("pk")


def _only(model: Model, user: User, reference: UUID) -> QuerySet[Any, Any]:
    return readable(model, user=user).filter(reference=reference).order_by().values("pk")


def _narrowed(found: Any, by: dict[str, Any]) -> Any:
    return found.filter(**{name: value for name, value in by.items() if value})
