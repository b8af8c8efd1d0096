"""What the partnership promised, for which years; and how one plan's priorities carry on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith_web.core.models import ProtectedRecord
from frith_web.core.models.dated import today
from frith_web.core.sensitivity import Personal, Retention, declared

PLAIN = declared(Personal.NO, Retention.RECORD)


class Plan(ProtectedRecord):
    """A plan or strategy of the partnership, with its years."""

    kind = "objective.plan"

    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    """Where it was agreed and published."""

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["-starts_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="a_plan_ends_after_it_starts",
            )
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        title = starts_on = ends_on = agreed_on = source = PLAIN

    def __str__(self) -> str:
        return self.title

    @property
    def is_in_force(self) -> bool:
        """True where today lies in its years."""
        return self.starts_on <= today() and (self.ends_on is None or self.ends_on >= today())


class Priority(ProtectedRecord):
    """One priority of a plan."""

    kind = "objective.priority"
    permission_kind = "objective.plan"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="priorities")
    title = models.CharField(max_length=200)
    aim = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_cross_cutting = models.BooleanField(default=False)

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["order", "pk"]

    class Sensitivity(ProtectedRecord.Sensitivity):
        plan = title = aim = order = is_cross_cutting = PLAIN

    def __str__(self) -> str:
        return self.title


class Continuation(models.TextChoices):
    """How much of an earlier priority a later one carries on."""

    WHOLE = "whole", "Carries on"
    PART = "part", "Carries on in part"
    MERGED = "merged", "Merged with others"
    ENDED = "ended", "Ended"


class Crosswalk(ProtectedRecord):
    """From a priority of one plan to one of the next, so that a series of years is not broken."""

    kind = "objective.crosswalk"
    permission_kind = "objective.plan"

    earlier = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="later")
    later = models.ForeignKey(
        Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="earlier"
    )
    """Null where the earlier one ended."""
    continuation = models.CharField(max_length=8, choices=Continuation.choices)
    note = models.TextField(blank=True)

    class Meta(ProtectedRecord.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["earlier", "later"], name="one_crosswalk_a_pair"),
            models.CheckConstraint(
                condition=models.Q(
                    later__isnull=False, continuation__in=["whole", "part", "merged"]
                )
                | models.Q(later__isnull=True, continuation="ended"),
                name="what_carries_on_says_where",
            ),
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        earlier = later = continuation = note = PLAIN


class Commitment(ProtectedRecord):
    """What was promised under a priority, who leads, by when."""

    kind = "objective.commitment"
    permission_kind = "objective.plan"

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="commitments")
    text = models.TextField()
    lead = models.ForeignKey("core.Partner", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["due_on", "pk"]

    class Sensitivity(ProtectedRecord.Sensitivity):
        priority = text = lead = due_on = starts_on = ends_on = PLAIN

    def __str__(self) -> str:
        return self.text
