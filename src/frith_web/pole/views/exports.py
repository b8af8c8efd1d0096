"""Copies of lists: for whom and why is asked first, and the log says who received what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from frith.errors import BadInput
from frith_web.core.models import Partner
from frith_web.core.models.dated import in_force, today
from frith_web.core.permissions import check_may, requires
from frith_web.core.reading import current_reading
from frith_web.core.services import audit
from frith_web.core.services.disclosures import as_csv, label_for
from frith_web.pole import forms, selectors
from frith_web.pole.services.copies import COLUMNS, row_of

Find = Callable[..., Any]


class CopyForm(django_forms.Form):
    """For whom a copy is made, and why."""

    recipient = django_forms.ModelChoiceField(
        label="Who receives it", queryset=Partner.objects.none(), empty_label=None
    )
    purpose = django_forms.CharField(
        label="What for", max_length=300, help_text="It stands in the log beside the copy."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = Partner.objects.filter(in_force(today()))  # type: ignore[attr-defined]
        self.fields["purpose"].required = audit.purpose_required("pole:export")


@requires("pole.nominal:export")
@require_http_methods(["GET", "HEAD", "POST"])
def nominals(request: HttpRequest) -> HttpResponse:
    """A copy of the nominals that fit."""
    return _copy(request, "nominals", forms.NarrowNominals, selectors.find_nominals)


@requires("pole.event:export")
@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """A copy of the events that fit."""
    return _copy(request, "events", forms.NarrowEvents, selectors.find_events)


@requires("pole.object:export")
@require_http_methods(["GET", "HEAD", "POST"])
def objects(request: HttpRequest) -> HttpResponse:
    """A copy of the objects that fit."""
    return _copy(request, "objects", forms.NarrowObjects, selectors.find_objects)


@requires("pole.location:export")
@require_http_methods(["GET", "HEAD", "POST"])
def locations(request: HttpRequest) -> HttpResponse:
    """A copy of the locations that fit."""
    return _copy(request, "locations", forms.Narrow, selectors.find_locations)


def _copy(request: HttpRequest, name: str, narrow: type[forms.Narrow], find: Find) -> HttpResponse:
    user = check_may(request.user, f"pole.{name[:-1]}:export")
    filters = narrow(request.GET)
    form = CopyForm(request.POST or None, initial={"recipient": user.partner_id})
    answer = {"form": form, "name": name}
    if request.method != "POST" or not form.is_valid():
        return render(request, "pole/copy.html", answer)
    found = list(
        find(user=user, filters=filters.filters(), act="export").select_related("protection__owner")
    )
    held = {one.protection_id: one.protection for one in found}
    try:
        label = label_for(
            protections=held.values(),
            by=user,
            recipient=form.cleaned_data["recipient"],
            filters=request.GET.urlencode(),
        )
    except BadInput as error:
        current_reading().clear()
        form.add_error(None, str(error))
        return render(request, "pole/copy.html", answer, status=422)
    ledger = current_reading()
    ledger.purpose = form.cleaned_data["purpose"]
    ledger.export_to(label.recipient)
    text = as_csv(label=label, head=COLUMNS[name], rows=(row_of(name, one) for one in found))
    file = HttpResponse(text, content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="{name} {label.marking.value}.csv"'
    return file
