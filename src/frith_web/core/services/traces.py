"""Where the site itself keeps copies of what records say, and how disposal clears each.

Declared in `apps.py` like those of any room; see `core/erasing.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models, transaction

from frith_web.core.erasing import Copies, Going
from frith_web.core.models import (
    UNFINISHED,
    Draft,
    Finding,
    Grouping,
    Hold,
    HoldLine,
    Job,
    JobItem,
    Notification,
    Review,
    Submission,
)
from frith_web.core.models.dated import today
from frith_web.core.sealing import Unsealable, unseal
from frith_web.core.services import job_progress, traces_in_files
from frith_web.core.services.drafts import PURPOSE


def _drafts(going: Going) -> list[int]:
    """Forms kept for later that name a record or hold a value of it; sealed, so each is opened."""
    found = []
    for one in Draft.objects.iterator():
        try:
            text = unseal(one.sealed, purpose=PURPOSE)
        except Unsealable:
            continue  # nobody can read it any more, and in fourteen days it is gone
        if going.mentioned_in("\n".join(_texts(json.loads(text)))):
            found.append(one.pk)
    return found


def _texts(value: Any) -> Iterable[str]:
    """Every text in nested lists and mappings, as it was typed and not as JSON escapes it."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield str(name)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    else:
        yield str(value)


def count_drafts(going: Going) -> int:
    """How many kept forms mention what goes."""
    return len(_drafts(going))


def erase_drafts(going: Going) -> int:
    """Delete the kept forms that mention what goes."""
    return Draft.objects.filter(pk__in=_drafts(going)).delete()[0]


def _submissions(going: Going) -> list[int]:
    held = Submission.objects.exclude(led_to="").values_list("pk", "led_to")
    return [pk for pk, led_to in held if going.mentioned_in(led_to)]


def count_submissions(going: Going) -> int:
    """How many notes of sent forms lead to what goes."""
    return len(_submissions(going))


def erase_submissions(going: Going) -> int:
    """Delete the notes of sent forms that lead to what goes."""
    return Submission.objects.filter(pk__in=_submissions(going)).delete()[0]


def _sessions(going: Going) -> dict[str, list[str]]:
    """Session keys to the names in them that mention what goes: messages not yet shown."""
    found = {}
    for one in Session.objects.iterator():
        named = [
            name
            for name, value in one.get_decoded().items()
            if going.mentioned_in("\n".join(_texts(value)))
        ]
        if named:
            found[one.session_key] = named
    return found


def count_sessions(going: Going) -> int:
    """How many sessions hold words that mention what goes."""
    return len(_sessions(going))


def erase_sessions(going: Going) -> int:
    """Take those words out of the sessions; nobody is signed out."""
    found = _sessions(going)
    for key, names in found.items():
        store = SessionStore(session_key=key)
        for name in names:
            store.pop(name, None)
        store.save()
    return len(found)


OWN_ROWS: tuple[type[models.Model], ...] = (Review, Grouping, Finding, HoldLine)
"""Tables of core that name records by kind and reference."""


def _own_rows(going: Going) -> list[models.QuerySet[Any]]:
    named = models.Q(pk__in=[])
    for kind, references in going.records.items():
        named |= models.Q(kind=kind, record__in=references)
    return [model._default_manager.filter(named) for model in OWN_ROWS]


def count_own_rows(going: Going) -> int:
    """How many reviews, findings and lines of lifted holds name what goes."""
    return sum(rows.count() for rows in _own_rows(going))


def erase_own_rows(going: Going) -> int:
    """Delete them, with the words that reviewers wrote."""
    return sum(rows.delete()[0] for rows in _own_rows(going))


def _notifications(going: Going) -> list[int]:
    """Notifications that mention what goes, or that lead to a job that does."""
    jobs = {f"/jobs/{one.reference}" for one in _jobs(going)}
    told = Notification.objects.values_list("pk", "text", "link").iterator()
    return [pk for pk, text, link in told if link in jobs or going.mentioned_in(f"{text}\n{link}")]


def count_notifications(going: Going) -> int:
    """How many notifications mention what goes."""
    return len(_notifications(going))


def erase_notifications(going: Going) -> int:
    """Delete them, read or not."""
    return Notification.objects.filter(pk__in=_notifications(going)).delete()[0]


