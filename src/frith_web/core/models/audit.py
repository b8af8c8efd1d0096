"""The audit log: its entries, its head, the roots handed outside, and its policy.

No foreign keys: the log outlives what it records. Personal data stand here by reference only, but
for who acted: DPA 2018, s.62 asks for the identity of whoever consulted and disclosed.
"""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.canonical import CanonicalEncoder
from frith_web.core.sensitivity import Personal, Retention, declared

HEX = 64
_PLAIN = declared(Personal.NO, Retention.LOG, marking=Marking.OFFICIAL_SENSITIVE)
_STAFF = declared(Personal.YES, Retention.LOG, marking=Marking.OFFICIAL_SENSITIVE)
_ABOUT = declared(Personal.SPECIAL, Retention.LOG, marking=Marking.OFFICIAL_SENSITIVE)


class EntryKind(models.TextChoices):
    """The six of DPA 2018, s.62(1), then what keeps the site itself honest."""

    COLLECTION = "collection", "Collection"
    ALTERATION = "alteration", "Alteration"
    CONSULTATION = "consultation", "Consultation"
    DISCLOSURE = "disclosure", "Disclosure"
    COMBINATION = "combination", "Combination"
    ERASURE = "erasure", "Erasure"
    ACCESS = "access", "Signing in and out"
    ADMINISTRATION = "administration", "Administration"


class AuditEntry(models.Model):
    """One act: who, when, what was done, to which records, why, and who received it."""

    n = models.BigIntegerField(primary_key=True)
    """Consecutive from 1; a number that is missing is a row that was taken away."""
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=EntryKind)
    actor_id = models.BigIntegerField(null=True)
    """The account; null for the site itself and for a stranger at the door."""
    actor_name = models.CharField(max_length=200)
    actor_partner = models.CharField(max_length=200, blank=True)
    act = models.CharField(max_length=120)
    """A service's dotted verb (`core.sign_in`), or the name of a page (`core:audit`)."""
    records = models.JSONField(encoder=CanonicalEncoder, default=dict)
    """Record kind to the references of the records that were shown or changed."""
    purpose = models.CharField(max_length=200, blank=True)
    recipient = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(encoder=CanonicalEncoder, default=dict)
    """Settings and references that tell one act from another; never content."""
    previous_hash = models.CharField(max_length=HEX)
    hash = models.CharField(max_length=HEX)

    class Meta:
        ordering: ClassVar[list[str]] = ["-n"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor_id", "n"], name="auditentry_actor"),
            models.Index(fields=["kind", "n"], name="auditentry_kind"),
            models.Index(fields=["at"], name="auditentry_at"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EntryKind.values), name="auditentry_kind_is_known"
            ),
        ]

    class Sensitivity:
        n = at = kind = act = purpose = detail = previous_hash = hash = _PLAIN
        actor_id = actor_name = actor_partner = _STAFF
        records = recipient = _ABOUT

    def __str__(self) -> str:
        return f"{self.n}: {self.act}"


class AuditHead(models.Model):
    """The last entry's number and hash: locked by whoever appends, so that one comes at a time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    n = models.BigIntegerField()
    hash = models.CharField(max_length=HEX)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="audithead_is_one")
        ]

    class Sensitivity:
        id = n = hash = _PLAIN

    def __str__(self) -> str:
        return str(self.n)


class LogRoot(models.Model):
    """The signed root over entries 1 to `tree_size`, and when it was handed outside."""

    n_from = models.BigIntegerField()
    """First entry that the root before it did not cover."""
    n_to = models.BigIntegerField()
    tree_size = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=HEX)
    frontier = models.JSONField(encoder=CanonicalEncoder)
    """Roots of the full subtrees, from which the next root grows."""
    signed_at = models.DateTimeField()
    public_key = models.CharField(max_length=HEX)
    signature = models.CharField(max_length=2 * HEX)
    handed_to = models.CharField(max_length=200, blank=True)
    handed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["tree_size"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(n_from__lte=models.F("n_to"), n_to=models.F("tree_size")),
                name="logroot_covers_something",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_to="", handed_at__isnull=True)
                | (~models.Q(handed_to="") & models.Q(handed_at__isnull=False)),
                name="logroot_handed_to_and_at_together",
            ),
        ]

    class Sensitivity:
        id = n_from = n_to = tree_size = root = frontier = _PLAIN
        signed_at = public_key = signature = handed_at = _PLAIN
        handed_to = _STAFF

    def __str__(self) -> str:
        return f"{self.tree_size}: {self.root}"


class AuditPolicy(models.Model):
    """What the partnership settled about its log; the newest row holds, older ones stay."""

    set_at = models.DateTimeField(default=timezone.now)
    set_by_id = models.BigIntegerField(null=True)
    purpose_for_searches = models.BooleanField(default=True)
    purpose_for_exports = models.BooleanField(default=True)
    office_opens = models.TimeField(default=time(7))
    office_closes = models.TimeField(default=time(20))
    reviewer_id = models.BigIntegerField(null=True)
    """Who looks at the list of unusual access and is told of it; nobody yet where null."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(office_opens__lt=models.F("office_closes")),
                name="auditpolicy_opens_before_it_closes",
            )
        ]

    class Sensitivity:
        id = set_at = purpose_for_searches = purpose_for_exports = _PLAIN
        office_opens = office_closes = _PLAIN
        set_by_id = reviewer_id = _STAFF

    def __str__(self) -> str:
        return f"{self.set_at:%Y-%m-%d}"
