"""Pages of people's requests and complaints about their data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith.reference.regimes import Regime
from frith_web.core import law, registry
from frith_web.core import register_selectors as selectors
from frith_web.core.models import Identity, RequestSort, RightsRequest
from frith_web.core.models.dated import today
from frith_web.core.permissions import requires
from frith_web.core.register_forms import (
    FindingForm,
    IdentityForm,
    OutcomeForm,
    PeopleForm,
    RightsForm,
    WhyForm,
)
from frith_web.core.services import retention
from frith_web.core.services import rights as services
from frith_web.core.submissions import sent_once
from frith_web.core.terms_shown import REGIMES
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

MANAGE = "core.rights:manage"


@requires(MANAGE)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Every request and complaint, the unanswered first."""
    rows = []
    for one in selectors.rights_requests(reader_of(request)):
        due = services.due_on(one)
        state = "Answered" if one.answered_on else "Open"
        if not one.answered_on and due and due < today():
            state = "Overdue"
        cells = (
            one.requester,
            one.get_sort_display(),
            f"{one.received_on:%-d %B %Y}",
            f"{due:%-d %B %Y}" if due else "Waits for proof of identity",
            state,
        )
        rows.append(Row(cells=cells, href=reverse("core:rights-request", args=[one.reference])))
    return listing(
        request,
        title="Requests and complaints",
        said=["What people ask about their data, and by when they are answered."],
        head=("Person", "What", "Received", "Due", "State"),
        rows=rows,
        actions=links(request, (MANAGE, "core:rights-new", "Write a request down")),
        empty="Nobody has asked yet.",
    )


def _one(request: HttpRequest, reference: UUID) -> RightsRequest:
    found: RightsRequest = get_object_or_404(
        selectors.rights_requests(reader_of(request)), reference=reference
    )
    return found


