"""What is measured, exactly: the partnership's dated copies of definitions, and their targets."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith_web.core.models import ProtectedRecord
from frith_web.core.models.dated import today
from frith_web.core.sensitivity import Personal, Retention, declared
from frith_web.objective.models.plans import Priority

PLAIN = declared(Personal.NO, Retention.RECORD)


class MeasureSort(models.TextChoices):
    """What a measure counts."""

    OUTCOME = "outcome", "Outcome"
    ACTIVITY = "activity", "Activity"
    AWARENESS = "awareness", "Awareness"


class DirectionPolicy(models.TextChoices):
    """What a rise means, decided beforehand and by people."""

    HIGHER_GOOD = "higher good", "Higher is better"
    LOWER_GOOD = "lower good", "Lower is better"
    NEUTRAL = "neutral", "Neither is better"
    HIGHER_THEN_LOWER = "higher wanted then lower", "A rise is wanted first, then a fall"


class MeasureDefinition(ProtectedRecord):
    """One definition, as it held from one day to another. A change is a new row, never an edit."""

    kind = "objective.measure"
    permission_kind = "objective.plan"

    key = models.CharField(max_length=64)
    """Of the reference list `measures`, or the partnership's own."""
    name = models.CharField(max_length=200)
    definition = models.TextField()
    numerator = models.TextField()
    denominator = models.TextField(blank=True)
    unit = models.CharField(max_length=64, blank=True)
    direction = models.CharField(max_length=32, choices=DirectionPolicy.choices)
    sort = models.CharField(max_length=16, choices=MeasureSort.choices)
    caveat = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    priority = models.ForeignKey(
        Priority, null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["name", "-starts_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_definition_a_measure",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="a_definition_ends_after_it_starts",
            ),
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        key = name = definition = numerator = denominator = unit = PLAIN
        direction = sort = caveat = source = priority = starts_on = ends_on = PLAIN

    def __str__(self) -> str:
        return self.name


class Target(ProtectedRecord):
    """What a measure should reach, by when, and who said so."""

    kind = "objective.target"
    permission_kind = "objective.plan"

    measure = models.ForeignKey(MeasureDefinition, on_delete=models.PROTECT, related_name="targets")
    value = models.DecimalField(max_digits=16, decimal_places=4)
    by_date = models.DateField()
    rationale = models.TextField()

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["by_date"]

    class Sensitivity(ProtectedRecord.Sensitivity):
        measure = value = by_date = rationale = PLAIN
