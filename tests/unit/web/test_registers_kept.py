"""What the database itself refuses: certificates and decisions that change or vanish."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith.errors import BadInput
from frith_web.core import insert_only
from frith_web.core.models import Certificate, Choice, Decision, Review, ReviewDecision, User
from frith_web.core.services import decisions

NOW = timezone.now()


@pytest.fixture
def officer(site: Settings) -> User:
    return world.person("gov", of=world.partner("council"), roles=("tasking-chair",))


def certificate(officer: User) -> Certificate:
    return Certificate.objects.create(
        owner=officer.partner,
        kind="pole.nominal",
        record="00000000-0000-4000-8000-000000000001",
        authority="Policy",
        contact_on=date(2019, 1, 1),
        due_on=date(2025, 1, 1),
        decided_by=officer,
        decided_at=NOW,
        disposed_by=officer,
        disposed_at=NOW,
        removed={"Nominal": 1},
        digest="a" * 64,
    )


def decision(officer: User, **more: Any) -> Decision:
    return decisions.record_decision(
        by=officer,
        title="A title",
        decision="So it is",
        rationale="For a reason",
        taken_by="The board",
        taken_at=NOW,
        **more,
    )


def another(one: models.Field[Any, Any], value: Any) -> Any:
    """A value of a field that is not the one it has."""
    if isinstance(one, models.ForeignKey):
        return None if value is not None else 1
    if isinstance(one, models.DateField):
        return NOW if isinstance(one, models.DateTimeField) else date(2001, 1, 1)
    if isinstance(one, models.UUIDField):
        return "00000000-0000-4000-8000-00000000000f"
    return {"x": 1} if isinstance(one, models.JSONField) else "changed"


@pytest.mark.parametrize("make", [certificate, decision])
def test_no_field_of_an_entry_can_be_changed(officer: User, make: Any) -> None:
    made = make(officer)
    kept = {one.attname for one in made._meta.concrete_fields} - {"swept_at"}
    before = type(made).objects.filter(pk=made.pk).values(*kept).get()
    for one in made._meta.concrete_fields:
        if one.name == "swept_at" or one.primary_key:
            continue
        held = type(made).objects.filter(pk=made.pk)
        value = timezone.now() if isinstance(one, models.DateTimeField) else None
        value = value or another(one, getattr(made, one.attname))
        with pytest.raises(DatabaseError), transaction.atomic():
            held.update(**{one.attname: value})
    assert type(made).objects.filter(pk=made.pk).values(*kept).get() == before


@pytest.mark.parametrize("make", [certificate, decision])
def test_no_entry_can_be_deleted_or_replaced(officer: User, make: Any) -> None:
    made = make(officer)
    table = made._meta.db_table
    statements = [f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    else:
        statements.append(f"REPLACE INTO {table} SELECT * FROM {table}")
    connection.check_constraints()  # what is deferred to the end stands in the way of TRUNCATE
    for statement in statements:
        stays = pytest.raises(DatabaseError, match="entries stay as they were written")
        with stays, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert type(made).objects.filter(pk=made.pk).exists()


def test_a_certificate_says_once_when_it_was_swept(officer: User) -> None:
    made = certificate(officer)
    held = Certificate.objects.filter(pk=made.pk)
    assert held.update(swept_at=NOW) == 1
    with pytest.raises(DatabaseError, match="stay"), transaction.atomic():
        held.update(swept_at=None)
    assert held.get().swept_at == NOW


def test_a_decision_is_superseded_and_both_stay(officer: User) -> None:
    first = decision(officer)
    second = decision(officer, supersedes=first)
    assert list(Decision.objects.order_by("pk")) == [first, second]
    with pytest.raises(BadInput, match="superseded already"):
        decision(officer, supersedes=first)


def test_what_a_reviewer_decided_is_not_edited_and_goes_with_its_review(officer: User) -> None:
    review = Review.objects.create(
        owner=officer.partner,
        kind="pole.nominal",
        record="00000000-0000-4000-8000-000000000001",
        contact_on=date(2019, 1, 1),
        due_on=date(2025, 1, 1),
    )
    ReviewDecision.objects.create(review=review, choice=Choice.KEEP, why="Still open", by=officer)
    with pytest.raises(DatabaseError, match="stay"), transaction.atomic():
        ReviewDecision.objects.update(why="Another reason")
    review.delete()
    assert not ReviewDecision.objects.exists()


def test_every_trigger_stands_after_all_migrations(site: Settings) -> None:
    """A migration that alters one of the tables on SQLite drops them, and must put them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
            if connection.vendor == "postgresql"
            else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        )
        there = {name for (name,) in cursor.fetchall()}
    assert {name for name, _ in insert_only.names(connection.vendor)} <= there


def test_triggers_can_be_lifted_for_a_migration_and_put_back(officer: User) -> None:
    made = decision(officer)
    with connection.cursor() as cursor:
        insert_only.lift(cursor.execute, vendor=connection.vendor)
        assert Decision.objects.update(title="x") == 1
        insert_only.install(cursor.execute, vendor=connection.vendor)
    with pytest.raises(DatabaseError, match="stay"), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(title="y")


def test_the_application_s_role_can_add_and_supersede_and_no_more(officer: User) -> None:
    """With the triggers away too: what is left is what the role was given."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles; its triggers stand alone")
    made, given = decision(officer), certificate(officer)
    with connection.cursor() as cursor:
        insert_only.lift(cursor.execute, vendor=connection.vendor)
        cursor.execute("CREATE ROLE frith_register_test")
        cursor.execute("GRANT frith_register_test TO CURRENT_USER")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO frith_register_test")
        cursor.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO frith_register_test")
        for statement in insert_only.application_rights("frith_register_test"):
            cursor.execute(statement)
        cursor.execute("SET LOCAL ROLE frith_register_test")
        decision(officer, supersedes=made)
        assert Certificate.objects.filter(pk=given.pk).update(swept_at=NOW) == 1
        for statement in (
            "DELETE FROM core_decision",
            "UPDATE core_decision SET title = 'x'",
            "DELETE FROM core_certificate",
            "UPDATE core_certificate SET authority = 'x'",
        ):
            with pytest.raises(DatabaseError, match="denied"), transaction.atomic():
                cursor.execute(statement)
        cursor.execute("RESET ROLE")
