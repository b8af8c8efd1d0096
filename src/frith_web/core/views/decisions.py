"""Pages of the log of decisions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from frith_web.core import register_selectors as selectors
from frith_web.core.log_forms import AsksPurpose
from frith_web.core.models import Decision
from frith_web.core.permissions import requires
from frith_web.core.reading import current_reading
from frith_web.core.register_forms import DecisionForm
from frith_web.core.services import audit
from frith_web.core.services import decisions as services
from frith_web.core.submissions import sent_once
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Link,
    Row,
    form_page,
    links,
    listing,
    one_page,
    reader_of,
)

READ, RECORD = "core.decision:read", "core.decision:record"
EXPORT = "core:decisions-export"


@requires(READ)
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """The log, the newest first."""
    rows = [
        Row(
            cells=(
                one.title,
                f"{timezone.localtime(one.taken_at):%-d %B %Y}",
                one.taken_by,
                one.partner,
            ),
            href=reverse("core:decision", args=[one.reference]),
        )
        for one in selectors.decisions(reader_of(request))
    ]
    return listing(
        request,
        title="Decisions",
        said=["What was decided, why, and who disagreed. Nothing here is edited."],
        head=("Decision", "When", "Who decided", "Partner"),
        rows=rows,
        actions=links(
            request,
            (RECORD, "core:decision-new", "Write a decision"),
            (READ, EXPORT, "Take a copy"),
        ),
        empty="No decision is written down yet.",
    )


@requires(READ)
@require_safe
def decision(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One decision."""
    found = selectors.decisions(reader_of(request))
    one = get_object_or_404(found, reference=reference)
    later = found.filter(supersedes=one).first()
    lines = {
        "Decided": one.decision,
        "Why": one.rationale,
        "Dissent": one.dissent or "None recorded",
        "Who decided": one.taken_by,
        "When": f"{timezone.localtime(one.taken_at):%-d %B %Y, %H:%M}",
        "Written down by": one.recorded_by.full_name,
        "Written down": f"{timezone.localtime(one.recorded_at):%-d %B %Y, %H:%M}",
        "Supersedes": one.supersedes,
    }
    actions = []
    if later is not None:
        text = f"Superseded by: {later}"
        actions = [Link(text=text, href=reverse("core:decision", args=[later.reference]))]
    back = Link(text="Decisions", href=reverse("core:decisions"))
    return one_page(request, title=one.title, lines=lines, actions=actions, back=back)


@requires(RECORD)
@sent_once
@require_http_methods(PAGES)
def new_decision(request: HttpRequest) -> HttpResponse:
    """Write a decision."""
    by = reader_of(request)
    earlier = Decision.objects.none()
    if by.partner_id:
        earlier = selectors.decisions(by).filter(partner=by.partner_id)
    asked = Asked(
        title="Write a decision",
        said=["It cannot be edited afterwards. A later decision can supersede it."],
        button="Write it",
        back=Link(text="Decisions", href=reverse("core:decisions")),
        done="The decision is in the log.",
        to="core:decisions",
    )
    form = DecisionForm(request.POST or None, earlier=earlier)
    return form_page(
        request,
        form,
        asked=asked,
        act=lambda given: services.record_decision(by=by, **given),
    )


@requires(READ)
@require_http_methods(PAGES)
def export(request: HttpRequest) -> HttpResponse:
    """The log as a file, for the reader's own organisation."""
    by = reader_of(request)
    form = AsksPurpose(request.POST or None, reader=by, act=EXPORT)
    asked = Asked(
        title="Take a copy of the decisions",
        said=["The copy is marked, and the log says that you took it."],
        button="Download",
        back=Link(text="Decisions", href=reverse("core:decisions")),
        done="",
        to="core:decisions",
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "core/register_form.html", {"form": form, "asked": asked})
    ledger = current_reading()
    audit.state_purpose(ledger, purpose=form.stated_purpose())
    found = list(selectors.decisions(by))
    ledger.note("core.decision", [one.reference for one in found])
    ledger.export_to(str(by.partner))
    text = services.decisions_file(decisions=found, by=by, recipient=str(by.partner))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="decisions OFFICIAL-SENSITIVE.csv"'
    return answer
