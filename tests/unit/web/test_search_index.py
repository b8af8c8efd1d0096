"""The index behind the search: in step with every write, checked, lifted for migrations, gated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from typer.testing import CliRunner

import site_world as world
from frith.reference.regimes import Regime
from frith_web.core.models import Choice, Review, User, opened
from frith_web.core.searching import words
from frith_web.core.searching.index import index, indexed
from frith_web.core.services import deletion, retention, search_index
from frith_web.core.services.installation import reasons_not_to_serve
from frith_web.core.services.protections import Terms, terms
from frith_web.pole.models import EqualityRecord, Event, Nominal
from frith_web.products import search_selectors as selectors
from frith_web.products.services.search_asked import question, short_forms


@pytest.fixture
def ann(site: Settings) -> User:
    return world.person("ann", of=world.partner("council"), roles=("analyst",))


def hits(user: User, asked: str) -> list[selectors.Hits]:
    with world.reading_as(User.objects.get(pk=user.pk)):
        return selectors.search(user=user, words=asked)


def found(user: User, asked: str) -> list[str]:
    """Names of the nominals that a search finds, in its order."""
    return [str(one) for of in hits(user, asked) for one in of.records]


def held() -> str:
    """All that the indexes hold, as the database's owner sees them."""
    texts = []
    with connection.cursor() as cursor:
        for of in indexed():
            table = (
                f'frith_search."{of.table}"'
                if connection.vendor == "postgresql"
                else f"frith_search_{of.table}"
            )
            cursor.execute(f"SELECT * FROM {table}")
            texts += map(repr, cursor.fetchall())
    return "\n".join(texts)


def person(ann: User, **said: Any) -> Nominal:
    made = world.nominal(world.held(ann.partner), by=ann, **{"given_names": "", **said})
    assert isinstance(made, Nominal)
    return made


def write(statement: str, values: list[Any]) -> None:
    """SQL past every model, as somebody at the database's own prompt writes it."""
    with transaction.atomic(), opened("test"), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("held_as", ["O'Brien", "O’Brien", "OBrien", "O Brien", "o-brien"])
@pytest.mark.parametrize("asked", ["O'Brien", "O’BRIEN", "obrien", "O Brien", "Pat o brien"])
def test_a_name_is_found_however_its_parts_are_joined(ann: User, held_as: str, asked: str) -> None:
    person(ann, given_names="Pat", family_name=held_as)
    assert found(ann, asked) == [f"Pat {held_as}"]


@pytest.mark.parametrize(
    ("held_as", "asked"),
    [
        ("Zoë", "zoe"),
        ("Zoe", "ZOË"),
        ("Łukasz", "lukasz"),
        ("Smith-Jones", "smith jones"),
        ("Smith-Jones", "smithjones"),
        ("Smith-Jones", "Jones"),
        ("Strauß", "strauss"),
        ("Ｗｉｄｅ", "wide"),
        ("Zoe\u0308", "zoë"),
        ("Montgomery", "montg"),
    ],
)
def test_case_accents_hyphens_and_beginnings(ann: User, held_as: str, asked: str) -> None:
    person(ann, family_name=held_as)
    assert len(found(ann, asked)) == 1
    assert found(ann, "gomery") == []


@pytest.mark.parametrize(
    "asked",
    [
        *("04/03/1950", "4.3.1950", "4-3-50", "4 March 1950", "4th mar 50", "1950-03-04"),
        *("04031950", "03/1950", "March 1950"),
    ],
)
def test_a_date_of_birth_is_read_in_british_order(ann: User, asked: str) -> None:
    person(ann, family_name="Alder", date_of_birth="1950-03-04")
    person(ann, family_name="Birch", date_of_birth="1950-04-03")
    assert found(ann, asked) == ["Alder"]
    assert found(ann, f"alder {asked}") == ["Alder"]
    assert found(ann, "31/02/1950") == []


@pytest.mark.parametrize("asked", ["SY/123 4", "sy1234", "SY 1234", "SY-1234"])
def test_a_police_identifier_is_found_however_it_is_spaced(ann: User, asked: str) -> None:
    person(ann, family_name="Alder", police_id="SY/1234")
    person(ann, family_name="Birch", police_id="SY/1235")
    assert found(ann, asked) == ["Alder"]


