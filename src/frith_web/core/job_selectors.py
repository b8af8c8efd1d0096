"""Every read of jobs: one's own whole, everybody's without what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from frith_web.core.job_bodies import body_of
from frith_web.core.models import (
    TRANSITIONS,
    UNFINISHED,
    ItemState,
    Job,
    JobCancellation,
    JobItem,
    JobState,
    User,
)
from frith_web.core.permissions import may
from frith_web.core.services import job_progress

READ_ALL = "core.job:read"
SHOWN = 100
ENOUGH = 3
"""Pieces that must be done before an estimate is more than a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage, as counted work."""

    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A job as its reader may see it. Where it is not theirs, what it is about is left out."""

    job: Job
    words: str
    own: bool
    stages: Sequence[Stage]
    now: str
    """What it says it is doing."""
    failed: Sequence[JobItem]
    failed_count: int
    is_stopping: bool

    @property
    def ended(self) -> bool:
        """True where nothing more will happen by itself."""
        return JobState(self.job.state) not in UNFINISHED

    @property
    def may_cancel(self) -> bool:
        """True where its reader may ask it to stop, and has not."""
        return self.own and not self.ended and not self.is_stopping

    @property
    def may_retry(self) -> bool:
        """True where its reader may have what failed done again."""
        return self.own and self.ended and JobState.WAITING in TRANSITIONS[JobState(self.job.state)]

    @property
    def done(self) -> int:
        """Pieces done, over all stages that are planned."""
        return sum(stage.done for stage in self.stages)

    @property
    def total(self) -> int:
        """Pieces planned."""
        return sum(stage.total for stage in self.stages)

    @property
    def percent(self) -> int:
        """Done of what is planned; never 100 before it has ended."""
        if self.job.state in {JobState.DONE, JobState.PARTLY}:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0

    @property
    def elapsed(self) -> timedelta | None:
        """From its start to its end, or to now."""
        if self.job.started_at is None:
            return None
        return (self.job.finished_at or timezone.now()) - self.job.started_at

    @property
    def left(self) -> timedelta | None:
        """How long the stages that are planned may still take; None where that is a guess."""
        if self.ended or self.elapsed is None or self.done < ENOUGH or self.done >= self.total:
            return None
        return self.elapsed / self.done * (self.total - self.done)


def own_jobs(user: User) -> list[Seen]:
    """What a reader asked for, the newest first."""
    found = Job.objects.filter(asked_by=user)
    return _listed(found, user)


def all_jobs(user: User) -> list[Seen]:
    """Everybody's and the site's own, for holders of `core.job:read`; else nothing."""
    if not may(user, READ_ALL):
        return []
    return _listed(Job.objects.all(), user)


def job_of(user: User, reference: UUID) -> Seen | None:
    """One job; None where there is none for this reader."""
    job = Job.objects.select_related("asked_by").filter(reference=reference).first()
    if job is None or not (job.asked_by_id == user.pk or may(user, READ_ALL)):
        return None
    return _seen(job, user)


def waits_since(user: User) -> datetime | None:
    """Since when the oldest job waits that should have begun; None where none does."""
    if not may(user, READ_ALL):
        return None
    waiting = Job.objects.filter(state=JobState.WAITING, not_before__lte=timezone.now())
    return waiting.order_by("not_before").values_list("not_before", flat=True).first()


def _listed(found: QuerySet[Job], user: User) -> list[Seen]:
    return [_seen(job, user) for job in found.select_related("asked_by")[:SHOWN]]


def _seen(job: Job, user: User) -> Seen:
    own = job.asked_by_id == user.pk
    failed = JobItem.objects.filter(job=job, state=ItemState.FAILED)
    stopping = JobState(job.state) in UNFINISHED and (
        job_progress.is_asked_to_stop(job.reference)
        or JobCancellation.objects.filter(job=job).exists()
    )
    return Seen(
        job=job,
        words=body_of(job.name).words,
        own=own,
        stages=[Stage(**one) for one in job.stages],
        now=job_progress.said(job.reference) if own and job.state == JobState.RUNNING else "",
        failed=list(failed[:SHOWN]) if own else [],
        failed_count=failed.count(),
        is_stopping=stopping,
    )
