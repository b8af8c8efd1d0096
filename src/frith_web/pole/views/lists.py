"""Lists of records: what fits the search, fifty to a page, and the copy that may be taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frith_web.core.models import User
from frith_web.core.permissions import check_may, may, requires
from frith_web.pole import forms, selectors
from frith_web.pole.models import Event, Location, Nominal, RecordedObject

Read = Callable[..., Page[Any]]


@requires("pole.nominal:read")
@require_safe
def nominals(request: HttpRequest) -> HttpResponse:
    """People as recorded, by name."""
    return _list(
        request,
        title="People as recorded",
        said="Each row is one record in one system. One person may have several, and a name may be "
        "wrong.",
        form=forms.NarrowNominals(request.GET),
        read=selectors.nominals,
        permission="pole.nominal:read",
        page_name="pole:nominal",
        head=("Name", "Born", "Postcode", "Recorded by"),
        row=lambda one: (one.name, one.date_of_birth or "Not recorded", one.postcode, one.source),
        export="pole:nominals-export",
    )


@requires("pole.event:read")
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Recorded events, the newest first."""
    return _list(
        request,
        title="Recorded events",
        said="A recorded offence is what somebody wrote down. It is not proof that one was "
        "committed.",
        form=forms.NarrowEvents(request.GET),
        read=selectors.events,
        permission="pole.event:read",
        page_name="pole:event",
        head=("Event", "When", "Area", "Recorded by"),
        row=lambda one: (
            one.crime_type or one.get_sort_display(),
            one.occurred_from.replace("T", " "),
            one.area,
            one.source,
        ),
        export="pole:events-export",
    )


@requires("pole.object:read")
@require_safe
def objects(request: HttpRequest) -> HttpResponse:
    """Phones, vehicles, accounts, handles and adverts."""
    return _list(
        request,
        title="Objects",
        said="Things that were recorded with people or in events. Sharing one is no proof of "
        "anything.",
        form=forms.NarrowObjects(request.GET),
        read=selectors.objects,
        permission="pole.object:read",
        page_name="pole:object",
        head=("Identifier", "Kind"),
        row=lambda one: (one.identifier, one.get_sort_display()),
        export="pole:objects-export",
    )


@requires("pole.location:read")
@require_safe
def locations(request: HttpRequest) -> HttpResponse:
    """Places as recorded."""
    return _list(
        request,
        title="Locations",
        said="A point may have been moved to a street or an area before it came here; each says "
        "so.",
        form=forms.Narrow(request.GET),
        read=selectors.locations,
        permission="pole.location:read",
        page_name="pole:location",
        head=("Location", "Area", "Point", "Recorded by"),
        row=lambda one: (one.label, one.area, one.point_precision or "No point", one.source),
        export="pole:locations-export",
    )


KIND_OF = {
    "pole:nominals-export": Nominal,
    "pole:events-export": Event,
    "pole:objects-export": RecordedObject,
    "pole:locations-export": Location,
}


def _list(
    request: HttpRequest,
    *,
    title: str,
    said: str,
    form: forms.Narrow,
    read: Read,
    permission: str,
    page_name: str,
    head: tuple[str, ...],
    row: Callable[[Any], tuple[str, ...]],
    export: str,
) -> HttpResponse:
    user: User = check_may(request.user, permission)
    page = read(user=user, filters=form.filters(), page=request.GET.get("page", 1))
    kept = {name: value for name, value in form.data.items() if value and name != "page"}
    lines = [{"href": reverse(page_name, args=[one.reference]), "cells": row(one)} for one in page]
    context = {
        "title": title,
        "said": said,
        "form": form,
        "head": head,
        "rows": lines,
        "total": f"{page.paginator.count:,}",
        "first": f"{page.start_index():,}",
        "last": f"{page.end_index():,}",
        "pages": _pages(page, kept),
        "export": f"{reverse(export)}?{urlencode(kept)}"
        if may(user, permission.replace(":read", ":export"))
        else "",
        "map": f"{reverse('pole:event-map')}?{urlencode(kept)}"
        if page_name == "pole:event" and may(user, "pole.location:read")
        else "",
    }
    return render(request, "pole/list.html", context)


def _pages(page: Page[Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Previous and next, as pagination takes them; empty where everything is on one page."""

    def to(number: int) -> str:
        return "?" + urlencode({**kept, "page": number})

    return {
        "previous": {"href": to(page.previous_page_number())} if page.has_previous() else None,
        "next": {"href": to(page.next_page_number())} if page.has_next() else None,
    }
