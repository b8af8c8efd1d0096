"""Phones, vehicles, accounts, handles and adverts, and with whom or what they were seen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith_web.core.models import ProtectedRecord
from frith_web.pole.models.events import Event
from frith_web.pole.models.nominals import Nominal
from frith_web.pole.models.recorded import PERSONAL, PLAIN, Recorded


class ObjectSort(models.TextChoices):
    """What kind of thing an object is."""

    PHONE = "phone", "Phone"
    VEHICLE = "vehicle", "Vehicle"
    ACCOUNT = "account", "Account"
    ADDRESS = "address", "Address"
    HANDLE = "handle", "Online handle"
    ADVERT = "advert", "Advert"


class RecordedObject(Recorded):
    """A thing that can be told from others by its identifier."""

    kind = "pole.object"

    sort = models.CharField(max_length=16, choices=ObjectSort.choices)
    identifier = models.CharField(max_length=400)

    class Meta(Recorded.Meta):
        ordering: ClassVar[list[str]] = ["sort", "identifier", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["sort", "identifier", "id", "protection"], name="pole_object_in_order"
            )
        ]

    class Sensitivity(Recorded.Sensitivity):
        sort = PLAIN
        identifier = PERSONAL

    def __str__(self) -> str:
        return f"{self.get_sort_display()} {self.identifier}"


class ObjectLink(ProtectedRecord):
    """That an object was recorded with a person or in an event. Shown to who may read both ends."""

    kind = "pole.object-link"
    hangs_on = ("recorded_object", "nominal", "event")

    recorded_object = models.ForeignKey(RecordedObject, on_delete=models.PROTECT, related_name="+")
    nominal = models.ForeignKey(
        Nominal, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    from_date = models.DateField(null=True, blank=True)
    to_date = models.DateField(null=True, blank=True)
    batch = models.ForeignKey("pole.Batch", on_delete=models.PROTECT, related_name="+")

    class Meta(ProtectedRecord.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(nominal__isnull=False) | models.Q(event__isnull=False),
                name="an_object_is_linked_to_something",
            )
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        recorded_object = nominal = event = from_date = to_date = PERSONAL
        batch = PLAIN
