"""Files that people brought, as they came: kept by their SHA-256 outside the web root."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from frith.reference.regimes import Marking
from frith_web.core.models.protection import ProtectedRecord
from frith_web.core.sensitivity import Personal, Retention, declared

_FILE = declared(Personal.SPECIAL, Retention.UPLOAD, marking=Marking.OFFICIAL_SENSITIVE)
_PLAIN = declared(Personal.NO, Retention.UPLOAD)


class Upload(ProtectedRecord):
    """One uploaded file. Its name is data: it never becomes a path."""

    kind = "core.upload"

    name = models.CharField(max_length=255)
    sort = models.CharField(max_length=16)
    """What the file is by its content: `zip`, `csv`, `xlsx`; empty while it is held unread."""
    sha256 = models.CharField(max_length=64)
    """Of what is kept: without the metadata it came with."""
    arrived_sha256 = models.CharField(max_length=64, default="")
    """Of the file exactly as it came, which is not kept where it held metadata."""
    size = models.PositiveBigIntegerField()
    place = models.CharField(max_length=100)
    """Which page took it in, such as `pole.import`."""
    given = models.JSONField(default=dict)
    """What was typed beside the file, as references."""
    findings = models.JSONField(default=dict)
    """What a check found in it: counts, no content."""
    answer_sha256 = models.CharField(max_length=64, blank=True)
    """The file of refused rows, kept like the upload."""
    settled_at = models.DateTimeField(null=True)
    """When it was brought in or put away."""
    scanned_at = models.DateTimeField(null=True)
    """When the virus scanner found nothing in it; null where none is set."""
    held_at = models.DateTimeField(null=True)
    """Since when it waits, unread, for a virus scanner that does not answer."""
    cleared_at = models.DateTimeField(null=True)
    """When the files behind it were deleted."""

    class Meta(ProtectedRecord.Meta):
        ordering: ClassVar[list[str]] = ["-created_at"]

    class Sensitivity(ProtectedRecord.Sensitivity):
        name = given = _FILE
        sort = sha256 = arrived_sha256 = size = place = findings = _PLAIN
        answer_sha256 = settled_at = scanned_at = held_at = cleared_at = _PLAIN

    def __str__(self) -> str:
        return self.name
