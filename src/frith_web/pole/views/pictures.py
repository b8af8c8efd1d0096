"""Pages with a picture: where events were recorded, and what a nominal was recorded with."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from frith_web.core.permissions import check_may, may, requires
from frith_web.core.terms_shown import marking_over
from frith_web.pole import forms, selectors
from frith_web.pole.drawing import (
    HEIGHT,
    MOST_NODES,
    WIDTH,
    Dot,
    Line,
    Node,
    Place,
    in_rings,
    on_map,
)
from frith_web.pole.models import Event, Nominal
from frith_web.pole.selectors import Part
from frith_web.pole.views.frames import frame, is_possible_victim, parts_of_nominal
from frith_web.ui.filters import filter_options

NEWEST = 500
"""Events drawn; the page says where there are more."""
SIZE = {"width": WIDTH, "height": HEIGHT}


@requires("pole.location:read")
@require_safe
def event_map(request: HttpRequest) -> HttpResponse:
    """Where the events that fit were recorded; whoever reads locations but no events sees none."""
    user = check_may(request.user, "pole.location:read")
    form = forms.NarrowEvents(request.GET)
    events, more = selectors.placed_events(user=user, filters=form.filters(), most=NEWEST)
    places = selectors.locations_of(events, user=user)
    counted = Counter(one.location_id for one in events if one.location_id in places)
    dots, bar = on_map(
        [
            Place(
                longitude=places[pk].longitude or 0.0,
                latitude=places[pk].latitude or 0.0,
                label=places[pk].label,
                count=count,
                href=reverse("pole:location", args=[places[pk].reference]),
            )
            for pk, count in counted.most_common()
        ]
    )
    context = {
        "marking": marking_over([*events, *places.values()]),
        "form": form,
        "filter": filter_options(form, address=request.path),
        "dots": dots,
        "bar": bar,
        "size": SIZE,
        "table": _places_table(dots),
        "more": more,
    }
    return render(request, "pole/event_map.html", context)


@requires("pole.nominal:read")
@require_safe
def links(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A nominal, the events and objects it was recorded with, and who else was in one of them."""
    user = check_may(request.user, "pole.nominal:read")
    found = selectors.one(Nominal, user=user, reference=reference)
    if found is None:
        raise Http404
    parts = selectors.parts_of(found, user=user)
    things = selectors.objects_with(found, user=user) if may(user, "pole.object:read") else []
    opened = _opened(request, parts)
    others = selectors.parts_in(opened, user=user) if opened else []
    others = [one for one in others if one.nominal.pk != found.pk]
    first = [*_events(parts), *(_node(one, "object", "pole:object") for one in things)]
    second = list(
        {one.nominal.pk: _node(one.nominal, "nominal", "pole:nominal") for one in others}.values()
    )
    nodes, lines = in_rings(
        _node(found, "nominal", "pole:nominal"), first, second, _links(found, parts, things, others)
    )
    context = {
        **frame(
            found,
            title=found.name,
            here="Recorded with",
            victim=is_possible_victim(parts),
            beside=[
                *things,
                *(end for one in (*parts, *others) for end in (one.event, one.nominal)),
            ],
        ),
        "subpages": parts_of_nominal(found, current="pole:nominal-links"),
        "nodes": nodes,
        "lines": lines,
        "table": _links_table(lines),
        "size": SIZE,
        "more": 1 + len(first) + len(second) > MOST_NODES,
        "parts": [_row(one, reference, is_open=one.event == opened) for one in parts],
        "things": [_node(one, "object", "pole:object") for one in things],
        "opened": opened,
        "others": [_other(one) for one in others],
    }
    return render(request, "pole/links.html", context)


def _places_table(dots: list[Dot]) -> dict[str, Any]:
    """The map in words: every place with its number, and how many events."""
    return {
        "caption": "Places, those with most events first",
        "captionClasses": "govuk-table__caption--m",
        "firstCellIsHeader": True,
        "head": [
            {"text": "Place"},
            {"text": "Number on the map", "format": "numeric"},
            {"text": "Events recorded", "format": "numeric"},
        ],
        "rows": [
            [
                {
                    "html": format_html(
                        '<a class="govuk-link" href="{}">{}</a>', dot.href, dot.label
                    )
                },
                {"text": dot.number, "format": "numeric"},
                {"text": dot.count, "format": "numeric"},
            ]
            for dot in dots
        ],
    }


def _links_table(lines: list[Line]) -> dict[str, Any]:
    """The chart in words: every line, from what to what and how."""
    return {
        "caption": "Who and what was recorded together",
        "captionClasses": "govuk-visually-hidden",
        "head": [{"text": "From"}, {"text": "Recorded as or with"}, {"text": "To"}],
        "rows": [
            [{"text": line.start}, {"text": line.words}, {"text": line.end}] for line in lines
        ],
    }


def _opened(request: HttpRequest, parts: list[Part]) -> Event | None:
    """The event that the reader opened, where it is one of these."""
    wanted = request.GET.get("event", "")
    return next((one.event for one in parts if str(one.event.reference) == wanted), None)


def _node(record: Any, sort: str, page: str) -> Node:
    return Node(
        key=str(record.reference),
        label=str(record),
        sort=sort,
        href=reverse(page, args=[record.reference]),
    )


def _events(parts: list[Part]) -> list[Node]:
    return list({one.event.pk: _node(one.event, "event", "pole:event") for one in parts}.values())


def _links(
    found: Nominal, parts: list[Part], things: list[Any], others: list[Part]
) -> list[tuple[str, str, str]]:
    here = str(found.reference)
    return [
        *((here, str(one.event.reference), one.role.get_role_display()) for one in parts),
        *((here, str(one.reference), "recorded with") for one in things),
        *(
            (
                str(one.event.reference),
                str(one.nominal.reference),
                one.role.get_role_display(),
            )
            for one in others
        ),
    ]


def _row(one: Part, reference: UUID, *, is_open: bool) -> dict[str, Any]:
    here = reverse("pole:nominal-links", args=[reference])
    return {
        "text": str(one.event),
        "href": reverse("pole:event", args=[one.event.reference]),
        "role": one.role.get_role_display(),
        "open": here if is_open else f"{here}?event={one.event.reference}",
        "is_open": is_open,
    }


def _other(one: Part) -> dict[str, str]:
    return {
        "text": str(one.nominal),
        "href": reverse("pole:nominal", args=[one.nominal.reference]),
        "role": one.role.get_role_display(),
    }
