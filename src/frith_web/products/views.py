"""Views of this room."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from frith_web.core import navigation
from frith_web.core.models import User
from frith_web.core.permissions import may, requires
from frith_web.core.reading import current_reading
from frith_web.products.selectors import PublishedFile, PublishedProfile, latest_profile

KIND = "products.profile"
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
}


PLACES = {
    "products:profile": "Who, where and how much, with what it cannot know said plainly.",
    "objective:plans": "What the partnership promised, for which years, and how it is measured.",
    "pole:nominals": "Each row is one record of a person in one system.",
    "pole:events": "Crimes, incidents, stops and referrals, as somebody wrote them down.",
    "pole:objects": "Phones, vehicles, accounts, handles and adverts.",
    "pole:locations": "Places as recorded, and what was recorded there.",
    "pole:completeness": "How much of equality monitoring is filled in, by source.",
    "pole:bring-in": "Check a file, see what it would add, and bring it in.",
    "core:consents": "Whether a copy of your partner's records may go to somebody.",
    "core:jobs": "What runs for you, how far it is, and what it came to.",
    "core:registers": "Flows, agreements, requests, complaints and decisions.",
    "core:settings": "Partners, accounts, roles, areas and local numbers.",
    "core:audit": "Who looked at what, who changed what, and who received it.",
    "core:tokens": "Keys with which another system reads, and for whom.",
    "core:account": "Your password, second factor, devices and roles.",
}
"""What each place of the menu is for, in the words of the first page."""


@requires()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, and where to go."""
    profile = latest_profile(user=_reader(request))
    reads_profile = may(request.user, "products.profile:read")
    places = [
        {"text": one.text, "href": reverse(one.url_name), "said": PLACES[one.url_name]}
        for one in navigation.entries()
        if one.url_name in PLACES and (not one.permission or may(request.user, one.permission))
    ]
    context = {"profile": profile, "reads_profile": reads_profile, "places": places}
    return render(request, "products/home.html", context)


@requires("products.profile:read")
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """The local profile as published, with its files."""
    found = latest_profile(user=_reader(request))
    if found is None:
        return render(request, "products/no_profile.html")
    current_reading().note(KIND, [found.folder.name])
    return render(request, "products/profile.html", _profile_context(found))


@requires("products.profile:read")
@require_safe
def profile_style(request: HttpRequest) -> HttpResponse:
    """The document's own style sheet, as a file, because the page's policy allows no other."""
    return HttpResponse(_published(request).style, content_type="text/css; charset=utf-8")


@requires("products.profile:export")
@require_safe
def profile_file(request: HttpRequest, name: str) -> FileResponse:
    """One of the profile's listed files, as a download: never shown inside the site."""
    profile = latest_profile(user=_reader(request), permission="products.profile:export")
    found = profile.file(name) if profile else None
    if profile is None or found is None:
        raise Http404
    ledger = current_reading()
    ledger.note(KIND, [f"{profile.folder.name}/{found.name}"])
    ledger.export_to(str(_reader(request).partner))
    return FileResponse(
        found.path.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=CONTENT_TYPES[found.path.suffix],
    )


def _reader(request: HttpRequest) -> User:
    """The signed-in reader; the middleware lets nobody else come this far."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _published(request: HttpRequest) -> PublishedProfile:
    found = latest_profile(user=_reader(request))
    if found is None:
        raise Http404
    return found


def _profile_context(found: PublishedProfile) -> dict[str, Any]:
    whole = [one for one in found.files if one.path.suffix != ".csv"]
    tables = [one for one in found.files if one.path.suffix == ".csv"]
    return {
        "profile": found,
        # Made by the library, which escapes; and the page's policy runs nothing that is in it.
        "body": SafeString(found.body),  # nosec B703
        "marking": found.marking,
        "synthetic": found.synthetic,
        "whole": [_shown(one) for one in whole],
        "tables": [_shown(one) for one in tables],
    }


def _shown(one: PublishedFile) -> dict[str, Any]:
    return {"name": one.name, "kind": one.kind, "size": one.size}
