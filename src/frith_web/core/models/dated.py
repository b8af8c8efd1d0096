"""What is true from one day to another: partners, areas, agreements, roles held."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


def today() -> date:
    """The day by the site's own clock."""
    return timezone.localdate()


def in_force(on: date, *, prefix: str = "") -> models.Q:
    """Rows that hold on a day: begun, and not ended; the last day still counts."""
    start, end = f"{prefix}starts_on", f"{prefix}ends_on"
    return models.Q(**{f"{start}__lte": on}) & (
        models.Q(**{f"{end}__isnull": True}) | models.Q(**{f"{end}__gte": on})
    )


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with a first and, perhaps, a last day."""

    def in_force(self, on: date | None = None) -> DatedQuerySet:
        """Those that hold on a day; today where none is given."""
        return self.filter(in_force(on or today()))


class Dated(models.Model):
    """A row that holds from `starts_on` to `ends_on`, both days included; open where null."""

    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="%(app_label)s_%(class)s_ends_after_it_starts",
            )
        ]