def _jobs(going: Going) -> list[Job]:
    """Jobs whose key, arguments, pieces, reasons or result mention what goes."""
    items: dict[int, list[str]] = {}
    for job, key, reason in JobItem.objects.values_list("job", "key", "reason").iterator():
        items.setdefault(job, []).append(f"{key}\n{reason}")
    return [
        one
        for one in Job.objects.iterator()
        if going.mentioned_in(
            "\n".join(
                (
                    *(one.key, one.reason, job_progress.said(one.reference)),
                    *_texts([one.arguments, one.result, one.stages]),
                    *items.get(one.pk, ()),
                )
            )
        )
    ]


def count_jobs(going: Going) -> int:
    """How many jobs mention what goes."""
    return len(_jobs(going))


def erase_jobs(going: Going) -> int:
    """Delete them with their pieces; the log keeps that they were asked for and how they ended."""
    found = _jobs(going)
    Job.objects.filter(pk__in=[one.pk for one in found]).delete()
    for one in found:
        transaction.on_commit(partial(job_progress.forget, one.reference))
    return len(found)


def unfinished_jobs(going: Going) -> str:
    """A job that is at work on what goes would write about it again."""
    if any(one.state in UNFINISHED for one in _jobs(going)):
        return "A job that mentions it has not ended"
    return ""


OVER = "Erased, with a record that it was about"
HOLD_WORDS = ("title", "why", "lifted_why")


def _holds(going: Going) -> list[Hold]:
    """Holds of the owner that are over and whose words mention what goes."""
    over = models.Q(lifted_at__isnull=False) | models.Q(until__lt=today())
    held = Hold.objects.filter(over, owner=going.owner_id)
    return [
        one
        for one in held
        if going.mentioned_in("\n".join(getattr(one, name) for name in HOLD_WORDS))
    ]


def count_holds(going: Going) -> int:
    """How many holds that are over mention what goes."""
    return len(_holds(going))


def erase_holds(going: Going) -> int:
    """Take their words; that there was a hold, from when to when and by whom, stays."""
    found = _holds(going)
    words = {name: OVER for name in HOLD_WORDS if name != "lifted_why"}
    Hold.objects.filter(pk__in=[one.pk for one in found]).update(**words, lifted_why="")
    return len(found)


def mentions(model: type[models.Model], *names: str) -> Callable[[Going], int]:
    """What counts the rows of a register whose words may mention what goes."""

    def count(going: Going) -> int:
        rows = model._default_manager.values_list(*names).iterator()
        return sum(going.mentioned_in("\n".join(_texts(list(row)))) for row in rows)

    return count


KEPT = (
    Copies(
        name="core.drafts",
        words="Forms kept for later",
        count=count_drafts,
        erase=erase_drafts,
        reaches=("core_draft.sealed",),
    ),
    Copies(
        name="core.files",
        words="Uploaded files that mention it",
        count=traces_in_files.count_uploads,
        erase=traces_in_files.erase_uploads,
        reaches=("core_upload.name", "core_upload.given", "core_upload.findings"),
        in_the_way=traces_in_files.unsettled_uploads,
    ),
    Copies(
        name="core.holds",
        words="Words of holds that are over",
        count=count_holds,
        erase=erase_holds,
        reaches=tuple(f"core_hold.{name}" for name in HOLD_WORDS),
    ),
    # Before the jobs themselves: a notification that leads to a job that goes, goes with it.
    Copies(
        name="core.job-notifications",
        words="Notifications",
        count=count_notifications,
        erase=erase_notifications,
        reaches=("core_notification.text", "core_notification.link"),
    ),
    Copies(
        name="core.jobs",
        words="Jobs",
        count=count_jobs,
        erase=erase_jobs,
        reaches=(
            *(f"core_job.{name}" for name in ("arguments", "key", "stages", "reason", "result")),
            *("core_jobitem.key", "core_jobitem.reason"),
        ),
        in_the_way=unfinished_jobs,
    ),
    Copies(
        name="core.reviews",
        words="Reviews, decisions and findings about it",
        count=count_own_rows,
        erase=erase_own_rows,
        reaches=(
            *("core_grouping.why", "core_finding.why"),
            *("core_reviewdecision.why", "core_reviewdecision.refer_to"),
        ),
    ),
    Copies(
        name="core.sessions",
        words="Messages waiting in sessions",
        count=count_sessions,
        erase=erase_sessions,
        reaches=("django_session.session_data",),
    ),
    Copies(
        name="core.submissions",
        words="Notes of forms that were sent",
        count=count_submissions,
        erase=erase_submissions,
        reaches=("core_submission.led_to",),
    ),
)
