"""After disposal nothing is left: no table, no file, no free page holds a word of the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections, models, transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

import site_world as world
from audit_log import kill_the_sink
from frith_web.core import registry
from frith_web.core.models import (
    AuditEntry,
    Certificate,
    Choice,
    Finding,
    ProtectedRecord,
    Protection,
    Review,
    RightsRequest,
    Role,
    RolePermission,
    Submission,
    User,
    opened,
)
from frith_web.core.registry import Kind
from frith_web.core.services import deletion, drafts, retention
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
    """A form kept for later, a message in a session, a form sent, a finding of a request."""
    typed = QueryDict(mutable=True)
    typed["note"] = f"About {words}: who is it?"
    drafts.keep(user=officer, place="/somewhere", typed=typed)
    store = SessionStore()
    store["_messages"] = f'[["{words} is kept"]]'
    store.save()
    Submission.objects.create(key="k", user=officer, led_to=f"/records/{record.reference}")
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
    Finding.objects.create(
        request=asked,
        kind=record.kind,
        record=record.reference,
        told=False,
        exemption="gdpr_crime",
        why=f"Names {words}",
        by=officer,
    )


@pytest.mark.parametrize("kind", ERASED, ids=lambda kind: kind.kind)
def test_no_table_and_no_file_holds_a_word_of_what_was_disposed_of(
    site: Settings, kind: Kind
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
    review = decided(record, officer, words=f"{mine[0]} has been quiet")
    with world.reading_as(officer):
        made = deletion.dispose(review=review, by=officer)
    held = everything()
    for text in mine:
        assert look_everywhere(text, within=held) == []
        for path in Path(site.DATA).rglob("*"):
            assert not path.is_file() or text.encode() not in path.read_bytes(), path
    for text in others:
        assert look_everywhere(text, within=held), "what it only pointed at stays"
    assert not Submission.objects.filter(led_to__contains=str(record.reference)).exists()
    from frith_web.core.models import Draft

    assert not Draft.objects.exists(), "sealed, so no search of tables would find it"
    row = AuditEntry.objects.get(act="core.retention.dispose")
    assert (row.kind, row.actor_id) == ("erasure", officer.pk)
    assert row.records[kind.kind] == [str(record.reference)]
    assert row.detail["digest"] == made.digest == deletion.digest_of(made)


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
