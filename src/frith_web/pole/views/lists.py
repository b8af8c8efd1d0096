"""Lists of records: what fits the filter, fifty to a page, in an order, and the copy of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frith_web.core.models import User
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.terms_shown import marking_over
from frith_web.pole import forms, selectors
from frith_web.pole.models import Event, Location, Nominal, RecordedObject
from frith_web.ui.dates import as_said
from frith_web.ui.filters import filter_options, kept
from frith_web.ui.sorting import ORDER, Column, chosen, head

Read = Callable[..., Page[Any]]
NOT_RECORDED = "Not recorded"


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
        columns=(
            Column(text="Name", key="name"),
            Column(text="Born", key="born"),
            Column(text="Postcode", key="postcode"),
            Column(text="Recorded by", key="source"),
        ),
        order="name",
        row=lambda one: (one.name, as_said(one.date_of_birth), one.postcode, one.source),
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
        columns=(
            Column(text="Event", key="event"),
            Column(text="When", key="when"),
            Column(text="Area", key="area"),
            Column(text="Recorded by", key="source"),
        ),
        order="-when",
        row=lambda one: (
            one.crime_type or one.get_sort_display(),
            as_said(one.occurred_from),
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
        columns=(
            Column(text="Identifier", key="identifier"),
            Column(text="Kind", key="kind"),
        ),
        order="kind",
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
        columns=(
            Column(text="Location", key="location"),
            Column(text="Area", key="area"),
            Column(text="Point", key="point"),
            Column(text="Recorded by", key="source"),
        ),
        order="location",
        row=lambda one: (
            one.label,
            one.area,
            one.point_precision.capitalize() or "No point",
            one.source,
        ),
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
    columns: tuple[Column, ...],
    order: str,
    row: Callable[[Any], tuple[str, ...]],
    export: str,
) -> HttpResponse:
    user: User = check_may(request.user, permission)
    asked = chosen(columns, request.GET.get(ORDER, ""), otherwise="")
    narrowed = kept(form)
    filters = replace(form.filters(), order=asked)
    page = read(user=user, filters=filters, page=request.GET.get("page", 1))
    lines = [
        {"href": href, "cells": _cells(columns, row(one))}
        for href, one in zip(_addresses(page_name, page), page, strict=True)
    ]
    context = {
        "title": title,
        "marking": marking_over(page),
        "said": said,
        "form": form,
        "filter": filter_options(form, address=request.path, order=asked),
        "order": asked,
        "head": head(columns, asked or order, kept=narrowed),
        "rows": lines,
        "total": f"{page.paginator.count:,}",
        "first": f"{page.start_index():,}",
        "last": f"{page.end_index():,}",
        "pages": _pages(page, {**narrowed, ORDER: asked} if asked else narrowed),
        "export": f"{reverse(export)}?{urlencode(narrowed)}"
        if may(user, permission.replace(":read", ":export"))
        else "",
        "map": f"{reverse('pole:event-map')}?{urlencode(narrowed)}"
        if page_name == "pole:event" and may(user, "pole.location:read")
        else "",
    }
    return render(request, "pole/list.html", context)


def _addresses(page_name: str, records: Iterable[Any]) -> list[str]:
    """The page of each record: looked up once, because a list has fifty."""
    nobody = UUID(int=0)
    form = reverse(page_name, args=[nobody])
    return [form.replace(str(nobody), str(one.reference)) for one in records]


def _cells(columns: tuple[Column, ...], values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each value with its column's head, which a narrow screen shows beside it."""
    return [
        (column.text, value or NOT_RECORDED) for column, value in zip(columns, values, strict=True)
    ]


def _pages(page: Page[Any], same: dict[str, str]) -> dict[str, Any]:
    """Previous and next, as pagination takes them; empty where everything is on one page."""

    def to(number: int) -> str:
        return "?" + urlencode({**same, "page": number})

    return {
        "previous": {"href": to(page.previous_page_number())} if page.has_previous() else None,
        "next": {"href": to(page.next_page_number())} if page.has_next() else None,
    }
