"""Which reminder was sent for which ending, so that each is sent once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from frith_web.core.sensitivity import Personal, Retention, declared

_NOTICE = declared(Personal.NO, Retention.NOTICE)


class Reminder(models.Model):
    """One reminder of one ending. Whom it reached stands in their notifications."""

    source = models.CharField(max_length=32)
    """Which kind of ending, as `core/reminding.py` declares it."""
    subject = models.CharField(max_length=64)
    """What ends, by its number or reference."""
    ends_on = models.DateField()
    """The day of which it reminded; where that day moves, it reminds anew."""
    days = models.PositiveSmallIntegerField()
    """So many days before it the reminder fell due."""
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "subject", "ends_on", "days"], name="each_reminder_once"
            )
        ]

    class Sensitivity:
        id = source = subject = ends_on = days = sent_at = _NOTICE

    def __str__(self) -> str:
        return f"{self.source}, {self.days} days before {self.ends_on}"
