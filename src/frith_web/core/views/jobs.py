"""Pages of long work: what one asked for, how far it is, stopping it, doing again what failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from frith.errors import BadInput
from frith_web.core.job_bodies import body_of
from frith_web.core.job_selectors import Seen, all_jobs, job_of, own_jobs, waits_since
from frith_web.core.models import User
from frith_web.core.permissions import may, requires
from frith_web.core.services import jobs as work

READ_ALL = "core.job:read"
TAGS = {
    "waiting": "govuk-tag--grey",
    "running": "govuk-tag--blue",
    "done": "govuk-tag--green",
    "partly": "govuk-tag--yellow",
    "failed": "govuk-tag--red",
    "cancelled": "govuk-tag--grey",
    "refused": "govuk-tag--red",
}


@requires()
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What the reader asked for."""
    reader = _reader(request)
    context = {"rows": [_row(one) for one in own_jobs(reader)]}
    return render(request, "core/jobs.html", context | {"may_read_all": may(reader, READ_ALL)})


@requires(READ_ALL)
@require_safe
def everybodys(request: HttpRequest) -> HttpResponse:
    """Everybody's jobs, without what they are about."""
    reader = _reader(request)
    context = {"rows": [_row(one) for one in all_jobs(reader)], "since": waits_since(reader)}
    return render(request, "core/jobs_all.html", context)


@requires()
@require_safe
def job(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One job: stage, percent, elapsed, estimate, what failed."""
    seen = _seen(request, reference)
    failed = [[{"text": one.key}, {"text": one.reason}] for one in seen.failed]
    context = {"seen": seen, "lines": _lines(seen), "failed": failed, "leads_to": _leads_to(seen)}
    return render(request, "core/job.html", context | {"tag": TAGS[seen.job.state]})


@requires()
@require_safe
def state(request: HttpRequest, reference: UUID) -> HttpResponse:
    """The same as figures, for the page's script; asking is no sign of life."""
    seen = _seen(request, reference)
    return JsonResponse(
        {"ended": seen.ended, "state": seen.job.get_state_display(), "lines": _figures(seen)}
    )


@requires()
@require_POST
def cancel(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Ask a job to stop."""
    seen = _own(request, reference)
    if work.cancel(job=seen.job, by=_reader(request)):
        messages.success(request, "It stops at the end of the step that it is in.")
    return redirect("core:job", reference=reference)


@requires()
@require_POST
def retry(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Do again what failed, and only that."""
    seen = _own(request, reference)
    try:
        count = work.retry(job=seen.job, by=_reader(request))
    except BadInput as error:
        messages.error(request, error.line())
    else:
        messages.success(request, f"To be done again: {count}." if count else "It begins anew.")
    return redirect("core:job", reference=reference)


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _seen(request: HttpRequest, reference: UUID) -> Seen:
    found = job_of(_reader(request), reference)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, reference: UUID) -> Seen:
    found = _seen(request, reference)
    if not found.own:
        raise Http404
    return found


def _row(seen: Seen) -> dict[str, Any]:
    return {"seen": seen, "tag": TAGS[seen.job.state]}


def _figures(seen: Seen) -> dict[str, str]:
    """What changes while a job runs, as the page words it."""
    said = {
        "State": str(seen.job.get_state_display()) + (", stopping" if seen.is_stopping else ""),
        "Now": seen.now,
        "Done": f"{seen.percent} %" if seen.total else "",
        **{one.name: f"{one.done:,} of {one.total:,}" for one in seen.stages},
        "Time taken": _spoken(seen.elapsed) if seen.elapsed is not None else "",
        "Time left": f"about {_spoken(seen.left)}" if seen.left is not None else "",
    }
    return {name: value for name, value in said.items() if value}


def _lines(seen: Seen) -> list[dict[str, Any]]:
    said = _figures(seen)
    said["Asked by"] = str(seen.job.asked_by or "the site itself")
    said["Asked"] = f"{timezone.localtime(seen.job.asked_at):%-d %B %Y, %H:%M}"
    if seen.own and seen.job.reason:
        said["Why"] = seen.job.reason
    return [{"key": {"text": k}, "value": {"text": v}} for k, v in said.items()]


def _leads_to(seen: Seen) -> str:
    """Where its result is, for whoever asked for it."""
    page, reference = body_of(seen.job.name).page, seen.job.result.get("reference")
    if not (seen.own and page and reference):
        return ""
    return reverse(page, kwargs={"reference": reference})


def _spoken(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    if seconds < 60:
        return f"{seconds} {'second' if seconds == 1 else 'seconds'}"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    return f"{minutes // 60} h {minutes % 60} min"
