"""Pages for what went wrong, in plain words; none says more than a reader may know."""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from frith_web.core.kept_forms import form_page, keep_unsent
from frith_web.core.no_room import WORDS, is_no_room


def _page(
    request: HttpRequest,
    *,
    status: int,
    title: str,
    lines: tuple[str, ...],
    bare: bool = False,
    again: str = "",
) -> HttpResponse:
    context = {"title": title, "lines": lines, "bare": bare, "again": again}
    return render(request, "core/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the address or form could not be read. The host may be the fault, so no frame."""
    del exception
    return _page(
        request,
        status=400,
        title="We could not read that request",
        lines=("Go back and try again. If you typed the address, check it.",),
        bare=True,
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not for this."""
    del exception
    return _page(
        request,
        status=403,
        title="You do not have access to this page",
        lines=("If you need it for your work, ask the person who runs this site for you.",),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token; nearly always a page left open too long. It is kept."""
    del reason
    kept = keep_unsent(request)
    saved = "What you typed is kept. Open the page again to find it."
    return _page(
        request,
        status=403,
        title="This page was open too long",
        lines=(
            "For safety, forms stop working after a while. Nothing was sent.",
            saved if kept else "Go back, reload the page and try again.",
            "Cookies must be switched on.",
        ),
        again=form_page(request) if kept else "",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same words whether it never was or is not for this reader."""
    del exception
    return _page(
        request,
        status=404,
        title="Page not found",
        lines=(
            "If you typed the address, check it is right.",
            "If you followed a link, the page may have moved, or may not be shared with you.",
        ),
    )


def fault(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 where the disk is full. Drawn without database, session or navigation."""
    if is_no_room(sys.exception()):
        return not_kept(request)
    context: dict[str, Any] = {
        "title": "Sorry, there is a fault with this site",
        "lines": ("Try again later. It is not something you did.",),
        "bare": True,
        "marking": "OFFICIAL",
        "partnership": "",
    }
    return HttpResponse(render_to_string("core/error.html", context), status=500)


def not_kept(request: HttpRequest) -> HttpResponse:
    """503: nothing could be written, so nothing was done."""
    sent = request.method not in {"GET", "HEAD"}
    lines = (
        f"{WORDS}. "
        + ("Nothing was saved, and nothing was changed." if sent else "Nothing is lost."),
        "Go back: your browser still has what you typed. Keep it, and try again later."
        if sent
        else "Try again later.",
        "Tell the person who runs this site for you.",
    )
    context: dict[str, Any] = {
        "title": "Not saved" if sent else "Not available now",
        "lines": lines,
        "bare": True,
        "marking": "OFFICIAL",
        "partnership": "",
    }
    return HttpResponse(render_to_string("core/error.html", context), status=503)


def not_shown(request: HttpRequest) -> HttpResponse:
    """503: the record of reading could not be written, so nothing that was read is shown."""
    del request
    context: dict[str, Any] = {
        "title": "Not shown",
        "lines": (
            "This page is not shown, because the record of reading could not be written.",
            "Nobody may read records here without it being written down. Try again later, and "
            "tell the person who runs this site for you.",
        ),
        "bare": True,
        "marking": "OFFICIAL",
        "partnership": "",
    }
    return HttpResponse(render_to_string("core/error.html", context), status=503)


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """429: too many wrong passwords. Says the same for an account that does not exist."""
    del response, credentials
    return _page(
        request,
        status=429,
        title="Too many tries",
        lines=(
            "For safety, signing in is switched off here for 15 minutes.",
            "If you have forgotten your password, ask the person who runs this site for you.",
        ),
    )
