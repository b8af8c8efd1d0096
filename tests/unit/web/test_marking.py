"""A page bears the highest marking of what it shows, wherever the site's own is lower."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import User, opened
from frith_web.pole.models import Batch, Event, EventRole, Location, Nominal, RecordedObject

HIGH, LOW = Marking.OFFICIAL_SENSITIVE, Marking.OFFICIAL


@pytest.fixture
def plain(site: Settings) -> None:
    site.MARKING = LOW.value


def recorded(by: User, *, person: Marking, place: Marking) -> dict[str, Any]:
    """One person in one event, with an object and a location, on terms of two markings."""
    with transaction.atomic(), opened("test"):
        of_person = world.held(by.partner, marking=person)
        of_place = world.held(by.partner, marking=place)
        batch = Batch.objects.create(
            title="T", digest="x", protection=of_place, created_by=by, accepted=1
        )
        row = {"created_by": by, "batch": batch, "source": "test", "source_id": "1"}
        nominal = Nominal.objects.create(family_name="Maple", protection=of_person, **row)
        location = Location.objects.create(
            label="Mill Lane", longitude=-1.3, latitude=53.4, protection=of_place, **row
        )
        event = Event.objects.create(
            sort="crime",
            crime_type="Burglary",
            occurred_from="2025-06-01",
            location=location,
            protection=of_place,
            **row,
        )
        thing = RecordedObject.objects.create(
            sort="phone", identifier="01632960001", protection=of_person, **row
        )
        EventRole.objects.create(
            event=event,
            nominal=nominal,
            role="suspect",
            protection=of_person,
            created_by=by,
            batch=batch,
        )
    return {"nominal": nominal, "event": event, "location": location, "thing": thing}


def marking(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.context["marking"])


@pytest.mark.usefixtures("plain")
def test_a_list_or_record_that_shows_more_careful_records_is_marked_so(
    reader: Client, analyst: User
) -> None:
    made = recorded(analyst, person=HIGH, place=LOW)
    one, what = made["nominal"].reference, made["event"].reference
    for path in (
        "/people-recorded/",
        "/objects/",
        f"/people-recorded/{one}",
        f"/people-recorded/{one}/links",
        f"/people-recorded/{one}/compare",
        f"/events/{what}",  # itself of the lower marking: it names the person
        "/search/?words=Maple&purpose=planning",
    ):
        assert marking(reader, path) == HIGH.value, path
    for path in ("/events/", "/locations/", "/events/map", "/people-recorded/?words=nobody"):
        assert marking(reader, path) == LOW.value, path


@pytest.mark.usefixtures("plain")
def test_where_nothing_needs_more_care_the_sites_marking_stands(
    reader: Client, analyst: User
) -> None:
    made = recorded(analyst, person=LOW, place=HIGH)
    one = made["nominal"].reference
    assert marking(reader, "/people-recorded/") == LOW.value
    assert marking(reader, "/search/?words=Maple&purpose=planning") == LOW.value
    assert marking(reader, "/events/map") == HIGH.value
    assert marking(reader, f"/people-recorded/{one}") == HIGH.value  # names the event
