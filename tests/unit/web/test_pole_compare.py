"""Two records side by side: who may put them there, what is said of them, and what is not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

import site_world as world
from frith_web.core.models import AuditEntry, User, WhenHidden, opened
from frith_web.pole.models import Batch, Event, EventRole, Nominal
from frith_web.pole.views.comparing import _worth


@pytest.fixture
def two(analyst: User) -> tuple[Nominal, Nominal]:
    """Two records that agree in part, of which the second was recorded as a possible victim."""
    terms = world.held(analyst.partner)
    one = world.nominal(
        terms,
        by=analyst,
        given_names="Liz",
        family_name="Smith",
        date_of_birth="1980-05-06",
        phone="01632 960001",
    )
    other = world.nominal(
        terms,
        by=analyst,
        given_names="Elizabeth",
        family_name="Smith",
        date_of_birth="1980-06-05",
        phone="01632 960001",
    )
    shared = {"protection": terms, "created_by": analyst}
    with transaction.atomic(), opened("test"):
        batch = Batch.objects.create(title="T", digest="x", **shared)
        shared |= {"batch": batch}
        event = Event.objects.create(
            **shared, source="test", source_id="E", sort="crime", occurred_from="2025-06-01"
        )
        for role in ("suspect", "possible_victim"):
            EventRole.objects.create(event=event, nominal=other, role=role, **shared)
    return one, other


def compared(client: Client, one: Nominal, with_: object) -> Any:
    return client.get(f"/people-recorded/{one.reference}/compare", {"with": str(with_)})


def test_what_agrees_and_differs_is_said_fact_by_fact(
    reader: Client, two: tuple[Nominal, Nominal]
) -> None:
    answer = compared(reader, two[0], two[1].reference)
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in (
        "nickname Liz/Elizabeth",
        "same surname",
        "day and month of birth swapped",
        "same phone",
        "6 May 1980",
        "5 June 1980",
        "About 30 times as usual in records of one person",
    ):
        assert words in page, words


def test_a_name_that_agrees_and_is_not_spelt_the_same_says_so(
    reader: Client, analyst: User
) -> None:
    terms = world.held(analyst.partner)
    one = world.nominal(terms, by=analyst, given_names="Pat", family_name="O'Brien")
    other = world.nominal(terms, by=analyst, given_names="PAT", family_name="OBrien")
    page = compared(reader, one, other.reference).content.decode()
    assert page.count("written differently") == 1
    assert "same surname, written differently" in page


def test_no_score_of_the_pair_is_shown_and_nothing_can_be_decided_here(
    reader: Client, two: tuple[Nominal, Nominal]
) -> None:
    page = compared(reader, two[0], two[1].reference).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for word in ("%", "probability", "score", "bits", "match", "<form"):
        assert word not in main, word


def test_a_possible_victim_is_one_first_and_never_shown_in_the_colour_of_an_alarm(
    reader: Client, two: tuple[Nominal, Nominal]
) -> None:
    page = compared(reader, two[0], two[1].reference).content.decode()
    assert "ask first whether this person is being exploited" in page
    assert "Possible victim and suspect" in page, "no other role hides it"
    assert "govuk-tag--red" not in page
    assert "Not weighed: it says nothing of who somebody is" in page


def test_one_row_of_the_log_lists_both(reader: Client, two: tuple[Nominal, Nominal]) -> None:
    before = AuditEntry.objects.count()
    compared(reader, two[0], two[1].reference)
    (row,) = AuditEntry.objects.order_by("pk")[before:]
    assert row.act == "pole:nominal-compare"
    assert set(row.records["pole.nominal"]) == {str(one.reference) for one in two}


def test_a_record_that_may_not_be_seen_answers_as_one_that_is_not_there(
    reader: Client, analyst: User, two: tuple[Nominal, Nominal]
) -> None:
    police = world.partner("police", contact="The desk, 01632 960102")
    hidden = world.nominal(world.held(police), by=world.person("other", of=police))
    nothing = compared(reader, two[0], uuid4())
    answer = compared(reader, two[0], hidden.reference)
    assert (answer.status_code, nothing.status_code) == (404, 404)
    assert hidden.family_name not in answer.content.decode()
    assert compared(reader, hidden, two[0].reference).status_code == 404
    telling = world.nominal(
        world.held(police, when_hidden=WhenHidden.CONTACT), by=world.person("third", of=police)
    )
    assert "01632 960102" in compared(reader, two[0], telling.reference).content.decode()


@pytest.mark.parametrize("wanted", ["", "not-a-reference", "1"])
def test_what_is_no_reference_is_not_found(
    reader: Client, two: tuple[Nominal, Nominal], wanted: str
) -> None:
    assert compared(reader, two[0], wanted).status_code == 404


def test_a_record_is_not_compared_with_itself(reader: Client, two: tuple[Nominal, Nominal]) -> None:
    assert compared(reader, two[0], two[0].reference).status_code == 404


def test_others_of_the_same_surname_or_phone_are_offered_and_any_may_be_searched(
    reader: Client, analyst: User, two: tuple[Nominal, Nominal]
) -> None:
    far = world.nominal(two[0].protection, by=analyst, given_names="Ola", family_name="Far")
    address = f"/people-recorded/{two[0].reference}/compare"
    offered = reader.get(address).content.decode()
    assert f"with={two[1].reference}" in offered
    assert f"with={far.reference}" not in offered
    assert f"with={two[0].reference}" not in offered
    searched = reader.get(address, {"words": "ola"}).content.decode()
    assert f"with={far.reference}" in searched
    assert f"with={two[1].reference}" not in searched


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (None, "Says nothing"),
        (1.2, "Says next to nothing"),
        (0.8, "Says next to nothing"),
        (2.0, "About 2 times as usual in records of one person"),
        (218.06, "About 220 times as usual in records of one person"),
        (50_000.0, "About 50,000 times as usual in records of one person"),
        (0.02, "About 50 times as usual in records of two people"),
    ],
)
def test_a_weight_is_said_in_words(times: float | None, said: str) -> None:
    assert _worth(times) == said


def test_nothing_but_what_tells_people_apart_is_handed_to_the_method() -> None:
    from frith_web.pole.services.comparing import COMPARED

    held = {field.name for field in Nominal._meta.get_fields()}
    assert set(COMPARED) <= held
    assert not set(COMPARED) & {"source", "source_id", "batch", "protection"}
