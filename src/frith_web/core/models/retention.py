"""How long records are kept: schedules, reviews and what was decided, holds, certificates.

Nothing here copies what a record says. Rows name a record by its kind and reference, and go with it
when it is disposed of; a certificate stays, and holds no word of what it was about.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.models.dated import Dated
from frith_web.core.models.partners import KEY, Partner
from frith_web.core.models.registers import RightsRequest
from frith_web.core.sensitivity import Personal, Retention, declared

_STRUCTURE = declared(Personal.NO, Retention.STRUCTURE)
_STAFF = declared(Personal.YES, Retention.STRUCTURE)
_REVIEW = declared(Personal.NO, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
_WORDS = declared(Personal.SPECIAL, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
_BY = declared(Personal.YES, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)


class Schedule(Dated):
    """How long one partner keeps one group of records. Its own: retention is the controller's."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=64)
    """Key of the reference list `retention_groups`, or of a group of the partner's own."""
    name = models.CharField(max_length=200)
    kinds = models.JSONField(default=list)
    """Dotted kinds of record that this partner puts in this group, whatever the room declares."""
    clear_years = models.PositiveSmallIntegerField(null=True, blank=True)
    """Years without relevant contact before the first review."""
    review_every_years = models.PositiveSmallIntegerField(null=True, blank=True)
    keep_to_age = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum_years = models.PositiveSmallIntegerField(null=True, blank=True)
    authority = models.CharField(max_length=300)
    """The law, code or policy that it follows."""
    verified_by = models.CharField(max_length=200, blank=True)
    """Who checked it against its source; blank says to be verified locally."""
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["partner__name", "group", "-starts_on"]

    class Sensitivity:
        id = starts_on = ends_on = partner = group = name = kinds = _STRUCTURE
        clear_years = review_every_years = keep_to_age = minimum_years = authority = _STRUCTURE
        verified_by = set_by = _STAFF

    def __str__(self) -> str:
        return self.name


class Grouping(models.Model):
    """That one record belongs in another group than its kind does, who said so, and why."""

    kind = models.CharField(max_length=64)
    record = models.UUIDField()
    group = models.CharField(max_length=64, validators=[KEY])
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "record"], name="grouping_record")
        ]

    class Sensitivity:
        id = kind = record = group = at = _REVIEW
        why = _WORDS
        by = _BY


class Review(models.Model):
    """A record whose time has come. Closed when it is kept, disposed of, or no longer due."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=64)
    record = models.UUIDField()
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.PROTECT, related_name="+")
    """Null where an upheld request for erasure brought it here."""
    request = models.ForeignKey(
        RightsRequest, null=True, on_delete=models.PROTECT, related_name="+"
    )
    contact_on = models.DateField()
    """The last relevant contact: the day from which the clear period runs."""
    due_on = models.DateField()
    found_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "record"], name="review_record")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "record"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_review_a_record",
            )
        ]

    class Sensitivity:
        id = reference = owner = kind = record = schedule = request = _REVIEW
        contact_on = due_on = found_at = closed_at = _REVIEW


class Choice(models.TextChoices):
    """What a reviewer may decide."""

    KEEP = "keep", "Keep it"
    DISPOSE = "dispose", "Dispose of it"
    REFER = "refer", "Refer it to somebody"


class ReviewDecision(models.Model):
    """What a named person decided about a record that was due, and why. Never edited."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="decisions")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    keep_until = models.DateField(null=True, blank=True)
    refer_to = models.CharField(max_length=200, blank=True)
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    class Sensitivity:
        id = review = choice = keep_until = at = _REVIEW
        refer_to = why = _WORDS
        by = _BY


class DisposalSwitch(models.Model):
    """Disposal turned on or off for one partner, by whom, when and why. The newest row holds."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    class Sensitivity:
        id = partner = is_on = why = at = _STRUCTURE
        by = _STAFF


class HoldSort(models.TextChoices):
    """Why disposal stops."""

    INQUIRY = "inquiry", "An inquiry"
    LITIGATION = "litigation", "Litigation"
    CRIMINAL_PROCEDURE = "criminal_procedure", "Criminal procedure and disclosure"


class Hold(models.Model):
    """A stop on disposal of some of one partner's records. It beats every decision to dispose."""

    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=24, choices=HoldSort.choices)
    title = models.CharField(max_length=200)
    why = models.TextField()
    until = models.DateField(null=True, blank=True)
    """The last day on which it holds; null until somebody lifts it."""
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    class Sensitivity:
        id = owner = sort = until = placed_at = lifted_at = _REVIEW
        title = why = lifted_why = _WORDS
        placed_by = lifted_by = _BY

    def __str__(self) -> str:
        return self.title


class Reach(models.TextChoices):
    """What a line of a hold covers."""

    RECORD = "record", "One record"
    PERSON = "person", "A person: every record about them"
    BATCH = "batch", "A batch: every record that came with it"
    KIND = "kind", "Every record of a kind"


class HoldLine(models.Model):
    """One thing that a hold covers."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="lines")
    reach = models.CharField(max_length=8, choices=Reach.choices)
    kind = models.CharField(max_length=64)
    record = models.UUIDField(null=True, blank=True)
    """The record, the person's record or the batch; null for a whole kind."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(reach="kind", record__isnull=True)
                | (~models.Q(reach="kind") & models.Q(record__isnull=False)),
                name="a_hold_names_what_it_covers",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "record"], name="holdline_record")
        ]

    class Sensitivity:
        id = hold = reach = kind = record = _REVIEW


class Certificate(models.Model):
    """That a record was disposed of: what kind, whose, by what authority, when, by whom.

    It holds nothing of what the record said, nor the reviewer's words about it.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=64)
    record = models.UUIDField()
    schedule = models.ForeignKey(Schedule, null=True, on_delete=models.PROTECT, related_name="+")
    authority = models.CharField(max_length=300)
    contact_on = models.DateField()
    due_on = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()
    disposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    disposed_at = models.DateTimeField()
    removed = models.JSONField(default=dict)
    """How many rows of each sort went."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the above as one text; the same stands in the log."""
    swept_at = models.DateTimeField(null=True, blank=True)
    """When the database file was written anew, so that no freed page keeps the old bytes."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    class Sensitivity:
        id = reference = owner = kind = record = schedule = authority = contact_on = _STRUCTURE
        due_on = decided_at = disposed_at = removed = digest = swept_at = _STRUCTURE
        decided_by = disposed_by = _STAFF
