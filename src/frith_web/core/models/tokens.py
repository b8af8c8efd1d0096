"""API tokens: what lets another system act for an account, for one purpose, until a day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.models.dated import today
from frith_web.core.models.partners import Partner
from frith_web.core.models.standing import Narrowing
from frith_web.core.purposes import Purpose
from frith_web.core.sensitivity import Personal, Retention, declared

_PLAIN = declared(Personal.NO, Retention.ACCOUNT)
_STAFF = declared(Personal.YES, Retention.ACCOUNT)
_SECRET = declared(Personal.NO, Retention.ACCOUNT, marking=Marking.OFFICIAL_SENSITIVE)


class ApiToken(models.Model):
    """One token. It works from the day its account collected it until it ends or is revoked."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tokens"
    )
    """For whom it acts: never with more than this account may do on the day."""
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    """Where the account worked when it was issued; it ends where they move on."""
    title = models.CharField(max_length=200)
    """Which system uses it, and for what."""
    purpose = models.CharField(max_length=24, choices=Purpose.choices)
    permissions = models.JSONField(default=list)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    ends_on = models.DateField()
    """The last day on which it works."""
    prefix = models.CharField(max_length=16, unique=True, null=True, editable=False)
    """The part by which it is looked up; null until its account collected it."""
    digest = models.CharField(max_length=64, blank=True, editable=False)
    """SHA-256 of the whole token, which stands nowhere."""
    collected_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null where it ended with its account."""
    last_used_at = models.DateTimeField(null=True, blank=True)
    minute_at = models.DateTimeField(null=True, blank=True)
    """When the minute began in which its requests are counted."""
    minute_used = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(prefix__isnull=True, digest="", collected_at__isnull=True)
                | (
                    models.Q(prefix__isnull=False, collected_at__isnull=False)
                    & ~models.Q(digest="")
                ),
                name="a_token_is_collected_whole",
            )
        ]

    class Sensitivity:
        id = reference = partner = title = purpose = permissions = ends_on = _PLAIN
        user = issued_by = issued_at = collected_at = revoked_at = revoked_by = _STAFF
        last_used_at = minute_at = minute_used = _STAFF
        prefix = digest = _SECRET

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        """True where it was neither revoked nor has run out."""
        return self.revoked_at is None and self.ends_on >= today()

    @property
    def narrowing(self) -> Narrowing:
        """What its account brings under it, at most."""
        return Narrowing(
            permissions=frozenset(self.permissions), purposes=frozenset({self.purpose})
        )
