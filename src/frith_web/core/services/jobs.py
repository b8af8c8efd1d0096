"""Asking for work, stopping it, and doing again only what failed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core.job_bodies import bodies, body_of
from frith_web.core.models import (
    TRANSITIONS,
    UNFINISHED,
    DueTime,
    EntryKind,
    ItemState,
    Job,
    JobCancellation,
    JobItem,
    JobState,
    User,
)
from frith_web.core.permissions import Refused, check_may
from frith_web.core.services import job_progress
from frith_web.core.services.audit import append

KIND = "core.job"
LONGEST = 200
KEPT_FOR = timedelta(days=90)


class IllegalStep(RuntimeError):
    """A job was about to take a step that `TRANSITIONS` does not have: our fault."""


def step(job: Job, to: JobState, **values: Any) -> None:
    """Take a job from its state to another, in the caller's transaction, with the row locked."""
    if to not in TRANSITIONS[JobState(job.state)]:
        raise IllegalStep(f"{job.name}: {job.state} to {to}")
    job.state = to
    if to is not JobState.RUNNING:
        values = {"lease_until": None, "worker": "", **values}
    for name, value in values.items():
        setattr(job, name, value)
    job.save(update_fields=["state", *values])


@transaction.atomic
def enqueue(
    name: str,
    *,
    by: User | None,
    arguments: Mapping[str, str | int] | None = None,
    key: str = "",
) -> Job:
    """Ask for work; the job, which is the same one where it was asked with this key before.

    `arguments` are references and settings, never content. `by` is whose rights the job has, None
    for the site itself. Raises `LookupError` where nothing declares the name, `Refused` where the
    asker may not ask, `BadInput` for an argument too long to be a reference.
    """
    body = body_of(name)
    if by is not None and body.permission:
        check_may(by, body.permission)
    given = dict(arguments or {})
    if any(len(str(value)) > LONGEST for value in given.values()):
        raise BadInput("a job is given references, not content")
    whose = by.pk if by else "site"
    job, made = Job.objects.get_or_create(
        key=f"{name}:{whose}:{key or uuid.uuid4()}",
        defaults={"name": name, "arguments": given, "asked_by": by},
    )
    if made and by is not None:
        _log("core.job.enqueue", job, by=by)
    return job


def cancel(*, job: Job, by: User) -> bool:
    """Ask a job to stop; False where it has ended. What it did in finished steps stays.

    Raises `Refused` where somebody else asked for it.
    """
    _own(job, by)
    if JobState(job.state) not in UNFINISHED:
        return False
    # Before the transaction: on SQLite it begins only when the job's own has ended.
    job_progress.ask_to_stop(job.reference)
    _note_cancellation(job=job, by=by)
    return True


@transaction.atomic
def _note_cancellation(*, job: Job, by: User) -> None:
    JobCancellation.objects.get_or_create(job=job, defaults={"asked_by": by})
    held = (
        Job.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=job.pk, state=JobState.WAITING)
        .first()
    )
    if held is not None:
        step(held, JobState.CANCELLED, finished_at=timezone.now())
        job_progress.forget(held.reference)
    _log("core.job.cancel", job, by=by)


@transaction.atomic
def retry(*, job: Job, by: User) -> int:
    """Do again what failed, and only that; how many pieces it is.

    Raises `Refused` where somebody else asked for it, `BadInput` where nothing failed.
    """
    _own(job, by)
    held = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if JobState.WAITING not in TRANSITIONS[JobState(held.state)] or held.state == JobState.RUNNING:
        raise BadInput("there is nothing of this job to do again")
    failed = JobItem.objects.filter(job=held, state=ItemState.FAILED)
    again = {name: failed.filter(stage=name).count() for name in _stages(held)}
    count = failed.update(state=ItemState.TO_DO, reason="")
    JobCancellation.objects.filter(job=held).delete()
    stages = [
        {**stage, "done": stage["done"] - again.get(stage["name"], 0)} for stage in held.stages
    ]
    step(
        held,
        JobState.WAITING,
        stages=stages,
        attempt=0,
        not_before=timezone.now(),
        finished_at=None,
        reason="",
    )
    _log("core.job.retry", held, by=by)
    return count


@transaction.atomic
def ask_for_what_is_due(*, now: datetime | None = None) -> list[Job]:
    """Ask, as the site itself, for the periodic work whose time has come; each time once.

    What was missed while no worker ran is asked for once, not once for each time that passed.
    """
    now = now or timezone.now()
    asked = []
    for body in bodies():
        if body.every is None:
            continue
        DueTime.objects.get_or_create(name=body.name, defaults={"next_at": now})
        due = (
            DueTime.objects.select_for_update(skip_locked=True)
            .filter(name=body.name, next_at__lte=now)
            .first()
        )
        if due is None:
            continue
        asked.append(enqueue(body.name, by=None, key=due.next_at.isoformat()))
        late = (now - due.next_at) // body.every + 1
        due.next_at += late * body.every
        due.save(update_fields=["next_at"])
    return asked


def something_is_due(*, now: datetime | None = None) -> bool:
    """True where `ask_for_what_is_due` has something to do: asked without locking anything."""
    now = now or timezone.now()
    names = {body.name for body in bodies() if body.every is not None}
    held = dict(DueTime.objects.filter(name__in=names).values_list("name", "next_at"))
    return any(name not in held or held[name] <= now for name in names)


@transaction.atomic
def clear_old() -> int:
    """Delete jobs that ended long ago; how many. The log keeps that they were asked for."""
    gone = Job.objects.filter(finished_at__lt=timezone.now() - KEPT_FOR)
    return gone.delete()[1].get("core.Job", 0)


def _stages(job: Job) -> list[str]:
    return [str(stage["name"]) for stage in job.stages]


def _own(job: Job, by: User) -> None:
    if job.asked_by_id != by.pk:
        raise Refused("only whoever asked for a job stops it or has it done again")


def _log(act: str, job: Job, *, by: User) -> None:
    append(
        kind=EntryKind.ADMINISTRATION,
        act=act,
        actor=by,
        records={KIND: [job.reference]},
        detail={"job": job.name},
    )
