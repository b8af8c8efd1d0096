"""Pages of one record: what was recorded, by whom, on which terms, and what goes with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frith_web.core.hidden import hidden_or_404
from frith_web.core.models import ProtectedRecord, User
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.terms_shown import terms_lines
from frith_web.pole import selectors
from frith_web.pole.models import Event, Location, Nominal, RecordedObject
from frith_web.pole.selectors import Part

NOT_RECORDED = "Not recorded"


@requires("pole.nominal:read")
@require_safe
def nominal(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One nominal: the record, the events it was in, the objects recorded with it."""
    user = check_may(request.user, "pole.nominal:read")
    found = _found(request, Nominal, user=user, reference=reference)
    if isinstance(found, HttpResponse):
        return found
    parts = selectors.parts_of(found, user=user)
    context = {
        **_frame(found, title=found.name),
        "lines": _lines(
            {
                "Other names": found.aliases,
                "Date of birth": found.date_of_birth,
                "Sex": found.sex,
                "Phone": found.phone,
                "Email": found.email,
                "Address": found.address,
                "Postcode": found.postcode,
                "Police identifier": found.police_id,
            }
        ),
        "possible_victim": any(part.role.role in {"victim", "possible_victim"} for part in parts),
        "parts": [_part_of_nominal(part) for part in parts],
        "objects": [_link("pole:object", one) for one in selectors.objects_with(found, user=user)]
        if may(user, "pole.object:read")
        else [],
    }
    return render(request, "pole/nominal.html", context)


@requires("pole.event:read")
@require_safe
def event(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One event and who was recorded in it."""
    user = check_may(request.user, "pole.event:read")
    found = _found(request, Event, user=user, reference=reference)
    if isinstance(found, HttpResponse):
        return found
    context = {
        **_frame(found, title=str(found)),
        "lines": _lines(
            {
                "Kind": found.get_sort_display(),
                "From": found.occurred_from.replace("T", " "),
                "To": found.occurred_to.replace("T", " "),
                "Theme": found.theme.replace("_", " "),
                "Area": found.area,
                "Premises": found.premises_type,
                "Retailer": found.retailer,
                "Occasion": found.occasion_ref,
                "Found by police activity": {True: "Yes", False: "No", None: ""}[found.police_led],
                "Loss": "" if found.loss_gbp is None else f"£{found.loss_gbp:,.2f}",
            }
        ),
        "parts": [_part_in_event(part) for part in selectors.parts_in(found, user=user)],
    }
    return render(request, "pole/event.html", context)


@requires("pole.object:read")
@require_safe
def thing(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One object and with whom it was recorded."""
    user = check_may(request.user, "pole.object:read")
    found = _found(request, RecordedObject, user=user, reference=reference)
    if isinstance(found, HttpResponse):
        return found
    context = {
        **_frame(found, title=str(found)),
        "lines": _lines({"Kind": found.get_sort_display(), "Identifier": found.identifier}),
        "nominals": [
            _link("pole:nominal", one) for one in selectors.nominals_with(found, user=user)
        ],
    }
    return render(request, "pole/object.html", context)


@requires("pole.location:read")
@require_safe
def location(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One location and what was recorded there."""
    user = check_may(request.user, "pole.location:read")
    found = _found(request, Location, user=user, reference=reference)
    if isinstance(found, HttpResponse):
        return found
    point = ""
    if found.latitude is not None and found.longitude is not None:
        precision = found.point_precision or "precision unknown"
        point = f"{found.latitude:.5f}, {found.longitude:.5f} ({precision})"
    context = {
        **_frame(found, title=found.label),
        "lines": _lines(
            {
                "Area": found.area,
                "Premises": found.premises_type,
                "Postcode": found.postcode,
                "Point": point,
            }
        ),
        "events": [_link("pole:event", one) for one in selectors.events_at(found, user=user)],
    }
    return render(request, "pole/location.html", context)


@requires("pole.equality:read")
@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """How complete equality monitoring is, by source."""
    user = check_may(request.user, "pole.equality:read")
    rows = [
        [
            {"text": one.source},
            {"text": one.attribute.replace("_", " ").capitalize()},
            {"text": f"{one.recorded:,} of {one.nominals:,}", "format": "numeric"},
            {"text": f"{one.share:.0%}", "format": "numeric"},
        ]
        for one in selectors.completeness(user=user)
    ]
    return render(request, "pole/completeness.html", {"rows": rows})


def _found(
    request: HttpRequest, model: type[ProtectedRecord], *, user: User, reference: UUID
) -> Any:
    """The record, or the answer of its owner to those who may not read it."""
    record = selectors.one(model, user=user, reference=reference)
    return record if record is not None else hidden_or_404(request, model, reference=reference)


def _frame(record: Any, *, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "record": record,
        "marking": record.protection.marking,
        "terms": terms_lines(record.protection),
    }


def _lines(values: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"key": {"text": key}, "value": {"text": value or NOT_RECORDED}}
        for key, value in values.items()
    ]


def _link(page: str, record: Any) -> dict[str, str]:
    return {"text": str(record), "href": reverse(page, args=[record.reference])}


def _age(part: Part) -> str:
    if part.age is None:
        return NOT_RECORDED
    return f"{part.age.words}, treat as a child" if part.age.may_be_a_child else part.age.words


def _part_of_nominal(part: Part) -> dict[str, str]:
    return {
        **_link("pole:event", part.event),
        "role": part.role.get_role_display(),
        "age": _age(part),
    }


def _part_in_event(part: Part) -> dict[str, str]:
    return {
        **_link("pole:nominal", part.nominal),
        "role": part.role.get_role_display(),
        "age": _age(part),
    }
