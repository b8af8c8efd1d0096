"""What stands before every view: headers, and the fence round demonstration accounts."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from frith_web.core.database import reader
from frith_web.core.models import User
from frith_web.core.policies import can_sign_in

Handler = Callable[[HttpRequest], HttpResponse]

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}


class GuardedHeaders:
    """Headers that no view can forget. Pages are never stored; static files say so themselves."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class DemonstrationStaysHome:
    """A demonstration account's session ends where `can_sign_in` no longer holds."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and not can_sign_in(user, request=request):
            logout(request)
            raise PermissionDenied("This account may not be used here.")
        return self.get_response(request)


class DatabaseKnowsReader:
    """PostgreSQL is told who reads, for its row-level security; before and after, nobody does."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reader(request.user.pk if isinstance(request.user, User) else None):
            return self.get_response(request)
