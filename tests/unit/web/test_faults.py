"""A full or failing disk: nothing acknowledged is lost, nothing is half written, and it says so."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files import uploadhandler
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

import hostile_files
import site_disk
import site_world as world
from frith.errors import BadInput, Mendable
from frith_web.core import first_run_steps, job_bodies
from frith_web.core.first_run import State
from frith_web.core.job_bodies import Body
from frith_web.core.models import (
    AuditEntry,
    Decision,
    EntryKind,
    Job,
    Notification,
    NotificationChoice,
    Upload,
    User,
    opened,
)
from frith_web.core.no_room import is_no_room
from frith_web.core.sealed_files import Lock, Sealer
from frith_web.core.services import (
    backup,
    job_progress,
    job_runs,
    jobs,
    sweeping,
    uploads,
)
from frith_web.core.services.audit import append
from frith_web.core.services.audit_verify import verify
from frith_web.core.services.job_runs import Run

LOCK = Lock(passphrase="correct horse battery staple")
PLAIN = "disk is full or cannot be written"


def no_space(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def disk(site: Settings, tmp_path: Path) -> Iterator[Path]:
    """A database that can fill up: a file on SQLite; on PostgreSQL the server's own."""
    if connection.vendor != "sqlite":
        yield tmp_path
        return
    with site_disk.as_a_file(tmp_path / "site.sqlite3") as path:
        yield path


@pytest.fixture
def officer(disk: Path) -> User:
    return world.person(
        "gov", of=world.partner("council"), roles=("information-governance", "tasking-chair")
    )


@pytest.fixture
def browser(officer: User) -> Client:
    """A signed-in browser that is shown what a reader would be shown."""
    made = Client(raise_request_exception=False)
    made.force_login(officer, backend="frith_web.core.authentication.Accounts")
    return made


DECISION = {
    "title": "Open a hub",
    "decision": "A hub opens in March",
    "rationale": "It was asked for",
    "taken_by": "The board",
    "taken_on": "2026-01-05",
}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "x"), True),
        (OSError(errno.EROFS, "x"), True),
        (OSError(errno.EIO, "x"), True),
        (FileNotFoundError(errno.ENOENT, "x"), False),
        (sqlite3.OperationalError("database or disk is full"), True),
        (sqlite3.OperationalError("disk I/O error"), True),
        (OperationalError("database is locked"), False),
        (ValueError("database or disk is full"), False),
        (None, False),
    ],
)
def test_a_full_disk_is_told_from_a_fault_of_ours(error: BaseException | None, said: bool) -> None:
    assert is_no_room(error) is said


def test_it_is_told_through_what_stands_before_it() -> None:
    def wrapped() -> None:
        try:
            no_space()
        except OSError as error:
            raise RuntimeError("could not write") from error

    with pytest.raises(RuntimeError) as outer:
        wrapped()
    assert is_no_room(outer.value)


def test_a_page_that_writes_says_that_nothing_was_saved_and_nothing_is(
    browser: Client, officer: User
) -> None:
    with site_disk.full():
        before = AuditEntry.objects.count()
        answer = browser.post(
            "/notifications/choices", {"job-ended-email": "on", "job-ended-site": "on"}
        )
        said = answer.content.decode()
        assert answer.status_code == 503
        assert PLAIN in said
        assert "Nothing was saved" in said
        assert "Traceback" not in said
        assert AuditEntry.objects.count() == before
        assert not NotificationChoice.objects.exists(), "half of it would be worse than none"
    answer = browser.post("/notifications/choices", {"job-ended-email": "on"})
    assert answer.status_code == 302, "with room again it is done"
    assert NotificationChoice.objects.exists()
    assert site_disk.integrity() == "ok"
    assert not verify().faults


