"""What happens around a session: it begins, a wrong code counts, it ends."""

from __future__ import annotations

from hashlib import sha256

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import login, logout, user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from frith_web.core.address import client_address
from frith_web.core.models import EntryKind, SignedIn, User
from frith_web.core.services import audit, sessions

DEVICE = "device"
CONFIRMED = "confirmed_at"


@transaction.atomic
def begin_session(request: HttpRequest, *, user: User, backend: str, how: str) -> None:
    """Sign somebody in under a new session key. Nothing of the session before it stays."""
    request.session.flush()
    login(request, user, backend=backend)
    device = sessions.begin(user=user, user_agent=request.headers.get("User-Agent", ""))
    request.session[DEVICE] = str(device.pk)
    confirm(request)
    _note("signed in", user=user, how=how)


@transaction.atomic
def end_grown(*, user: User, device: SignedIn) -> None:
    """End a session whose holder may do more than when they proved who they are."""
    sessions.end(user=user, device=device.pk)
    _note("asked again", user=user, because="may do more than when the session began")


@transaction.atomic
def end_session(request: HttpRequest) -> None:
    """Sign this device out."""
    user, device = request.user, request.session.get(DEVICE)
    if isinstance(user, User) and device:
        sessions.end(user=user, device=device)
        _note("signed out", user=user)
    logout(request)


def confirm(request: HttpRequest) -> None:
    """Note that this person proved a moment ago who they are."""
    request.session[CONFIRMED] = timezone.now().timestamp()


def note_wrong(request: HttpRequest, *, username: str, what: str) -> None:
    """Count a wrong code as a wrong password is counted: for the account and for the address."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)
    note_refusal(request, account=username, what=what)


@transaction.atomic
def note_refusal(request: HttpRequest, *, account: str, what: str) -> None:
    """Write into the log that somebody was refused, and whether that locked the door."""
    locked = bool(getattr(request, "axes_locked_out", False))
    audit.append(
        kind=EntryKind.ACCESS,
        act="sign-in locked" if locked else "sign-in refused",
        actor=None,
        actor_name=audit.STRANGER,
        detail={"account": account, "because": what},
    )


def _note(act: str, *, user: User, **detail: str) -> None:
    audit.append(
        kind=EntryKind.ACCESS, act=act, actor=user, detail={"account": user.username, **detail}
    )


def is_locked(request: HttpRequest, *, username: str) -> bool:
    """True where five wrong passwords or codes have locked this account or address."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def passkey_name(request: HttpRequest) -> str:
    """Under which name a wrong passkey counts, since it names no account: the address alone.

    One name for all would let one stranger lock everybody's passkeys.
    """
    return f"passkey {sha256(client_address(request).encode()).hexdigest()[:16]}"