def test_whole_words_come_before_beginnings_and_those_before_close_spellings(ann: User) -> None:
    for name in ("Aldersson", "Alder", "Aldur", "Birch"):
        person(ann, given_names="Al", family_name=name)
    (of,) = hits(ann, "alder")
    assert [str(one) for one in of.records] == ["Al Alder", "Al Aldersson", "Al Aldur"]
    closes = [[mark.is_close for mark in of.marks[one.pk]] for one in of.records]
    assert closes == [[False], [False], [True]]


def test_short_forms_and_sounds_of_names_alone(ann: User) -> None:
    person(ann, given_names="Robert", family_name="Smyth", address="1 Smyth Road")
    person(ann, given_names="Bobbin", family_name="Oak", address="2 Smyth Road")
    assert found(ann, "bob smith") == ["Robert Smyth"]
    assert "robert" in short_forms("bob")
    assert short_forms("oak") == []
    (mark, *_) = hits(ann, "robert")[0].marks.popitem()[1]
    assert (mark.field, mark.pieces) == ("Given names", (("Robert", True),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("stephen", "steven"), ("smith", "smyth"), ("catherine", "kathryn"), ("reid", "read")),
        *(("mohammed", "muhammad"), ("thomson", "thompson"), ("mackenzie", "mckenzie")),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert words.sound(one) == words.sound(other) != ""


def test_names_that_do_not_sound_alike() -> None:
    assert len({words.sound(one) for one in ("jones", "smith", "brown", "taylor", "khan")}) == 5
    assert words.sound("al") == words.sound("a1b2c3") == ""


def test_the_page_says_which_field_fits_and_marks_it(ann: User) -> None:
    person(ann, family_name="Alder", postcode="S60 1AA", address="<b>1 Oak</b> Road")
    client = Client()
    client.force_login(ann, backend="frith_web.core.authentication.Accounts")
    page = client.get("/search/", {"words": "s601aa", "purpose": "disruption"}).content.decode()
    assert "Postcode: <mark>S60 1AA</mark>" in page
    assert "Family name" not in page
    page = client.get("/search/", {"words": "oak", "purpose": "disruption"}).content.decode()
    assert "&lt;b&gt;1 <mark>Oak&lt;/b&gt;</mark> Road" in page


def test_every_road_to_a_record_keeps_the_index_in_step(ann: User) -> None:
    first = person(ann, family_name="Alder")
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=first.pk).update(family_name="Birch")
    assert (found(ann, "alder"), found(ann, "birch")) == ([], ["Birch"])
    more = [
        Nominal(
            protection=first.protection,
            created_by=ann,
            batch=first.batch,
            source="bulk",
            source_id=f"b{n}",
            family_name=f"Cedar{n}",
        )
        for n in range(3)
    ]
    with transaction.atomic(), opened("test"):
        Nominal.objects.bulk_create(more)
    assert found(ann, "cedar") == ["Cedar0", "Cedar1", "Cedar2"]
    write("UPDATE pole_nominal SET family_name = %s WHERE source_id = %s", ["Dogwood", "b1"])
    write("DELETE FROM pole_nominal WHERE source_id = %s", ["b2"])
    assert (found(ann, "cedar"), found(ann, "dogwood")) == (["Cedar0"], ["Dogwood"])
    assert search_index.check_search_index() == []


def test_what_is_rolled_back_leaves_no_entry(ann: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        person(ann, family_name="Zebedee")
        assert found(ann, "zebedee") == ["Zebedee"]
        raise RuntimeError
    assert found(ann, "zebedee") == []
    assert "zebedee" not in held()


@pytest.mark.parametrize("how", ["sealed", "restricted"])
def test_sealed_and_restricted_records_are_in_no_index_yet_their_readers_find_them(
    ann: User, how: str
) -> None:
    council = ann.partner
    assert council is not None
    more = {"sealed_to": [ann]} if how == "sealed" else {"restricted": True}
    closed = terms(of=Terms(owner=council, regime=Regime.SYNTHETIC, **more))
    if how == "restricted":
        world.vet(ann)
        world.agreement("isa", council)
    ben = world.person("ben", of=council, roles=("analyst",))
    made = world.nominal(closed, by=ann, given_names="Robert", family_name="Zebedee")
    assert "zebedee" not in held()
    for asked in ("zebedee", "bob zeb", str(made.reference)):
        assert found(ann, asked) == ["Robert Zebedee"], asked
        assert found(ben, asked) == [], asked
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=made.pk).update(protection=world.held(council))
    assert "zebedee" in held()
    assert found(ben, "zebedee") == ["Robert Zebedee"]
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=made.pk).update(protection=closed)
    assert "zebedee" not in held()
    assert search_index.check_search_index() == []


