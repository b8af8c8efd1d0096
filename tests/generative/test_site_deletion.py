"""After disposal nothing is left: no table, no file, no free page holds a word of the record."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, models, transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

import hostile_files
import site_world as world
from audit_log import kill_the_sink
from frith.errors import BadInput
from frith_web.core import erasing, registry
from frith_web.core.models import (
    AuditEntry,
    Certificate,
    Choice,
    Decision,
    Draft,
    Finding,
    Grouping,
    Hold,
    Job,
    JobItem,
    JobState,
    Notification,
    ProtectedRecord,
    Protection,
    Review,
    ReviewDecision,
    RightsRequest,
    Role,
    RolePermission,
    Submission,
    Upload,
    User,
    opened,
)
from frith_web.core.registry import Kind
from frith_web.core.sealing import unseal
from frith_web.core.services import deletion, drafts, job_progress, retention, uploads
from frith_web.pole.models import Event, EventRole, Nominal

LONG_AGO = timezone.now() - timedelta(days=365 * 30)
ERASED = [kind for kind in registry.kinds() if kind.erases]


def canary(number: int) -> str:
    """Ten characters that stand nowhere else: the shortest field takes no more."""
    return f"CNR{number:05d}QX"


class Maker:
    """Records of any kind, filled from what their model says, with a canary in every field."""

    def __init__(self, protection: Protection, by: User) -> None:
        self.protection, self.by = protection, by
        self.number = 0
        self.planted: dict[str, UUID] = {}

    def make(self, kind: Kind) -> Any:
        values: dict[str, Any] = {}
        mine = []
        for one in kind.model._meta.concrete_fields:
            if one.primary_key or one.name in {"reference", "version"}:
                continue
            if one.name in kind.erases:
                self.number += 1
                values[one.name] = canary(self.number)
                mine.append(values[one.name])
            else:
                values[one.name] = self._value(one, kind)
        made = kind.model.objects.create(**values)
        self.planted.update(dict.fromkeys(mine, made.reference))
        return made

    def _value(self, one: Any, kind: Kind) -> Any:
        self.number += 1
        if isinstance(one, models.ForeignKey):
            other = one.related_model
            if issubclass(other, ProtectedRecord) and other is not kind.model:
                return self.make(registry.kind_of(other.kind))
            return {Protection: self.protection, User: self.by}.get(other)
        if one.name == kind.clock or isinstance(one, models.DateTimeField):
            return LONG_AGO
        if isinstance(one, models.DateField):
            return LONG_AGO.date()
        if one.choices:
            return one.choices[0][0]
        if isinstance(one, models.CharField | models.TextField):
            return f"{self.number:06d}"[: one.max_length or 6]
        if one.has_default():
            return one.get_default()
        return None if one.null else 0


def columns_that_hold(text: str) -> set[str]:
    """Every column of the database in which a text stands, sealed drafts and sessions opened."""
    found = set()
    with transaction.atomic(), opened("test"), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{table}.{name}"
                    for name, value in zip(names, row, strict=True)
                    if text in str(value)
                }
    if any(text in unseal(one.sealed, purpose=drafts.PURPOSE) for one in Draft.objects.all()):
        found.add("core_draft.sealed")
    if any(text in str(one.get_decoded()) for one in Session.objects.all()):
        found.add("django_session.session_data")
    return found


def everything() -> dict[str, str]:
    """All that every table of the database holds, whatever its type, as its administrator sees."""
    held = {}
    with transaction.atomic(), opened("test"), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            held[table] = "\n".join(map(repr, cursor.fetchall()))
    return held


def look_everywhere(text: str, *, within: dict[str, str] | None = None) -> list[str]:
    """The tables in which a text stands."""
    held = everything() if within is None else within
    return sorted(table for table, words in held.items() if text in words)


def officer_of(partner: Any) -> User:
    """An officer who may read every kind of record."""
    user = world.person("gov", of=partner, roles=("information-governance",))
    role = Role.objects.get(key="information-governance")
    for kind in registry.kinds():
        permission = f"{kind.model.permission_kind or kind.kind}:read"
        RolePermission.objects.get_or_create(role=role, permission=permission)
    return user


def scheduled(officer: User) -> None:
    for number, group in enumerate(("group_2", "group_3", "group_4")):
        retention.set_schedule(
            by=officer, group=group, name=group, authority="Policy", minimum_years=6 + number
        )
    retention.set_switch(on=True, by=officer, why="Board agreed")


def decided(record: Any, officer: User, *, words: str = "Nothing since") -> Review:
    retention.look_for_due(by=officer)
    review = Review.objects.get(record=record.reference, closed_at__isnull=True)
    with world.reading_as(officer):
        retention.decide(review=review, choice=Choice.DISPOSE, by=officer, why=words)
    return review


def leave_traces(record: Any, words: str, officer: User) -> None:
    """A copy in every column that `erasing` says can hold one, and in files of the data folder."""
    said = f"About {words}: who is it?"
    typed = QueryDict(mutable=True)
    typed["note"] = said
    drafts.keep(user=officer, place="/somewhere", typed=typed)
    store = SessionStore()
    store["_messages"] = f'[["{words} is kept"]]'
    store.save()
    Submission.objects.create(key="k", user=officer, led_to=f"/records/{record.reference}")
    Submission.objects.create(key="l", user=officer, led_to=f"/found?{words}")
    asked = RightsRequest.objects.create(
        partner=officer.partner,
        sort="access",
        regime="uk_gdpr",
        requester="A person",
        asked="Everything",
        received_on=date.today(),
        identity="known",
        opened_by=officer,
    )
    named = {"kind": record.kind, "record": record.reference}
    Finding.objects.create(
        request=asked, told=False, exemption="gdpr_crime", why=said, by=officer, **named
    )
    Grouping.objects.create(
        group=registry.kind_of(record.kind).retention_group, why=said, by=officer, **named
    )
    early = Review.objects.create(
        owner=officer.partner,
        contact_on=date(2000, 1, 1),
        due_on=date(2010, 1, 1),
        closed_at=LONG_AGO,
        **named,
    )
    ReviewDecision.objects.create(
        review=early, choice=Choice.REFER, refer_to=words, why=said, by=officer, at=LONG_AGO
    )
    Hold.objects.create(
        owner=officer.partner,
        sort="inquiry",
        title=said,
        why=said,
        placed_by=officer,
        lifted_by=officer,
        lifted_at=LONG_AGO,
        lifted_why=said,
    )
    work(said, words, officer)
    files(words, officer)


def work(said: str, words: str, officer: User) -> None:
    """A job that ended, its pieces and its words of the moment, and what it told."""
    job = Job.objects.create(
        name="pole.import_dataset",
        key=words,
        arguments={"about": words},
        asked_by=officer,
        state=JobState.FAILED,
        stages=[{"name": said, "done": 0, "total": 1}],
        reason=said,
        result={"found": [words]},
        finished_at=timezone.now(),
    )
    JobItem.objects.create(job=job, stage="Reading", key=words, reason=said)
    job_progress.say(job.reference, said)
    Notification.objects.create(to=officer, kind="job-ended", text=said, link=f"/x/{words}")
    Notification.objects.create(
        to=officer, kind="job-ended", text="It ended", link=f"/jobs/{job.reference}"
    )


def files(words: str, officer: User) -> None:
    """Files that were brought in and settled: plain, in a zip, in a workbook; and an answer."""
    table = f"nominal_id,family_name\nn1,{words}\n".encode()
    book = hostile_files.workbook(sheet=hostile_files.SHEET % f"<c><v>{words}</v></c>".encode())
    brought = {
        f"{words}.csv": table,
        "set.zip": hostile_files.zipped(("dataset.toml", hostile_files.ABOUT), ("n.csv", table)),
        "book.xlsx": book,
        "books.zip": hostile_files.zipped(("book.xlsx", book)),
    }
    for name, content in brought.items():
        made = uploads.take(
            file=SimpleUploadedFile(name, content),
            by=officer,
            place="pole.import",
            takes={"csv", "zip", "toml", "xlsx"},
            given={"note": words},
        )
        with TemporaryDirectory() as folder:
            refused = Path(folder) / "refused.zip"
            refused.write_bytes(hostile_files.zipped(("n.csv", table)))
            answer = uploads.keep_answer(refused)
        uploads.keep_findings(upload=made, by=officer, findings={"seen": words}, answer=answer)
        uploads.settle(upload=made, by=officer)


def in_files(folder: Path, text: str) -> list[Path]:
    """The files of a folder in which a text stands, archives in archives unpacked."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(text.encode() in one for one in layers(path.read_bytes()))
    ]


