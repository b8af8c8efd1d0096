"""Pages of requests under the Freedom of Information Act 2000."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from frith_web.core import law
from frith_web.core import register_selectors as selectors
from frith_web.core.models import FoiRequest
from frith_web.core.models.dated import today
from frith_web.core.permissions import requires
from frith_web.core.register_forms import ConsultForm, FoiAnswerForm, FoiForm, WeighForm
from frith_web.core.services import foi as services
from frith_web.core.submissions import sent_once
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Link,
    Part,
    Row,
    form_page,
    links,
    listing,
    one_page,
    reader_of,
    step_page,
)

MANAGE = "core.foi:manage"


@requires(MANAGE)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Every request, the unanswered first."""
    rows = []
    for one in selectors.foi_requests(reader_of(request)):
        due = services.due_on(one)
        state = "Answered" if one.answered_on else "Overdue" if due < today() else "Open"
        cells = (
            f"{one.received_on:%-d %B %Y}",
            one.asked[:80],
            f"{due:%-d %B %Y}",
            state,
        )
        rows.append(Row(cells=cells, href=reverse("core:foi-request", args=[one.reference])))
    return listing(
        request,
        title="Freedom of information",
        said=[law.clock("foi", on=today()).words],
        head=("Received", "Asked", "Due", "State"),
        rows=rows,
        actions=links(request, (MANAGE, "core:foi-new", "Write a request down")),
        empty="Nobody has asked yet.",
    )


def _one(request: HttpRequest, reference: UUID) -> FoiRequest:
    found: FoiRequest = get_object_or_404(
        selectors.foi_requests(reader_of(request)), reference=reference
    )
    return found


@requires(MANAGE)
@require_safe
def one_request(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One request, its steps and the draft of its answer."""
    one = _one(request, reference)
    listed = law.exemptions("foi")
    lines = {
        "From": one.requester,
        "Contact": one.contact,
        "Asked": one.asked,
        "Received": f"{one.received_on:%-d %B %Y}",
        "Due": f"{services.due_on(one):%-d %B %Y}",
        "Exemptions": "; ".join(listed[key].words for key in one.exemptions),
        "Public interest": one.public_interest,
        "Neither confirm nor deny": "Yes" if one.neither_confirm_nor_deny else "",
        "Police asked": one.consulted or ("Nobody" if one.consulted_on else "Not yet"),
        "They said": one.consultation,
        "Answered": f"{one.answered_on:%-d %B %Y}" if one.answered_on else "",
        "Outcome": one.outcome,
    }
    steps = (
        ("core:foi-consult", "Ask the police, or say why not"),
        ("core:foi-weigh", "Weigh exemptions"),
        ("core:foi-answer", "Answer it"),
    )
    actions = [Link(text=text, href=reverse(name, args=[reference])) for name, text in steps]
    return one_page(
        request,
        title="Request for information",
        lines=lines,
        parts=[Part(heading="Draft of the answer", letter=services.draft(one))],
        actions=[] if one.answered_on else actions,
        back=Link(text="Freedom of information", href=reverse("core:foi")),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_request(request: HttpRequest) -> HttpResponse:
    """Write a request into the register."""
    by = reader_of(request)
    asked = Asked(
        title="Write a request down",
        button="Write it",
        back=Link(text="Freedom of information", href=reverse("core:foi")),
        done="The request is in the register.",
        to="core:foi",
    )
    form = FoiForm(request.POST or None)
    return form_page(
        request, form, asked=asked, act=lambda given: services.open_request(by=by, **given)
    )


def _step(
    request: HttpRequest,
    reference: UUID,
    form: forms.Form,
    *,
    title: str,
    button: str,
    act: Callable[..., object],
) -> HttpResponse:
    by, held = reader_of(request), _one(request, reference)
    return step_page(
        request,
        form,
        title=title,
        button=button,
        to=reverse("core:foi-request", args=[reference]),
        act=lambda given: act(request=held, by=by, **given),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def consult(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What the police said."""
    return _step(
        request,
        reference,
        ConsultForm(request.POST or None),
        title="Ask the police",
        button="Keep their answer",
        act=services.consult_police,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def weigh(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Which exemptions are relied on."""
    return _step(
        request,
        reference,
        WeighForm(request.POST or None),
        title="Weigh exemptions",
        button="Keep them",
        act=services.weigh,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def answer(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Write the answer down."""
    return _step(
        request,
        reference,
        FoiAnswerForm(request.POST or None),
        title="Answer it",
        button="It is answered",
        act=services.answer,
    )
