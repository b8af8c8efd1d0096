"""The daily look for what is due: listed and told, never disposed of; the same as an officer's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith_web.core.job_bodies import body_of
from frith_web.core.models import (
    AuditEntry,
    Certificate,
    Choice,
    HoldSort,
    Job,
    Notification,
    Reach,
    Review,
    User,
    opened,
)
from frith_web.core.services import holds, job_runs, jobs, retention, retention_daily
from frith_web.core.services.holds import Covers
from frith_web.jobs.bodies import DAY
from frith_web.pole.models import Batch, Nominal

NAME = "core.look_for_due"


def aged(nominal: Nominal, years: float) -> Nominal:
    then = timezone.now() - timedelta(days=365.25 * years)
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=nominal.pk).update(created_at=then)
        Batch.objects.filter(pk=nominal.batch_id).update(created_at=then)
    return nominal


@pytest.fixture
def officer(site: Settings) -> User:
    """An officer whose partner keeps group 4 six years."""
    made = world.person("gov", of=world.partner("council"), roles=("information-governance",))
    retention.set_schedule(
        by=made, group="group_4", name="People", authority="Policy", minimum_years=6
    )
    return made


def look() -> Job:
    """The daily job, done."""
    job = jobs.enqueue(NAME, by=None)
    do()
    job.refresh_from_db()
    assert (job.state, job.reason) == ("done", "")
    return job


def do() -> None:
    """One job that waits, done by a worker that asks for nothing by itself."""
    claimed = job_runs.claim(worker="b")
    assert claimed is not None
    job_runs.run(claimed, worker="b")


def waiting() -> set[object]:
    return set(Review.objects.filter(closed_at__isnull=True).values_list("kind", "record"))


def test_it_comes_every_day_by_itself(site: Settings) -> None:
    assert body_of(NAME).every == body_of("core.remind").every == DAY
    asked = {one.name for one in jobs.ask_for_what_is_due()}
    assert {NAME, "core.remind", "core.clear"} <= asked


def test_what_is_due_is_queued_and_its_officers_are_told_once(officer: User) -> None:
    terms = world.held(officer.partner)  # type: ignore[arg-type]
    old = aged(world.nominal(terms, by=officer), 7)
    aged(world.nominal(terms, by=officer), 5)
    analyst = world.person("analyst", of=officer.partner, roles=("analyst",))
    elsewhere = world.person("pol", of=world.partner("police"), roles=("information-governance",))
    job = look()
    assert ("pole.nominal", old.reference) in waiting()
    new = len(waiting())
    told = Notification.objects.get(kind=retention_daily.FELL_DUE)
    assert (told.to, told.link) == (officer, "/retention/")
    assert f"{new} more records are due" in told.text
    assert not Notification.objects.filter(to__in=[analyst, elsewhere]).exists()
    assert job.result == {f"due {officer.partner_id}": new, f"closed {officer.partner_id}": 0}
    row = AuditEntry.objects.get(act="core.retention.look")
    assert (row.actor_id, row.detail["partner"], row.detail["due"]) == (None, "council", new)
    look()
    assert len(waiting()) == new
    assert Notification.objects.filter(kind=retention_daily.FELL_DUE).count() == 1
    assert not Certificate.objects.exists()


def test_it_finds_what_an_officer_s_own_look_finds(officer: User) -> None:
    terms = world.held(officer.partner)  # type: ignore[arg-type]
    made = [aged(world.nominal(terms, by=officer), years) for years in (1, 5.9, 6.1, 9, 30)]
    holds.place(
        by=officer,
        sort=HoldSort.INQUIRY,
        title="An inquiry",
        why="Asked",
        covers=[Covers(reach=Reach.KIND, kind="pole.batch")],
    )
    look()
    daily = waiting()
    assert daily == {("pole.nominal", one.reference) for one in made[2:]}
    Review.objects.all().delete()
    retention.look_for_due(by=officer)
    assert waiting() == daily


def test_what_came_under_a_hold_or_had_contact_leaves_the_queue(officer: User) -> None:
    terms = world.held(officer.partner)  # type: ignore[arg-type]
    held, seen = (aged(world.nominal(terms, by=officer), 8) for _ in range(2))
    look()
    with world.reading_as(officer):
        holds.place(
            by=officer,
            sort=HoldSort.LITIGATION,
            title="A claim",
            why="Letter before action",
            covers=[Covers(reach=Reach.RECORD, kind="pole.nominal", record=held.reference)],
        )
    aged(seen, 1)
    before = len(waiting())
    job = look()
    left = waiting()
    assert not {("pole.nominal", one.reference) for one in (held, seen)} & left
    assert job.result[f"closed {officer.partner_id}"] == before - len(left)


def test_disposal_stays_off_until_a_named_officer_turns_it_on(officer: User) -> None:
    old = aged(world.nominal(world.held(officer.partner), by=officer), 9)  # type: ignore[arg-type]
    look()
    review = Review.objects.get(record=old.reference)
    with world.reading_as(officer):
        retention.decide(review=review, choice=Choice.DISPOSE, by=officer, why="Quiet")
    look()
    with transaction.atomic(), opened("test"):
        assert Nominal.objects.filter(pk=old.pk).exists()
    assert not retention.disposal_is_on(officer.partner_id)
    review.refresh_from_db()
    assert review.closed_at is None


def test_a_look_that_is_killed_goes_on_and_tells_once(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As if the process died."""

    monkeypatch.setattr(retention_daily, "PIECE", 1)
    terms = world.held(officer.partner)  # type: ignore[arg-type]
    for _ in range(3):
        aged(world.nominal(terms, by=officer), 8)
    job = jobs.enqueue(NAME, by=None)
    first, done = retention_daily.look_at, []

    def dies(piece: str) -> int:
        if len(done) == 2:
            raise Killed
        done.append(piece)
        return first(piece)

    monkeypatch.setattr(retention_daily, "look_at", dies)
    claimed = job_runs.claim(worker="a")
    assert claimed is not None
    with pytest.raises(Killed):
        job_runs.run(claimed, worker="a")
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(retention_daily, "look_at", first)
    do()
    job.refresh_from_db()
    assert job.state == "done"
    assert len(waiting()) == 6, "three people and their three batches, each once"
    assert Notification.objects.filter(kind=retention_daily.FELL_DUE).count() == 1


def test_a_partner_without_a_schedule_has_no_queue(site: Settings) -> None:
    officer = world.person("gov", of=world.partner("council"), roles=("information-governance",))
    aged(world.nominal(world.held(officer.partner), by=officer), 90)  # type: ignore[arg-type]
    look()
    assert not Review.objects.exists()
    assert not AuditEntry.objects.filter(act="core.retention.look").exists()
