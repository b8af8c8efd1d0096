"""Pages of retention: what is due, what is decided, disposal, schedules, holds, certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from frith_web.core import law, registry
from frith_web.core import register_selectors as selectors
from frith_web.core.models import Choice
from frith_web.core.permissions import requires
from frith_web.core.register_forms import (
    DisposeForm,
    ReviewForm,
)
from frith_web.core.services import deletion, retention
from frith_web.core.submissions import sent_once
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Part,
    Row,
    form_page,
    kind_words,
    links,
    listing,
    reader_of,
    to_retention,
)

READ = "core.retention:read"
DECIDE = "core.retention:decide"
ENABLE = "core.retention:enable"


@requires(READ)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What is due for review, and whether disposal is on."""
    reader = reader_of(request)
    found = selectors.queue(reader)
    on = retention.disposal_is_on(reader.partner_id)
    said = [
        f"Disposal is {'on' if on else 'off'} for {reader.partner}."
        + ("" if on else " Decisions to dispose wait until the named officer turns it on."),
        "Whether a record is kept or goes is decided by a named person, with reasons. Nothing here "
        "goes by itself.",
    ]
    if found.elsewhere:
        said.append(f"Held on terms that need another officer: {found.elsewhere} more.")
    rows = [
        Row(
            cells=(
                one.line,
                kind_words(one.review.kind),
                one.review.schedule or "Upheld request for erasure",
                f"{one.review.contact_on:%-d %B %Y}",
                f"{one.review.due_on:%-d %B %Y}",
                one.decided or "Not decided",
            ),
            href=reverse("core:retention-review", args=[one.review.reference]),
        )
        for one in found.shown
    ]
    actions = links(
        request,
        (DECIDE, "core:retention-look", "Look for what is due"),
        (READ, "core:retention-schedules", "Schedules"),
        (DECIDE, "core:retention-regroup", "Put one record in another group"),
        (READ, "core:retention-holds", "Holds"),
        (READ, "core:retention-certificates", "Certificates of disposal"),
        (ENABLE, "core:retention-switch", f"Turn disposal {'off' if on else 'on'}"),
    )
    head = ("Record", "Kind", "Schedule", "Last contact", "Due", "Decided")
    return listing(
        request,
        title="Due for review",
        said=said,
        head=head,
        rows=rows,
        actions=actions,
        empty="Nothing that you may see is due.",
    )


@requires(DECIDE)
@sent_once
@require_http_methods(PAGES)
def look(request: HttpRequest) -> HttpResponse:
    """Bring the queue up to today."""
    asked = Asked(
        title="Look for what is due",
        said=["Every record of your partner is held against its schedule. It may take minutes."],
        button="Look",
        back=to_retention(),
        done="The list is up to today.",
        to="core:retention",
    )
    by = reader_of(request)
    form = forms.Form(request.POST if request.method == "POST" else None)
    return form_page(request, form, asked=asked, act=lambda _: retention.look_for_due(by=by))


def _review(request: HttpRequest, reference: UUID) -> Any:
    return get_object_or_404(selectors.reviews(reader_of(request)), reference=reference)


@requires(DECIDE)
@sent_once
@require_http_methods(PAGES)
def review(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One record that is due: keep, dispose or refer."""
    by, held = reader_of(request), _review(request, reference)
    record = retention.record_of(held, user=by)
    if record is None:
        raise Http404
    kind = registry.kind_of(held.kind)
    schedule = held.schedule
    doubt = "" if schedule is None or schedule.verified_by else f" ({law.UNVERIFIED})"
    parts = [
        Part(
            heading=kind.shown(record),
            points=[
                f"Kind: {kind.name}",
                f"Schedule: {schedule}, {schedule.authority}{doubt}"
                if schedule
                else "Upheld request for erasure",
                f"Last relevant contact: {held.contact_on:%-d %B %Y}",
                f"Due: {held.due_on:%-d %B %Y}",
            ],
        )
    ]
    before = [
        f"{timezone.localtime(one.at):%-d %B %Y}, {one.by.full_name}: {one.get_choice_display()}"
        + (f" until {one.keep_until:%-d %B %Y}" if one.keep_until else "")
        + (f" ({one.refer_to})" if one.refer_to else "")
        + f". {one.why}"
        for one in held.decisions.select_related("by")
    ]
    if before:
        parts.append(Part(heading="Decided so far", points=before))

    def act(given: dict[str, Any]) -> None:
        retention.decide(
            review=held,
            choice=Choice(given["choice"]),
            by=by,
            why=given["why"],
            keep_until=given["keep_until"],
            refer_to=given["refer_to"],
        )

    disposes = request.POST.get("choice") == Choice.DISPOSE
    asked = Asked(
        title="Keep it, or not?",
        parts=parts,
        button="Decide",
        back=to_retention(),
        done="Your decision is kept, with its reasons.",
        to=reverse("core:retention-dispose", args=[reference])
        if disposes
        else reverse("core:retention"),
    )
    return form_page(request, ReviewForm(request.POST or None), asked=asked, act=act)


@requires(DECIDE)
@sent_once
@require_http_methods(PAGES)
def dispose(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Exactly what goes, and the last question."""
    by, held = reader_of(request), _review(request, reference)
    plan = deletion.plan_of(review=held, by=by)
    if plan is None:
        raise Http404
    parts = [
        Part(
            heading="What goes",
            points=[f"{words}: {many}" for words, many in plan.removed().items()],
        )
    ]
    if plan.cut():
        points = [f"{words}: {many}" for words, many in plan.cut().items()]
        parts.append(Part(heading="What stays and loses its link to it", points=points))
    if plan.left:
        points = [f"{words}: {many}" for words, many in plan.left.items()]
        heading = "What is never changed, and may mention it"
        parts.append(Part(heading=heading, points=points))
    parts.append(Part(heading="What this does not reach", points=deletion.ELSEWHERE))
    if plan.obstacles:
        parts.append(Part(heading="Why it cannot go now", points=plan.obstacles))
    if not retention.disposal_is_on(held.owner_id):
        words = ["Disposal is off. The decision waits until your named officer turns it on."]
        parts.append(Part(heading="Not yet", paragraphs=words))
    asked = Asked(
        title="Dispose of it for good?",
        said=[
            "It cannot be undone, by anybody. The log and a certificate say that it went, and hold "
            "nothing of what it said."
        ],
        parts=parts,
        button="Dispose of it for good",
        back=to_retention(),
        done="It is disposed of. The certificate is in the list.",
        to="core:retention-certificates",
        warning=True,
    )
    form = DisposeForm(request.POST or None)
    return form_page(request, form, asked=asked, act=lambda _: deletion.dispose(review=held, by=by))
