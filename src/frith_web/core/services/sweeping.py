"""What is only kept for a while goes when its time is over: drafts, sent forms, sessions, leavings.

Uploads, notifications, jobs and reminders are cleared by the services that keep them. Each function
may be called again at any moment, and answers how many went.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from time import time

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from frith_web.core.models import Draft, Job, SignedIn, Submission
from frith_web.core.services import drafts, job_progress, submissions

LOCK_OUTS_KEPT = timedelta(days=30)
LEFT_FOR = timedelta(days=1)
"""A folder or file of work that nobody finished: its process is gone by then."""


@transaction.atomic
def clear_drafts() -> int:
    """Forms kept for later that nobody came back to."""
    old = Draft.objects.filter(saved_at__lt=timezone.now() - drafts.KEPT_FOR)
    return old.delete()[0]


@transaction.atomic
def clear_submissions() -> int:
    """Notes of sent forms whose session has long ended."""
    old = Submission.objects.filter(sent_at__lt=timezone.now() - submissions.KEPT_FOR)
    return old.delete()[0]


@transaction.atomic
def clear_sessions() -> int:
    """Sessions that have run out, the devices they were on, and old failed sign-ins."""
    now = timezone.now()
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    gone = Session.objects.filter(expire_date__lt=now).delete()[0]
    gone += SignedIn.objects.filter(started_at__lt=now - longest).delete()[0]
    for model in (AccessAttempt, AccessFailureLog):
        gone += model.objects.filter(attempt_time__lt=now - LOCK_OUTS_KEPT).delete()[0]
    return gone


def clear_leavings() -> int:
    """Files of the data folder that a killed backup or job left: half written, of use to nobody."""
    gone = 0
    for path in _leavings(Path(settings.DATA)):
        if path.is_dir() and not path.is_symlink():
            rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        gone += not path.exists()
    return gone


def _leavings(data: Path) -> Iterator[Path]:
    before = time() - LEFT_FOR.total_seconds()
    found = [*data.glob(".backup-*"), *_words_of_jobs(data)]
    if settings.BACKUPS is not None:
        found += Path(settings.BACKUPS).glob(".frith-*.backup.part")
    for path in found:
        try:
            if path.lstat().st_mtime < before:
                yield path
        except FileNotFoundError:
            continue  # its own process has just put it away


def _words_of_jobs(data: Path) -> list[Path]:
    """What jobs said or heard that are there no more, or have ended."""
    live = Job.objects.filter(finished_at__isnull=True).values_list("reference", flat=True)
    kept = {str(one) for one in live}
    return [one for one in (data / job_progress.FOLDER).glob("*.*") if one.stem not in kept]
