"""Search: one box for everything the reader may see, and silence about the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models, transaction
from django.test import Client
from pytest_django import Settings

import site_world as world
from frith_web.core import registry
from frith_web.core.models import AuditEntry, User, opened
from frith_web.core.services.audit import policy_in_force, set_policy
from frith_web.pole.models import Location, RecordedObject
from frith_web.products import search_selectors as selectors


@pytest.fixture
def ann(site: Settings) -> User:
    return world.person("ann", of=world.partner("council"), roles=("analyst",))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="frith_web.core.authentication.Accounts")
    return client


def asked(client: Client, words: str, **more: Any) -> Any:
    return client.get("/search/", {"words": words, "purpose": "disruption", **more})


def recorded(model: type[Any], *, by: User, **values: Any) -> Any:
    terms = world.held(by.partner)
    batch = world.nominal(terms, by=by).batch_id
    with transaction.atomic(), opened("test"):
        return model.objects.create(
            protection=terms,
            created_by=by,
            source="test",
            source_id=f"s-{model.__name__}-{len(values)}",
            batch_id=batch,
            **values,
        )


def found(user: User, words: str) -> dict[str, int]:
    with world.reading_as(User.objects.get(pk=user.pk)):
        return {one.kind.kind: one.total for one in selectors.search(user=user, words=words)}


@pytest.mark.parametrize(
    "words",
    [
        "07700 900123",
        "07700900123",
        "+44 7700 900123",
        "0044 7700 900-123",
        "(07700) 900123",
        "447700900123",
        "900123",
    ],
)
@pytest.mark.parametrize("held", ["07700 900123", "07700900123", "+44 7700 900123"])
def test_a_phone_is_found_however_it_is_written(ann: User, words: str, held: str) -> None:
    world.nominal(world.held(ann.partner), by=ann, phone=held)
    world.nominal(world.held(ann.partner), by=ann, phone="07700 900124")
    assert found(ann, words) == {"pole.nominal": 1}


def test_plates_and_postcodes_are_found_however_they_are_spaced(ann: User) -> None:
    recorded(RecordedObject, by=ann, sort="vehicle", identifier="AB12 CDE")
    recorded(Location, by=ann, label="A shop", postcode="S60 1AA")
    for words in ("AB12CDE", "ab12 cde", "AB12-CDE"):
        assert found(ann, words) == {"pole.object": 1}, words
    for words in ("S601AA", "s60 1aa"):
        assert found(ann, words) == {"pole.location": 1}, words


def test_every_word_must_be_found_somewhere(ann: User) -> None:
    made = world.nominal(
        world.held(ann.partner), by=ann, given_names="Maud", family_name="Alder", aliases="Mo"
    )
    for words in ("maud", "alder MAUD", "mo alder", str(made.reference), made.reference.hex):
        assert found(ann, words) == {"pole.nominal": 1}, words
    for words in ("maud birch", "100%", "m_ud", "'; drop table"):
        assert found(ann, words) == {}, words


def test_what_may_not_be_seen_is_neither_shown_nor_counted(ann: User) -> None:
    police = world.partner("police")
    pam = world.person("pam", of=police, roles=("analyst",))
    hidden = world.nominal(world.held(police), by=pam, family_name="Zebedee")
    world.nominal(world.held(ann.partner), by=ann, family_name="Zebedee")
    assert found(ann, "zebedee") == {"pole.nominal": 1}
    assert found(ann, str(hidden.reference)) == {}
    answers = [asked(browser(ann), words) for words in (str(hidden.reference), "nobody at all")]
    bodies = [one.content.decode().split("<main")[1].split("</main>")[0] for one in answers]
    assert "No record that you may see fits." in bodies[0]
    assert bodies[0].replace(str(hidden.reference), "") == bodies[1].replace("nobody at all", "")


def test_a_reader_of_no_records_searches_none(site: Settings) -> None:
    council = world.partner("council")
    member = world.person("mem", of=council, roles=("board-member",))
    ann = world.person("ann", of=council, roles=("analyst",))
    world.nominal(world.held(council), by=ann, family_name="Zebedee")
    assert found(member, "zebedee") == {}
    page = browser(member).get("/search/").content.decode()
    assert "Plan" in page
    assert "Nominal" not in page


def test_it_asks_why_once_and_writes_down_what_was_shown(ann: User) -> None:
    made = world.nominal(world.held(ann.partner), by=ann, family_name="Alder")
    client = browser(ann)
    unasked = client.get("/search/", {"words": "alder"})
    assert "Choose what it is for" in unasked.content.decode()
    assert "Alder" not in unasked.content.decode()
    shown = asked(client, "alder", under="Op 12")
    assert f"/people-recorded/{made.reference}" in shown.content.decode()
    row = AuditEntry.objects.latest("n")
    assert (row.kind, row.act, row.purpose) == (
        "consultation",
        "products:search",
        "disruption: Op 12",
    )
    assert row.records == {"pole.nominal": [str(made.reference)]}
    assert "alder" not in str(vars(row)).lower()
    again = client.get("/search/", {"words": "alder"})
    assert str(made.reference) in again.content.decode()
    assert AuditEntry.objects.latest("n").purpose == "disruption: Op 12"


def test_the_partnership_may_switch_the_question_off(ann: User) -> None:
    policy = world.person("admin", of=ann.partner, roles=("administrator",))
    held = policy_in_force()
    set_policy(
        actor=policy,
        purpose_for_searches=False,
        purpose_for_exports=True,
        office_opens=held.office_opens,
        office_closes=held.office_closes,
    )
    made = world.nominal(world.held(ann.partner), by=ann, family_name="Alder")
    page = browser(ann).get("/search/", {"words": "alder"}).content.decode()
    assert str(made.reference) in page
    assert "What do you need this for" not in page


def test_one_kind_has_pages_and_the_filters_stand_in_the_address(ann: User) -> None:
    terms = world.held(ann.partner)
    for number in range(selectors.PAGE + 5):
        world.nominal(terms, by=ann, family_name=f"Alder{number:03}")
    client = browser(ann)
    whole = asked(client, "alder").content.decode()
    assert "Nominal: 55" in whole
    assert whole.count("/people-recorded/") == selectors.FIRST + whole.count('"/people-recorded/"')
    assert "kind=pole.nominal" in whole
    second = asked(client, "alder", kind="pole.nominal", page=2).content.decode()
    assert "Alder054" in second
    assert "Alder001" not in second
    far = asked(client, "alder", kind="pole.nominal", page=999)
    assert far.status_code == 200
    assert "Alder" not in far.content.decode().split("<h2", 1)[1]


def test_a_search_that_is_too_wide_counts_no_further(
    ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "MOST", 3)
    terms = world.held(ann.partner)
    for number in range(6):
        world.nominal(terms, by=ann, family_name=f"Alder{number}")
    assert found(ann, "alder") == {"pole.nominal": 4}


@pytest.mark.parametrize("words", ["", "a", "x" * 101, "a\x00b"])
def test_what_cannot_be_searched_is_said(ann: User, words: str) -> None:
    answer = asked(browser(ann), words)
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()


def test_every_searched_field_holds_text() -> None:
    for kind in registry.kinds():
        for name in kind.searched:
            held = kind.model._meta.get_field(name)
            assert isinstance(held, models.CharField | models.TextField), (kind.kind, name)
        assert set(kind.spaced) <= set(kind.searched), kind.kind
