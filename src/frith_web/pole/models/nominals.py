"""One record of a person in one system. Who that person is, is a judgement made later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith_web.core.models import ProtectedRecord
from frith_web.pole.models.recorded import CRIMINAL, PERSONAL, Recorded


class Nominal(Recorded):
    """A person as one system recorded them; every part may be wrong or missing."""

    kind = "pole.nominal"

    given_names = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    aliases = models.TextField(blank=True)
    """Other names, separated by semicolons."""
    date_of_birth = models.CharField(max_length=10, blank=True)
    """YYYY-MM-DD, YYYY-MM or YYYY: as precise as it was recorded."""
    sex = models.CharField(max_length=32, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.CharField(max_length=400, blank=True)
    address_id = models.CharField(max_length=64, blank=True)
    postcode = models.CharField(max_length=12, blank=True)
    police_id = models.CharField(max_length=64, blank=True)

    class Meta(Recorded.Meta):
        ordering: ClassVar[list[str]] = ["family_name", "given_names", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["family_name", "given_names", "id", "protection"],
                name="pole_nominal_in_order",
            )
        ]

    class Sensitivity(Recorded.Sensitivity):
        given_names = family_name = aliases = date_of_birth = sex = PERSONAL
        phone = email = address = address_id = postcode = police_id = PERSONAL

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name as recorded, or that there is none."""
        return " ".join(filter(None, (self.given_names, self.family_name))) or "No name recorded"


class EqualityRecord(ProtectedRecord):
    """Ethnicity or nationality as recorded: apart, its own permission, read by no method."""

    kind = "pole.equality"
    hangs_on = ("nominal",)

    nominal = models.ForeignKey(Nominal, on_delete=models.PROTECT, related_name="+")
    attribute = models.CharField(max_length=64)
    value = models.CharField(max_length=200, blank=True)

    class Meta(ProtectedRecord.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["nominal", "attribute"], name="one_value_an_attribute")
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        nominal = PERSONAL
        attribute = value = CRIMINAL
