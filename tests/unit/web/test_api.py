"""The API: a token or nothing, the gate's silence, one shape of error, a row for each answer."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import ApiToken, AuditEntry, User, WhenHidden, opened
from frith_web.core.purposes import Purpose
from frith_web.core.services import tokens
from frith_web.core.services.protections import Share
from frith_web.pole.models import Event, EventRole, Nominal
from site_tokens import READS_NOMINALS, sent_with, token_for

POLE = (
    "pole.batch:read",
    "pole.event:export",
    "pole.event:read",
    "pole.location:export",
    "pole.location:read",
    "pole.nominal:export",
    "pole.nominal:read",
    "pole.object-link:read",
    "pole.object:export",
    "pole.object:read",
    "pole.role:read",
    "objective.plan:read",
)


@pytest.fixture
def ann(site: Settings) -> User:
    return world.person("ann", of=world.partner("council"), roles=("analyst",))


@pytest.fixture
def token(ann: User) -> str:
    return token_for(ann, permissions=POLE)


def get(address: str, token: str, **asked: Any) -> Any:
    return Client().get(f"/api/v1/{address}", asked, **sent_with(token))


def event(protection: Any, *, by: User, nominal: Nominal, **more: Any) -> EventRole:
    with transaction.atomic(), opened("test"):
        given = {"sort": "crime", "occurred_from": "2025-03-04", **more}
        made = Event.objects.create(
            protection=protection,
            created_by=by,
            source="test",
            source_id=str(uuid4()),
            batch_id=nominal.batch_id,
            **given,
        )
        return EventRole.objects.create(
            protection=protection,
            created_by=by,
            event=made,
            nominal=nominal,
            role="suspect",
            batch_id=nominal.batch_id,
        )


@pytest.mark.parametrize(
    "address",
    ["/api/v1/nominals", "/api/v1/openapi.json", "/api/v1/", "/api/", "/api/v1/not-there"],
)
@pytest.mark.parametrize("method", ["get", "post", "delete", "head", "options"])
def test_without_a_token_nothing_is_there_to_ask(
    site: Settings, ann: User, address: str, method: str
) -> None:
    for headers in (
        {},
        {"HTTP_AUTHORIZATION": "Bearer frith_x"},
        {"HTTP_AUTHORIZATION": "Basic x"},
    ):
        answer = getattr(Client(), method)(address, **headers)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert method == "head" or answer.json()["error"]["code"] == "no-token"


def test_a_session_does_not_count(reader: Client) -> None:
    assert reader.get("/account").status_code == 200
    assert reader.get("/api/v1/nominals").status_code == 401
    assert reader.get("/account").status_code == 200


def test_cookies_beside_a_token_are_not_looked_at(reader: Client, analyst: User) -> None:
    bea = world.person("bea", of=analyst.partner, roles=("analyst",))
    answer = reader.get("/api/v1/myself", **sent_with(token_for(bea)))
    assert answer.json()["account"] == "bea"
    assert not answer.cookies


def test_the_ninja_lock_holds_without_the_frame(ann: User, token: str, site: Settings) -> None:
    site.MIDDLEWARE = [name for name in site.MIDDLEWARE if "TokensOnly" not in name]
    site.MIDDLEWARE = [name for name in site.MIDDLEWARE if "LoginRequired" not in name]
    assert get("nominals", token).status_code == 401


def test_a_page_of_records_and_one_by_reference(ann: User, token: str) -> None:
    made = {
        str(world.nominal(world.held(ann.partner), by=ann, family_name=name).reference): name
        for name in ("Alder", "Birch", "Cedar")
    }
    page = get("nominals", token, limit=2).json()
    rest = get("nominals", token, limit=2, after=page["next"]).json()
    found = {one["reference"]: one["family_name"] for one in page["records"] + rest["records"]}
    assert found == made
    assert rest["next"] is None
    assert page["marking"] == Marking.OFFICIAL_SENSITIVE.value
    one = get(f"nominals/{page['next']}", token).json()
    assert one["family_name"] == made[page["next"]]
    assert one["terms"]["owner"] == "council"
    assert one["batch"] is not None


def test_filters_narrow(ann: User, token: str) -> None:
    terms = world.held(ann.partner)
    alder = world.nominal(terms, by=ann, family_name="Alder")
    birch = world.nominal(terms, by=ann, family_name="Birch")
    event(terms, by=ann, nominal=alder, occurred_from="2025-03-04T10:00")
    event(terms, by=ann, nominal=birch, occurred_from="2025-04")
    assert [
        one["family_name"] for one in get("nominals", token, words="alder").json()["records"]
    ] == ["Alder"]
    days = {
        (None, None): 2,
        ("2025-03-05", None): 1,
        ("2025-04-20", None): 1,  # recorded by its month: it may have been after the 20th
        ("2025-05-01", None): 0,
        (None, "2025-03-04"): 1,
        (None, "2025-03-03"): 0,
        (None, "2025-04-01"): 2,
    }
    for (since, until), expected in days.items():
        asked = {k: v for k, v in {"since": since, "until": until}.items() if v}
        assert len(get("events", token, **asked).json()["records"]) == expected, asked
    roles = get("roles", token, nominal=alder.reference).json()["records"]
    assert [one["nominal"] for one in roles] == [str(alder.reference)]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"after": "x"}, "after"),
        ({"words": "a\x00"}, "words"),
        ({"wrods": "a"}, "wrods"),
        ({"source": "s" * 101}, "source"),
    ],
)
def test_what_is_not_understood_is_named_and_not_sent_back(
    token: str, asked: dict[str, Any], name: str
) -> None:
    answer = get("nominals", token, **asked)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "not-understood"
    assert [one["name"] for one in error["fields"]] == [name]
    assert "sss" not in answer.content.decode()


def test_forbidden_hidden_and_unknown_answer_alike(ann: User, token: str) -> None:
    police = world.partner("police")
    other = world.person("pam", of=police, roles=("analyst",))
    hidden = world.nominal(world.held(police), by=other)
    answers = [
        get(f"nominals/{hidden.reference}", token),
        get(f"nominals/{uuid4()}", token),
        get("nominals/not-a-reference", token),
        get("nothing", token),
        get("", token),
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert not get("nominals", token).json()["records"]


def test_an_owner_may_let_one_ask(ann: User, token: str) -> None:
    police = world.partner("police", contact="Desk, 101")
    other = world.person("pam", of=police, roles=("analyst",))
    hidden = world.nominal(world.held(police, when_hidden=WhenHidden.CONTACT), by=other)
    answer = get(f"nominals/{hidden.reference}", token)
    assert answer.status_code == 404
    assert answer.json()["error"]["contact"] == "Desk, 101"


def test_a_token_without_the_permission_finds_nothing(ann: User) -> None:
    world.nominal(world.held(ann.partner), by=ann)
    for permissions in (("pole.nominal:read",), ("pole.nominal:export",), ("pole.event:read",)):
        text = token_for(ann, by=_admin(ann), permissions=permissions)
        assert get("nominals", text).status_code == 404, permissions


def _admin(ann: User) -> User:
    found = User.objects.filter(username="token-admin").first()
    return found or world.person("token-admin", of=ann.partner, roles=("administrator",))


def test_a_share_for_another_purpose_is_closed(ann: User) -> None:
    police = world.partner("police")
    other = world.person("pam", of=police, roles=("analyst",))
    both = world.agreement("both", police, ann.partner)
    share = Share(partner=ann.partner, agreement=both, purpose=Purpose.SAFEGUARDING)
    shared = world.nominal(world.held(police, shares=[share]), by=other)
    seen = {
        purpose: get(
            f"nominals/{shared.reference}", token_for(ann, by=_admin(ann), purpose=purpose)
        ).status_code
        for purpose in ("safeguarding", "disruption")
    }
    assert seen == {"safeguarding": 200, "disruption": 404}


@pytest.mark.parametrize("condition", ["meeting_only", "no_further_sharing"])
def test_handling_that_forbids_copies_keeps_a_record_here(
    ann: User, token: str, condition: str
) -> None:
    police = world.partner("police")
    other = world.person("pam", of=police, roles=("analyst",))
    both = world.agreement("both", police, ann.partner)
    share = Share(partner=ann.partner, agreement=both, purpose=Purpose.DISRUPTION)
    terms = world.held(police, shares=[share], conditions=[condition])
    kept = world.nominal(terms, by=other)
    with world.reading_as(ann):
        assert Nominal.objects.visible_to(User.objects.get(pk=ann.pk)).count() == 1
    assert get(f"nominals/{kept.reference}", token).status_code == 404
    assert not get("nominals", token).json()["records"]


def test_conditions_that_let_a_copy_go_travel_along(ann: User, token: str) -> None:
    terms = world.held(ann.partner, conditions=["no_action"], marking=Marking.OFFICIAL)
    world.nominal(terms, by=ann)
    page = get("nominals", token).json()
    assert (page["conditions"], page["marking"]) == (["no_action"], "OFFICIAL")


def test_a_role_is_shown_where_both_ends_are(ann: User, token: str) -> None:
    police = world.partner("police")
    other = world.person("pam", of=police, roles=("analyst",))
    ours, theirs = world.held(ann.partner), world.held(police)
    seen = event(ours, by=ann, nominal=world.nominal(ours, by=ann))
    half = event(ours, by=ann, nominal=world.nominal(theirs, by=other))
    assert [one["reference"] for one in get("roles", token).json()["records"]] == [
        str(seen.reference)
    ]
    assert get(f"roles/{seen.reference}", token).status_code == 200
    assert get(f"roles/{half.reference}", token).status_code == 404


def test_each_answer_has_its_row_before_it_is_sent(ann: User, token: str) -> None:
    made = world.nominal(world.held(ann.partner), by=ann)
    get("nominals", token)
    row = AuditEntry.objects.latest("n")
    assert (row.kind, row.act, row.actor_id) == ("disclosure", "api:nominals", ann.pk)
    assert row.purpose == "disruption"
    assert row.recipient == str(ann.partner)
    assert row.records["pole.nominal"] == [str(made.reference)]
    assert row.detail["token"] == str(ApiToken.objects.get().reference)
    assert "Made" not in str(row.records) + str(row.detail)
    rows = AuditEntry.objects.count()
    get("openapi.json", token)
    get("myself", token)
    assert AuditEntry.objects.count() == rows


def test_without_its_row_there_is_no_answer(
    ann: User, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.nominal(world.held(ann.partner), by=ann)
    assert get(f"nominals/{made.reference}", token).status_code == 200
    monkeypatch.setattr("frith_web.core.services.audit.append", _breaks)
    for address in ("nominals", f"nominals/{made.reference}"):
        answer = get(address, token)
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "not-shown"
        assert "Made" not in answer.content.decode()


def test_too_many_requests_wait(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 1)
    assert get("myself", token).status_code == 200
    answer = get("myself", token)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert answer.json()["error"]["code"] == "too-many"


def test_a_fault_of_ours_says_nothing_of_the_server(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("frith_web.api.v1.reads.selectors.find_nominals", _breaks)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/nominals", **sent_with(token))
    assert answer.status_code == 500
    assert set(answer.json()) == {"error"}
    assert "secret word" not in answer.content.decode()


def _breaks(*_: object, **__: object) -> None:
    raise RuntimeError("secret word")


def test_other_methods_are_refused_in_the_same_shape(token: str) -> None:
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(Client(), method)("/api/v1/nominals", **sent_with(token))
        assert (answer.status_code, answer["Allow"]) == (405, "GET")
        assert answer.json()["error"]["code"] == "method-not-allowed"


def test_the_description_says_every_answer(token: str) -> None:
    said = get("openapi.json", token).json()
    assert said["openapi"].startswith("3.1")
    assert len(said["paths"]) == 29
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            done = {"post": {"202", "400", "409", "413"}}.get(method, {"200"})
            told = done | {"401", "404", "422", "429", "503"}
            assert set(operation["responses"]) >= told, path
            assert operation["summary"], path
            assert operation["security"] == [{"Token": []}], path


def test_myself_says_what_the_token_may_do_today(ann: User, token: str) -> None:
    said = get("myself", token).json()
    assert said["account"] == "ann"
    assert said["permissions"] == sorted(POLE)
    assert set(READS_NOMINALS) <= set(said["permissions"])


def test_every_collection_answers(ann: User, token: str) -> None:
    from frith_web.api.v1.collections import COLLECTIONS

    for one in COLLECTIONS:
        assert get(one.name, token).json()["records"] == [], one.name
        assert get(f"{one.name}/{uuid4()}", token).status_code == 404
