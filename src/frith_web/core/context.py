"""What every page's frame needs: marking, name bar, navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

import frith
from frith_web.core import navigation
from frith_web.core.kept_forms import form_number
from frith_web.core.models import User
from frith_web.core.models.standing import standing
from frith_web.core.notification_selectors import unread_count

SYNTHETIC = "SYNTHETIC DATA"


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame's values; a view that shows a document passes its own `marking`."""
    return {
        "partnership": settings.PARTNERSHIP,
        "marking": settings.MARKING,
        "synthetic": settings.DEMONSTRATION,
        "synthetic_words": SYNTHETIC,
        "version": frith.__version__,
        "form_number": SimpleLazyObject(lambda: form_number(request)),
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "session_ends": getattr(request, "session_ends", None),
        "session_warning_s": settings.SESSION_WARNING_S,
        "navigation": _navigation(request),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries that the reader may open; the one that the page is below is active, no other."""
    user = getattr(request, "user", None)
    held = standing(user) if isinstance(user, User) else None
    shown = [
        (entry.text, navigation.address(entry.url_name))
        for entry in navigation.entries()
        if not entry.permission or (held is not None and held.holds(entry.permission))
    ]
    above = [href for _, href in shown if _is_below(request.path, href)]
    nearest = max(above, key=len, default="")
    return [
        {"text": text, "href": href, "current": request.path == href, "active": href == nearest}
        for text, href in shown
    ]


def _is_below(path: str, href: str) -> bool:
    """True where an address is an entry's own or stands below it; home is above nothing."""
    return href != "/" and f"{path}/".startswith(f"{href.rstrip('/')}/")


def _unread(request: HttpRequest) -> int:
    """How many notifications wait for the reader."""
    user = getattr(request, "user", None)
    return unread_count(user) if isinstance(user, User) else 0
