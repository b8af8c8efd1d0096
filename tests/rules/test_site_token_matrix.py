"""Every permission of a token at every address of the API, for records on every sort of terms."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import ApiToken, GatedQuerySet, Protection, RoleHeld, User, opened
from frith_web.core.models.dated import today
from frith_web.core.purposes import Purpose
from frith_web.core.services import tokens
from frith_web.core.services.protections import Share
from frith_web.objective.models import Commitment, MeasureDefinition, Plan, Priority, Target
from frith_web.pole.models import (
    Batch,
    Event,
    EventRole,
    Location,
    Nominal,
    ObjectLink,
    RecordedObject,
)
from site_tokens import issued, sent_with

SAID: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "site_matrix.toml").read_text("utf-8")
)
ROUTES: dict[str, dict[str, Any]] = SAID["tokens"]
HELD: list[str] = SAID["roles"]["analyst"]["permissions"]
NOBODYS = UUID("00000000-0000-4000-8000-000000000000")
NOWHERE = "/api/v1/no-such-address"
OWNERS = (("council", "police"), ("police", "council"), ("housing", "council"))
POLICY = "Content-Security-Policy"
_NUMBERS = count(1)


@dataclass(frozen=True)
class Planted:
    """A record of a kind, and what stands of it in the plain statement of the rules."""

    kind: str
    reference: UUID
    owner: str
    shared_with: str
    purpose: str
    sealed: bool


@dataclass
class World:
    """The account that tokens act for, whoever issues them, and every record."""

    ann: User
    admin: User
    planted: list[Planted]

    def token(self, *permissions: str, purpose: str = "disruption") -> str:
        made = issued(self.ann, by=self.admin, permissions=permissions, purpose=purpose)
        return tokens.collect(token=made, by=self.ann)


def may_read(one: Planted, *, partner: str = "council", purpose: str = "disruption") -> bool:
    """The rules for a token that names the permissions, as plainly as they can be said."""
    if one.sealed:
        return False
    if one.owner == partner:
        return True
    return one.shared_with == partner and one.purpose == purpose


@pytest.fixture
def whole(site: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    """An analyst of the council, and of each kind a record on each sort of terms of each owner."""
    del site
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 10**9)
    of = {key: world.partner(key) for key in ("council", "police", "housing")}
    ann = world.person("ann", of=of["council"], roles=("analyst",))
    admin = world.person("admin", of=of["council"], roles=("administrator",))
    agreement = world.agreement("sharing", *of.values())
    planted = []
    for owner, other in OWNERS:
        for purpose, sealed in (
            ("", False),
            ("disruption", False),
            ("planning", False),
            ("", True),
        ):
            terms = world.held(
                of[owner],
                marking=Marking.OFFICIAL_SENSITIVE,
                sealed_to=[] if sealed else None,
                shares=[
                    Share(partner=of[other], agreement=agreement, purpose=Purpose(one))
                    for one in (purpose,)
                    if one
                ],
            )
            for kind, reference in _make(terms, by=ann if owner == "council" else admin):
                planted.append(
                    Planted(kind, reference, owner, other if purpose else "", purpose, sealed)
                )
    return World(ann=ann, admin=admin, planted=planted)


def _make(terms: Protection, *, by: User) -> Iterator[tuple[str, UUID]]:
    """One record of every kind, on the same terms."""
    number = next(_NUMBERS)
    shared: dict[str, Any] = {"protection": terms, "created_by": by}
    with transaction.atomic(), opened("test"):
        batch = Batch.objects.create(title="A batch", digest=str(number), **shared)
        of = {**shared, "batch": batch}
        row = {**of, "source": f"source {number}", "source_id": str(number)}
        nominal = Nominal.objects.create(family_name=f"N{number}", **row)
        event = Event.objects.create(sort="crime", occurred_from="2025-01-01", **row)
        thing = RecordedObject.objects.create(sort="phone", identifier=str(number), **row)
        begins = date(2020, 1, 1)
        plan = Plan.objects.create(title="A plan", starts_on=begins, **shared)
        priority = Priority.objects.create(plan=plan, title="A priority", **shared)
        measure = MeasureDefinition.objects.create(
            key=f"m{number}",
            name="A measure",
            definition="What it counts",
            numerator="What",
            direction="lower good",
            sort="activity",
            source="Made up",
            priority=priority,
            **shared,
        )
        made = {
            "batch": batch,
            "nominal": nominal,
            "event": event,
            "object": thing,
            "location": Location.objects.create(label="A place", **row),
            "role": EventRole.objects.create(event=event, nominal=nominal, role="suspect", **of),
            "object-link": ObjectLink.objects.create(recorded_object=thing, nominal=nominal, **of),
            "plan": plan,
            "priority": priority,
            "commitment": Commitment.objects.create(
                priority=priority, text="Promised", lead=by.partner, **shared
            ),
            "measure": measure,
            "target": Target.objects.create(
                measure=measure, value=1, by_date=begins, rationale="Because", **shared
            ),
        }
    for kind, record in made.items():
        yield kind, record.reference


def send(name: str, text: str, *, reference: UUID = NOBODYS) -> Any:
    """A request for an address as its description has it, under a token."""
    if name == "api:imports":
        file = SimpleUploadedFile("people.pdf", b"refused by the gate")
        headers = {"Idempotency-Key": str(uuid4())}
        return Client().post(reverse(name), {"file": file}, headers=headers, **sent_with(text))
    given = [reference] if _of_one(name) else []
    asked = {"limit": 500} if "record" in ROUTES[name] and not given else {}
    return Client().get(reverse(name, args=given), asked, **sent_with(text))


def _of_one(name: str) -> bool:
    key = name.removeprefix("api:")
    resolver = get_resolver("frith_web.urls").namespace_dict["api"][1]
    return bool(resolver.reverse_dict.getlist(key)[0][0][0][1])


def whole_answer(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """Everything that a reader gets; the policy for content lists its rules in any order."""
    headers = dict(answer.headers)
    policy = sorted(headers.pop(POLICY, "").split("; "))
    return answer.status_code, answer.content, {**headers, POLICY: "; ".join(policy)}


@pytest.fixture(params=["the gate", "row security alone"])
def gate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The site as it is; then, on PostgreSQL, with the gate taken out and row security alone."""
    if request.param != "the gate":
        if connection.vendor != "postgresql":
            pytest.skip("row-level security: runs in `make postgres`")
        monkeypatch.setattr(GatedQuerySet, "visible_to", _everything)
    return str(request.param)


