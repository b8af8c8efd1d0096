"""Pages of one record: what was recorded, by whom, on which terms, and what goes with it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from frith_web.core.hidden import hidden_or_404
from frith_web.core.models import ProtectedRecord, User
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.terms_shown import terms_lines
from frith_web.pole import selectors
from frith_web.pole.forms import theme_name
from frith_web.pole.models import Event, Location, Nominal, RecordedObject
from frith_web.pole.selectors import Completeness, Part
from frith_web.pole.services.picturing import completeness_bars
from frith_web.pole.views.frames import (
    frame,
    is_possible_victim,
    parts_of_nominal,
    roles_said,
)
from frith_web.ui.dates import as_said

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
    things = selectors.objects_with(found, user=user) if may(user, "pole.object:read") else []
    context = {
        **frame(
            found,
            title=found.name,
            victim=is_possible_victim(parts),
            beside=[*things, *(part.event for part in parts)],
        ),
        "subpages": parts_of_nominal(found, current="pole:nominal"),
        "terms": terms_lines(found.protection),
        "lines": _lines(
            {
                "Other names": found.aliases,
                "Date of birth": as_said(found.date_of_birth),
                "Sex": found.sex,
                "Phone": found.phone,
                "Email": found.email,
                "Address": found.address,
                "Postcode": found.postcode,
                "Police identifier": found.police_id,
            }
        ),
        "history": _history(parts),
        "objects": [_link("pole:object", one) for one in things],
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
    parts = selectors.parts_in(found, user=user)
    context = {
        **frame(found, title=str(found), beside=[part.nominal for part in parts]),
        "terms": terms_lines(found.protection),
        "lines": _lines(
            {
                "Kind": found.get_sort_display(),
                "From": as_said(found.occurred_from),
                "To": as_said(found.occurred_to),
                "Theme": theme_name(found.theme),
                "Area": found.area,
                "Premises": found.premises_type,
                "Retailer": found.retailer,
                "Occasion": found.occasion_ref,
                "Found by police activity": {True: "Yes", False: "No", None: ""}[found.police_led],
                "Loss": "" if found.loss_gbp is None else f"£{found.loss_gbp:,.2f}",
            }
        ),
        "parts": [_part_in_event(part) for part in parts],
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
    people = selectors.nominals_with(found, user=user)
    context = {
        **frame(found, title=str(found), beside=people),
        "terms": terms_lines(found.protection),
        "lines": _lines({"Kind": found.get_sort_display(), "Identifier": found.identifier}),
        "nominals": [_link("pole:nominal", one) for one in people],
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
    events = selectors.events_at(found, user=user)
    context = {
        **frame(found, title=found.label, beside=events),
        "terms": terms_lines(found.protection),
        "lines": _lines(
            {
                "Area": found.area,
                "Premises": found.premises_type,
                "Postcode": found.postcode,
                "Point": point,
            }
        ),
        "events": [_link("pole:event", one) for one in events],
    }
    return render(request, "pole/location.html", context)


@requires("pole.equality:read")
@require_safe
def completeness(request: HttpRequest) -> HttpResponse:
    """How complete equality monitoring is, by source."""
    user = check_may(request.user, "pole.equality:read")
    found = selectors.completeness(user=user)
    return render(
        request,
        "pole/completeness.html",
        {
            "title": "How much of equality monitoring is filled in",
            "svg": completeness_bars(found) if found else "",
            "table": _completeness_table(found),
            "anything": bool(found),
        },
    )


def _completeness_table(found: list[Completeness]) -> dict[str, Any]:
    """The bars in words: of how many nominals each attribute is recorded."""
    return {
        "caption": "Completeness by source",
        "captionClasses": "govuk-visually-hidden",
        "head": [
            {"text": "Recorded by"},
            {"text": "What"},
            {"text": "Recorded", "format": "numeric"},
            {"text": "Share", "format": "numeric"},
        ],
        "rows": [
            [
                {"text": one.source},
                {"text": one.attribute_words},
                {"text": f"{one.recorded:,} of {one.nominals:,}", "format": "numeric"},
                {"text": f"{one.share:.0%}", "format": "numeric"},
            ]
            for one in found
        ],
    }


def _found(
    request: HttpRequest, model: type[ProtectedRecord], *, user: User, reference: UUID
) -> Any:
    """The record, or the answer of its owner to those who may not read it."""
    record = selectors.one(model, user=user, reference=reference)
    return record if record is not None else hidden_or_404(request, model, reference=reference)


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


def _history(parts: list[Part]) -> list[dict[str, Any]]:
    """The events a nominal was in as a timeline: all that they were recorded as in each."""
    of: dict[int, list[Part]] = {}
    for part in parts:
        of.setdefault(part.event.pk, []).append(part)
    return [
        {
            "label": {"html": _anchor(held[0].event)},
            "datetime": {
                "timestamp": held[0].event.occurred_from,
                "text": as_said(held[0].event.occurred_from),
            },
            "text": f"Recorded as {roles_said(one.role.role for one in held)}. "
            f"Age then: {_age(held[0]).lower()}.",
        }
        for held in of.values()
    ]


def _anchor(event: Event) -> str:
    """An event by what it is: its day stands beside it."""
    href = reverse("pole:event", args=[event.reference])
    words = event.crime_type or event.get_sort_display()
    return format_html('<a class="govuk-link" href="{}">{}</a>', href, words)


def _part_in_event(part: Part) -> dict[str, str]:
    return {
        **_link("pole:nominal", part.nominal),
        "role": part.role.get_role_display(),
        "age": _age(part),
    }
