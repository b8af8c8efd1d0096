"""One row for each act: in its transaction, in its turn, and never changed."""

from __future__ import annotations

from hashlib import sha256
from types import SimpleNamespace

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection, models, transaction
from pytest_django import Settings

from audit_log import add, columns, lift
from frith_web.core import guards
from frith_web.core.canonical import GENESIS, NotCanonical, canonical, moment
from frith_web.core.models import AuditEntry, AuditHead, AuditPolicy, EntryKind, LogRoot, User
from frith_web.core.services import audit
from frith_web.core.services.audit import append


def test_rows_are_numbered_from_one_and_each_holds_the_hash_before(analyst: User) -> None:
    rows = [add(f"core.test{n}", actor=analyst) for n in range(5)]
    assert [row.n for row in rows] == list(range(1, 6))
    assert rows[0].previous_hash == GENESIS.hex()
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    head = AuditHead.objects.get()
    assert (head.n, head.hash) == (5, rows[-1].hash)


def test_the_hash_is_of_the_hash_before_and_the_row_as_json(analyst: User) -> None:
    add()
    row = add(
        actor=analyst,
        records={"pole.nominal": ["N-1", 'Ñ"2']},
        purpose="x",
        detail={"b": [1], "a": None},
    )
    written = {
        "n": 2,
        "at": moment(row.at),
        "kind": "administration",
        "actor_id": analyst.pk,
        "actor_name": "Ann Analyst",
        "actor_partner": str(analyst.partner),
        "act": "core.test",
        "records": {"pole.nominal": ["N-1", "Ñ\"2"]},
        "purpose": "x",
        "recipient": "",
        "detail": {"b": [1], "a": None},
    }  # fmt: skip
    expected = sha256(bytes.fromhex(row.previous_hash) + canonical(written).encode()).hexdigest()
    assert AuditEntry.objects.get(n=2).hash == expected


