"""A form sent twice is done once: the second answers with the first's result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from frith_web.core.models import Submission, User

KEPT_FOR = timedelta(hours=12)
"""As long as a session can last: no form outlives the session that drew it."""


def once(
    *, user: User, number: str, place: str, typed: bytes, send: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """What sending answers, done once for one form and one content.

    The note of it and the work stand or fall together: two that arrive at once wait for each
    other in the database, and a process that dies leaves neither. A form that is answered with
    anything but a redirect was not done, and may be sent again.
    """
    key = sha256(b"\0".join([str(user.pk).encode(), number.encode(), place.encode(), typed]))
    Submission.objects.filter(sent_at__lt=timezone.now() - KEPT_FOR).delete()
    done = Submission.objects.filter(key=key.hexdigest()).first()
    if done is None:
        try:
            return _send(user=user, key=key.hexdigest(), send=send)
        except _AlreadySent:
            done = Submission.objects.get(key=key.hexdigest())
    return HttpResponseRedirect(done.led_to)


class _AlreadySent(Exception):
    """The same form arrived at the same moment, and was quicker."""


def _send(*, user: User, key: str, send: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    refusal: Exception | None = None
    answer: HttpResponseBase | None = None
    with transaction.atomic():
        try:
            with transaction.atomic():
                claim = Submission.objects.create(key=key, user=user)
        except IntegrityError:
            raise _AlreadySent from None
        try:
            answer = send()
        except (PermissionDenied, Http404) as error:
            refusal = error  # what the log says of a refusal must stand
        if isinstance(answer, HttpResponseRedirect):
            claim.led_to = answer.url
            claim.save(update_fields=["led_to"])
        else:
            claim.delete()
    if answer is None:
        raise refusal or RuntimeError("a view answered nothing")
    return answer
