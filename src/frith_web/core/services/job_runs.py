"""Doing work: a lease on a job, and each of its pieces done once, whatever dies when.

A piece's effect and the note that it is done are of one transaction, which holds the job's row and
first asks whether the lease is still this worker's. So a worker that was killed leaves either both
or neither, and one that was only slow finds its lease gone and stops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from frith.errors import Mendable
from frith_web.core.database import reader
from frith_web.core.job_bodies import Body, body_of
from frith_web.core.models import (
    EntryKind,
    ItemState,
    Job,
    JobCancellation,
    JobItem,
    JobState,
    User,
)
from frith_web.core.no_room import is_no_room
from frith_web.core.permissions import Refused, check_may
from frith_web.core.policies import is_overdue
from frith_web.core.reading import Reading, reading
from frith_web.core.services import job_progress
from frith_web.core.services.audit import append, record_reading
from frith_web.core.services.jobs import KIND, step
from frith_web.core.services.notifications import notify

LEASE = timedelta(seconds=60)
WAIT = timedelta(seconds=30)
MOST_ATTEMPTS = 5
FAULT = "A fault of this site stopped it. The person who runs the site finds it in the console."
NO_ROOM = (
    "The site's disk is full or cannot be written. What is done stays done. Have the rest done "
    "again when the person who runs the site has made room."
)
DIED = "The worker stopped each time it tried this. Ask the person who runs the site."
ENDED = {
    JobState.DONE: "is done",
    JobState.PARTLY: "is done, but for some rows",
    JobState.FAILED: "failed",
    JobState.REFUSED: "was refused",
}
TOLD = "job-ended"
Made = TypeVar("Made")
_log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has this job now."""


class Cancelled(Exception):
    """Somebody asked it to stop."""


class NotYet(Exception):
    """Something else must end first; the job waits for it, and this was no attempt."""


