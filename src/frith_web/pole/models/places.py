"""Locations as recorded: an address, a premises, a point with its precision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith_web.pole.models.recorded import PERSONAL, PLAIN, Recorded


class Location(Recorded):
    """A place that an event or a person was recorded at."""

    kind = "pole.location"

    label = models.CharField(max_length=400)
    address_id = models.CharField(max_length=64, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    area = models.CharField(max_length=32, blank=True)
    area_vintage = models.CharField(max_length=16, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    point_precision = models.CharField(max_length=16, blank=True)
    """exact, snapped or area: how far to trust the point."""
    premises_type = models.CharField(max_length=64, blank=True)

    class Meta(Recorded.Meta):
        ordering: ClassVar[list[str]] = ["label", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["label", "id", "protection"], name="pole_location_in_order")
        ]

    class Sensitivity(Recorded.Sensitivity):
        label = address_id = postcode = longitude = latitude = PERSONAL
        area = area_vintage = point_precision = premises_type = PLAIN

    def __str__(self) -> str:
        return self.label
