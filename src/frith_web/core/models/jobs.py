"""Long work: one row a job, one row a piece of it, and the times at which work falls due."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from frith.reference.regimes import Marking
from frith_web.core.sensitivity import Personal, Retention, declared

_PLAIN = declared(Personal.NO, Retention.JOB)
_STAFF = declared(Personal.YES, Retention.JOB)
_CLOSED = declared(Personal.YES, Retention.JOB, marking=Marking.OFFICIAL_SENSITIVE)


class JobState(models.TextChoices):
    """Where a job stands; how it gets from one to another is `TRANSITIONS`."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    PARTLY = "partly", "Done, but for some rows"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    REFUSED = "refused", "Refused"


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset(
        {
            JobState.WAITING,
            JobState.DONE,
            JobState.PARTLY,
            JobState.FAILED,
            JobState.CANCELLED,
            JobState.REFUSED,
        }
    ),
    JobState.PARTLY: frozenset({JobState.WAITING}),
    JobState.FAILED: frozenset({JobState.WAITING}),
    JobState.DONE: frozenset(),
    JobState.CANCELLED: frozenset(),
    JobState.REFUSED: frozenset(),
}
"""Every step a job may take; `docs/how-to/run-long-jobs.md` draws it from here."""

UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """One piece of work, from asking to its end. Arguments and result are references, no content.

    Not a protected record: it says that somebody asked for work, as the log does. Whoever asked
    reads it whole; holders of `core.job:read` read how far it is and nothing of what it is about.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    """Under which its body is declared: `pole.import`."""
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=200, unique=True)
    """Asked twice with one key, it is one job."""
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Whose rights it has; null for the site itself."""
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, choices=JobState, default=JobState.WAITING)
    stages = models.JSONField(default=list)
    """In order: `{"name": "Reading", "done": 3, "total": 7}`."""
    attempt = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    """After this moment another worker may take it up; its worker puts it off while it lives."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    """Why it failed or was refused, in plain words without content."""
    result = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "not_before"], name="job_to_do"),
            models.Index(fields=["asked_by", "-asked_at"], name="job_of_asker"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state__in=JobState.values), name="job_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~models.Q(state=JobState.RUNNING) & models.Q(lease_until__isnull=True)),
                name="job_leased_while_it_runs",
            ),
        ]

    class Sensitivity:
        id = reference = name = key = asked_at = state = stages = attempt = _PLAIN
        not_before = worker = lease_until = started_at = finished_at = _PLAIN
        asked_by = _STAFF
        arguments = reason = result = _CLOSED

    def __str__(self) -> str:
        return f"{self.name}, {self.get_state_display()}"


class ItemState(models.TextChoices):
    """Where a piece of a job stands."""

    TO_DO = "to-do", "To do"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class JobItem(models.Model):
    """One piece of a job, done once: its effect and this row are of one transaction."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    stage = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    """A reference, by which the body knows what to do."""
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.TO_DO)
    reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["job", "stage", "state"], name="job_item_to_do")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["job", "stage", "key"], name="one_item_a_job_stage_and_key"
            )
        ]

    class Sensitivity:
        id = job = stage = state = _PLAIN
        key = reason = _CLOSED

    def __str__(self) -> str:
        return f"{self.stage}: {self.key}"


class JobCancellation(models.Model):
    """That somebody asked a job to stop: a row of its own, because a worker holds the job's."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="cancellation")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)

    class Sensitivity:
        id = job = asked_at = _PLAIN
        asked_by = _STAFF

    def __str__(self) -> str:
        return f"Cancel {self.job_id}"


class DueTime(models.Model):
    """When work that comes again is next due. The worker that finds it late asks for it once."""

    name = models.CharField(max_length=100, unique=True)
    next_at = models.DateTimeField()

    class Sensitivity:
        id = name = next_at = declared(Personal.NO, Retention.STRUCTURE)

    def __str__(self) -> str:
        return f"{self.name} at {self.next_at}"
