"""Pages of how long a partner keeps what: its schedules, groups, and whether disposal is on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith_web.core import law, registry
from frith_web.core import register_selectors as selectors
from frith_web.core.models import Schedule
from frith_web.core.permissions import requires
from frith_web.core.register_forms import (
    FindRecordForm,
    RegroupForm,
    ScheduleForm,
    SwitchForm,
)
from frith_web.core.services import retention
from frith_web.core.submissions import sent_once
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Link,
    Row,
    form_page,
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
        back=to_retention(),
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
        back=to_retention(),
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
