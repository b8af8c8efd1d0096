"""Where a request comes from: the reader's address, and whether that is this very machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

FORWARDED = "HTTP_X_FORWARDED_FOR"


def client_address(request: HttpRequest) -> str:
    """The reader's address, as the outermost of our own proxies saw it.

    A reader can write anything to the left of what our proxies add, so it is counted from the
    right, by as many proxies as the settings name.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = [part.strip() for part in request.META.get(FORWARDED, "").split(",") if part.strip()]
    if not settings.TRUSTED_PROXIES or len(hops) < settings.TRUSTED_PROXIES:
        return peer
    return str(hops[-settings.TRUSTED_PROXIES])


def from_this_machine(request: HttpRequest) -> bool:
    """True where the reader sits at this machine: loopback by address and by name, no proxy."""
    if FORWARDED in request.META or "HTTP_FORWARDED" in request.META:
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    return _is_loopback(peer) and (host == "localhost" or _is_loopback(host))


def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False
