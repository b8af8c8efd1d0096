"""Who is signed in, from which device, since when; forms kept for later; forms already sent."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.sensitivity import Personal, Retention, declared

_SESSION = declared(Personal.YES, Retention.SESSION)
_DRAFT = declared(Personal.SPECIAL, Retention.DRAFT, marking=Marking.OFFICIAL_SENSITIVE)
_SENT = declared(Personal.YES, Retention.SESSION)


class SignedIn(models.Model):
    """One device on which an account is signed in. Deleting the row signs the device out."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    device = models.CharField(max_length=100)
    """Browser and system, as far as the browser says."""
    rotate = models.BooleanField(default=False)
    """The session's key is changed at its next request, because what it may do has changed."""
    brings = models.TextField(blank=True)
    """What its holder brought when they last proved who they are: `services.sessions.brings`."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-seen_at"]

    class Sensitivity:
        id = user = started_at = seen_at = device = rotate = brings = _SESSION


class Draft(models.Model):
    """What somebody typed into a form that could not be sent; sealed, for that person alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=64)
    """A hash of the form's address, because addresses can hold references."""
    sealed = models.TextField()
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "place"], name="one_draft_a_form_and_person")
        ]

    class Sensitivity:
        id = user = place = sealed = saved_at = _DRAFT


class Submission(models.Model):
    """A form that was sent and where it led, so that the same form sent twice is done once."""

    key = models.CharField(max_length=64, unique=True)
    """A hash of person, address, the form's own number and what was typed."""
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    led_to = models.CharField(max_length=2000, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)

    class Sensitivity:
        id = key = user = led_to = sent_at = _SENT
