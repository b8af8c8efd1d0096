"""What is only kept for a while is gone after it, by the daily job, and not a day before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from pytest_django import Settings

import site_disk
import site_world as world
from frith_web.core.models import (
    AuditEntry,
    Certificate,
    Draft,
    Job,
    Reminder,
    SignedIn,
    Submission,
    User,
)
from frith_web.core.services import drafts, job_runs, jobs, sweeping


def ago(**span: float) -> object:
    return timezone.now() - timedelta(**span)


@pytest.fixture
def user(site: Settings) -> User:
    return world.person("a", of=world.partner("council"))


def clear() -> Job:
    """The daily job, done by a worker that asks for nothing by itself."""
    job = jobs.enqueue("core.clear", by=None)
    claimed = job_runs.claim(worker="w")
    assert claimed is not None
    job_runs.run(claimed, worker="w")
    job.refresh_from_db()
    assert (job.state, job.reason) == ("done", "")
    return job


def test_each_goes_when_its_time_is_over_and_not_before(user: User) -> None:
    typed = QueryDict("note=kept", mutable=True)
    for place in ("/old", "/new"):
        drafts.keep(user=user, place=place, typed=typed)
    old, new = Draft.objects.order_by("pk")
    Draft.objects.filter(pk=old.pk).update(saved_at=ago(days=15))
    Draft.objects.filter(pk=new.pk).update(saved_at=ago(days=13))
    for key, hours in (("old", 13), ("new", 11)):
        Submission.objects.create(key=key, user=user, sent_at=ago(hours=hours))
        SignedIn.objects.create(user=user, device=key, started_at=ago(hours=hours))
    for key in ("old", "new"):
        store = SessionStore()
        store["which"] = key
        store.save()
        if key == "old":
            Session.objects.filter(pk=store.session_key).update(expire_date=ago(minutes=1))
    for name, days in (("old", 31), ("new", 29)):
        made = AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=ago(days=days))
    for days in (400, 10):
        ends = timezone.localdate() - timedelta(days=days)
        Reminder.objects.create(source="account", subject="1", ends_on=ends, days=1)
    job = clear()
    assert list(Draft.objects.all()) == [new]
    assert list(Submission.objects.values_list("key", flat=True)) == ["new"]
    assert list(SignedIn.objects.values_list("device", flat=True)) == ["new"]
    assert [one.get_decoded()["which"] for one in Session.objects.all()] == ["new"]
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["new"]
    assert Reminder.objects.count() == 1
    counted = {key: job.result[key] for key in ("drafts", "sent_forms", "sessions", "reminders")}
    assert counted == {"drafts": 1, "sent_forms": 1, "sessions": 3, "reminders": 1}
    assert clear().result["drafts"] == 0, "again does no harm"


def test_what_disposal_freed_is_overwritten_the_same_night(site: Settings, tmp_path: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's own vacuum does this work")
    with site_disk.as_a_file(tmp_path / "site.sqlite3") as path:
        user = world.person("a", of=world.partner("council"))
        Certificate.objects.create(
            owner=user.partner,
            kind="pole.nominal",
            record="00000000-0000-4000-8000-000000000001",
            authority="Policy",
            contact_on="2019-01-01",
            due_on="2025-01-01",
            decided_by=user,
            decided_at=timezone.now(),
            disposed_by=user,
            disposed_at=timezone.now(),
        )
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")
            cursor.execute("CREATE TABLE loose (said text)")
            cursor.execute("INSERT INTO loose VALUES ('CNRLOOSE' || hex(zeroblob(2000)))")
            cursor.execute("DELETE FROM loose")

        def bytes_of() -> bytes:
            return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))

        assert b"CNRLOOSE" in bytes_of()
        clear()
        assert b"CNRLOOSE" not in bytes_of()
        assert Certificate.objects.get().swept_at is not None
        row = AuditEntry.objects.get(act="core.retention.sweep")
        assert (row.actor_id, row.detail) == (None, {"certificates": 1})


def test_every_sweep_can_be_called_on_nothing(site: Settings) -> None:
    assert sweeping.clear_drafts() == sweeping.clear_submissions() == 0
    assert sweeping.clear_sessions() == sweeping.clear_leavings() == 0
