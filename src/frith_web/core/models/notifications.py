"""What waits for a person on the site, and what they want to be told of."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.sensitivity import Personal, Retention, declared

_OWN = declared(Personal.YES, Retention.NOTICE)
_TEXT = declared(Personal.YES, Retention.NOTICE, marking=Marking.OFFICIAL_SENSITIVE)


class Notification(models.Model):
    """One line for one person, with a link to where it is said in full. Holds no record's text."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    text = models.CharField(max_length=300)
    link = models.CharField(max_length=300)
    """An address of this site; whether its reader may open it is asked there."""
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to", "read_at"], name="notification_unread")
        ]

    class Sensitivity:
        id = reference = to = kind = made_at = read_at = _OWN
        text = link = _TEXT

    def __str__(self) -> str:
        return self.text


class NotificationChoice(models.Model):
    """Whether a person wants one kind on the site and by email; without a row, on the site."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=64)
    on_site = models.BooleanField(default=True)
    by_email = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_choice_a_person_and_kind")
        ]

    class Sensitivity:
        id = user = kind = on_site = by_email = _OWN

    def __str__(self) -> str:
        return self.kind
