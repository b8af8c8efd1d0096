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

from frith.errors import BadInput
from frith_web.core import law, registry
from frith_web.core import register_selectors as selectors
from frith_web.core.database import on_postgresql
from frith_web.core.models import Choice, HoldSort, Reach, Schedule
from frith_web.core.permissions import may, requires
from frith_web.core.register_forms import (
    DisposeForm,
    FindRecordForm,
    HoldForm,
    RegroupForm,
    ReviewForm,
    ScheduleForm,
    SwitchForm,
    WhyForm,
)
from frith_web.core.services import deletion, holds, retention
from frith_web.core.services.holds import Covers
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
)

READ, DECIDE, ENABLE = "core.retention:read", "core.retention:decide", "core.retention:enable"
HOLD = "core.hold:manage"


def _back() -> Link:
    return Link(text="Retention", href=reverse("core:retention"))


def _kind(name: str) -> str:
    return registry.kind_of(name).name.capitalize()


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
                _kind(one.review.kind),
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
        back=_back(),
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
        back=_back(),
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
        back=_back(),
        done="It is disposed of. The certificate is in the list.",
        to="core:retention-certificates",
        warning=True,
    )
    form = DisposeForm(request.POST or None)
    return form_page(request, form, asked=asked, act=lambda _: deletion.dispose(review=held, by=by))


@requires(READ)
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """What was disposed of."""
    rows = [
        Row(
            cells=(
                one.reference,
                _kind(one.kind),
                one.owner,
                f"{timezone.localtime(one.disposed_at):%-d %B %Y}",
                one.disposed_by.full_name,
            ),
            href=reverse("core:retention-certificate", args=[one.reference]),
        )
        for one in selectors.certificates(reader_of(request))
    ]
    return listing(
        request,
        title="Certificates of disposal",
        said=["Each says that a record went, and nothing of what it said."],
        head=("Certificate", "Kind", "Owner", "When", "By whom"),
        rows=rows,
        actions=[]
        if on_postgresql()
        else links(request, (DECIDE, "core:retention-sweep", "Write the database's file anew")),
        empty="Nothing was disposed of yet.",
    )


