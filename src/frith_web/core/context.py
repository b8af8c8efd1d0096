"""What every page's frame needs: marking, name bar, navigation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

import frith
from frith_web.core import navigation

SYNTHETIC = "SYNTHETIC DATA"


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame's values; a view that shows a document passes its own `marking`."""
    return {
        "partnership": settings.PARTNERSHIP,
        "marking": settings.MARKING,
        "synthetic": settings.DEMONSTRATION,
        "synthetic_words": SYNTHETIC,
        "version": frith.__version__,
        "navigation": [
            {
                "text": entry.text,
                "href": (href := reverse(entry.url_name)),
                "current": request.path == href,
                "active": href != "/" and request.path.startswith(href),
            }
            for entry in navigation.entries()
        ],
    }
