"""Whom a record is about and what rests on it: found from the registry and from models' links.

Every function here looks past the gate: the service that calls has opened it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from frith_web.core import registry
from frith_web.core.models import ProtectedRecord, ProtectionShare
from frith_web.core.registry import Kind


def links_to(model: type[models.Model]) -> list[tuple[type[Any], models.ForeignKey[Any, Any]]]:
    """Every model and field that can point at a record of this model."""
    return [
        (other, field)
        for other in apps.get_models()
        for field in other._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is model
    ]


def ahead(record: ProtectedRecord) -> list[ProtectedRecord]:
    """The records that this one points at."""
    found = []
    for field in record._meta.concrete_fields:
        other = field.related_model
        if isinstance(other, type) and issubclass(other, ProtectedRecord):
            one = getattr(record, field.name)
            if one is not None:
                found.append(one)
    return found


def all_ahead(record: ProtectedRecord) -> Iterator[ProtectedRecord]:
    """The records that this one points at, what those point at, and so on; each once."""
    seen = {(record.kind, record.pk)}
    waiting = [record]
    while waiting:
        for one in ahead(waiting.pop()):
            if (one.kind, one.pk) not in seen:
                seen.add((one.kind, one.pk))
                waiting.append(one)
                yield one


def people_of(record: ProtectedRecord) -> list[ProtectedRecord]:
    """The records of people that this one is about, as its kind's `about` says.

    It may be a person's record itself, or point at one.
    """
    kind = registry.kind_of(record.kind)
    if kind.about is None:
        return []
    itself = kind.model.objects.filter(pk=record.pk)
    return [
        one
        for one in (record, *ahead(record))
        if any(True for _ in kind.about(itself, str(one.reference)))
    ]


def about_person(kind: Kind, person: str, *, among: Any) -> Iterable[Any]:
    """Records of a kind that are about a person, among a query set; none where it has no people."""
    return kind.about(among, person) if kind.about is not None else ()


def held_by(model: type[Any], partner_id: int) -> Any:
    """Records that a partner owns or was given."""
    given = ProtectionShare.objects.filter(partner=partner_id).values("protection")
    return model.objects.filter(Q(protection__owner=partner_id) | Q(protection__in=given))


def latest(rows: Iterable[Any], *, clock: str) -> date | None:
    """The latest day that a field says in these rows; None where there is none."""
    if isinstance(rows, QuerySet):
        if isinstance(rows.model._meta.get_field(clock), models.DateField):
            return day_of(rows.aggregate(latest=Max(clock))["latest"])
        values = rows.values_list(clock, flat=True).distinct()
    else:
        values = (getattr(one, clock) for one in rows)  # type: ignore[assignment]
    return max(filter(None, map(day_of, values)), default=None)


def day_of(value: object) -> date | None:
    """A day, a moment or a text as precise as YYYY, YYYY-MM or YYYY-MM-DD; its last day."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    parts = [int(one) for one in str(value or "")[:10].split("-") if one.isdigit()]
    try:
        match parts:
            case [year]:
                return date(year, 12, 31)
            case [year, month]:
                return date(year, month, calendar.monthrange(year, month)[1])
            case [year, month, day]:
                return date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        pass
    return None