def _everything(rows: GatedQuerySet, user: User, *, act: str = "read") -> GatedQuerySet:
    found = rows.all()
    found._passed = True
    return found


def test_every_address_of_the_api_has_a_row_and_every_row_an_address() -> None:
    resolver = get_resolver("frith_web.urls").namespace_dict["api"][1]
    there = {f"api:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    assert there == set(ROUTES)
    assert there == {name for name in SAID["routes"] if name.startswith("api:")}


def test_a_token_is_offered_what_some_address_needs_and_no_more(db: None) -> None:
    """Permissions that change the site, or that no address asks for, are not to be had."""
    needed = {one for row in ROUTES.values() for one in row["needs"]}
    offered = set(tokens.offered_permissions())
    assert {one for one in needed if ":" in one and "'" not in one} <= offered
    assert {one.rsplit(":", 1)[1] for one in offered} <= {"read", "export", "import", "read-own"}


def test_every_permission_at_every_address(whole: World) -> None:
    """A token opens an address with all that it needs; with less it is an address not there."""
    offered = [one for one in tokens.offered_permissions() if one in HELD]
    needs = {frozenset(row["needs"]) for row in ROUTES.values()} - {frozenset()}
    real = {one for one in needs if one <= set(offered)}
    sets = {frozenset({one}) for one in offered} | real | {frozenset(offered)}
    sets |= {some - {one} for some in real for one in some if len(some) > 1}
    sets |= {frozenset(offered) - {one} for one in offered}
    wrong, asked = [], 0
    for held in sorted(sets, key=sorted):
        text = whole.token(*held)
        nowhere = whole_answer(Client().get(NOWHERE, **sent_with(text)))
        for name, row in ROUTES.items():
            answer = send(name, text)
            asked += 1
            wanted = set(row["needs"]) <= held
            if wanted and _of_one(name):
                wanted = False  # nobody's: the same answer as for a token that may not
            good = {422} if name == "api:imports" else {200}
            if wanted != (answer.status_code in good):
                wrong.append(f"{sorted(held)} at {name}: {answer.status_code}")
            if not wanted and whole_answer(answer) != nowhere:
                wrong.append(f"{sorted(held)} at {name}: refused otherwise than what is not there")
    assert not wrong, "\n".join(wrong[:20])
    assert asked > 1000


@pytest.mark.parametrize("purpose", ["disruption", "planning", "safeguarding"])
def test_every_record_at_every_address(whole: World, gate: str, purpose: str) -> None:
    """A token with what an address needs is shown exactly the records of its purpose."""
    wrong, shown = [], 0
    for name, row in ROUTES.items():
        if "record" not in row:
            continue
        # Who may not read an end of a role or link may not read it either.
        ends = {need for end in row.get("ends", ()) for need in _needs_of(end)}
        text = whole.token(*{*row["needs"], *ends}, purpose=purpose)
        of_kind = [one for one in whole.planted if one.kind == row["record"]]
        wanted = {one.reference for one in of_kind if may_read(one, purpose=purpose)}
        if _of_one(name):
            nobodys = whole_answer(send(name, text))
            for one in of_kind:
                answer = send(name, text, reference=one.reference)
                if (answer.status_code == 200) != (one.reference in wanted):
                    wrong.append(f"{gate}: {name}: {one}: {answer.status_code}")
                elif answer.status_code != 200 and whole_answer(answer) != nobodys:
                    wrong.append(f"{gate}: {name}: {one} differs from none")
        else:
            page = send(name, text).json()
            found = {UUID(one["reference"]) for one in page["records"]}
            if found != wanted or page["next"] is not None:
                wrong.append(f"{gate}: {name}: {found ^ wanted}")
        shown += len(wanted)
    assert not wrong, "\n".join(wrong[:20])
    # Two rows of the council's that nobody sealed, its shared ones, and one shared with it.
    assert shown == 24 * (3 + (2 if purpose != "safeguarding" else 0))


def _needs_of(kind: str) -> list[str]:
    return next(row["needs"] for row in ROUTES.values() if row.get("record") == kind)


def test_a_role_without_both_its_ends_is_not_there(whole: World) -> None:
    for name in ("api:role", "api:object-link"):
        row = ROUTES[name]
        mine = next(one for one in whole.planted if one.kind == row["record"])
        everything = {*row["needs"], *(need for end in row["ends"] for need in _needs_of(end))}
        assert send(name, whole.token(*everything), reference=mine.reference).status_code == 200
        for end in row["ends"]:
            less = everything - {f"pole.{end}:read"}
            answer = send(name, whole.token(*less), reference=mine.reference)
            assert answer.status_code == 404, (name, end)


def _expired(whole: World, held: ApiToken) -> None:
    ApiToken.objects.filter(pk=held.pk).update(ends_on=today() - timedelta(days=1))


def _revoked(whole: World, held: ApiToken) -> None:
    tokens.revoke(token=held, by=whole.ann)


def _moved(whole: World, held: ApiToken) -> None:
    police = next(one for one in world.Partner.objects.all() if one.key == "police")
    User.objects.filter(pk=whole.ann.pk).update(partner=police)


def _closed(whole: World, held: ApiToken) -> None:
    User.objects.filter(pk=whole.ann.pk).update(is_active=False)


def _altered(whole: World, held: ApiToken) -> None:
    ApiToken.objects.filter(pk=held.pk).update(digest="0" * 64)


def _of_another(whole: World, held: ApiToken) -> None:
    ApiToken.objects.filter(pk=held.pk).update(prefix="0" * 16)


ENDS = [_expired, _revoked, _moved, _closed, _altered, _of_another]


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.__name__.strip("_"))
def test_a_token_that_has_ended_is_as_good_as_none(
    whole: World, end: Callable[[World, ApiToken], None]
) -> None:
    """The same bytes and headers at every address, whatever the token was, and for a record."""
    offered = [one for one in tokens.offered_permissions() if one in HELD]
    text = whole.token(*offered)
    mine = {one.kind: one.reference for one in whole.planted if may_read(one)}
    assert send("api:nominal", text, reference=mine["nominal"]).status_code == 200
    end(whole, ApiToken.objects.get())
    for name, row in ROUTES.items():
        one = mine.get(row.get("record", ""), NOBODYS)
        without = whole_answer(send(name, "", reference=one))
        assert without[0] == 401
        assert whole_answer(send(name, text, reference=one)) == without, name