@requires(READ)
@require_safe
def certificate(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One certificate."""
    one = get_object_or_404(selectors.certificates(reader_of(request)), reference=reference)
    swept = (
        f"{timezone.localtime(one.swept_at):%-d %B %Y, %H:%M}"
        if one.swept_at
        else "By PostgreSQL's own vacuum, and as long as its log is kept"
        if on_postgresql()
        else "Not yet: freed pages of the database are overwritten with the next disposal"
    )
    lines = {
        "Kind of record": _kind(one.kind),
        "Its reference": one.record,
        "Owner": one.owner,
        "Authority": one.authority,
        "Last relevant contact": f"{one.contact_on:%-d %B %Y}",
        "Due": f"{one.due_on:%-d %B %Y}",
        "Decided by": one.decided_by.full_name,
        "Decided": f"{timezone.localtime(one.decided_at):%-d %B %Y, %H:%M}",
        "Disposed of by": one.disposed_by.full_name,
        "Disposed of": f"{timezone.localtime(one.disposed_at):%-d %B %Y, %H:%M}",
        "Swept": swept,
        "Digest": one.digest,
        "The certificate still says what its digest says": "Yes"
        if one.digest == deletion.digest_of(one)
        else "No: it was changed after it was given",
    }
    points = [f"{words}: {many}" for words, many in sorted(one.removed.items())]
    return one_page(
        request,
        title="Certificate of disposal",
        lines=lines,
        parts=[Part(heading="What went", points=points)],
        back=Link(text="Certificates", href=reverse("core:retention-certificates")),
    )


@requires(READ)
@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    """How long each group is kept."""
    rows = [
        Row(
            cells=(
                one.group,
                one.name,
                one.partner,
                _lasts(one),
                one.authority + ("" if one.verified_by else f" ({law.UNVERIFIED})"),
                f"{one.starts_on:%-d %B %Y}",
                f"{one.ends_on:%-d %B %Y}" if one.ends_on else "",
            )
        )
        for one in selectors.schedules(reader_of(request))
    ]
    return listing(
        request,
        title="Schedules",
        said=[
            "Retention is each controller's own. A record whose owner has no schedule for its "
            "group is never due.",
            f"The groups 1 to 4 are those of police records, {law.UNVERIFIED}.",
        ],
        head=("Group", "Name", "Partner", "How long", "Authority", "From", "To"),
        rows=rows,
        actions=links(request, (DECIDE, "core:retention-schedule", "Set a schedule")),
        empty="There is no schedule yet: nothing is ever due.",
    )


def _lasts(one: Schedule) -> str:
    said = {
        "{} clear years": one.clear_years,
        "at least {} years": one.minimum_years,
        "looked at every {} years": one.review_every_years,
        "to age {}": one.keep_to_age,
    }
    return ", ".join(words.format(many) for words, many in said.items() if many)


@requires(DECIDE)
@sent_once
@require_http_methods(PAGES)
def schedule(request: HttpRequest) -> HttpResponse:
    """Set a schedule for one group."""
    by = reader_of(request)
    asked = Asked(
        title="Set a schedule",
        said=[f"It holds from today for records of {by.partner}; what held before ends."],
        button="Set it",
        back=Link(text="Schedules", href=reverse("core:retention-schedules")),
        done="The schedule holds from today.",
        to="core:retention-schedules",
    )
    form = ScheduleForm(request.POST or None)
    return form_page(
        request, form, asked=asked, act=lambda given: retention.set_schedule(by=by, **given)
    )


@requires(DECIDE)
@sent_once
@require_http_methods(PAGES)
def regroup(request: HttpRequest) -> HttpResponse:
    """Put one record in another group."""
    by = reader_of(request)
    groups = {
        one.group: f"{one.group}: {one.name}"
        for one in selectors.schedules(by).filter(partner=by.partner_id).in_force()  # type: ignore[attr-defined]
    }

    class BothForm(RegroupForm, FindRecordForm):
        """Which record, which group, why."""

        field_order = ("kind", "record", "group", "why")

    def act(given: dict[str, Any]) -> None:
        model = registry.kind_of(given["kind"]).model
        record = model.objects.visible_to(by).filter(reference=given["record"]).first()
        if record is None:
            raise BadInput("you see no such record")
        retention.regroup(record=record, group=given["group"], by=by, why=given["why"])

    asked = Asked(
        title="Put one record in another group",
        said=["For example, a person under public-protection arrangements in group 1."],
        button="Put it there",
        back=_back(),
        done="The record is in that group.",
        to="core:retention",
    )
    form = BothForm(request.POST or None, groups=groups.items())
    return form_page(request, form, asked=asked, act=act)


@requires(ENABLE)
@sent_once
@require_http_methods(PAGES)
def switch(request: HttpRequest) -> HttpResponse:
    """Turn disposal on or off."""
    by = reader_of(request)
    on = retention.disposal_is_on(by.partner_id)
    asked = Asked(
        title=f"Turn disposal {'off' if on else 'on'}",
        said=[
            f"As the named officer of {by.partner}. "
            + (
                "Decisions to dispose wait from now on."
                if on
                else "From now on a decision to dispose can be carried out, for good."
            )
        ],
        button=f"Turn it {'off' if on else 'on'}",
        back=_back(),
        done=f"Disposal is {'off' if on else 'on'}. It stands in the log.",
        to="core:retention",
        warning=not on,
    )
    form = SwitchForm(request.POST or None)
    return form_page(
        request,
        form,
        asked=asked,
        act=lambda given: retention.set_switch(on=not on, by=by, why=given["why"]),
    )


@requires(READ)
@require_safe
def hold_list(request: HttpRequest) -> HttpResponse:
    """Holds, in force and lifted."""
    rows = []
    for one in selectors.holds(reader_of(request)).prefetch_related("lines"):
        covers = "; ".join(
            f"{line.get_reach_display()}: {_kind(line.kind)}" for line in one.lines.all()
        )
        state = "In force"
        if one.lifted_at:
            state = f"Lifted {timezone.localtime(one.lifted_at):%-d %B %Y}"
        elif one.until:
            state = f"Until {one.until:%-d %B %Y}"
        open_ = one.lifted_at is None and may(request.user, HOLD)
        href = reverse("core:retention-hold-lift", args=[one.pk]) if open_ else ""
        cells = (one.title, one.get_sort_display(), covers, one.placed_by.full_name, state)
        rows.append(Row(cells=cells, href=href))
    return listing(
        request,
        title="Holds",
        said=["A hold beats every decision to dispose. Several may cover one record."],
        head=("Hold", "What for", "Covers", "Placed by", "State"),
        rows=rows,
        actions=links(request, (HOLD, "core:retention-hold", "Place a hold")),
        empty="There is no hold.",
    )


@requires(HOLD)
@sent_once
@require_http_methods(PAGES)
def hold(request: HttpRequest) -> HttpResponse:
    """Place a hold."""
    by = reader_of(request)

    def act(given: dict[str, Any]) -> None:
        reach = Reach(given["reach"])
        named: list[UUID | None] = [None] if reach == Reach.KIND else [*given["records"]]
        holds.place(
            by=by,
            sort=HoldSort(given["sort"]),
            title=given["title"],
            why=given["why"],
            until=given["until"],
            covers=[Covers(reach=reach, kind=given["kind"], record=one) for one in named],
        )

    asked = Asked(
        title="Place a hold",
        said=[f"Nothing that it covers is due or can be disposed of, of {by.partner}'s records."],
        button="Place it",
        back=Link(text="Holds", href=reverse("core:retention-holds")),
        done="The hold is in force.",
        to="core:retention-holds",
    )
    return form_page(request, HoldForm(request.POST or None), asked=asked, act=act)


@requires(HOLD)
@sent_once
@require_http_methods(PAGES)
def lift_hold(request: HttpRequest, hold: int) -> HttpResponse:
    """Lift a hold."""
    by = reader_of(request)
    held = get_object_or_404(selectors.holds(by).filter(owner=by.partner_id), pk=hold)
    asked = Asked(
        title=f"Lift the hold “{held.title}”?",
        said=[f"{held.get_sort_display()}. {held.why}"],
        button="Lift it",
        back=Link(text="Holds", href=reverse("core:retention-holds")),
        done="The hold is lifted.",
        to="core:retention-holds",
        warning=True,
    )
    form = WhyForm(request.POST or None)
    return form_page(
        request, form, asked=asked, act=lambda given: holds.lift(hold=held, by=by, **given)
    )


@requires(DECIDE)
@require_http_methods(PAGES)
def sweep(request: HttpRequest) -> HttpResponse:
    """Write the database's file anew where an earlier disposal could not."""
    by = reader_of(request)
    asked = Asked(
        title="Write the database's file anew",
        said=[
            "So that no freed page keeps what was disposed of. It takes as long as copying the "
            "database, and does nothing while somebody else writes: look at the certificate."
        ],
        button="Write it anew",
        back=Link(text="Certificates", href=reverse("core:retention-certificates")),
        done="Done where nobody was in the way; each certificate says when.",
        to="core:retention-certificates",
    )
    form = forms.Form(request.POST if request.method == "POST" else None)
    return form_page(request, form, asked=asked, act=lambda _: deletion.sweep(by=by))
