"""Measures: what is counted, in the words that held on each day, and the targets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith_web.core.form_page import form_page
from frith_web.core.models import User
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.submissions import sent_once
from frith_web.objective import forms, selectors
from frith_web.objective.models import MeasureDefinition
from frith_web.objective.services import definitions as writing
from frith_web.objective.views.plans import MANAGE, PAGES, READ


@requires(READ)
@require_safe
def measures(request: HttpRequest) -> HttpResponse:
    """The measures in force."""
    user = check_may(request.user, READ)
    context = {"measures": selectors.measures(user=user), "manages": may(user, MANAGE)}
    return render(request, "objective/measures.html", context)


@requires(READ)
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure: its definitions by date, and its targets."""
    user = check_may(request.user, READ)
    found = _definitions(user, key)
    targets = selectors.targets_of(found, user=user)
    context = {
        "measure": found[0],
        "marking": found[0].protection.marking,
        "lines": _lines(found[0]),
        "earlier": [{"definition": one, "lines": _lines(one)} for one in found[1:]],
        "targets": targets,
        "manages": _keeps(user, found[0]),
    }
    return render(request, "objective/measure.html", context)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def adopt(request: HttpRequest) -> HttpResponse:
    """Take a shipped definition as the partnership's own."""
    user = check_may(request.user, MANAGE)
    pairs = [
        (plan, one)
        for plan, one in selectors.priorities(user=user)
        if one.protection.owner_id == user.partner_id
    ]
    form = forms.AdoptForm(
        request.POST or None,
        measures=selectors.adoptable(user=user),
        priorities=forms.named(pairs),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        under = next(one for _, one in pairs if str(one.reference) == given["priority"])
        made = writing.adopt(
            by=user,
            key=given["measure"],
            protection=under.protection,
            priority=under,
            starts_on=given["starts_on"],
        )
        return redirect("objective:measure", made.key)
    return form_page(
        request,
        form,
        title="Adopt a measure",
        button="Adopt it",
        back=("objective:measures", "Measures"),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def redefine(request: HttpRequest, key: str) -> HttpResponse:
    """Change a definition from a day on."""
    user = check_may(request.user, MANAGE)
    found = _kept(user, key)
    form = forms.RedefineForm(request.POST or None, initial=forms.held(found))
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        try:
            writing.redefine(by=user, measure=found, starts_on=words.pop("starts_on"), words=words)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The new definition is written; the one before stays.")
            return redirect("objective:measure", key)
    return form_page(
        request,
        form,
        title=f"Change how “{found.name}” is defined",
        button="Change it from that day",
        back=("objective:measure", found.name, key),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_target(request: HttpRequest, key: str) -> HttpResponse:
    """Set a target."""
    user = check_may(request.user, MANAGE)
    found = _kept(user, key)
    form = forms.TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        writing.set_target(by=user, measure=found, **form.cleaned_data)
        return redirect("objective:measure", key)
    return form_page(
        request,
        form,
        title=f"A target for “{found.name}”",
        button="Set it",
        back=("objective:measure", found.name, key),
    )


def _definitions(user: User, key: str) -> list[MeasureDefinition]:
    found = selectors.definitions_of(key, user=user)
    if not found:
        raise Http404
    return found


def _keeps(user: User, found: MeasureDefinition) -> bool:
    return may(user, MANAGE) and found.protection.owner_id == user.partner_id


def _kept(user: User, key: str) -> MeasureDefinition:
    found = _definitions(user, key)[0]
    if not _keeps(user, found):
        raise Http404
    return found


def _lines(one: MeasureDefinition) -> list[dict[str, Any]]:
    said = {
        "Definition": one.definition,
        "What is counted": one.numerator,
        "Out of what": one.denominator,
        "Unit": one.unit,
        "Kind": one.get_sort_display(),
        "What a rise means": one.get_direction_display(),
        "What it cannot tell": one.caveat,
        "Source": one.source,
    }
    return [{"key": {"text": k}, "value": {"text": v}} for k, v in said.items() if v]