@requires(MANAGE)
@require_safe
def one_request(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One request: its clock, what was found, and the draft of the answer."""
    by, one = reader_of(request), _one(request, reference)
    found = services.search(request=one, by=by)
    due = services.due_on(one)
    lines = {
        "From": one.requester,
        "Contact": one.contact,
        "Asks for": one.get_sort_display(),
        "Held under": REGIMES[one.regime],
        "Asked": one.asked,
        "Received": f"{one.received_on:%-d %B %Y}",
        "Acknowledged": f"{one.acknowledged_on:%-d %B %Y}" if one.acknowledged_on else "",
        "Identity": f"{one.get_identity_display()}. {one.identity_how}",
        "Due": f"{due:%-d %B %Y}" if due else "Waits for proof of identity",
        "Clock": services.clock_of(one).words,
        "Extended": one.extended_why,
        "Answered": f"{one.answered_on:%-d %B %Y}" if one.answered_on else "",
        "Outcome": one.outcome,
    }
    leads = "core:rights-uphold" if one.sort == RequestSort.ERASURE else "core:rights-finding"
    rows = [
        Row(
            cells=(
                each.kind.shown(each.record),
                each.kind.name,
                "Another controller's: ask them" if each.of_another_controller else "Yours",
                _decided(each),
            ),
            href=reverse(leads, args=[reference, each.kind.kind, _ref(each)]),
        )
        for each in found.found
    ]
    said = [f"Held on terms that need another officer: {found.elsewhere}."]
    parts = [
        Part(
            heading="What is held about them",
            paragraphs=said if found.elsewhere else (),
            head=("Record", "Kind", "Controller", "Decided"),
            rows=rows,
        ),
        Part(heading="Draft of the answer", letter=services.draft(one, found)),
    ]
    steps = (
        ("core:rights-acknowledge", "Acknowledge it"),
        ("core:rights-identity", "Check the identity"),
        ("core:rights-people", "Find the person"),
        ("core:rights-extend", "Take more time"),
        ("core:rights-answer", "Answer it"),
    )
    actions = [Link(text=text, href=reverse(name, args=[reference])) for name, text in steps]
    return one_page(
        request,
        title=one.get_sort_display(),
        lines=lines,
        parts=parts,
        actions=[] if one.answered_on else actions,
        back=Link(text="Requests and complaints", href=reverse("core:rights")),
    )


def _ref(found: services.Found) -> UUID:
    reference: UUID = found.record.reference
    return reference


def _decided(found: services.Found) -> str:
    if found.finding is None:
        return "Not decided"
    return "Told" if found.finding.told else "Withheld"


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_request(request: HttpRequest) -> HttpResponse:
    """Write a request into the register."""
    by = reader_of(request)

    def act(given: dict[str, Any]) -> None:
        given |= {
            "sort": RequestSort(given["sort"]),
            "regime": Regime(given["regime"]),
            "identity": Identity(given["identity"]),
        }
        services.open_request(by=by, **given)

    asked = Asked(
        title="Write a request down",
        button="Write it",
        back=Link(text="Requests and complaints", href=reverse("core:rights")),
        done="The request is in the register, and its clock runs.",
        to="core:rights",
    )
    return form_page(request, RightsForm(request.POST or None), asked=asked, act=act)


def _step(
    request: HttpRequest,
    reference: UUID,
    form: forms.Form,
    *,
    title: str,
    button: str,
    act: Callable[..., object],
    parts: tuple[Part, ...] = (),
) -> HttpResponse:
    by, held = reader_of(request), _one(request, reference)
    return step_page(
        request,
        form,
        title=title,
        button=button,
        to=reverse("core:rights-request", args=[reference]),
        act=lambda given: act(request=held, by=by, **given),
        parts=parts,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def acknowledge(request: HttpRequest, reference: UUID) -> HttpResponse:
    """They were told today that it arrived."""
    return _step(
        request,
        reference,
        forms.Form(request.POST if request.method == "POST" else None),
        title="Were they told today that it arrived?",
        button="Yes",
        act=services.acknowledge,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def identity(request: HttpRequest, reference: UUID) -> HttpResponse:
    """How sure it is who asks."""
    return _step(
        request,
        reference,
        IdentityForm(request.POST or None),
        title="Who asks?",
        button="Keep it",
        act=services.check_identity,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def extend(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Take the further time that the law gives."""
    return _step(
        request,
        reference,
        WhyForm(request.POST or None),
        title="Take more time",
        button="Take it",
        act=services.extend,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def people(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Which records are about the person."""
    by, held = reader_of(request), _one(request, reference)
    words = request.GET.get("words", held.requester)
    found = selectors.people_by_words(by, words)
    known = [(one, f"Chosen already: {one}") for one in held.people if one not in dict(found)]
    form = PeopleForm(request.POST or None, found=[*found, *known], initial={"people": held.people})
    part = Part(
        heading=f"Records that hold “{words}”",
        paragraphs=["Two records may be two people. Only what you choose counts as the person."],
    )

    def act(*, request: RightsRequest, by: Any, people: list[str]) -> None:
        services.name_people(request=request, by=by, people=[UUID(one) for one in people])

    return _step(
        request,
        reference,
        form,
        title="Find the person",
        button="These are the person",
        act=act,
        parts=(part,),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def finding(request: HttpRequest, reference: UUID, kind: str, record: UUID) -> HttpResponse:
    """Whether the person is told of one record."""
    by, held = reader_of(request), _one(request, reference)
    found = [
        one
        for one in services.search(request=held, by=by).found
        if (one.kind.kind, one.record.reference) == (kind, record)
    ]
    if not found:
        raise Http404
    points = [f"{label}: {words}" for label, words in found[0].told.items()]
    parts = [Part(heading="What they would be told", points=points or ["That it is held"])]
    if found[0].finding is not None and not found[0].finding.told:
        was = law.exemptions(held.regime)[found[0].finding.exemption]
        parts.append(Part(heading="Withheld so far", paragraphs=[was.words, found[0].finding.why]))

    def act(*, request: RightsRequest, by: Any, told: str, exemption: str, why: str) -> None:
        services.decide_about(
            request=request,
            by=by,
            kind=kind,
            record=record,
            told=told == "yes",
            exemption=exemption,
            why=why,
        )

    return _step(
        request,
        reference,
        FindingForm(request.POST or None, under=held.regime),
        title=found[0].kind.shown(found[0].record),
        button="Keep it",
        act=act,
        parts=tuple(parts),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def uphold(request: HttpRequest, reference: UUID, kind: str, record: UUID) -> HttpResponse:
    """Put one record in the queue of disposal, because erasure is upheld."""

    def act(*, request: RightsRequest, by: Any) -> None:
        model = registry.kind_of(kind).model
        found = model.objects.visible_to(by).filter(reference=record).first()
        if found is None:
            raise BadInput("you see no such record")
        retention.open_for_request(request=request, record=found, by=by)

    if kind not in {one.kind for one in registry.kinds()}:
        raise Http404
    return _step(
        request,
        reference,
        forms.Form(request.POST if request.method == "POST" else None),
        title="Uphold the erasure of this record?",
        button="Put it in the queue of disposal",
        act=act,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def answer(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Write down what was answered."""
    return _step(
        request,
        reference,
        OutcomeForm(request.POST or None),
        title="Answer it",
        button="It is answered",
        act=services.answer,
    )