class Run:
    """One job in the hands of one worker; what a body is given."""

    def __init__(self, *, job: Job, worker: str, lease: timedelta) -> None:
        self.job = job
        self.arguments: dict[str, Any] = dict(job.arguments)
        self.worker = worker
        self.lease = lease
        self.actor: User | None = None
        self.ledger: Reading | None = None

    def asker(self) -> User:
        """Whoever asked. Raises `Refused` for work that only people may ask for."""
        if self.actor is None:
            raise Refused("only a person can ask for this")
        return self.actor

    def once(self, stage: str, do: Callable[[], None]) -> None:
        """A stage that is one piece. Raises what it raised where it cannot be done."""
        self.each(stage, ["1"], lambda _: do())
        failed = JobItem.objects.filter(job=self.job, stage=stage, state=ItemState.FAILED).first()
        if failed is not None:
            raise Mendable(failed.reason)

    def each(
        self,
        stage: str,
        keys: Iterable[str],
        do: Callable[[str], None],
        *,
        between: Callable[[], None] = lambda: None,
    ) -> None:
        """A stage of many pieces, each named by a reference; each is done once.

        What `do` writes to the database stands or falls with the note that it is done. A piece
        that raises `Mendable` is kept with the reason, and the next one is begun. `between` is
        called after each, where no transaction is open.
        """
        self._plan(stage, keys)
        self.say(stage)
        to_do = JobItem.objects.filter(job=self.job, stage=stage, state=ItemState.TO_DO)
        for pk in list(to_do.values_list("pk", flat=True)):
            self._one(stage, pk, do)
            between()

    def outside(self, stage: str, do: Callable[[], Made], then: Callable[[Made], None]) -> None:
        """A stage whose work writes no row, such as a file; `then` notes what it came to.

        A worker that dies between the two does the work again, so it must do no harm twice. It
        holds no transaction meanwhile, and so keeps nobody waiting.
        """
        self._plan(stage, ["1"])
        item = JobItem.objects.get(job=self.job, stage=stage)
        if item.state == ItemState.DONE:
            return
        self.say(stage)
        self._still_may()
        try:
            made = do()
        except Mendable as error:
            self.once(stage, partial(_raise, error))
        else:
            self.once(stage, partial(then, made))

    def say(self, words: str) -> None:
        """What the page shows for the moment. Raises `Cancelled` where somebody asked to stop."""
        job_progress.say(self.job.reference, words)
        self._check_wanted()

    def answer(self, **result: str | int) -> None:
        """What the job came to, as references and counts; call it inside a piece."""
        self.job.result = {**self.job.result, **result}
        self.job.save(update_fields=["result"])

    def _plan(self, stage: str, keys: Iterable[str]) -> None:
        """Write down what there is to do, once."""
        with transaction.atomic():
            job = self._held()
            there = set(JobItem.objects.filter(job=job, stage=stage).values_list("key", flat=True))
            wanted = [key for key in dict.fromkeys(map(str, keys)) if key not in there]
            JobItem.objects.bulk_create(
                [JobItem(job=job, stage=stage, key=key) for key in wanted], batch_size=1000
            )
            total = len(there) + len(wanted)
            others = [one for one in job.stages if one["name"] != stage]
            kept = next((one["done"] for one in job.stages if one["name"] == stage), 0)
            if len(others) == len(job.stages):
                job.stages = [*job.stages, {"name": stage, "done": 0, "total": total}]
            else:
                job.stages = [
                    {"name": stage, "done": kept, "total": total} if one["name"] == stage else one
                    for one in job.stages
                ]
            job.save(update_fields=["stages"])
        self.job = job

    def _one(self, stage: str, pk: int, do: Callable[[str], None]) -> None:
        with transaction.atomic():
            self.job = job = self._held()
            self._check_wanted()
            self._still_may()
            item = JobItem.objects.get(pk=pk)
            if item.state != ItemState.TO_DO:
                return
            try:
                with transaction.atomic():
                    do(item.key)
            except Mendable as error:
                item.state, item.reason = ItemState.FAILED, error.line()
            else:
                item.state = ItemState.DONE
            item.save(update_fields=["state", "reason"])
            job.stages = [
                {**one, "done": one["done"] + 1} if one["name"] == stage else one
                for one in job.stages
            ]
            job.lease_until = timezone.now() + self.lease
            job.save(update_fields=["stages", "lease_until"])
            self._write_reading()

    def _held(self) -> Job:
        """The job's row, locked, if it is still this worker's."""
        job = Job.objects.select_for_update(no_key=True).filter(pk=self.job.pk).first()
        if job is None or job.state != JobState.RUNNING or job.worker != self.worker:
            raise LeaseLost
        return job

    def _check_wanted(self) -> None:
        job = self.job
        if (
            job_progress.is_asked_to_stop(job.reference)
            or JobCancellation.objects.filter(job=job).exists()
        ):
            raise Cancelled

    def _still_may(self) -> None:
        """Look again at whoever asked: what they have lost, their jobs have lost."""
        if self.job.asked_by_id is None:
            return
        actor = User.objects.select_related("partner").get(pk=self.job.asked_by_id)
        if not actor.is_active or is_overdue(actor):
            raise Refused("The account that asked for it is closed or suspended.")
        body = body_of(self.job.name)
        if body.permission:
            try:
                check_may(actor, body.permission)
            except Refused:
                raise Refused("Whoever asked for it may no longer do this.") from None
        self.actor = actor
        if self.ledger is not None:
            self.ledger.actor = actor

    def _write_reading(self) -> None:
        if self.ledger is not None:
            record_reading(self.ledger, detail={"job": str(self.job.reference)})

    def all_of(self, body: Body) -> JobState:
        """The whole job, as whoever asked; how it ended."""
        self._still_may()
        with (
            reading(actor=self.actor, act=body.name) as ledger,
            reader(self.job.asked_by_id),
        ):
            self.ledger = ledger
            body.run(self)
            self._write_reading()
        failed = JobItem.objects.filter(job=self.job, state=ItemState.FAILED).exists()
        return JobState.PARTLY if failed else JobState.DONE