def test_equality_monitoring_is_in_no_index(ann: User) -> None:
    made = person(ann, family_name="Alder")
    with transaction.atomic(), opened("test"):
        EqualityRecord.objects.create(
            protection=made.protection,
            created_by=ann,
            nominal=made,
            attribute="ethnicity",
            value="Zebedeean",
        )
    assert "zebedee" not in held()
    assert EqualityRecord not in {of.kind.model for of in indexed()}


def test_a_hidden_record_changes_neither_counts_nor_order(ann: User) -> None:
    police = world.partner("police")
    pam = world.person("pam", of=police, roles=("analyst",))
    for name in ("Alder", "Aldersson"):
        person(ann, family_name=name)
    before = [(of.kind.kind, of.total, [one.pk for one in of.records]) for of in hits(ann, "alder")]
    for n in range(30):
        world.nominal(world.held(police), by=pam, family_name="Alder", aliases=f"Alder{n}")
    after = [(of.kind.kind, of.total, [one.pk for one in of.records]) for of in hits(ann, "alder")]
    assert before == after
    assert hits(pam, "alder")[0].total == 30


def test_the_check_names_records_and_no_words_and_a_rebuild_mends(ann: User) -> None:
    made = person(ann, family_name="Zebedee")
    other = person(ann, family_name="Alder")
    index().lift()
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=made.pk).update(family_name="Yew")
        Nominal.objects.filter(pk=other.pk).delete()
        Event.objects.create(
            protection=made.protection,
            created_by=ann,
            batch=made.batch,
            source="t",
            source_id="e1",
            sort="crime",
            occurred_from="2026",
        )
    differs = search_index.check_search_index()
    assert [(one.kind.name, one.number == other.pk, one.reference != "") for one in differs] == [
        ("event", False, True),
        ("nominal", False, True),
        ("nominal", True, False),
    ]
    assert "zebedee" not in repr([(one.number, one.reference) for one in differs]).lower()
    assert "nominal" in search_index.kinds_without_index()
    search_index.rebuild_search_index()
    assert search_index.check_search_index() == []
    assert search_index.kinds_without_index() == []
    assert found(ann, "yew") == ["Yew"]


def test_an_installation_without_its_index_is_not_served(ann: User) -> None:
    index().lift()
    said = [one for one in reasons_not_to_serve(own_certificate=True) if "search" in one]
    assert len(said) == 1
    assert "frith-web prepare" in said[0]
    assert search_index.install_search_index() == len(indexed())
    assert search_index.install_search_index() == 0


def test_migrating_fills_the_index_of_a_database_that_had_none(ann: User) -> None:
    for n in range(5):
        person(ann, family_name=f"Alder{n}")
    index().lift()
    with connection.cursor() as cursor:
        for of in indexed():
            table = (
                f'frith_search."{of.table}"'
                if connection.vendor == "postgresql"
                else f"frith_search_{of.table}"
            )
            cursor.execute(f"DROP TABLE {table}")
    call_command("migrate", verbosity=0, interactive=False)
    assert len(found(ann, "alder")) == 5
    assert search_index.check_search_index() == []


def test_the_command_checks_and_makes_anew(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from frith_web.cli import app

    made = person(ann, family_name="Zebedee")
    whole = CliRunner().invoke(app, ["index", "--check"])
    assert (whole.exit_code, whole.stdout) == (0, "")
    index().lift()
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=made.pk).update(family_name="Yew")
    differs = CliRunner().invoke(app, ["index", "--check"])
    assert (differs.exit_code, differs.stdout) == (1, f"nominal {made.reference}\n")
    assert CliRunner().invoke(app, ["index"]).exit_code == 0
    assert CliRunner().invoke(app, ["index", "--check"]).exit_code == 0


