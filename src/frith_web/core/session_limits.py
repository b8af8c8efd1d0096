"""A session's ends: fifteen quiet minutes, twelve hours whatever happens, or rights that grew."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from frith_web.core.models import SignedIn, User
from frith_web.core.policies import needs_second_factor
from frith_web.core.selectors import device_of, has_second_factor
from frith_web.core.services import sessions, signing_in
from frith_web.core.services.signing_in import DEVICE

ENDED = "ended_because"
GREW = "rights_grew"
PROVES_WITHIN = timedelta(minutes=15)
"""How long the second factor alone goes on with a session whose holder's rights have grown."""
WATCHING = re.compile(r"^/session\Z|^/jobs/[0-9a-f-]{36}/state\Z")
"""Asked by pages that wait: how long is left, how far a job is; asking is no sign of life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """When a session ends where nothing happens."""

    at: datetime
    is_final: bool
    """True where the twelve hours end first, so that staying is not to be had."""

    @property
    def seconds(self) -> int:
        """From now."""
        return max(0, int((self.at - timezone.now()).total_seconds()))


def ends(device: SignedIn) -> Ends:
    """When this device is signed out where nothing more happens."""
    idle = device.seen_at + timedelta(seconds=settings.SESSION_IDLE_S)
    final = device.started_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return Ends(at=min(idle, final), is_final=final <= idle)


class SessionLimits:
    """Ends what has lasted too long or was ended elsewhere; notes that somebody is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            self._hold(request, user)
        return self.get_response(request)

    def _hold(self, request: HttpRequest, user: User) -> None:
        device = self._device(request, user)
        if device is None:
            self._end(request, user, because="elsewhere")
            return
        if ends(device).seconds == 0:
            self._end(request, user, because="final" if ends(device).is_final else "idle")
            sessions.end(user=user, device=device.pk)
            return
        if not WATCHING.search(request.path):
            sessions.keep_awake(device=device)
        if self._has_grown(request, user, device):
            return
        if device.rotate:
            request.session.cycle_key()
            sessions.rotated(device=device)
        request.session_ends = ends(device)  # type: ignore[attr-defined]

    def _has_grown(self, request: HttpRequest, user: User, device: SignedIn) -> bool:
        """True where the session ended, because its holder may do more than when it began."""
        now = sessions.brings(user)
        if now == device.brings:
            return False
        if (
            device.brings
            and sessions.has_grown(before=device.brings, now=now)
            and needs_second_factor(user, request=request)
        ):
            signing_in.end_grown(user=user, device=device)
            self._end(request, user, because="grown")
            if has_second_factor(user):
                request.session[GREW] = [user.pk, timezone.now().timestamp()]
            return True
        sessions.judge_anew(device=device, now=now)
        return False

    @staticmethod
    def _device(request: HttpRequest, user: User) -> SignedIn | None:
        """The device this session was begun on; None where it was signed out elsewhere."""
        held = request.session.get(DEVICE)
        if held is not None:
            return device_of(user, str(held))
        begun = sessions.begin(user=user, user_agent=request.headers.get("User-Agent", ""))
        request.session[DEVICE] = str(begun.pk)
        return begun

    @staticmethod
    def _end(request: HttpRequest, user: User, *, because: str) -> None:
        request.session.flush()
        request.session[ENDED] = because
        request.user = AnonymousUser()
        request.was = user  # type: ignore[attr-defined]


def whose_grew(request: HttpRequest) -> User | None:
    """Whose session ended a moment ago because their rights grew; said once, then forgotten."""
    held = request.session.pop(GREW, None)
    if held is None:
        return None
    pk, since = held
    if timezone.now().timestamp() - since > PROVES_WITHIN.total_seconds():
        return None
    return User.objects.filter(pk=pk).first()