def _raise(error: Mendable) -> None:
    raise error


def claim(*, worker: str, lease: timedelta = LEASE) -> Job | None:
    """The next job that waits, or whose worker is gone, leased to this worker; None for none."""
    now = timezone.now()
    ready = Q(state=JobState.WAITING, not_before__lte=now) | Q(
        state=JobState.RUNNING, lease_until__lt=now
    )
    if not Job.objects.filter(ready).exists():
        return None
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(ready)
            .order_by("not_before", "pk")
            .first()
        )
        if job is None:
            return None
        if job.state == JobState.RUNNING:
            step(job, JobState.WAITING)
        step(
            job,
            JobState.RUNNING,
            worker=worker,
            lease_until=now + lease,
            attempt=job.attempt + 1,
            started_at=job.started_at or now,
        )
    return job


def renew(*, worker: str, lease: timedelta = LEASE) -> None:
    """Put off the end of this worker's leases: it is alive."""
    Job.objects.filter(worker=worker, state=JobState.RUNNING).update(
        lease_until=timezone.now() + lease
    )


def give_back(job: Job, *, worker: str) -> None:
    """Let a job wait for another worker: this one was asked to go. It was no attempt."""
    with transaction.atomic():
        held = (
            Job.objects.select_for_update(no_key=True)
            .filter(pk=job.pk, worker=worker, state=JobState.RUNNING)
            .first()
        )
        if held is not None:
            step(held, JobState.WAITING, attempt=max(0, held.attempt - 1))


def run(job: Job, *, worker: str, lease: timedelta = LEASE) -> None:
    """Do a claimed job, and write down how it ended; a lost lease writes nothing."""
    body = body_of(job.name)
    doing = Run(job=job, worker=worker, lease=lease)
    if job.attempt > MOST_ATTEMPTS:
        _end(doing, body, JobState.FAILED, DIED)
        return
    try:
        state, reason = doing.all_of(body), ""
    except LeaseLost:
        return
    except Cancelled:
        state, reason = JobState.CANCELLED, ""
    except Refused as error:
        state, reason = JobState.REFUSED, str(error)
    except Mendable as error:
        state, reason = JobState.FAILED, error.line()
    except NotYet:
        _again(doing, attempts=0)
        return
    except Exception as error:
        # Of a piece that failed nothing is written, of a piece that is done everything.
        if is_no_room(error):
            _log.error("job %s (%s): nothing could be written", job.reference, job.name)
            state, reason = JobState.FAILED, NO_ROOM
        elif isinstance(error, OperationalError):
            _log.warning("job %s (%s) waits for the database", job.reference, job.name)
            _again(doing)
            return
        else:
            _log.exception("job %s (%s)", job.reference, job.name)
            state, reason = JobState.FAILED, FAULT
    _end(doing, body, state, reason)


def _again(doing: Run, *, attempts: int = 1) -> None:
    """Let the job wait, and be taken up anew in a while; as how many attempts this counts."""
    with transaction.atomic():
        job = doing._held()
        made = max(0, job.attempt - 1 + attempts)
        step(job, JobState.WAITING, not_before=timezone.now() + WAIT, attempt=made)


def _end(doing: Run, body: Body, state: JobState, reason: str) -> None:
    try:
        with transaction.atomic():
            job = doing._held()
            step(job, state, reason=reason, finished_at=timezone.now())
            asker = job.asked_by
            if asker is not None:
                if state in ENDED and asker.is_active:
                    notify(
                        to=asker,
                        kind=TOLD,
                        text=f"{body.words}: it {ENDED[state]}",
                        link=f"/jobs/{job.reference}",
                    )
                append(
                    kind=EntryKind.ADMINISTRATION,
                    act="core.job.end",
                    actor=asker,
                    records={KIND: [job.reference]},
                    detail={"job": job.name, "state": state.value},
                )
    except LeaseLost:
        return
    job_progress.forget(doing.job.reference)
