"""The page that searches everything the reader may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frith_web.core.models import User
from frith_web.core.permissions import requires
from frith_web.core.reading import current_reading
from frith_web.core.services.audit import state_purpose
from frith_web.core.terms_shown import marking_over
from frith_web.products.search_forms import SearchForm
from frith_web.products.search_selectors import FIRST, MOST, Hits, search

KEPT = "search_purpose"
"""Why this session searches: asked once, shown with every search, and changed there."""


@requires()
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What fits, by kind of record. What the reader may not see is not counted either."""
    user = request.user
    assert isinstance(user, User)
    form = _form(request, user)
    context: dict[str, Any] = {"form": form, "asked": False}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        ledger = current_reading()
        state_purpose(ledger, purpose=form.stated_purpose())
        if "purpose" in given:
            request.session[KEPT] = {name: given[name] for name in ("purpose", "under")}
        found = search(
            user=user,
            words=given["words"],
            only=form.only(),
            page=_page(request.GET.get("page", "")),
        )
        context["marking"] = marking_over(one for hits in found for one in hits.records)
        context |= {"asked": True, "groups": [_group(one, request) for one in found]}
    return render(request, "products/search.html", context)


def _form(request: HttpRequest, user: User) -> SearchForm:
    """The form as the address fills it; the header's box sends the words alone."""
    if "words" not in request.GET:
        return SearchForm(reader=user, initial=request.session.get(KEPT))
    filled = request.GET.copy()
    if "purpose" not in filled:
        for name, value in request.session.get(KEPT, {}).items():
            filled[name] = value
    return SearchForm(filled, reader=user)


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def _group(found: Hits, request: HttpRequest) -> dict[str, Any]:
    kept = {name: str(value) for name, value in request.GET.items() if name not in {"page", "kind"}}
    whole = {**kept, "kind": found.kind.kind}
    alone = request.GET.get("kind") == found.kind.kind
    return {
        "name": found.kind.name,
        "total": f"more than {MOST:,}" if found.is_more else f"{found.total:,}",
        "hits": [
            {
                "text": found.kind.shown(one),
                "href": reverse(found.kind.page, args=[one.reference]) if found.kind.page else "",
                "marks": found.marks.get(one.pk, []),
            }
            for one in found.records
        ],
        "all": "" if alone or found.total <= FIRST else f"?{urlencode(whole)}",
        "pages": _pages(found, whole) if alone else {},
    }


def _pages(found: Hits, kept: dict[str, str]) -> dict[str, Any]:
    def to(number: int) -> dict[str, str]:
        return {"href": f"?{urlencode({**kept, 'page': number})}"}

    return {
        "previous": to(found.page - 1) if 1 < found.page <= found.pages else None,
        "next": to(found.page + 1) if found.page < found.pages else None,
    }
