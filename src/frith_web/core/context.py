"""What every page's frame needs: marking, name bar, navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

import frith
from frith_web.core import navigation
from frith_web.core.kept_forms import form_number
from frith_web.core.models import User
from frith_web.core.notification_selectors import unread_count
from frith_web.core.permissions import may

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
        "navigation": [
            {
                "text": entry.text,
                "href": (href := reverse(entry.url_name)),
                "current": request.path == href,
                "active": href != "/" and f"{request.path}/".startswith(f"{href.rstrip('/')}/"),
            }
            for entry in navigation.entries()
            if not entry.permission or may(getattr(request, "user", None), entry.permission)
        ],
    }


def _unread(request: HttpRequest) -> int:
    """How many notifications wait for the reader."""
    user = getattr(request, "user", None)
    return unread_count(user) if isinstance(user, User) else 0