def test_a_token_brings_no_more_than_its_account_has_left(whole: World) -> None:
    """A role that has ended, a partner that has left: the token works, and opens nothing."""
    offered = [one for one in tokens.offered_permissions() if one in HELD]
    text = whole.token(*offered)
    RoleHeld.objects.filter(user=whole.ann).update(ends_on=world.yesterday())
    nowhere = whole_answer(Client().get(NOWHERE, **sent_with(text)))
    for name, row in ROUTES.items():
        if row["needs"]:
            one = next((p.reference for p in whole.planted if p.kind == row.get("record")), NOBODYS)
            assert whole_answer(send(name, text, reference=one)) == nowhere, name
    assert send("api:myself", text).json()["permissions"] == []


def test_forbidden_takes_as_long_as_not_found(whole: World) -> None:
    """In processor time, so that the machine's other work does not count."""
    text = whole.token("pole.nominal:read", "pole.nominal:export")
    hidden = next(p for p in whole.planted if p.kind == "nominal" and not may_read(p))

    def took(reference: UUID) -> float:
        began = time.process_time()
        assert send("api:nominal", text, reference=reference).status_code == 404
        return time.process_time() - began

    for _ in range(3):
        took(hidden.reference)
    pairs = [(took(hidden.reference), took(NOBODYS)) for _ in range(60)]
    # The quickest of each: what disturbs a machine only ever adds.
    hidden_s, nobodys_s = (min(one) for one in zip(*pairs, strict=True))
    assert abs(hidden_s - nobodys_s) < 0.3 * nobodys_s