def test_what_was_acknowledged_before_the_disk_filled_is_there(officer: User) -> None:
    acknowledged = 0

    @transaction.atomic
    def act(text: str) -> None:
        Notification.objects.create(to=officer, kind="job-ended", text=text, link="/")
        append(kind=EntryKind.ALTERATION, act="core.test.act", actor=officer)

    for n in range(20):
        act(str(n))
        acknowledged += 1
    with site_disk.full():
        for n in range(5):
            with pytest.raises(OperationalError):
                act(f"late {n}")
    assert Notification.objects.count() == acknowledged
    assert AuditEntry.objects.filter(act="core.test.act").count() == acknowledged
    assert site_disk.integrity() == "ok"
    assert not verify().faults


def test_a_read_is_refused_where_its_row_has_no_room(browser: Client, officer: User) -> None:
    seen = world.nominal(world.held(officer.partner), by=officer)  # type: ignore[arg-type]
    address = reverse("pole:nominal", args=[seen.reference])
    assert seen.family_name in browser.get(address).content.decode()
    with site_disk.full():
        answer = browser.get(address)
        assert answer.status_code == 503
        assert seen.family_name not in answer.content.decode()
        assert "record of reading could not be written" in answer.content.decode()
    assert seen.family_name in browser.get(address).content.decode()


