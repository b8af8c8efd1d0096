"""Signed-in devices: begun, kept awake, ended; one, or all of an account at once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from frith_web.core.models import SignedIn, User

SEEN_EVERY = timedelta(seconds=20)
"""How stale `seen_at` may be: a write on every request would cost each page a disk flush."""
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone or iPad", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("Mac", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def begin(*, user: User, user_agent: str, started_at: datetime | None = None) -> SignedIn:
    """Note a device on which somebody has signed in, and forget those whose time is over."""
    now = timezone.now()
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignedIn.objects.filter(started_at__lt=now - longest).delete()
    return SignedIn.objects.create(
        user=user, device=device_words(user_agent), started_at=started_at or now, seen_at=now
    )


def keep_awake(*, device: SignedIn) -> None:
    """Note that somebody is there. Changes nothing where that was noted a moment ago."""
    now = timezone.now()
    if now - device.seen_at >= SEEN_EVERY:
        device.seen_at = now
        SignedIn.objects.filter(pk=device.pk).update(seen_at=now)


def end(*, user: User, device: UUID) -> bool:
    """Sign one of an account's devices out; True where there was one."""
    gone, _ = SignedIn.objects.filter(user=user, pk=device).delete()
    return bool(gone)


def end_all(*, user: User, but: UUID | None = None) -> int:
    """Sign an account out everywhere, or everywhere but here; how many devices that was."""
    devices = SignedIn.objects.filter(user=user)
    if but is not None:
        devices = devices.exclude(pk=but)
    gone, _ = devices.delete()
    return gone


def rotate_all(*, user: User) -> None:
    """Give every session of an account a new key at its next request: its rights have changed."""
    SignedIn.objects.filter(user=user).update(rotate=True)


@transaction.atomic
def rotated(*, device: SignedIn) -> None:
    """Note that the session's key was changed."""
    SignedIn.objects.filter(pk=device.pk).update(rotate=False)


def device_words(user_agent: str) -> str:
    """A browser's own name for itself in words that its owner recognises."""
    browser = next((name for name, sign in _BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for name, sign in _SYSTEMS if re.search(sign, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "A browser that does not say what it is"
