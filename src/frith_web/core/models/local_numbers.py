"""Whom to ring here: numbers that somebody must check every ninety days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith_web.core.models.dated import Dated, today
from frith_web.core.models.partners import Partner
from frith_web.core.sensitivity import Personal, Retention, declared

CHECKED_FOR = timedelta(days=90)
"""So long a number counts as checked; the partnership's own rule."""
_STRUCTURE = declared(Personal.NO, Retention.STRUCTURE)


class NumberSort(models.TextChoices):
    """Which number it is. The national two are the law's; the rest are each place's own."""

    EMERGENCY = "emergency", "Emergency"
    NON_EMERGENCY = "non_emergency", "Police, when it is not an emergency"
    CRIMESTOPPERS = "crimestoppers", "Crimestoppers, without giving a name"
    CHILD = "child", "Worried about a child: the multi-agency safeguarding hub (MASH)"
    ADULT = "adult", "Worried about an adult: the adult social care duty team"
    FIRST_RESPONDER = "first_responder", "First responder, for modern slavery referrals"
    DATA_PROTECTION = "data_protection", "Data protection officer"


class LocalNumber(Dated):
    """One number as it held from one day to another, and when somebody last rang it."""

    sort = models.CharField(max_length=16, choices=NumberSort.choices)
    number = models.CharField(max_length=60)
    hours = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    """Who answers for its being right."""
    checked_on = models.DateField(default=today)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["sort", "-starts_on", "-pk"]

    class Sensitivity:
        id = sort = number = hours = owner = starts_on = ends_on = checked_on = _STRUCTURE
        written_at = _STRUCTURE
        written_by = declared(Personal.YES, Retention.STRUCTURE)

    @property
    def checked_until(self) -> date:
        """The last day on which it counts as checked."""
        return self.checked_on + CHECKED_FOR

    @property
    def is_stale(self) -> bool:
        """True where nobody has checked it for too long."""
        return self.checked_until < today()
