"""Jobs: legal steps, pieces done once, an asker's rights, stopping, and doing again what failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput
from frith_web.core import job_bodies
from frith_web.core.job_bodies import Body, body_of
from frith_web.core.job_selectors import all_jobs, job_of, own_jobs
from frith_web.core.models import (
    TRANSITIONS,
    AuditEntry,
    DueTime,
    ItemState,
    Job,
    JobState,
    Notification,
    RoleHeld,
    User,
)
from frith_web.core.permissions import Refused
from frith_web.core.reading import current_reading
from frith_web.core.services import job_progress, job_runs, jobs
from frith_web.core.services.audit_verify import verify
from frith_web.core.services.job_runs import Run
from frith_web.jobs.worker import Worker
from support import ROOT

WORKER = "here:1:test"
Declare = Callable[..., None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Declares a body for one test."""

    def add(run: Callable[[Run], None], *, name: str = "test.job", **more: object) -> None:
        body = Body(name=name, words="A test", run=run, **more)  # type: ignore[arg-type]
        monkeypatch.setitem(job_bodies._DECLARED, name, body)

    return add


def do(worker: str = WORKER) -> Job:
    """Claim the next job and do it."""
    job = job_runs.claim(worker=worker)
    assert job is not None
    job_runs.run(job, worker=worker)
    return Job.objects.get(pk=job.pk)


def test_no_step_but_those_of_the_table_is_taken(site: Settings) -> None:
    for here in JobState:
        for there in JobState:
            job = Job.objects.create(name="x", key=f"{here} {there}")
            leased = timezone.now() if here is JobState.RUNNING else None
            Job.objects.filter(pk=job.pk).update(state=here, lease_until=leased)
            job.refresh_from_db()
            if there in TRANSITIONS[here]:
                more = {"lease_until": timezone.now()} if there is JobState.RUNNING else {}
                jobs.step(job, there, **more)
                assert Job.objects.get(pk=job.pk).state == there
            else:
                with pytest.raises(jobs.IllegalStep):
                    jobs.step(job, there)


def test_the_page_draws_the_table_that_the_code_keeps() -> None:
    page = (ROOT / "docs" / "how-to" / "run-long-jobs.md").read_text("utf-8")
    for here, after in TRANSITIONS.items():
        said = (
            ", ".join(str(one.label) for one in JobState if one in after) or "nothing: it has ended"
        )
        assert f"| {here.label} | {said} |" in page


def test_pieces_are_done_in_order_and_counted(analyst: User, declare: Declare) -> None:
    seen: list[str] = []
    declare(lambda run: run.each("Counting", ["a", "b", "c"], seen.append))
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert seen == ["a", "b", "c"]
    assert job.stages == [{"name": "Counting", "done": 3, "total": 3}]
    assert (job.state, job.attempt, job.worker) == ("done", 1, "")
    told = Notification.objects.get(to=analyst)
    assert (told.kind, told.link) == ("job-ended", f"/jobs/{job.reference}")
    acts = list(AuditEntry.objects.order_by("n").values_list("act", "actor_id"))
    assert ("core.job.enqueue", analyst.pk) in acts
    assert ("core.job.end", analyst.pk) in acts
    assert not verify().faults


def test_asked_twice_with_one_key_is_one_job_of_one_person(analyst: User, declare: Declare) -> None:
    declare(lambda _: None)
    other = world.person("other", of=analyst.partner)
    first = jobs.enqueue("test.job", by=analyst, key="k")
    assert jobs.enqueue("test.job", by=analyst, key="k").pk == first.pk
    assert jobs.enqueue("test.job", by=other, key="k").pk != first.pk
    assert jobs.enqueue("test.job", by=analyst).pk != first.pk


def test_a_job_is_given_references_and_a_name_that_is_declared(
    analyst: User, declare: Declare
) -> None:
    declare(lambda _: None)
    with pytest.raises(BadInput, match="references"):
        jobs.enqueue("test.job", by=analyst, arguments={"text": "x" * 201})
    with pytest.raises(LookupError):
        jobs.enqueue("test.nothing", by=analyst)


def test_whoever_may_not_ask_does_not(analyst: User, declare: Declare) -> None:
    declare(lambda _: None, permission="core.role:give")
    with pytest.raises(Refused):
        jobs.enqueue("test.job", by=analyst)