def test_without_a_transaction_nothing_is_appended(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(audit.OutsideTransaction):
        append(kind=EntryKind.ACCESS, act="core.test", actor=None)


def test_an_act_that_is_undone_leaves_no_row(analyst: User) -> None:
    with transaction.atomic():
        append(kind=EntryKind.ALTERATION, act="core.test", actor=analyst)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    assert AuditHead.objects.get().n == 0
    assert add().n == 1


@pytest.mark.parametrize("value", [0.5, {1: "a"}, "a\0b", "\ud800", {"a": [object()]}, b"a"])
def test_what_two_databases_would_write_differently_is_refused(
    site: Settings, value: object
) -> None:
    with pytest.raises(NotCanonical):
        add(detail={"value": value})


def test_a_big_batch_stands_on_several_rows_that_name_the_whole(site: Settings) -> None:
    listed = [f"N-{n}" for n in range(2 * audit.CHUNK + 1)]
    first = add(records={"pole.nominal": listed + listed[:5]}, detail={"run": "7"})
    rows = list(AuditEntry.objects.order_by("n"))
    assert first == rows[0]
    assert [sum(map(len, row.records.values())) for row in rows] == [1000, 1000, 1]
    assert [one for row in rows for one in row.records["pole.nominal"]] == listed
    digest = sha256(canonical({"pole.nominal": listed}).encode()).hexdigest()
    for part, row in enumerate(rows, start=1):
        assert row.detail == {
            "run": "7",
            "batch": {"count": 2001, "digest": digest, "part": part, "parts": 3},
        }


FIELDS = [field.attname for field in AuditEntry._meta.concrete_fields]


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_a_row_can_be_changed(site: Settings, field: str) -> None:
    row = add()
    with pytest.raises(DatabaseError, match="rows"), transaction.atomic():
        AuditEntry.objects.filter(n=row.n).update(**{field: getattr(row, field)})


@pytest.mark.parametrize("model", [AuditEntry, AuditHead, AuditPolicy, LogRoot])
def test_no_row_can_be_deleted(site: Settings, model: type[models.Model]) -> None:
    add()
    audit.set_policy(
        actor=User.objects.create(username="someone", full_name="S"),
        purpose_for_searches=True,
        purpose_for_exports=False,
        office_opens=audit.policy_in_force().office_opens,
        office_closes=audit.policy_in_force().office_closes,
    )
    LogRoot.objects.create(
        n_from=1, n_to=2, tree_size=2, root="a", frontier=[], signed_at="2026-11-21T00:00Z"
    )
    assert model._default_manager.exists()
    with pytest.raises(DatabaseError, match="rows"), transaction.atomic():
        model._default_manager.all().delete()
    with pytest.raises(DatabaseError, match="rows"), transaction.atomic():
        model._default_manager.all()._raw_delete(using="default")


@pytest.mark.parametrize(("n", "previous"), [(3, None), (1, None), (2, "0" * 64)])
def test_no_row_comes_out_of_turn(site: Settings, n: int, previous: str | None) -> None:
    row = add()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.create(
            n=n, at=row.at, kind="access", previous_hash=previous or row.hash, hash="f" * 64
        )


def test_the_head_moves_only_to_an_entry_that_stands(site: Settings) -> None:
    row = add()
    for values in ({"n": 2}, {"n": 0}, {"n": 1, "hash": row.hash}, {"n": 2, "hash": "f" * 64}):
        with pytest.raises(DatabaseError, match="head"), transaction.atomic():
            AuditHead.objects.update(**values)


def test_what_is_signed_stays_and_a_root_is_handed_outside_once(site: Settings) -> None:
    given = {"n_from": 1, "n_to": 1, "tree_size": 1, "root": "a", "frontier": []}
    root = LogRoot.objects.create(signed_at="2026-11-21T00:00Z", **given)
    mine = LogRoot.objects.filter(pk=root.pk)
    for name, value in {"root": "b", "signature": "c", "n_to": 2}.items():
        with pytest.raises(DatabaseError), transaction.atomic():
            mine.update(**{name: value})
    mine.update(handed_to="the data protection officer", handed_at="2026-11-21T00:01Z")
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.update(handed_to="somebody else", handed_at="2026-11-21T00:02Z")


def test_replacing_a_row_is_refused_like_changing_it(site: Settings) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces rows")
    row = add()
    LogRoot.objects.create(n_from=1, n_to=1, tree_size=1, root="a", frontier=[], signed_at=row.at)
    for table in ("core_auditentry", "core_audithead", "core_logroot"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_no_row_of_the_log_hangs_on_another_table() -> None:
    for model in (AuditEntry, AuditHead, LogRoot, AuditPolicy):
        assert not [field for field in model._meta.get_fields() if field.is_relation]
    with pytest.raises(FieldDoesNotExist):
        AuditEntry._meta.get_field("actor")


def test_a_log_without_its_head_writes_nothing(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditHead, "objects", AuditHead.objects.none())
    with pytest.raises(audit.LogUnwritable):
        add()


def test_the_application_s_role_can_append_and_no_more(analyst: User) -> None:
    """With the triggers away too: what is left is what the role was given."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles; its triggers stand alone")
    LogRoot.objects.create(
        n_from=1, n_to=1, tree_size=1, root="a", frontier=[], signed_at="2026-11-21T00:00Z"
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE frith_app_test")
        cursor.execute("GRANT frith_app_test TO CURRENT_USER")
        for statement in guards.application_rights("frith_app_test"):
            cursor.execute(statement)
        cursor.execute("SET LOCAL ROLE frith_app_test")
        add()
        audit.set_policy(
            actor=analyst,
            purpose_for_searches=True,
            purpose_for_exports=True,
            office_opens=audit.policy_in_force().office_opens,
            office_closes=audit.policy_in_force().office_closes,
        )
        LogRoot.objects.update(handed_to="x", handed_at="2026-11-21T00:01Z")
        for table in (guards.ENTRY, guards.HEAD, guards.ROOT, guards.POLICY):
            for statement in (
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                f"UPDATE {table} SET {columns(table)[0]} = NULL",
            ):
                with pytest.raises(DatabaseError, match=r"denied|owner"), transaction.atomic():
                    cursor.execute(statement)
        cursor.execute("RESET ROLE")
    assert AuditEntry.objects.count() == 2


def test_the_table_cannot_be_emptied_at_a_stroke(site: Settings) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    add()
    for table in (guards.ENTRY, guards.HEAD, guards.ROOT, guards.POLICY):
        stays = pytest.raises(DatabaseError, match="rows of the log stay")
        with stays, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")


def test_guards_can_be_lifted_for_a_migration_and_put_back(site: Settings) -> None:
    lift()
    with connection.cursor() as cursor:
        guards.install(lambda sql: cursor.execute(sql, None), vendor=connection.vendor)
    row = add()
    with pytest.raises(DatabaseError, match="rows"), transaction.atomic():
        AuditEntry.objects.filter(n=row.n).update(act="x")
