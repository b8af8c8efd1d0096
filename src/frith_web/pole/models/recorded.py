"""What every record from somebody's system has: which system, which batch, on which terms."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith.reference.regimes import Marking
from frith_web.core.models import ProtectedRecord
from frith_web.core.sensitivity import Personal, Retention, declared

PERSONAL = declared(Personal.YES, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
CRIMINAL = declared(Personal.SPECIAL, Retention.RECORD, marking=Marking.OFFICIAL_SENSITIVE)
PLAIN = declared(Personal.NO, Retention.RECORD)


class Batch(ProtectedRecord):
    """What came in one go: a folder or file of one source, under one registered flow."""

    kind = "pole.batch"

    title = models.CharField(max_length=200)
    flow = models.ForeignKey(
        "core.Flow", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null only for what is open or synthetic."""
    digest = models.CharField(max_length=64)
    """SHA-256 over the files as they came."""
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["-created_at"]

    class Sensitivity(ProtectedRecord.Sensitivity):
        title = flow = digest = accepted = refused = undone_at = PLAIN

    def __str__(self) -> str:
        return self.title


class Recorded(ProtectedRecord):
    """A row of a source system, as it stood there."""

    source = models.CharField(max_length=100)
    source_id = models.CharField(max_length=200)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")

    class Meta(ProtectedRecord.Meta):
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["source", "source_id"], name="%(app_label)s_%(class)s_once_a_source"
            )
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        source = batch = PLAIN
        source_id = PERSONAL
