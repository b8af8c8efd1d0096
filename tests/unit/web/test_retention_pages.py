"""The pages of retention, from a schedule to a certificate, as an officer walks them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from frith_web.core.models import AuditEntry, Certificate, Hold, Review, Schedule, User, opened
from frith_web.pole.models import Nominal


@pytest.fixture
def officer(site: Settings) -> User:
    return world.person("gov", of=world.partner("council"), roles=("information-governance",))


@pytest.fixture
def client(officer: User) -> Client:
    made = Client()
    made.force_login(officer, backend="frith_web.core.authentication.Accounts")
    return made


def age(record: Any, years: float) -> Any:
    """Make a record as old as that."""
    with transaction.atomic(), opened("test"):
        then = timezone.now() - timedelta(days=365.25 * years)
        type(record).objects.filter(pk=record.pk).update(created_at=then)
    return record


def nominal(officer: User, years: float) -> Nominal:
    made = world.nominal(world.held(officer.partner), by=officer, family_name="Beeblebrox")
    found: Nominal = age(made, years)
    return found


def send(client: Client, address: str, **given: object) -> str:
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_from_a_schedule_to_a_certificate(client: Client, officer: User) -> None:
    old = nominal(officer, 7)
    lasts = {"minimum_years": 6, "authority": "Policy 4", "name": "Intelligence"}
    send(client, "/retention/schedules/set", group="group_4", **lasts)
    assert b"to be verified locally" in client.get("/retention/schedules").content
    assert Schedule.objects.get().minimum_years == 6
    send(client, "/retention/look")
    page = client.get("/retention/").content.decode()
    assert "Disposal is off" in page
    assert "Beeblebrox" in page
    review = Review.objects.get(kind="pole.nominal")
    where = f"/retention/review/{review.reference}"
    assert client.post(where, {"choice": "dispose", "why": ""}).status_code == 200
    assert send(client, where, choice="dispose", why="Nothing since") == f"{where}/dispose"
    assert b"Disposal is off" in client.get(f"{where}/dispose").content
    refused = client.post(f"{where}/dispose", {"sure": "on"})
    assert b"Disposal is off" in refused.content
    send(client, "/retention/switch", why="Board, 3 November")
    page = client.get(f"{where}/dispose").content.decode()
    for words in ("Nominal: 1", "Reviews, decisions and findings about it: 1", "cannot be undone"):
        assert words in page
    assert client.post(f"{where}/dispose", {}).status_code == 200, "it asks to be sure"
    send(client, f"{where}/dispose", sure="on")
    made = Certificate.objects.get()
    page = client.get(f"/retention/certificates/{made.reference}").content.decode()
    assert "Policy 4" in page
    assert "Beeblebrox" not in page
    assert str(old.reference) in page
    assert client.get(where).status_code == 404
    assert AuditEntry.objects.filter(kind="erasure").count() == 1


def test_a_hold_is_placed_and_lifted(client: Client, officer: User) -> None:
    old = nominal(officer, 7)
    given = {
        "sort": "litigation",
        "title": "Case 4",
        "why": "Solicitor asked",
        "reach": "record",
        "kind": "pole.nominal",
    }
    refused = client.post("/retention/holds/place", {**given, "records": "nonsense"})
    assert b"whole references" in refused.content
    send(client, "/retention/holds/place", **given, records=str(old.reference))
    held = Hold.objects.get()
    assert b"Case 4" in client.get("/retention/holds").content
    send(client, f"/retention/holds/{held.pk}/lift", why="Settled")
    held.refresh_from_db()
    assert held.lifted_by == officer


def test_what_the_officer_may_not_read_is_counted_and_not_shown(
    client: Client, officer: User
) -> None:
    send(
        client,
        "/retention/schedules/set",
        group="group_4",
        minimum_years=6,
        authority="Policy",
        name="All",
    )
    hidden = age(
        world.nominal(world.held(officer.partner, sealed_to=[]), by=officer, family_name="Secret"),
        7,
    )
    send(client, "/retention/look")
    page = client.get("/retention/").content.decode()
    assert "Held on terms that need another officer: 1 more" in page
    assert "Secret" not in page
    review = Review.objects.get(record=hidden.reference)
    assert client.get(f"/retention/review/{review.reference}").status_code == 404
    assert client.get(f"/retention/review/{review.reference}/dispose").status_code == 404


def test_another_partner_s_officer_finds_nothing(client: Client, officer: User) -> None:
    world.person("pgov", of=world.partner("police"), roles=("information-governance",))
    other = Client()
    other.force_login(
        User.objects.get(username="pgov"), backend="frith_web.core.authentication.Accounts"
    )
    nominal(officer, 7)
    lasts = {"minimum_years": 6, "authority": "Policy 4", "name": "Intelligence"}
    send(client, "/retention/schedules/set", group="group_4", **lasts)
    send(client, "/retention/look")
    review = Review.objects.get(kind="pole.nominal")
    assert other.get(f"/retention/review/{review.reference}").status_code == 404
    assert b"Beeblebrox" not in other.get("/retention/").content
    assert b"Policy 4" not in other.get("/retention/schedules").content
