"""The organisations that work together, what they signed, and where they work. All dated."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models

from frith_web.core.models.dated import Dated
from frith_web.core.purposes import Purpose
from frith_web.core.sensitivity import Personal, Retention, declared

KEY = RegexValidator(r"^[a-z0-9][a-z0-9-]{1,63}\Z", "Use 2 to 64 small letters, numbers or hyphens")
_STRUCTURE = declared(Personal.NO, Retention.STRUCTURE)


class Partner(Dated):
    """A signatory organisation: controller of what it brings, employer of who signs in."""

    key = models.CharField(max_length=64, unique=True, validators=[KEY])
    name = models.CharField(max_length=200)
    body = models.CharField(max_length=64)
    """Its kind: a key of the reference list `partner_bodies`."""
    is_competent_authority = models.BooleanField(default=False)
    """True where it processes for law enforcement under Part 3 of the Data Protection Act 2018."""
    is_police = models.BooleanField(default=False)
    contact = models.CharField(max_length=200, blank=True)
    """What a reader is told where a hidden record answers with whom to contact."""
    succeeded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["name"]

    class Sensitivity:
        id = starts_on = ends_on = key = name = body = _STRUCTURE
        is_competent_authority = is_police = contact = succeeded_by = _STRUCTURE

    def __str__(self) -> str:
        return self.name


class Team(Dated):
    """A team within a partner, for assignments that outlive a person."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["partner__name", "name"]

    class Sensitivity:
        id = starts_on = ends_on = partner = name = _STRUCTURE

    def __str__(self) -> str:
        return f"{self.name}, {self.partner}"


class Agreement(Dated):
    """A sharing agreement, with the day by which it must be looked at again."""

    key = models.CharField(max_length=64, unique=True, validators=[KEY])
    title = models.CharField(max_length=300)
    purposes = models.JSONField(default=list)
    """Values of `Purpose` for which it permits sharing."""
    review_on = models.DateField(null=True, blank=True)

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["title"]

    class Sensitivity:
        id = starts_on = ends_on = key = title = purposes = review_on = _STRUCTURE

    def __str__(self) -> str:
        return self.title

    @property
    def purpose_words(self) -> list[str]:
        """Its purposes in plain English."""
        return [str(Purpose(value).label) for value in self.purposes]


class Signature(Dated):
    """A partner's signature under an agreement, until it is withdrawn."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="signatures")
    signed_by = models.CharField(max_length=200)

    class Meta(Dated.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["agreement", "partner", "starts_on"], name="one_signature_a_day"
            ),
        ]

    class Sensitivity:
        id = starts_on = ends_on = agreement = partner = _STRUCTURE
        signed_by = declared(Personal.YES, Retention.STRUCTURE)


class Area(Dated):
    """An area the partnership works in, in the words of one vintage."""

    code = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    vintage = models.CharField(max_length=16)
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="areas"
    )
    """Whose area it is; null where it is the whole partnership's."""

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["code", "vintage", "starts_on"], name="one_area_a_code_vintage_and_day"
            ),
        ]

    class Sensitivity:
        id = starts_on = ends_on = code = name = vintage = partner = _STRUCTURE

    def __str__(self) -> str:
        return self.name