def test_a_killed_worker_s_job_is_taken_up_where_it_was(analyst: User, declare: Declare) -> None:
    seen: list[str] = []

    class Killed(BaseException):
        """As if the process died."""

    def piece(key: str) -> None:
        Notification.objects.create(to=analyst, kind="job-ended", text=key, link="/")
        if key == "b" and "b" not in seen:
            seen.append(key)
            raise Killed

    declare(lambda run: run.each("Work", "abc", piece))
    jobs.enqueue("test.job", by=analyst)
    job = job_runs.claim(worker=WORKER)
    assert job is not None
    with pytest.raises(Killed):
        job_runs.run(job, worker=WORKER)
    assert job_runs.claim(worker="other") is None
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    ended = do("other")
    assert (ended.state, ended.attempt) == ("done", 2)
    texts = Notification.objects.exclude(text__startswith="A test").values_list("text", flat=True)
    assert sorted(texts) == ["a", "b", "c"]


def test_a_worker_that_lost_its_lease_writes_nothing(analyst: User, declare: Declare) -> None:
    def piece(_: str) -> None:
        Job.objects.update(worker="another")

    declare(lambda run: run.each("Work", "ab", piece))
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert (job.state, job.worker) == ("running", "another")
    assert not Notification.objects.exists()


def test_what_keeps_dying_fails_in_the_end(analyst: User, declare: Declare) -> None:
    declare(lambda _: None)
    jobs.enqueue("test.job", by=analyst)
    Job.objects.update(attempt=job_runs.MOST_ATTEMPTS)
    job = do()
    assert (job.state, job.reason) == ("failed", job_runs.DIED)


def test_a_piece_that_fails_is_kept_with_its_reason_and_done_again_alone(
    analyst: User, declare: Declare
) -> None:
    seen: list[str] = []

    def piece(key: str) -> None:
        seen.append(key)
        if key == "b" and seen.count("b") == 1:
            raise BadInput("is not right")

    declare(lambda run: run.each("Work", "abc", piece))
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert job.state == "partly"
    failed = job.items.get(state=ItemState.FAILED)
    assert (failed.key, failed.reason) == ("b", "is not right.")
    assert jobs.retry(job=job, by=analyst) == 1
    assert Job.objects.get(pk=job.pk).stages[0]["done"] == 2
    assert do().state == "done"
    assert seen == ["a", "b", "c", "b"]


def test_a_stage_that_is_one_piece_stops_the_job_where_it_fails(
    analyst: User, declare: Declare
) -> None:
    seen: list[str] = []

    def body(run: Run) -> None:
        def fails() -> None:
            raise BadInput("the file is bad")

        run.once("First", fails)
        run.once("Second", lambda: seen.append("second"))

    declare(body)
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert (job.state, job.reason, seen) == ("failed", "the file is bad.", [])


def test_work_outside_a_transaction_is_noted_once(analyst: User, declare: Declare) -> None:
    made: list[int] = []

    def body(run: Run) -> None:
        def make() -> int:
            made.append(1)
            return len(made)

        run.outside("File", make, lambda count: run.answer(count=count))
        run.once("After", lambda: None)

    declare(body)
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert (job.state, job.result, made) == ("done", {"count": 1}, [1])


def test_a_fault_of_ours_says_so_and_quotes_nothing(analyst: User, declare: Declare) -> None:
    def body(run: Run) -> None:
        raise KeyError("Alder, Ann")

    declare(body)
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert (job.state, job.reason) == ("failed", job_runs.FAULT)


def test_a_job_acts_as_its_asker_and_leaves_a_row(analyst: User, declare: Declare) -> None:
    mine = world.nominal(world.held(analyst.partner), by=analyst)
    police = world.partner("police")
    theirs = world.nominal(world.held(police), by=world.person("officer", of=police))
    found: list[str] = []

    def body(run: Run) -> None:
        from frith_web.pole.models import Nominal

        def look() -> None:
            assert current_reading().actor == run.asker()
            found.extend(str(one.reference) for one in Nominal.objects.visible_to(run.asker()))

        run.once("Looking", look)

    declare(body)
    jobs.enqueue("test.job", by=analyst)
    do()
    assert found == [str(mine.reference)]
    assert str(theirs.reference) not in found
    row = AuditEntry.objects.get(act="test.job")
    assert (row.kind, row.actor_id) == ("consultation", analyst.pk)
    assert row.records == {"pole.nominal": found}


