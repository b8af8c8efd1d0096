"""Recorded events, and what people were in them. Roles coexist: a suspect may be a victim."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith_web.core.models import ProtectedRecord
from frith_web.pole.models.nominals import Nominal
from frith_web.pole.models.places import Location
from frith_web.pole.models.recorded import CRIMINAL, PLAIN, Recorded
from frith_web.ui.dates import as_said


class EventSort(models.TextChoices):
    """What kind of event a row is."""

    CRIME = "crime", "Crime"
    INCIDENT = "incident", "Incident"
    STOP = "stop", "Stop"
    INTELLIGENCE = "intelligence", "Intelligence"
    REFERRAL = "referral", "Referral"


class RoleSort(models.TextChoices):
    """What a person was recorded as, in an event."""

    SUSPECT = "suspect", "Suspect"
    CHARGED = "charged", "Charged"
    CONVICTED = "convicted", "Convicted"
    VICTIM = "victim", "Victim"
    POSSIBLE_VICTIM = "possible_victim", "Possible victim"
    WITNESS = "witness", "Witness"
    SUBJECT = "subject", "Subject"


class Event(Recorded):
    """Something recorded as having happened. A recorded offence is not an offence committed."""

    kind = "pole.event"

    sort = models.CharField(max_length=16, choices=EventSort.choices)
    offence_code = models.CharField(max_length=32, blank=True)
    crime_type = models.CharField(max_length=100, blank=True)
    theme = models.CharField(max_length=32, blank=True)
    occurred_from = models.CharField(max_length=16)
    """YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM: as precise as it was recorded."""
    occurred_to = models.CharField(max_length=16, blank=True)
    location = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    area = models.CharField(max_length=32, blank=True)
    area_vintage = models.CharField(max_length=16, blank=True)
    occasion_ref = models.CharField(max_length=100, blank=True)
    arrest_ref = models.CharField(max_length=100, blank=True)
    premises_type = models.CharField(max_length=64, blank=True)
    retailer = models.CharField(max_length=200, blank=True)
    police_led = models.BooleanField(null=True, blank=True)
    """True where found by police activity; null where nobody recorded it."""
    loss_gbp = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering: ClassVar[list[str]] = ["-occurred_from", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-occurred_from", "id", "protection"], name="pole_event_in_order")
        ]

    class Sensitivity(Recorded.Sensitivity):
        sort = offence_code = crime_type = theme = occurred_from = occurred_to = PLAIN
        location = occasion_ref = arrest_ref = CRIMINAL
        area = area_vintage = premises_type = retailer = police_led = loss_gbp = PLAIN

    def __str__(self) -> str:
        return f"{self.crime_type or self.get_sort_display()}, {as_said(self.occurred_from)}"


class EventRole(ProtectedRecord):
    """What a nominal was in an event. Shown only to who may read both."""

    kind = "pole.role"
    hangs_on = ("event", "nominal")

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    nominal = models.ForeignKey(Nominal, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=RoleSort.choices)
    batch = models.ForeignKey("pole.Batch", on_delete=models.PROTECT, related_name="+")

    class Meta(ProtectedRecord.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["event", "nominal", "role"], name="one_row_a_role_in_an_event"
            )
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        event = nominal = role = CRIMINAL
        batch = PLAIN

    def __str__(self) -> str:
        return self.get_role_display()