def test_what_is_asked_reaches_no_query_language(ann: User) -> None:
    person(ann, family_name="Alder")
    for asked in (
        'alder" OR "x',
        "alder' | 'x",
        "alder:*",
        "NEAR(alder x)",
        "alder & !x",
        "\\alder",
    ):
        hits(ann, asked)
    assert question("%% -- ()").tiers == ()


def test_postgresql_shows_the_index_to_nobody_past_its_gate(ann: User) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no such lock")
    police = world.partner("police")
    pam = world.person("pam", of=police, roles=("analyst",))
    world.nominal(world.held(police), by=pam, family_name="Zebedee")
    ask = "SELECT count(*) FROM frith_search_pole_nominal_find(ARRAY['''wzebedee''']::tsquery[], 9)"
    from frith_web.core.database import reader
    from frith_web.core.services.row_security import grant_to

    def answers(user: User | None) -> int:
        with reader(user.pk if user else None), connection.cursor() as cursor:
            cursor.execute(ask)
            return int(cursor.fetchone()[0])

    assert [answers(one) for one in (pam, ann, None)] == [1, 0, 0]
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE frith_search_server NOLOGIN")
        cursor.execute("GRANT frith_search_server TO CURRENT_USER")
    grant_to("frith_search_server")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE frith_search_server")
        with pytest.raises(DatabaseError, match="denied"), transaction.atomic():
            cursor.execute("SELECT * FROM frith_search.pole_nominal")
    assert [answers(one) for one in (pam, ann, None)] == [1, 0, 0]
    with transaction.atomic(), world.reading_as(pam), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("GRANT USAGE ON SCHEMA frith_search TO frith_search_server")
        cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA frith_search TO frith_search_server")
    for user, seen in ((pam, 1), (ann, 0), (None, 0)):
        with reader(user.pk if user else None), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE frith_search_server")
            cursor.execute("SELECT count(*) FROM frith_search.pole_nominal")
            assert cursor.fetchone()[0] == seen, "row security binds even whoever was let in"
            cursor.execute("RESET ROLE")


def test_what_is_disposed_of_leaves_no_word_in_the_index(site: Settings) -> None:
    council = world.partner("council")
    officer = world.person("gov", of=council, roles=("information-governance", "analyst"))
    retention.set_schedule(
        by=officer, group="group_4", name="g", authority="Policy", minimum_years=6
    )
    retention.set_switch(on=True, by=officer, why="Board agreed")
    old = timezone.now() - timedelta(days=365 * 30)
    made = person(
        officer,
        given_names="Quentin",
        family_name="Oldcanary",
        phone="07700 900981",
        date_of_birth="1951-12-30",
    )
    other = person(officer, family_name="Oldcanbry")
    with transaction.atomic(), opened("test"):
        Nominal.objects.filter(pk=made.pk).update(family_name="Newcanary", created_at=old)
    planted = ("wquentin", "wnewcanary", words.sound("newcanary"), "c900981", "d19511230")
    assert all(one in held() for one in planted)
    retention.look_for_due(by=officer)
    review = Review.objects.get(record=made.reference, closed_at__isnull=True)
    with world.reading_as(officer):
        retention.decide(review=review, choice=Choice.DISPOSE, by=officer, why="Quiet")
        plan = deletion.plan_of(review=review, by=officer)
        assert plan is not None
        assert plan.copies[search_index.COPIES.words] == 1
        deletion.dispose(review=review, by=officer)
    assert [one for one in planted if one in held()] == []
    assert "woldcanbry" in held(), "what is no part of it stays"
    assert other.pk
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM frith_search_pole_nominal_data")
            blocks = b"".join(bytes(one) for (one,) in cursor.fetchall())
        assert b"oldcan" in blocks, "the test would pass on nothing"
        for gone in (b"quentin", b"newcanary", b"ary", b"900981", b"19511230"):
            assert gone not in blocks, "FTS5 keeps words of deleted entries until it merges"
    assert search_index.check_search_index() == []


def test_postgresql_makes_gin_anew_because_it_gives_up_no_word(site: Settings) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("GIN is PostgreSQL's")
    (of,) = [one for one in indexed() if one.table == "pole_nominal"]

    def file() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_relation_filenode('frith_search.pole_nominal_terms'::regclass)"
            )
            return int(cursor.fetchone()[0])

    before = file()
    index().sweep(of)
    assert file() != before