def layers(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from layers(archive.read(name))


@pytest.mark.parametrize("kind", ERASED, ids=lambda kind: kind.kind)
def test_no_table_and_no_file_holds_a_word_of_what_was_disposed_of(
    site: Settings, kind: Kind, django_capture_on_commit_callbacks: Any
) -> None:
    officer = officer_of(world.partner("council"))
    scheduled(officer)
    maker = Maker(world.held(officer.partner), officer)
    with transaction.atomic(), opened("test"):
        record = maker.make(kind)
    mine = [text for text, reference in maker.planted.items() if reference == record.reference]
    others = sorted(set(maker.planted) - set(mine))
    assert len(mine) == len(kind.erases)
    held = everything()
    for text in mine:
        assert look_everywhere(text, within=held), "the test would pass on nothing"
    leave_traces(record, mine[0], officer)
    reached = {column for one in erasing.copies() for column in one.reaches}
    planted = columns_that_hold(mine[0])
    assert reached <= planted, "a column that is said to be cleared holds nothing to clear"
    assert len(in_files(Path(site.DATA), mine[0])) >= 6, "four uploads, an answer, a job's words"
    review = decided(record, officer, words=f"{mine[0]} has been quiet")
    with world.reading_as(officer), django_capture_on_commit_callbacks(execute=True):
        made = deletion.dispose(review=review, by=officer)
    held = everything()
    for text in mine:
        assert look_everywhere(text, within=held) == []
        assert columns_that_hold(text) == set()
        assert in_files(Path(site.DATA), text) == []
    for text in others:
        assert look_everywhere(text, within=held), "what it only pointed at stays"
    assert not Submission.objects.filter(led_to__contains=str(record.reference)).exists()
    assert not Draft.objects.exists(), "sealed, so no search of tables would find it"
    row = AuditEntry.objects.get(act="core.retention.dispose")
    assert (row.kind, row.actor_id) == ("erasure", officer.pk)
    assert row.records[kind.kind] == [str(record.reference)]
    assert row.detail["digest"] == made.digest == deletion.digest_of(made)


def disposable(site: Settings) -> tuple[User, Any, str, Review]:
    """An officer, a nominal that is decided about, a canary of it, and its review."""
    officer = officer_of(world.partner("council"))
    scheduled(officer)
    maker = Maker(world.held(officer.partner), officer)
    with transaction.atomic(), opened("test"):
        record = maker.make(registry.kind_of("pole.nominal"))
    text = next(one for one, of in maker.planted.items() if of == record.reference)
    return officer, record, text, decided(record, officer)


def brought(by: User, text: str, name: str = "people.csv") -> Upload:
    content = f"nominal_id,family_name\nn1,{text}\n".encode()
    file = SimpleUploadedFile(name, content)
    return uploads.take(file=file, by=by, place="pole.import", takes={"csv"})


def test_a_file_that_is_still_to_be_brought_in_is_not_lost(
    site: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    officer, _, text, review = disposable(site)
    upload = brought(officer, text)
    with world.reading_as(officer):
        with pytest.raises(BadInput, match="not yet settled"):
            deletion.dispose(review=review, by=officer)
        assert uploads.stored(upload.sha256).is_file()
        uploads.settle(upload=upload, by=officer)
        with django_capture_on_commit_callbacks(execute=True):
            deletion.dispose(review=review, by=officer)
    with pytest.raises(BadInput, match="no longer kept"):
        uploads.stored(upload.sha256)


def test_a_file_that_nothing_may_read_yet_is_waited_for(site: Settings, tmp_path: Path) -> None:
    officer, _, text, review = disposable(site)
    site.SCANNER = f"unix:{tmp_path / 'nobody-listens'}"
    brought(officer, text)
    with world.reading_as(officer), pytest.raises(BadInput, match="waits for the virus scanner"):
        deletion.dispose(review=review, by=officer)


def test_another_partner_s_file_about_the_same_person_is_theirs(
    site: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    officer, _, text, review = disposable(site)
    theirs = brought(world.person("pol", of=world.partner("police")), text)
    with world.reading_as(officer), django_capture_on_commit_callbacks(execute=True):
        plan = deletion.plan_of(review=review, by=officer)
        assert plan is not None
        assert "Uploaded files that mention it" not in plan.removed()
        deletion.dispose(review=review, by=officer)
    assert text in uploads.stored(theirs.sha256).read_text()


def test_a_job_at_work_on_it_is_waited_for(site: Settings) -> None:
    officer, record, _, review = disposable(site)
    Job.objects.create(
        name="pole.import_dataset",
        key="k",
        arguments={"record": str(record.reference)},
        asked_by=officer,
    )
    with world.reading_as(officer), pytest.raises(BadInput, match="has not ended"):
        deletion.dispose(review=review, by=officer)


def test_registers_that_keep_their_words_are_named_before_it_is_done(site: Settings) -> None:
    officer, _, text, review = disposable(site)
    Decision.objects.create(
        partner=officer.partner,
        title="A decision",
        decision="To visit",
        rationale=f"About {text}",
        taken_at=timezone.now(),
        taken_by="The board",
        recorded_by=officer,
    )
    with world.reading_as(officer):
        plan = deletion.plan_of(review=review, by=officer)
        assert plan is not None
        assert plan.left == {"Decisions": 1}
        deletion.dispose(review=review, by=officer)
    assert columns_that_hold(text) == {"core_decision.rationale"}


def test_a_crash_between_the_row_and_the_file_leaves_a_file_that_the_sweep_takes(
    site: Settings, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, _, text, review = disposable(site)
    upload = brought(officer, text)
    uploads.settle(upload=upload, by=officer)
    with world.reading_as(officer), django_capture_on_commit_callbacks() as never_ran:
        deletion.dispose(review=review, by=officer)
    assert never_ran
    assert in_files(Path(site.DATA), text)
    tomorrow = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(uploads, "time", tomorrow.timestamp)
    with django_capture_on_commit_callbacks(execute=True):
        uploads.clear_old()
    assert in_files(Path(site.DATA), text) == []


def test_what_is_refused_removes_nothing_and_what_fails_removes_nothing(site: Settings) -> None:
    officer = officer_of(world.partner("council"))
    scheduled(officer)
    maker = Maker(world.held(officer.partner), officer)
    with transaction.atomic(), opened("test"):
        record = maker.make(registry.kind_of("pole.nominal"))
    review = decided(record, officer)
    with pytest.raises(Exception, match="disk full"), transaction.atomic():  # noqa: PT012
        kill_the_sink()
        with world.reading_as(officer):
            deletion.dispose(review=review, by=officer)
    assert all(map(look_everywhere, maker.planted)), "no erasure without its row in the log"
    assert not Certificate.objects.exists()


@pytest.fixture
def file_database(site: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The site's database as a file with a write-ahead log, as an installation has it."""
    if connection.vendor != "sqlite":
        pytest.skip("a file with freed pages: SQLite alone")
    path = tmp_path / "site.sqlite3"
    before = connections["default"]
    before.ensure_connection()
    path.write_bytes(before.connection.serialize())
    held = type(before)({**before.settings_dict, "NAME": str(path)}, "default")
    connections["default"] = held
    try:
        yield path
    finally:
        held.close()
        connections["default"] = before


def bytes_of(path: Path) -> bytes:
    """The database's file, its log and the log's index."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def test_the_bytes_of_the_file_and_its_log_hold_nothing_either(file_database: Path) -> None:
    officer = officer_of(world.partner("council"))
    scheduled(officer)
    maker = Maker(world.held(officer.partner), officer)
    with transaction.atomic(), opened("test"):
        record = maker.make(registry.kind_of("pole.nominal"))
        for n in range(40):  # earlier versions of the row, left behind in pages that were freed
            type(record).objects.filter(pk=record.pk).update(aliases=f"OLDER{n:03d}" * 300)
        type(record).objects.filter(pk=record.pk).update(aliases="OLDERLAST")
    planted = [text for text, of in maker.planted.items() if of == record.reference]
    planted.remove(next(text for text in planted if text == record.aliases))
    planted.append("OLDER")
    held = bytes_of(file_database)
    assert connection.cursor().execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert all(text.encode() in held for text in planted)
    review = decided(record, officer)
    with world.reading_as(officer):
        made = deletion.dispose(review=review, by=officer)
    held = bytes_of(file_database)
    assert [text for text in planted if text.encode() in held] == []
    assert Certificate.objects.get(pk=made.pk).swept_at is not None
    others = set(maker.planted) - set(planted) - {record.aliases}
    assert all(text.encode() in held for text in others)


WORLDS = st.tuples(
    st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans(), st.booleans()), max_size=6
    ),
)
"""Nominals (old, ours); roles (of which nominal, in which event, old, ours)."""


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(WORLDS)
def test_what_goes_is_what_the_rules_say_and_nothing_else(
    drawn: tuple[list[tuple[bool, bool]], list[tuple[int, int, bool, bool]]],
) -> None:
    with transaction.atomic():
        _compare(*drawn)
        transaction.set_rollback(True)


def _compare(people: list[tuple[bool, bool]], parts: list[tuple[int, int, bool, bool]]) -> None:
    council, police = world.partner("council"), world.partner("police")
    officer = officer_of(council)
    scheduled(officer)
    terms = {True: world.held(council), False: world.held(police)}
    made = [world.nominal(terms[ours], by=officer) for _, ours in people]
    roles: dict[int, list[tuple[bool, bool]]] = {number: [] for number in range(len(made))}
    with transaction.atomic(), opened("test"):
        for one, (old, _) in zip(made, people, strict=True):
            if old:
                Nominal.objects.filter(pk=one.pk).update(created_at=LONG_AGO)
        events = [
            Event.objects.create(
                protection=terms[True],
                created_by=officer,
                source="t",
                source_id=str(n),
                batch=made[0].batch,
                sort="crime",
                occurred_from="1990",
                created_at=LONG_AGO,
            )
            for n in range(3)
        ]
        seen = set()
        for who, where, old, ours in parts:
            if who < len(made) and (who, where) not in seen:
                seen.add((who, where))
                roles[who].append((old, ours))
                EventRole.objects.create(
                    protection=terms[ours],
                    created_by=officer,
                    event=events[where],
                    nominal=made[who],
                    role="suspect",
                    batch=made[0].batch,
                    created_at=LONG_AGO if old else timezone.now(),
                )
    retention.look_for_due(by=officer)
    gone = set()
    for review in Review.objects.filter(kind="pole.nominal", closed_at__isnull=True):
        with world.reading_as(officer):
            plan = deletion.plan_of(review=review, by=officer)
            assert plan is not None
            if not plan.obstacles:
                retention.decide(review=review, choice=Choice.DISPOSE, by=officer, why="Quiet")
                deletion.dispose(review=review, by=officer)
                gone.add(review.record)
    expected = {
        made[n].reference
        for n, (old, ours) in enumerate(people)
        if old and ours and all(role == (True, True) for role in roles[n])
    }
    assert gone == expected
    with transaction.atomic(), opened("test"):
        assert (
            set(Nominal.objects.values_list("reference", flat=True))
            == {one.reference for one in made} - expected
        )
        kept = sum(len(roles[n]) for n in roles if made[n].reference not in expected)
        assert EventRole.objects.count() == kept
        assert Event.objects.count() == 3
