"""Settings: what a new partnership sets up first, local numbers, and where policies are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, resolve, reverse
from django.views.decorators.http import require_http_methods, require_safe

from frith_web.core import structure_selectors as selectors
from frith_web.core.first_run import State
from frith_web.core.form_page import form_page
from frith_web.core.models.local_numbers import NumberSort
from frith_web.core.permissions import check_may, may, requires
from frith_web.core.services import local_numbers as writing
from frith_web.core.structure_forms import NumberForm
from frith_web.core.submissions import sent_once

MANAGE = "core.settings:manage"
PAGES = ["GET", "HEAD", "POST"]
COLOURS = {State.STARTED: "govuk-tag--light-blue", State.NOT_STARTED: "govuk-tag--blue"}


@requires(MANAGE)
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Where each thing is set."""
    return render(request, "core/settings.html", {"left": _left()})


@requires(MANAGE)
@require_safe
def first_run(request: HttpRequest) -> HttpResponse:
    """The first-run list, each step read from the data."""
    rows = selectors.first_run_list()
    items = [_item(one, user=request.user) for one in rows]
    done = sum(one.how_far.state == State.DONE for one in rows)
    context = {"items": items, "done": done, "all": len(rows)}
    return render(request, "core/first_run.html", context)


@requires()
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Whom to ring here. Everybody signed in sees them; who may, changes them."""
    context = {"numbers": selectors.numbers(), "manages": may(request.user, MANAGE)}
    return render(request, "core/local_numbers.html", context)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def number(request: HttpRequest, sort: str) -> HttpResponse:
    """Write a number, or say that it was checked."""
    shown = next((one for one in selectors.numbers() if one.sort.value == sort), None)
    if shown is None:
        raise Http404
    held = {name: getattr(shown.held, name) for name in ("number", "hours", "owner") if shown.held}
    form = NumberForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        writing.set_number(
            by=check_may(request.user, MANAGE), sort=NumberSort(sort), **form.cleaned_data
        )
        messages.success(request, f"{shown.sort.label}: kept, and checked today.")
        return redirect("core:local-numbers")
    return form_page(
        request,
        form,
        title=str(shown.sort.label),
        said="Ring it before you save it. Saving says that somebody checked it today.",
        button="It is right",
        back=("core:local-numbers", "Local numbers"),
    )


def _left() -> int:
    return sum(one.how_far.state != State.DONE for one in selectors.first_run_list())


def _item(one: selectors.StepShown, *, user: object) -> dict[str, Any]:
    """A step as the task list takes it."""
    state = one.how_far.state
    words = str(state.value)
    if one.how_far.begun_by:
        words = f"Started by {one.how_far.begun_by}, incomplete"
    status: dict[str, Any] = {"text": words}
    if state in COLOURS:
        status = {"tag": {"text": words, "classes": COLOURS[state]}}
    hint = f"Missing: {one.how_far.missing}." if one.how_far.missing else ""
    return {
        "title": {"text": one.step.title},
        "href": _href(one.step.page, user),
        "hint": {"text": hint} if hint else None,
        "status": status,
    }


def _href(page: str, user: object) -> str:
    """The step's page; empty where it is done outside the site, or by somebody in another role."""
    try:
        address = reverse(page) if page else ""
    except NoReverseMatch:
        return ""
    needed = getattr(resolve(address).func, "required_permissions", ()) if address else ()
    return address if not needed or any(may(user, one) for one in needed) else ""
