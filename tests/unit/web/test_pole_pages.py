"""Lists and records of people, objects, locations and events: what is shown, narrowed, hidden."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

import site_world as world
from frith_web.core.models import User, WhenHidden, opened
from frith_web.pole.models import Batch, Event, EventRole, Location, ObjectLink, RecordedObject


@pytest.fixture
def recorded(analyst: User) -> dict[str, Any]:
    """One nominal who was suspect and possible victim, with an object, an event and its place."""
    terms = world.held(analyst.partner)
    one = world.nominal(
        terms, by=analyst, given_names="Robin", family_name="Fields", date_of_birth="2009-05-01"
    )
    shared = {"protection": terms, "created_by": analyst}
    with transaction.atomic(), opened("test"):
        batch = Batch.objects.create(title="T", digest="x", **shared)
        shared |= {"batch": batch}
        row = {**shared, "source": "test"}
        place = Location.objects.create(
            source_id="L", label="Shop in E1", area="E1", longitude=1.4, latitude=51.6, **row
        )
        event = Event.objects.create(
            source_id="E",
            sort="crime",
            crime_type="Burglary",
            theme="acquisitive",
            occurred_from="2025-06-01",
            area="E1",
            location=place,
            loss_gbp="12.50",
            **row,
        )
        thing = RecordedObject.objects.create(
            source_id="O", sort="phone", identifier="01632 960999", **row
        )
        for role in ("suspect", "possible_victim"):
            EventRole.objects.create(event=event, nominal=one, role=role, **shared)
        ObjectLink.objects.create(recorded_object=thing, nominal=one, **shared)
    return {"nominal": one, "event": event, "thing": thing, "place": place, "terms": terms}


def text(client: Client, path: str, **given: str) -> str:
    answer = client.get(path, given)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_nominals_page_says_what_is_recorded_and_asks_about_exploitation_first(
    reader: Client, recorded: dict[str, Any]
) -> None:
    page = text(reader, f"/people-recorded/{recorded['nominal'].reference}")
    assert "Robin Fields" in page
    assert "ask first whether this person is being exploited" in page
    assert page.index("ask first whether") < page.index("suspect"), "the victim comes first"
    assert "16, treat as a child" in page
    assert "Phone 01632 960999" in page
    assert "Not recorded" in page
    assert "Synthetic: about nobody" in page


def test_events_objects_and_locations_show_who_and_what_goes_with_them(
    reader: Client, recorded: dict[str, Any]
) -> None:
    event = text(reader, f"/events/{recorded['event'].reference}")
    assert event.count("Robin Fields") == 2
    assert "£12.50" in event
    assert "Robin Fields" in text(reader, f"/objects/{recorded['thing'].reference}")
    place = text(reader, f"/locations/{recorded['place'].reference}")
    assert "51.60000, 1.40000 (precision unknown)" in place
    assert "Burglary, 1 June 2025" in place


@pytest.mark.parametrize(
    ("path", "fits", "fits_not"),
    [
        ("/people-recorded/", {"words": "robin FIELDS"}, {"words": "robin brook"}),
        ("/people-recorded/", {"source": "test"}, {"source": "police"}),
        ("/events/", {"words": "burgl"}, {"words": "arson"}),
        ("/events/", {"sort": "crime"}, {"sort": "stop"}),
        ("/events/", {"theme": "acquisitive"}, {"theme": "drugs"}),
        ("/events/", {"area": "e1"}, {"area": "e2"}),
        ("/objects/", {"sort": "phone"}, {"sort": "vehicle"}),
        ("/objects/", {"words": "960999"}, {"words": "960998"}),
        ("/locations/", {"words": "shop"}, {"words": "park"}),
    ],
)
def test_a_list_is_narrowed(
    reader: Client,
    recorded: dict[str, Any],
    path: str,
    fits: dict[str, str],
    fits_not: dict[str, str],
) -> None:
    assert "1 to 1 of 1" in text(reader, path, **fits)
    assert "No record that you may see fits" in text(reader, path, **fits_not)


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("", "Ann Alder"),
        ("name", "Ann Alder"),
        ("-name", "Zoe Yew"),
        ("born", "Zoe Yew"),
        ("-born", "Ann Alder"),
        ("phone", "Ann Alder"),
    ],
)
def test_a_list_is_put_in_order_by_the_columns_that_may_be(
    reader: Client, analyst: User, order: str, first: str
) -> None:
    terms = world.held(analyst.partner)
    for given, family, born in (("Ann", "Alder", "1990"), ("Zoe", "Yew", "1980")):
        world.nominal(terms, by=analyst, given_names=given, family_name=family, date_of_birth=born)
    page = text(reader, "/people-recorded/", order=order)
    second = {"Ann Alder": "Zoe Yew", "Zoe Yew": "Ann Alder"}[first]
    assert page.index(first) < page.index(second)


@pytest.mark.parametrize("path", ["/events/", "/objects/", "/locations/"])
def test_every_column_of_every_list_puts_it_in_order(
    reader: Client, recorded: dict[str, Any], path: str
) -> None:
    keys = set(re.findall(r"\?order=(-?\w+)", text(reader, path)))
    assert len(keys) > 1
    for key in keys:
        assert "1 to 1 of 1" in text(reader, path, order=key)
        assert re.search(r'aria-sort="(as|des)cending"', text(reader, path, order=key))


def test_a_chosen_filter_is_a_tag_that_takes_it_away(
    reader: Client, recorded: dict[str, Any]
) -> None:
    page = text(reader, "/events/", sort="crime", theme="acquisitive")
    assert 'href="/events/?theme=acquisitive"' in page
    assert 'href="/events/?sort=crime"' in page
    assert "Selected filters" not in text(reader, "/events/")


def test_a_filter_that_is_not_understood_narrows_nothing_and_says_so(
    reader: Client, recorded: dict[str, Any]
) -> None:
    page = text(reader, "/events/", sort="everything")
    assert "There is a problem" in page


def test_fifty_to_a_page_and_the_filter_is_kept(reader: Client, analyst: User) -> None:
    terms = world.held(analyst.partner)
    for _ in range(51):
        world.nominal(terms, by=analyst)
    first = text(reader, "/people-recorded/", words="made")
    assert "1 to 50 of 51" in first
    assert "words=made&amp;page=2" in first
    assert "51 to 51 of 51" in text(reader, "/people-recorded/", words="made", page="2")


def test_a_hidden_record_answers_nothing_or_whom_to_contact(reader: Client, analyst: User) -> None:
    police = world.partner("police", contact="The desk, 01632 960102")
    silent = world.nominal(world.held(police), by=analyst)
    telling = world.nominal(world.held(police, when_hidden=WhenHidden.CONTACT), by=analyst)
    nothing = reader.get(f"/people-recorded/{uuid4()}")
    hidden = reader.get(f"/people-recorded/{silent.reference}")
    assert (hidden.status_code, hidden.content) == (404, nothing.content) or (
        b"Page not found" in hidden.content and silent.family_name.encode() not in hidden.content
    )
    asked = reader.get(f"/people-recorded/{telling.reference}")
    assert asked.status_code == 404
    assert b"01632 960102" in asked.content
    assert telling.family_name.encode() not in asked.content


def test_completeness_counts_only_what_the_reader_may_see(analyst: User) -> None:
    from frith_web.pole.models import EqualityRecord
    from frith_web.pole.selectors import completeness

    keeper = world.person("ig", of=analyst.partner, roles=("information-governance",))
    terms = world.held(analyst.partner)
    sealed = world.held(analyst.partner, sealed_to=[])
    for held in (terms, sealed):
        one = world.nominal(held, by=analyst)
        with transaction.atomic(), opened("test"):
            EqualityRecord.objects.create(
                nominal=one, attribute="ethnicity", value="A", protection=terms, created_by=analyst
            )
    with world.reading_as(keeper):
        (row,) = completeness(user=keeper)
    assert (row.recorded, row.nominals) == (1, 1), "the sealed nominal is not counted"
