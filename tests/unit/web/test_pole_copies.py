"""Copies of lists: their label, what forbids them, cells that no spreadsheet runs, and the log."""

from __future__ import annotations

import csv
import io
from hashlib import sha256

import pytest
from django.http import HttpResponse
from django.test import Client

import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import AuditEntry, EntryKind, OriginatorConsent, Partner, User
from frith_web.core.purposes import Purpose
from frith_web.core.services.protections import Share

COPY = "/people-recorded/copy"
BACKEND = "frith_web.core.authentication.Accounts"


def copy(client: Client, to: Partner, *, query: str = "") -> HttpResponse:
    return client.post(f"{COPY}{query}", {"recipient": to.pk, "purpose": "A meeting"})


def lines(answer: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_a_copy_carries_its_label_and_is_logged_with_who_received_it(
    reader: Client, analyst: User
) -> None:
    one = world.nominal(
        world.held(analyst.partner, marking=Marking.OFFICIAL, conditions=["no_action"]), by=analyst
    )
    answer = copy(reader, analyst.partner, query="?words=Made")
    assert answer.status_code == 200
    assert 'filename="nominals OFFICIAL.csv"' in answer["Content-Disposition"]
    label = {row[0]: row[1] for row in lines(answer) if row and row[0].startswith("# ")}
    assert label["# Marking"] == "OFFICIAL"
    assert label["# Made by"] == "Ann Analyst, Council"
    assert label["# For"] == "Council"
    assert label["# Filters"] == "words=Made"
    assert "Read only" in label["# Handling"]
    body = answer.content.decode().split("reference,", 1)[1]
    digest = sha256(f"reference,{body}".encode()).hexdigest()
    assert label["# SHA-256 of what follows"] == digest
    row = AuditEntry.objects.get(act="pole:nominals-export")
    assert (row.kind, row.recipient, row.purpose) == (EntryKind.DISCLOSURE, "Council", "A meeting")
    assert row.records == {"pole.nominal": [str(one.reference)]}


def test_a_copy_is_marked_as_its_strictest_row(reader: Client, analyst: User) -> None:
    world.nominal(world.held(analyst.partner, marking=Marking.OFFICIAL), by=analyst)
    world.nominal(world.held(analyst.partner), by=analyst)
    assert "OFFICIAL-SENSITIVE" in copy(reader, analyst.partner)["Content-Disposition"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", " =1", "\uff1d1", "'quoted"])
def test_no_cell_is_a_formula_and_each_can_be_told_back(
    reader: Client, analyst: User, cell: str
) -> None:
    world.nominal(world.held(analyst.partner), by=analyst, family_name=cell)
    rows = lines(copy(reader, analyst.partner))
    head = next(row for row in rows if "family_name" in row)
    said = rows[rows.index(head) + 1][head.index("family_name")]
    assert said == f"'{cell}"


@pytest.mark.parametrize(
    ("condition", "sealed", "own", "other"),
    [
        ("recipients_only", True, 422, 422),
        ("meeting_only", False, 422, 422),
        ("organisation_only", False, 200, 422),
        ("no_further_sharing", False, 200, 422),
        ("no_action", False, 200, 200),
    ],
)
def test_each_condition_forbids_what_it_says(
    reader: Client, analyst: User, condition: str, sealed: bool, own: int, other: int
) -> None:
    police = world.partner("police")
    terms = world.held(
        analyst.partner, conditions=[condition], sealed_to=[analyst] if sealed else None
    )
    one = world.nominal(terms, by=analyst)
    for to, wanted in ((analyst.partner, own), (police, other)):
        answer = copy(reader, to)
        assert answer.status_code == wanted, (condition, str(to))
        if wanted == 422:
            assert one.family_name not in answer.content.decode()
    refused = AuditEntry.objects.filter(act="pole:nominals-export", kind=EntryKind.DISCLOSURE)
    assert refused.count() == [own, other].count(200), "a refusal discloses nothing"


def test_the_owner_answers_and_then_a_copy_may_go(reader: Client, analyst: User) -> None:
    housing = world.partner("housing", contact="The housing desk")
    lead = world.person("lead", of=housing, roles=("partner-lead",))
    agreement = world.agreement("sharing", housing, analyst.partner)
    share = Share(partner=analyst.partner, agreement=agreement, purpose=Purpose.DISRUPTION)
    terms = world.held(housing, conditions=["no_further_sharing"], shares=[share])
    world.nominal(terms, by=lead)
    refused = copy(reader, analyst.partner)
    assert refused.status_code == 422
    assert "has not agreed" in refused.content.decode()
    owner = Client()
    owner.force_login(lead, backend=BACKEND)
    page = owner.get("/consents/").content.decode()
    assert "No further sharing" in page
    sent = {"terms": terms.pk, "recipient": analyst.partner.pk, "agreed": "yes"}
    assert owner.post("/consents/answer", sent).status_code == 422, "without words"
    sent["words"] = "For the tasking meeting"
    assert owner.post("/consents/answer", sent).status_code == 302
    assert copy(reader, analyst.partner).status_code == 200
    assert owner.post("/consents/answer", {**sent, "agreed": "no"}).status_code == 302
    assert copy(reader, analyst.partner).status_code == 422, "the newest answer holds"
    assert OriginatorConsent.objects.count() == 2
    history = owner.get("/consents/").content.decode()
    assert history.count("moj-timeline__item") == 2
    assert history.index("may not have it") < history.index("may have it"), "the newest first"
    assert "For the tasking meeting" in history
    assert reader.get("/consents/").status_code == 404


def test_nobody_answers_for_another_partner_or_for_a_compartment_they_are_outside(
    analyst: User,
) -> None:
    housing = world.partner("housing")
    lead = world.person("lead", of=housing, roles=("partner-lead",))
    label = world.compartment("amber", owner=housing)
    terms = world.held(housing, conditions=["no_further_sharing"], compartments=[label])
    world.held(analyst.partner, conditions=["no_further_sharing"])
    client = Client()
    client.force_login(lead, backend=BACKEND)
    assert "None of your partner" in client.get("/consents/").content.decode()
    sent = {"terms": terms.pk, "recipient": analyst.partner.pk, "agreed": "yes", "words": "x"}
    assert client.post("/consents/answer", sent).status_code == 422
    assert not OriginatorConsent.objects.exists()
