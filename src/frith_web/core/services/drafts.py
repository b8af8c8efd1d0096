"""Keeping what somebody typed when it could not be sent, and giving it back to them alone.

A form that holds a password or a code is not kept at all, nor are files.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from frith_web.core.models import Draft, User
from frith_web.core.sealing import Unsealable, seal, unseal

KEPT_FOR = timedelta(days=14)
LONGEST = 512 * 1024
PURPOSE = "drafts"
SECRET = re.compile(r"passw|passkey|credential|secret|one.?time|recovery|^code$", re.IGNORECASE)
OUR_OWN = ("csrfmiddlewaretoken", "_submission", "_place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft as its writer left it."""

    typed: QueryDict
    saved_at: datetime


@transaction.atomic
def keep(*, user: User, place: str, typed: QueryDict) -> bool:
    """Keep what was typed at an address; False where there is nothing that may be kept."""
    Draft.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).delete()
    held = {name: typed.getlist(name) for name in typed if name not in OUR_OWN}
    if any(SECRET.search(name) for name in held) or not any(map(any, held.values())):
        return False
    text = json.dumps({"user": user.pk, "place": place, "typed": held})
    if len(text) > LONGEST:
        return False
    Draft.objects.update_or_create(
        user=user,
        place=_place(place),
        defaults={"sealed": seal(text, purpose=PURPOSE), "saved_at": timezone.now()},
    )
    return True


def kept(*, user: User, place: str) -> Kept | None:
    """What this person typed at this address and has not sent, if it is not too old."""
    since = timezone.now() - KEPT_FOR
    found = Draft.objects.filter(user=user, place=_place(place), saved_at__gte=since).first()
    if found is None:
        return None
    try:
        held = json.loads(unseal(found.sealed, purpose=PURPOSE))
    except Unsealable:
        return None
    if (held["user"], held["place"]) != (user.pk, place):
        return None  # a row put in another's place
    typed = QueryDict(mutable=True)
    for name, values in held["typed"].items():
        typed.setlist(name, values)
    return Kept(typed=typed, saved_at=found.saved_at)


def forget(*, user: User, place: str) -> None:
    """Delete what was kept: it was sent, or its writer does not want it."""
    Draft.objects.filter(user=user, place=_place(place)).delete()


def _place(address: str) -> str:
    return sha256(address.encode()).hexdigest()