@pytest.mark.parametrize("lost", ["closed", "suspended", "role"])
def test_what_the_asker_lost_their_job_has_lost(analyst: User, declare: Declare, lost: str) -> None:
    seen: list[str] = []

    def piece(key: str) -> None:
        seen.append(key)
        if lost == "closed":
            User.objects.update(is_active=False)
        elif lost == "suspended":
            User.objects.update(certified_until=world.yesterday())
        else:
            RoleHeld.objects.all().delete()

    declare(lambda run: run.each("Work", "ab", piece), permission="pole.batch:import")
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert (job.state, seen) == ("refused", ["a"])
    assert job.reason


def test_a_job_that_waits_stops_at_once(analyst: User, declare: Declare) -> None:
    declare(lambda _: None)
    job = jobs.enqueue("test.job", by=analyst)
    assert jobs.cancel(job=job, by=analyst)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not jobs.cancel(job=job, by=analyst)
    assert not job_progress.is_asked_to_stop(job.reference)
    assert job_runs.claim(worker=WORKER) is None


def test_a_job_that_runs_stops_before_its_next_piece(analyst: User, declare: Declare) -> None:
    seen: list[str] = []

    def piece(key: str) -> None:
        seen.append(key)
        jobs.cancel(job=Job.objects.get(), by=analyst)

    declare(lambda run: run.each("Work", "abc", piece))
    jobs.enqueue("test.job", by=analyst)
    job = do()
    assert (job.state, seen) == ("cancelled", ["a"])
    assert not job_progress.is_asked_to_stop(job.reference)


def test_a_long_piece_that_is_stopped_leaves_nothing(analyst: User, declare: Declare) -> None:
    def body(run: Run) -> None:
        def piece(_: str) -> None:
            Notification.objects.create(to=analyst, kind="job-ended", text="half", link="/")
            job_progress.ask_to_stop(run.job.reference)
            run.say("Going on")
            raise AssertionError("it went on")

        run.each("Work", "a", piece)

    declare(body)
    jobs.enqueue("test.job", by=analyst)
    assert do().state == "cancelled"
    assert not Notification.objects.filter(text="half").exists()


def test_nobody_else_stops_or_repeats_a_job(analyst: User, declare: Declare) -> None:
    declare(lambda _: None)
    job = jobs.enqueue("test.job", by=analyst)
    other = world.person("admin", of=analyst.partner, roles=("administrator",))
    with pytest.raises(Refused):
        jobs.cancel(job=job, by=other)
    with pytest.raises(Refused):
        jobs.retry(job=job, by=other)


def test_what_is_due_is_asked_for_once_however_late(site: Settings, declare: Declare) -> None:
    ran: list[int] = []
    hour = timedelta(hours=1)
    declare(lambda run: ran.append(1), every=hour)
    names = [one.name for one in jobs.ask_for_what_is_due()]
    assert "test.job" in names
    assert jobs.ask_for_what_is_due() == []
    assert not jobs.something_is_due()
    late = timezone.now() + 5 * hour
    assert jobs.something_is_due(now=late)
    assert [one.name for one in jobs.ask_for_what_is_due(now=late)].count("test.job") == 1
    assert late < DueTime.objects.get(name="test.job").next_at <= late + hour


def test_the_worker_does_what_waits_and_what_is_due(analyst: User, declare: Declare) -> None:
    seen: list[str] = []
    declare(lambda run: run.each("Work", "ab", seen.append))
    jobs.enqueue("test.job", by=analyst)
    assert Worker().work(once=True) > 1
    assert seen == ["a", "b"]
    assert not Job.objects.filter(state__in=["waiting", "running"]).exists()
    signed = Job.objects.get(name="core.sign_root")
    assert (signed.state, signed.asked_by) == ("done", None)


