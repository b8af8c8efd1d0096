"""A data set comes in stretch by stretch: seen when whole, gone on with or undone where it died."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

import hostile_files
import site_world as world
from frith.errors import BadInput
from frith.reference.regimes import Marking, Regime
from frith_web.core.models import AuditEntry, Job, JobItem, Protection, Upload, User, opened
from frith_web.core.services import job_runs, jobs
from frith_web.core.services.protections import Terms, terms
from frith_web.jobs.worker import Worker
from frith_web.pole.models import (
    Batch,
    EqualityRecord,
    Event,
    EventRole,
    Location,
    Nominal,
    ObjectLink,
    RecordedObject,
)
from frith_web.pole.services import bringing_in, imports, unseen

KINDS = (Nominal, Location, Event, RecordedObject, EventRole, ObjectLink, EqualityRecord)
ABOUT = (
    'name = "Small set"\narea = "E08000099"\narea_name = "X"\narea_vintage = "lsoa21"\n'
    + "".join(
        f'[files.{one}]\nregime = "synthetic"\n'
        for one in ("nominals", "events", "roles", "objects", "object_links")
    )
)
WHOLE = {
    "Nominal": 9,
    "Location": 1,
    "Event": 7,
    "RecordedObject": 3,
    "EventRole": 7,
    "ObjectLink": 3,
    "EqualityRecord": 9,
}


@pytest.fixture
def ann(site: Settings, monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(imports, "SIZE", 2)
    monkeypatch.setattr(imports, "BREATH_S", 0)
    return world.person(
        "ann", of=world.partner("council"), roles=("analyst", "information-governance")
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "set")


def written(folder: Path, *, source: str = "made up", mark: str = "") -> Path:
    """A data set's folder, whose rows say whose they are by `source` and `mark`."""
    folder.mkdir()
    files = {
        "dataset.toml": ABOUT,
        "nominals.csv": "nominal_id,source,family_name,ethnicity\n"
        + "".join(f"n{n},{source},Maple{mark}{n},not stated\n" for n in range(9)),
        "events.csv": "event_id,source,kind,occurred_from,longitude,latitude\n"
        + "".join(f"e{n},{source},crime,2025-01-0{n + 1},-1.35,53.43\n" for n in range(7)),
        "roles.csv": "event_id,nominal_id,role\n"
        + "".join(f"e{n},n{n},suspect\n" for n in range(7)),
        "objects.csv": "object_id,kind,identifier\n"
        + "".join(f"o{n},phone,0770090000{n}\n" for n in range(3)),
        "object_links.csv": "object_id,nominal_id\n" + "".join(f"o{n},n{n}\n" for n in range(3)),
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def asked(folder: Path, by: User) -> Job:
    """The job that brings a folder in, asked for as on the page after its check."""

    content = hostile_files.zipped(
        *((path.name, path.read_bytes()) for path in sorted(folder.iterdir()))
    )
    with world.reading_as(by):
        upload = bringing_in.bring(
            file=SimpleUploadedFile("set.zip", content), by=by, table="", flow=None, share=False
        )
    Worker().work(once=True)
    with world.reading_as(by):
        return bringing_in.confirm(upload=Upload.objects.visible_to(by).get(pk=upload.pk), by=by)


def there() -> dict[str, int]:
    """How many records there are of each kind, seen or unseen."""
    with transaction.atomic(), opened("test"):
        return {one.__name__: one.objects.count() for one in KINDS}


def seen(by: User) -> dict[str, int]:
    """How many of them their owner's people may see."""
    with world.reading_as(by):
        return {one.__name__: one.objects.visible_to(by).count() for one in KINDS}


def batches() -> list[Batch]:
    with transaction.atomic(), opened("test"):
        return list(Batch.objects.order_by("pk"))


class Died(BaseException):
    """As good as killed: nothing after it is done."""


def dying(monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """The process dies after so many stretches."""
    counted = iter(range(after))

    def breathe() -> None:
        if next(counted, None) is None:
            raise Died

    monkeypatch.setattr(imports, "breathe", breathe)


def leased_no_more() -> None:
    """The lease of a worker that died has run out."""
    Job.objects.filter(state="running").update(lease_until=timezone.now() - job_runs.LEASE)


def test_it_is_seen_when_the_last_stretch_is_in(
    ann: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(folder, ann)
    during: list[tuple[int, int, str]] = []

    def look() -> None:
        (batch,) = batches()
        during.append((sum(there().values()), sum(seen(ann).values()), batch.state))

    monkeypatch.setattr(imports, "breathe", look)
    Worker().work(once=True)
    counts = [one[0] for one in during]
    assert counts == sorted(counts)
    assert counts[-1] == sum(WHOLE.values())
    assert {one[1:] for one in during} == {(0, "coming-in")}
    assert len(during) == len([one for one in JobItem.objects.filter(job=job) if " " in one.key])
    assert there() == seen(ann) == WHOLE
    (batch,) = batches()
    assert (batch.state, batch.accepted, len(batch.digest)) == ("complete", 39, 64)
    job.refresh_from_db()
    assert (job.state, job.result["added"]) == ("done", 39)
    row = AuditEntry.objects.get(act="pole.import")
    assert sum(row.detail["added"].values()) == 39
    assert _on_unseen_terms() == 0


def _on_unseen_terms() -> int:
    with transaction.atomic(), opened("test"):
        waits = list(unseen.unseen_terms())
        return sum(one.objects.filter(protection__in=waits).count() for one in KINDS)


@pytest.mark.parametrize("after", [0, 3, 9, 20])
def test_a_killed_import_goes_on_where_it_was(
    ann: User, folder: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    job = asked(folder, ann)
    with monkeypatch.context() as patch:
        dying(patch, after=after)
        with pytest.raises(Died):
            Worker().work(once=True)
    half = there()
    assert 0 < sum(half.values()) < sum(WHOLE.values())
    assert sum(seen(ann).values()) == 0
    leased_no_more()
    Worker().work(once=True)
    assert there() == seen(ann) == WHOLE
    (batch,) = batches()
    assert (batch.state, batch.accepted) == ("complete", 39)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result["added"]) == ("done", 2, 39)


def test_another_import_takes_out_what_a_dead_one_left_and_it_begins_anew(
    ann: User, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(folder, ann)
    with monkeypatch.context() as patch:
        dying(patch, after=9)
        with pytest.raises(Died):
            Worker().work(once=True)
    other = written(tmp_path / "other", source="elsewhere", mark="X")
    with world.reading_as(ann):
        bringing_in.import_folder(folder=other, by=ann, owner=ann.partner)
    assert [one.state for one in batches()] == ["undone", "complete"]
    assert there()["Nominal"] == seen(ann)["Nominal"] == 9
    row = AuditEntry.objects.get(act="pole.import.undo")
    assert (row.kind, sum(row.detail["taken out"].values())) == ("erasure", 19)
    leased_no_more()
    Worker().work(once=True)
    job.refresh_from_db()
    assert (job.state, [one.state for one in batches()]) == (
        *("done", ["undone", "complete", "complete"]),
    )
    assert there()["Nominal"] == seen(ann)["Nominal"] == 18
    assert _on_unseen_terms() == 0


def test_what_is_stopped_leaves_nothing(
    ann: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(folder, ann)
    turns = iter(range(100))

    def stop() -> None:
        if next(turns) == 5:
            jobs.cancel(job=job, by=ann)

    monkeypatch.setattr(imports, "breathe", stop)
    Worker().work(once=True)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert sum(there().values()) == 0
    assert [one.state for one in batches()] == ["undone"]
    assert batches()[0].accepted == 0


def test_whoever_loses_their_right_meanwhile_leaves_nothing(
    ann: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(folder, ann)
    monkeypatch.setattr(
        imports, "breathe", lambda: User.objects.filter(pk=ann.pk).update(is_active=False)
    )
    Worker().work(once=True)
    job.refresh_from_db()
    assert job.state == "refused"
    assert sum(there().values()) == 0


@contextmanager
def another_import() -> Iterator[None]:
    """An import in another process: on PostgreSQL it holds a connection of its own."""
    if connection.vendor != "postgresql":
        with unseen.alone():
            yield
        return
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [unseen.LOCK])
        yield
    finally:
        other.close()


def test_a_job_waits_for_another_import_and_counts_no_attempt(ann: User, folder: Path) -> None:
    job = asked(folder, ann)
    with another_import():
        Worker().work(once=True)
        job.refresh_from_db()
        assert (job.state, job.attempt) == ("waiting", 0)
        with pytest.raises(BadInput, match="another import"):
            bringing_in.import_folder(folder=folder, by=ann, owner=ann.partner)
        assert imports.clear_unseen() == 0
    Job.objects.filter(pk=job.pk).update(not_before=job.asked_at)
    Worker().work(once=True)
    job.refresh_from_db()
    assert job.state == "done"


def test_the_daily_work_takes_out_what_nobody_goes_on_with(
    ann: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(folder, ann)
    with monkeypatch.context() as patch:
        dying(patch, after=4)
        with pytest.raises(Died):
            Worker().work(once=True)
    assert sum(there().values()) > 0
    assert imports.clear_unseen() == 1
    assert sum(there().values()) == 0
    assert imports.clear_unseen() == 0


def test_the_same_twice_adds_nothing(ann: User, folder: Path) -> None:
    with world.reading_as(ann):
        first = bringing_in.import_folder(folder=folder, by=ann, owner=ann.partner)
        again = bringing_in.import_folder(folder=folder, by=ann, owner=ann.partner)
    assert (sum(first.added.values()), sum(again.added.values())) == (39, 0)
    assert there() == WHOLE


def test_two_partners_may_use_the_same_identifiers(ann: User, tmp_path: Path) -> None:
    """Source and identifier alike, two records each: nothing is lost, nothing reaches across."""
    roles_of_bob = ("analyst", "information-governance")
    bob = world.person("bob", of=world.partner("police"), roles=roles_of_bob)
    for by, mark in ((ann, "A"), (bob, "B")):
        asked(written(tmp_path / mark, mark=mark), by)
        Worker().work(once=True)
    assert there() == {name: 2 * count for name, count in WHOLE.items()}
    assert seen(ann) == seen(bob) == WHOLE
    with transaction.atomic(), opened("test"):
        roles = EventRole.objects.select_related("event", "nominal", "protection")
        links = ObjectLink.objects.select_related("recorded_object", "nominal", "protection")
        for role in roles:
            assert role.event.owner == role.nominal.owner == role.protection.owner
        for link in links:
            assert link.recorded_object.owner == link.nominal.owner == link.protection.owner


def test_a_command_that_fails_midway_leaves_nothing(
    ann: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = imports.bring, iter(range(6))

    def bring(**given: Any) -> None:
        if next(left, None) is None:
            raise RuntimeError("a fault")
        real(**given)

    monkeypatch.setattr(imports, "bring", bring)
    with world.reading_as(ann), pytest.raises(RuntimeError):
        bringing_in.import_folder(folder=folder, by=ann, owner=ann.partner)
    assert sum(there().values()) == 0


def test_unseen_terms_show_nothing_and_lead_back(ann: User) -> None:
    for marking in Marking:
        meant = terms(of=Terms(owner=ann.partner, regime=Regime.UK_GDPR, marking=marking))
        waits = unseen.unseen(meant)
        assert unseen.meant_for(waits) == meant.pk
        assert unseen.unseen(waits) == waits
        assert (waits.sealed, waits.readers.count(), waits.shares.count()) == (True, 0, 0)
        assert (waits.owner, waits.marking, waits.regime) == (
            *(meant.owner, meant.marking),
            meant.regime,
        )
    assert unseen.meant_for(world.held(ann.partner, sealed_to=[])) is None
    assert len(unseen.unseen_terms()) == 2
    assert Protection.objects.filter(sealed=True).count() == 3


def test_a_role_is_of_the_person_of_its_own_data_set(ann: User, tmp_path: Path) -> None:
    """Two systems use the same numbers: a role stays with its own system's people."""
    for source in ("police", "council"):
        made = written(tmp_path / source, source=source, mark=source)
        (made / "objects.csv").unlink()
        (made / "object_links.csv").unlink()
        about = (made / "dataset.toml").read_text()
        (made / "dataset.toml").write_text(re.sub(r"\[files.object.*\n.*\n", "", about))
        with world.reading_as(ann):
            bringing_in.import_folder(folder=made, by=ann, owner=ann.partner)
    with transaction.atomic(), opened("test"):
        pairs = EventRole.objects.values_list("event__source", "nominal__source").order_by("pk")
        found = list(pairs)
    assert found == [("police", "police")] * 7 + [("council", "council")] * 7


def test_a_role_that_could_be_anybodys_is_left_out(ann: User, tmp_path: Path) -> None:
    both = written(tmp_path / "both", source="police")
    with (both / "nominals.csv").open("a") as file:
        file.write("n0,council,Other,not stated\n")
    (both / "events.csv").write_text(
        "event_id,source,kind,occurred_from\ne0,police,crime,2025-01-01\n"
        "e1,housing,crime,2025-01-01\n"
    )
    (both / "roles.csv").write_text(
        "event_id,nominal_id,role\ne0,n0,suspect\ne1,n0,witness\ne1,n1,witness\n"
    )
    with world.reading_as(ann):
        bringing_in.import_folder(folder=both, by=ann, owner=ann.partner)
    with transaction.atomic(), opened("test"):
        rows = EventRole.objects.values_list(
            "event__source_id", "nominal__source_id", "nominal__source", "role"
        )
        found = set(rows)
    assert found == {("e0", "n0", "police", "suspect"), ("e1", "n1", "police", "witness")}


def test_an_unknown_batch_is_not_gone_on_with(ann: User, folder: Path) -> None:
    assert imports.coming_in("") is None
    assert imports.coming_in(str(uuid4())) is None
    with world.reading_as(ann):
        done = bringing_in.import_folder(folder=folder, by=ann, owner=ann.partner)
    assert imports.coming_in(str(done.batch.reference)) is None
