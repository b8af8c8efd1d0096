"""Administration of partners and their teams."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from frith.errors import BadInput
from frith_web.core import structure_selectors as selectors
from frith_web.core.form_page import form_page
from frith_web.core.models import Partner
from frith_web.core.permissions import check_may, requires
from frith_web.core.services import partners as writing
from frith_web.core.structure_forms import (
    PartnerEndForm,
    PartnerForm,
    PartnerWordsForm,
    TeamForm,
)
from frith_web.core.submissions import sent_once

MANAGE = writing.MANAGE
PAGES = ["GET", "HEAD", "POST"]
BACK = ("core:partners", "Partners")


@requires(MANAGE)
@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Every partner, and since when."""
    return render(request, "core/partners.html", {"partners": selectors.partners()})


@requires(MANAGE)
@require_safe
def partner(request: HttpRequest, key: str) -> HttpResponse:
    """One partner and its teams."""
    found = _partner(key)
    own = check_may(request.user, MANAGE).partner_id == found.pk
    said = {
        "Short name": found.key,
        "Kind": found.body.replace("_", " "),
        "Contact": found.contact or "Nobody yet",
        "Police": "Yes" if found.is_police else "No",
        "Processes for law enforcement (Part 3)": "Yes" if found.is_competent_authority else "No",
        "Since": f"{found.starts_on:%-d %B %Y}",
        "Last day": f"{found.ends_on:%-d %B %Y}" if found.ends_on else "",
        "Comes after it": str(found.succeeded_by or ""),
    }
    lines = [{"key": {"text": k}, "value": {"text": v}} for k, v in said.items() if v]
    context = {"partner": found, "lines": lines, "teams": selectors.teams_of(found), "own": own}
    return render(request, "core/partner.html", context)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_partner(request: HttpRequest) -> HttpResponse:
    """Open a partner."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = writing.open_partner(by=check_may(request.user, MANAGE), **form.cleaned_data)
        except BadInput as error:
            form.add_error("key", str(error))
        else:
            messages.success(request, f"{made} is a partner. Next: its agreements and accounts.")
            return redirect("core:partner-page", made.key)
    return form_page(request, form, title="A new partner", button="Open it", back=BACK)


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def change_partner(request: HttpRequest, key: str) -> HttpResponse:
    """Other words for the same organisation."""
    found = _partner(key)
    names = tuple(PartnerWordsForm.base_fields)
    held = {name: getattr(found, name) for name in names}
    form = PartnerWordsForm(request.POST or None, initial=held)
    if request.method == "POST" and form.is_valid():
        writing.change_partner(
            by=check_may(request.user, MANAGE), partner=found, **form.cleaned_data
        )
        messages.success(request, f"{found} is changed.")
        return redirect("core:partner-page", key)
    return form_page(
        request,
        form,
        title=f"Change {found}",
        said="A new organisation is no change: open it, and end this one with its successor.",
        button="Change it",
        back=("core:partner-page", found.name, key),
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def end_partner(request: HttpRequest, key: str) -> HttpResponse:
    """End a partner, and name who comes after it."""
    found = _partner(key)
    form = PartnerEndForm(request.POST or None, partner=found)
    if request.method == "POST" and form.is_valid():
        try:
            writing.end_partner(
                by=check_may(request.user, MANAGE), partner=found, **form.cleaned_data
            )
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found} ends on {found.ends_on:%-d %B %Y}.")
            return redirect("core:partner-page", key)
    return form_page(
        request,
        form,
        title=f"End {found}",
        said="From the day after, its people read nothing, and nothing is shared with it. What it "
        "brought stays, and stays its own.",
        button="End it",
        back=("core:partner-page", found.name, key),
        warning=True,
    )


@requires(MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_team(request: HttpRequest, key: str) -> HttpResponse:
    """Open a team of a partner."""
    found = _partner(key)
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            writing.open_team(
                by=check_may(request.user, MANAGE), partner=found, **form.cleaned_data
            )
        except BadInput as error:
            form.add_error("name", str(error))
        else:
            return redirect("core:partner-page", key)
    return form_page(
        request,
        form,
        title=f"A new team of {found}",
        button="Open it",
        back=("core:partner-page", found.name, key),
    )


def _partner(key: str) -> Partner:
    found = selectors.partner(key)
    if found is None:
        raise Http404
    return found