def test_a_worker_that_is_asked_to_go_gives_its_job_back(analyst: User, declare: Declare) -> None:
    worker = Worker()

    def piece(key: str) -> None:
        if key == "b":
            worker.stop(15, None)

    declare(lambda run: run.each("Work", "abc", piece))
    DueTime.objects.bulk_create(
        DueTime(name=one.name, next_at=timezone.now() + timedelta(days=1))
        for one in job_bodies.bodies()
        if one.every
    )
    jobs.enqueue("test.job", by=analyst)
    with pytest.raises(SystemExit):
        worker.work()
    job = Job.objects.get(name="test.job")
    assert (job.state, job.attempt) == ("waiting", 0)
    assert job.items.filter(state=ItemState.DONE).count() == 1


def test_others_see_how_far_it_is_and_not_what_it_is_about(analyst: User, declare: Declare) -> None:
    def piece(_: str) -> None:
        raise BadInput("Ann Alder is not right")

    declare(lambda run: run.each("Work", ["Alder"], piece))
    jobs.enqueue("test.job", by=analyst, arguments={"of": "Alder"})
    job = do()
    admin = world.person("admin", of=analyst.partner, roles=("administrator",))
    colleague = world.person("colleague", of=analyst.partner, roles=("analyst",))
    seen = job_of(admin, job.reference)
    assert seen is not None
    assert (seen.own, list(seen.failed), seen.failed_count) == (False, [], 1)
    assert job_of(colleague, job.reference) is None
    assert own_jobs(colleague) == []
    assert all_jobs(colleague) == []
    assert len(all_jobs(admin)) == 1
    client = Client()
    client.force_login(admin, backend="frith_web.core.authentication.Accounts")
    for address in ("/jobs/all", f"/jobs/{job.reference}", f"/jobs/{job.reference}/state"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert b"Alder" not in answer.content


def test_the_page_shows_stage_percent_failure_and_lets_it_be_done_again(
    analyst: User, reader: Client, declare: Declare
) -> None:
    fail = [True]

    def piece(key: str) -> None:
        if key == "b" and fail:
            raise BadInput("row 7 is not right")

    declare(lambda run: run.each("Reading", "abcd", piece))
    job = jobs.enqueue("test.job", by=analyst)
    address = f"/jobs/{job.reference}"
    waiting = reader.get(address).content.decode()
    assert "Waiting" in waiting
    assert "Stop it" in waiting
    assert "data-job-url" in waiting
    do()
    page = reader.get(address).content.decode()
    assert "4 of 4" in page
    assert "row 7 is not right" in page
    assert "data-job-url" not in page
    assert reader.get(f"{address}/state").json()["ended"] is True
    fail.clear()
    assert reader.post(f"{address}/retry").status_code == 302
    assert do().state == "done"
    assert reader.post(f"{address}/retry").status_code == 302
    assert "nothing of this job to do again" in reader.get(address).content.decode()


def test_stopping_by_page(analyst: User, reader: Client, declare: Declare) -> None:
    declare(lambda _: None)
    job = jobs.enqueue("test.job", by=analyst)
    assert reader.post(f"/jobs/{job.reference}/cancel").status_code == 302
    assert "Cancelled" in reader.get("/jobs/").content.decode()


def test_percent_never_says_all_before_the_end_and_estimates_late(
    analyst: User, declare: Declare
) -> None:
    shown: list[tuple[int, bool]] = []

    def piece(_: str) -> None:
        seen = job_of(analyst, Job.objects.get().reference)
        assert seen is not None
        shown.append((seen.percent, seen.left is not None))

    declare(lambda run: run.each("Work", map(str, range(10)), piece))
    jobs.enqueue("test.job", by=analyst)
    do()
    assert [one for one, _ in shown] == [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert [left for _, left in shown] == [False] * 3 + [True] * 7


def test_old_jobs_go_and_new_ones_stay(analyst: User, declare: Declare) -> None:
    declare(lambda run: run.each("Work", "a", lambda _: None))
    for _ in range(2):
        jobs.enqueue("test.job", by=analyst)
        do()
    old = Job.objects.first()
    assert old is not None
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=91))
    assert jobs.clear_old() == 1
    assert Job.objects.count() == 1


def test_every_shipped_job_is_declared_with_words() -> None:
    for name in ("core.sign_root", "core.clear", "core.back_up", "pole.import_dataset"):
        assert body_of(name).words
