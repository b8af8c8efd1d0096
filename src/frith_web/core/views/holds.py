"""Pages of holds: what may not be disposed of, whoever decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from frith_web.core import register_selectors as selectors
from frith_web.core.models import HoldSort, Reach
from frith_web.core.permissions import may, requires
from frith_web.core.register_forms import (
    HoldForm,
    WhyForm,
)
from frith_web.core.services import holds
from frith_web.core.services.holds import Covers
from frith_web.core.submissions import sent_once
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Link,
    Row,
    form_page,
    kind_words,
    links,
    listing,
    reader_of,
)

READ = "core.retention:read"
HOLD = "core.hold:manage"


@requires(READ)
@require_safe
def hold_list(request: HttpRequest) -> HttpResponse:
    """Holds, in force and lifted."""
    rows = []
    for one in selectors.holds(reader_of(request)).prefetch_related("lines"):
        covers = "; ".join(
            f"{line.get_reach_display()}: {kind_words(line.kind)}" for line in one.lines.all()
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
