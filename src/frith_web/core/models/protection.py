"""The terms on which a record is held, and the base of every record that is held on terms.

A `Protection` is one set of terms, shared by every record held on exactly them: a batch of 150,000
events has one. It never changes; a record that is to be shared, sealed or marked otherwise is moved
to other terms, which leaves a row in the log. So "who may read this?" is answered once for a set of
terms, by `visible_protections`, and every list, count, search and export asks the same question.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking, Regime
from frith_web.core.models.access import MARKINGS, Compartment
from frith_web.core.models.gated import gated
from frith_web.core.models.partners import Agreement, Partner
from frith_web.core.purposes import Purpose
from frith_web.core.sensitivity import Personal, Retention, declared

_TERMS = declared(Personal.NO, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)


class WhenHidden(models.TextChoices):
    """What a record answers to whoever may not read it."""

    SILENT = "silent", "Nothing: as if it were not there"
    CONTACT = "contact", "Only whom to contact"


class Protection(models.Model):
    """One set of terms. Made by `services.protections.terms`; never changed."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    """The controller: whose schedule, whose policy, whose contact."""
    regime = models.CharField(max_length=24, choices=[(one.value, one.value) for one in Regime])
    marking = models.CharField(max_length=24, choices=MARKINGS)
    descriptors = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
    restricted = models.BooleanField(default=False)
    """Read only with unexpired vetting and under a signed agreement."""
    sealed = models.BooleanField(default=False)
    """Read only by the named readers."""
    when_hidden = models.CharField(
        max_length=8, choices=WhenHidden.choices, default=WhenHidden.SILENT
    )

    class Sensitivity:
        id = digest = owner = regime = marking = descriptors = conditions = _TERMS
        restricted = sealed = when_hidden = _TERMS


class ProtectionCompartment(models.Model):
    """A label that terms bear; all are required of a reader, not any."""

    protection = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="labels")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")

    class Sensitivity:
        id = protection = compartment = _TERMS


class ProtectionShare(models.Model):
    """A partner with whom terms share, under which agreement, for which purpose."""

    protection = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="shares")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=24, choices=Purpose.choices)

    class Sensitivity:
        id = protection = partner = agreement = purpose = _TERMS


class ProtectionReader(models.Model):
    """A named reader of what is sealed."""

    protection = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Sensitivity:
        id = protection = user = declared(
            Personal.YES, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE
        )


class ProtectedRecord(models.Model):
    """A record held on terms, from the moment it is made.

    A subclass states its `kind`, such as `pole.nominal`; `<kind>:read` is the permission to read
    it, `<kind>:read-own` to read what one made oneself. Rows are fetched through `visible_to(user)`
    only, inside an open reading, which writes down what was shown.
    """

    kind: ClassVar[str]
    permission_kind: ClassVar[str] = ""
    """Whose permissions decide, where several kinds are read together; its own where empty."""
    hangs_on: ClassVar[tuple[str, ...]] = ()
    """Fields that point at records of which this one tells: who may not read those never sees it,
    and it follows them to stricter terms."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    protection = models.ForeignKey(Protection, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    """Counts changes, so that a stale edit is seen."""

    objects: ClassVar[Any] = gated()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    class Sensitivity:
        """Inherited by each record's own `Sensitivity`."""

        id = reference = created_at = version = declared(Personal.NO, Retention.RECORD)
        created_by = declared(Personal.YES, Retention.RECORD)
        protection = _TERMS