def test_a_disk_that_cannot_be_written_at_all_says_so(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from frith_web.core.services import notifications

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(notifications, "append", broken)
    answer = browser.post("/notifications/choices", {"job-ended-email": "on"})
    assert answer.status_code == 503
    assert PLAIN in answer.content.decode()
    assert not NotificationChoice.objects.exists()


def test_any_other_fault_is_still_a_fault(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from frith_web.core.services import notifications

    def broken(*_: object, **__: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr(notifications, "append", broken)
    answer = browser.post("/notifications/choices", {"job-ended-email": "on"})
    assert answer.status_code == 500
    assert "fault with this site" in answer.content.decode()


# Uploads


def take(by: User, content: bytes = hostile_files.TABLE, **more: Any) -> Upload:
    file = SimpleUploadedFile("events.csv", content)
    return uploads.take(file=file, by=by, place="test", takes={"csv"}, **more)


def left() -> list[Path]:
    return [one for one in uploads._root().rglob("*") if one.is_file()]


def rows() -> int:
    with transaction.atomic(), opened("test"):
        return Upload.objects.count()


@pytest.mark.parametrize("where", ["fsync", "replace", "mkdtemp", "write"])
def test_an_upload_that_has_no_room_leaves_nothing(
    officer: User, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Full:
        """A file that takes a half and no more."""

        def __init__(self, handle: int, mode: str) -> None:
            self.inner = os.fdopen(handle, mode)

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.inner.close()

        def write(self, piece: bytes) -> None:
            self.inner.write(piece[: len(piece) // 2])
            no_space()

    class Os:
        """The system's calls, one of which finds no room."""

        def __getattr__(self, name: str) -> Any:
            if name == where:
                return no_space
            return Full if (where, name) == ("write", "fdopen") else getattr(os, name)

    if where == "mkdtemp":
        monkeypatch.setattr(uploads, "mkdtemp", no_space)
    else:
        monkeypatch.setattr(uploads, "os", Os())
    with pytest.raises(BadInput, match="full or cannot be written") as refusal:
        take(officer, hostile_files.TABLE + hostile_files.ROW * 50_000)
    assert "Try again later" in refusal.value.line()
    assert left() == []
    assert rows() == 0
    monkeypatch.undo()
    assert take(officer).sort == "csv"


def test_a_file_whose_row_has_no_room_goes_too(officer: User) -> None:
    with site_disk.full(), pytest.raises(BadInput, match="full or cannot be written"):
        take(officer)
    assert rows() == 0
    assert left() == []
    made = take(officer)
    with pytest.raises(BadInput, match="full"):
        take(officer, then=no_space)
    assert uploads.stored(made.sha256).is_file(), "the same file that came before stays"


def test_the_page_says_so_and_keeps_what_was_typed(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = world.person("analyst", of=world.partner("council"), roles=("analyst",))
    browser = Client(raise_request_exception=False)
    browser.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    monkeypatch.setattr(uploads, "mkdtemp", no_space)
    file = SimpleUploadedFile("set.zip", hostile_files.dataset())
    answer = browser.post("/bring-in/", {"file": file, "share": "on"})
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "There is a problem" in said
    assert "disk is full or cannot be written" in said
    assert "checked" in said, "what was ticked stays ticked"


def test_a_file_for_which_there_is_no_room_while_it_arrives(
    disk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Settings
) -> None:
    site.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "temporary")
    Path(site.FILE_UPLOAD_TEMP_DIR).mkdir()
    site.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    analyst = world.person("analyst", of=world.partner("council"), roles=("analyst",))
    browser = Client(raise_request_exception=False)
    browser.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    monkeypatch.setattr(uploadhandler.TemporaryFileUploadHandler, "receive_data_chunk", no_space)
    file = SimpleUploadedFile("set.zip", hostile_files.dataset())
    answer = browser.post("/bring-in/", {"file": file})
    assert answer.status_code == 503
    assert "Nothing was saved" in answer.content.decode()
    assert list(Path(site.FILE_UPLOAD_TEMP_DIR).iterdir()) == []
    assert rows() == 0


# Jobs


Declare = Callable[[Callable[[Run], None]], None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    def add(run: Callable[[Run], None]) -> None:
        body = Body(name="test.job", words="A test", run=run)
        monkeypatch.setitem(job_bodies._DECLARED, body.name, body)

    return add


def do(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())
    claimed = job_runs.claim(worker="w")
    assert claimed is not None
    job_runs.run(claimed, worker="w")
    return Job.objects.get(pk=job.pk)


def test_a_job_without_room_keeps_what_is_done_and_does_the_rest_once(
    officer: User, declare: Declare
) -> None:
    fills: list[Any] = []

    def piece(run: Run, key: str) -> None:
        text = f"piece {key}"
        Notification.objects.create(to=officer, kind="job-ended", text=text, link="/")
        append(kind=EntryKind.ALTERATION, act="core.test.piece", actor=officer)
        run.answer(**{f"done {key}": 1})
        if key == "b" and not fills:
            fills.append(key)
            raise OperationalError("database or disk is full")

    declare(lambda run: run.each("Pieces", "abc", lambda key: piece(run, key)))
    job = do(jobs.enqueue("test.job", by=officer))
    assert (job.state, job.result) == ("failed", {"done a": 1})
    assert "disk is full" in job.reason
    pieces = Notification.objects.filter(text__startswith="piece")
    assert [one.text for one in pieces] == ["piece a"], "of the one that failed nothing is left"
    jobs.retry(job=job, by=officer)
    job = do(job)
    assert job.state == "done"
    assert sorted(pieces.values_list("text", flat=True)) == ["piece a", "piece b", "piece c"]
    assert AuditEntry.objects.filter(act="core.test.piece").count() == 3


def test_a_job_on_a_database_that_is_full_is_not_lost(officer: User, declare: Declare) -> None:
    def piece(_: str) -> None:
        append(kind=EntryKind.ALTERATION, act="core.test.piece", actor=officer)

    declare(lambda run: run.each("Pieces", "ab", piece))
    job = jobs.enqueue("test.job", by=officer)
    with site_disk.full(), pytest.raises(OperationalError):
        # The end cannot be written either: the worker says so in the console and tries again.
        do(job)
    job.refresh_from_db()
    assert job.state == "running", "its lease runs out, and it is taken up anew"
    assert not AuditEntry.objects.filter(act="core.test.piece").exists()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert do(job).state == "done"
    assert AuditEntry.objects.filter(act="core.test.piece").count() == 2


def test_a_job_whose_file_has_no_room_says_so_in_plain_words(
    officer: User, declare: Declare
) -> None:
    declare(lambda run: run.outside("Writing", no_space, lambda _: None))
    job = do(jobs.enqueue("test.job", by=officer))
    assert job.state == "failed"
    assert PLAIN in job.reason


def test_a_job_goes_on_where_only_its_words_have_no_room(
    officer: User, declare: Declare, monkeypatch: pytest.MonkeyPatch, site: Settings
) -> None:
    seen: list[str] = []
    declare(lambda run: run.each("Pieces", "ab", seen.append))
    monkeypatch.setattr(job_progress.os, "replace", no_space)
    assert do(jobs.enqueue("test.job", by=officer)).state == "done"
    assert seen == ["a", "b"]
    assert not [one for one in (Path(site.DATA) / "jobs").iterdir() if one.suffix == ".new"]


# Backups


def test_a_backup_without_room_leaves_nothing_and_does_not_count(
    officer: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Settings
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a copy in a transaction of its own: see the test of a whole installation")
    file = tmp_path / "elsewhere" / "frith.backup"
    file.parent.mkdir()
    real, written = Sealer.write, []

    def fills_up(self: Sealer, piece: bytes) -> int:
        written.append(len(piece))
        if sum(written) > 200_000:
            no_space()
        return real(self, piece)

    monkeypatch.setattr(Sealer, "write", fills_up)
    with pytest.raises(Mendable, match="was not made: a disk is full"):
        backup.write(file=file, lock=LOCK)
    assert list(file.parent.iterdir()) == []
    assert list(Path(site.DATA).glob(".backup-*")) == []
    assert first_run_steps.backup().state == State.NOT_STARTED, "one that failed is no backup"
    monkeypatch.undo()
    backup.write(file=file, lock=LOCK)
    assert file.stat().st_size > 200_000
    assert first_run_steps.backup().state == State.DONE


def test_the_daily_backup_without_room_takes_no_older_one_away(
    officer: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, site: Settings
) -> None:
    from frith_web.core.sealed_files import new_pair

    folder = tmp_path / "elsewhere"
    folder.mkdir()
    _, public = new_pair()
    (tmp_path / "key.pub").write_text(public)
    site.BACKUPS, site.BACKUP_RECIPIENT = folder, tmp_path / "key.pub"
    for n in range(1, 20):
        (folder / f"frith-2026-01-{n:02d}.backup").write_text("x")
    monkeypatch.setattr(backup, "_fill", no_space)
    with pytest.raises(Mendable, match="disk is full"):
        backup.daily()
    assert len(list(folder.iterdir())) == 19


def test_what_a_killed_backup_left_is_swept_the_next_day(
    officer: User, tmp_path: Path, site: Settings
) -> None:
    data = Path(site.DATA)
    site.BACKUPS = tmp_path / "elsewhere"
    site.BACKUPS.mkdir()
    old = [data / ".backup-abc" / "site.sqlite3", site.BACKUPS / ".frith-2026-01-01.backup.part"]
    for path in old:
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")
    kept = site.BACKUPS / "frith-2026-01-01.backup"
    kept.write_text("whole")
    ended = jobs.enqueue("core.clear", by=None)
    job_progress.say(ended.reference, "Clearing")
    Job.objects.filter(pk=ended.pk).update(finished_at=timezone.now(), state="done")
    live = jobs.enqueue("core.clear", by=None)
    job_progress.say(live.reference, "Clearing")
    assert sweeping.clear_leavings() == 0, "of today: their process may be at work"
    yesterday = (timezone.now() - timedelta(days=2)).timestamp()
    for path in [data / ".backup-abc", *old, *(data / "jobs").iterdir()]:
        os.utime(path, (yesterday, yesterday))
    assert sweeping.clear_leavings() == 3
    assert kept.is_file()
    assert not old[1].exists()
    assert [one.stem for one in (data / "jobs").iterdir()] == [str(live.reference)]


def test_decisions_are_whole_or_not_at_all(browser: Client) -> None:
    page = browser.get("/registers/decisions/new")
    assert page.status_code == 200
    with site_disk.full():
        answer = browser.post("/registers/decisions/new", DECISION)
        assert answer.status_code in {200, 503}
    assert not Decision.objects.exists()
