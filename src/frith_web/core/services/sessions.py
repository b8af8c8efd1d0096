"""Signed-in devices: begun, kept awake, judged anew, ended; one, or all of an account at once.

What a person may do is read anew at each request, so a session never lasts on old rights. What it
brought when its holder last proved who they are is kept beside it: where less is left, its key
changes; where more came, whatever brought it, the holder proves again who they are.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from frith_web.core.models import SignedIn, User
from frith_web.core.models.standing import REACHES, standing

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
        user=user,
        device=device_words(user_agent),
        started_at=started_at or now,
        seen_at=now,
        brings=brings(user),
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


def brings(user: User) -> str:
    """What a person brings today, in the one way it is written, to compare between requests."""
    of = standing(user)
    return json.dumps(
        {
            "partner": of.partner_id,
            "vetted": of.vetted,
            "compartments": sorted(of.compartments),
            "agreements": sorted(of.agreements),
            "roles": sorted(
                [list(REACHES[role.ceiling]), sorted(role.purposes), sorted(role.permissions)]
                for role in of.roles
            ),
        },
        separators=(",", ":"),
    )


def has_grown(*, before: str, now: str) -> bool:
    """True where somebody brings anything that they did not bring before, whatever else is gone."""
    return bool(_rights(now) - _rights(before))


def _rights(text: str) -> set[tuple[object, ...]]:
    """Each single thing that somebody brings: a permission, at a marking, for a purpose."""
    held = json.loads(text)
    rights: set[tuple[object, ...]] = {("partner", held["partner"])} if held["partner"] else set()
    rights |= {("vetted",)} if held["vetted"] else set()
    rights |= {(name, one) for name in ("compartments", "agreements") for one in held[name]}
    for markings, purposes, permissions in held["roles"]:
        rights |= {
            (permission, marking, purpose)
            for permission in permissions
            for marking in markings
            for purpose in purposes
        }
    return rights


@transaction.atomic
def judge_anew(*, device: SignedIn, now: str) -> None:
    """Keep what a session's holder brings from now on; its key changes with it."""
    SignedIn.objects.filter(pk=device.pk).update(brings=now)
    device.brings, device.rotate = now, True


def device_words(user_agent: str) -> str:
    """A browser's own name for itself in words that its owner recognises."""
    browser = next((name for name, sign in _BROWSERS if re.search(sign, user_agent)), "")
    system = next((name for name, sign in _SYSTEMS if re.search(sign, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "A browser that does not say what it is"
