"""The registers that data protection asks for: by what right data flows, and what was answered."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking, Regime
from frith_web.core.models.dated import Dated
from frith_web.core.models.partners import KEY, Agreement, Partner
from frith_web.core.purposes import Purpose
from frith_web.core.sensitivity import Personal, Retention, declared

_STRUCTURE = declared(Personal.NO, Retention.STRUCTURE)
_CASE = declared(Personal.NO, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
_PERSON = declared(Personal.SPECIAL, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
_OFFICER = declared(Personal.YES, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)


class Flow(Dated):
    """One flow of personal data: who gives what to whom, by which gateway. Others are blocked."""

    key = models.CharField(max_length=64, unique=True, validators=[KEY])
    title = models.CharField(max_length=300)
    controller = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    gateway = models.CharField(max_length=64)
    """Key of the reference list `legal_gateways`."""
    regime = models.CharField(max_length=24, choices=[(one.value, one.value) for one in Regime])
    agreement = models.ForeignKey(
        Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=24, choices=Purpose.choices)
    what = models.TextField()
    """Which data, about whom, how often."""
    review_on = models.DateField(null=True, blank=True)

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["key"]

    class Sensitivity:
        id = starts_on = ends_on = key = title = controller = gateway = regime = _STRUCTURE
        agreement = purpose = what = review_on = _STRUCTURE

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class RequestSort(models.TextChoices):
    """What a person asks of a controller."""

    ACCESS = "access", "Access: what is held about them"
    RECTIFICATION = "rectification", "Rectification: something is wrong"
    ERASURE = "erasure", "Erasure"
    RESTRICTION = "restriction", "Restriction of use"
    OBJECTION = "objection", "Objection to use"
    COMPLAINT = "complaint", "Complaint about how data were used"


class Identity(models.TextChoices):
    """How sure the controller is who asks."""

    KNOWN = "known", "Known: nothing more is asked for"
    ASKED = "asked", "Asked for: the clock waits"
    CONFIRMED = "confirmed", "Confirmed"


class RightsRequest(models.Model):
    """One request or complaint of a person, as one controller received it."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=16, choices=RequestSort.choices)
    regime = models.CharField(max_length=24, choices=[(one.value, one.value) for one in Regime])
    requester = models.CharField(max_length=200)
    contact = models.CharField(max_length=300, blank=True)
    asked = models.TextField()
    received_on = models.DateField()
    identity = models.CharField(max_length=12, choices=Identity.choices)
    identity_on = models.DateField(null=True, blank=True)
    identity_how = models.CharField(max_length=300, blank=True)
    people = models.JSONField(default=list)
    """References of the records of people that the officer found to be about the requester."""
    extended_on = models.DateField(null=True, blank=True)
    extended_why = models.TextField(blank=True)
    acknowledged_on = models.DateField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.TextField(blank=True)
    answer_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the answer as it went out; its text is not kept, or it would outlive records."""

    class Meta:
        ordering: ClassVar[list[str]] = ["received_on", "pk"]

    class Sensitivity:
        id = reference = partner = sort = regime = received_on = identity = identity_on = _CASE
        extended_on = acknowledged_on = answered_on = answer_digest = _CASE
        requester = contact = asked = people = identity_how = _PERSON
        extended_why = outcome = _PERSON
        opened_by = answered_by = _OFFICER


class Finding(models.Model):
    """What an officer decided about one record that a request found: told, or withheld and why."""

    request = models.ForeignKey(RightsRequest, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=64)
    record = models.UUIDField()
    told = models.BooleanField()
    exemption = models.CharField(max_length=64, blank=True)
    """Key of `exemptions.toml`; blank where it is told."""
    why = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request", "kind", "record"], name="one_finding_a_record"
            ),
            models.CheckConstraint(
                condition=models.Q(told=True, exemption="")
                | (models.Q(told=False) & ~models.Q(exemption="")),
                name="what_is_withheld_has_its_exemption",
            ),
        ]

    class Sensitivity:
        id = request = kind = record = told = exemption = at = _CASE
        why = _PERSON
        by = _OFFICER


class FoiRequest(models.Model):
    """One request under the Freedom of Information Act 2000, as one authority received it."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    requester = models.CharField(max_length=200)
    contact = models.CharField(max_length=300, blank=True)
    asked = models.TextField()
    received_on = models.DateField()
    exemptions = models.JSONField(default=list)
    """Keys of `exemptions.toml`."""
    public_interest = models.TextField(blank=True)
    neither_confirm_nor_deny = models.BooleanField(default=False)
    consulted_on = models.DateField(null=True, blank=True)
    consulted = models.CharField(max_length=200, blank=True)
    """Whom of the police; blank where it was judged not needed."""
    consultation = models.TextField(blank=True)
    """What the police answered, or why nobody asked them."""
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["received_on", "pk"]

    class Sensitivity:
        id = reference = partner = received_on = exemptions = consulted_on = answered_on = _CASE
        neither_confirm_nor_deny = _CASE
        requester = contact = asked = public_interest = consultation = outcome = _PERSON
        consulted = opened_by = answered_by = _OFFICER


class Decision(models.Model):
    """One decision: what, why, who disagreed, when. Never edited; a later one supersedes it."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    decision = models.TextField()
    rationale = models.TextField()
    dissent = models.TextField(blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=300)
    """Who decided: a meeting, a board, an office-holder."""
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-taken_at", "-pk"]

    class Sensitivity:
        id = reference = partner = taken_at = supersedes = recorded_at = _CASE
        title = decision = rationale = dissent = _PERSON
        taken_by = recorded_by = _OFFICER

    def __str__(self) -> str:
        return self.title
