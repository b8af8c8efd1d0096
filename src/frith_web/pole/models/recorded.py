"""What every record from somebody's system has: which system, which batch, on which terms."""

from __future__ import annotations

from typing import Any, ClassVar

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
    """SHA-256 over the files as they came; empty until the last of them is in."""
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["-created_at"]

    @property
    def state(self) -> str:
        """Whether all of it is in: its records are seen by nobody before."""
        if self.undone_at is not None:
            return "undone"
        return "complete" if self.digest else "coming-in"

    class Sensitivity(ProtectedRecord.Sensitivity):
        title = flow = digest = accepted = refused = undone_at = PLAIN

    def __str__(self) -> str:
        return self.title


class OwnerOfTerms(models.ForeignKey[Any, Any]):
    """The owner that the record's terms name, filled in whenever a record is saved."""

    def pre_save(self, model_instance: Any, add: bool) -> int:
        """The terms' owner; nobody sets another."""
        del add
        owner = int(model_instance.protection.owner_id)
        model_instance.owner_id = owner
        return owner


class Recorded(ProtectedRecord):
    """A row of a source system, as it stood there."""

    owner = OwnerOfTerms("core.Partner", on_delete=models.PROTECT, related_name="+", editable=False)
    """Two partners' systems may have the same name and use the same identifiers."""
    source = models.CharField(max_length=100)
    source_id = models.CharField(max_length=200)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")

    class Meta(ProtectedRecord.Meta):
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "source", "source_id"],
                name="%(app_label)s_%(class)s_once_a_source",
            )
        ]

    class Sensitivity(ProtectedRecord.Sensitivity):
        owner = source = batch = PLAIN
        source_id = PERSONAL
