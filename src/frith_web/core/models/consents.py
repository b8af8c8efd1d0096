"""What the owner of a record answered when asked whether a copy may go to somebody."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.models.partners import Partner
from frith_web.core.models.protection import Protection
from frith_web.core.sensitivity import Personal, Retention, declared

_TERMS = declared(Personal.NO, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)


class OriginatorConsent(models.Model):
    """One answer, for one set of terms and one recipient. Never edited: a later one replaces it."""

    protection = models.ForeignKey(Protection, on_delete=models.PROTECT, related_name="consents")
    recipient = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    words = models.TextField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-given_at", "-pk"]

    class Sensitivity:
        id = protection = recipient = agreed = words = given_at = _TERMS
        given_by = declared(Personal.YES, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
