"""Every role at every address, for records that are theirs, shared, not shared and sealed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

import site_demo
import site_world as world
from frith.reference.regimes import Marking
from frith_web.core.models import (
    Agreement,
    GatedQuerySet,
    Partner,
    Protection,
    Role,
    User,
    opened,
)
from frith_web.core.purposes import Purpose
from frith_web.core.services.demonstration import SHARING
from frith_web.core.services.protections import Share
from frith_web.objective.models import Plan
from frith_web.pole.models import Batch, Event, Location, Nominal, RecordedObject

SAID: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "site_matrix.toml").read_text("utf-8")
)
ROUTES: dict[str, dict[str, Any]] = SAID["routes"]
ROLES: dict[str, dict[str, Any]] = SAID["roles"]
NOBODYS = UUID("00000000-0000-4000-8000-000000000000")
EXAMPLES = {int: 999_999, str: "example", UUID: NOBODYS}
LISTS = {
    "nominal": ("pole:nominals", "pole:nominals-export"),
    "event": ("pole:events", "pole:events-export"),
    "object": ("pole:objects", "pole:objects-export"),
    "location": ("pole:locations", "pole:locations-export"),
}
KIND = {"plan": "objective.plan"}
WORD, NO_WORD = "Quillhaven", "Brackendoe"
"""The words of a record that nobody may see, and words as long that stand nowhere."""
FIELDS = (
    *("words", "q", "search", "source", "sort", "theme", "area", "page", "actor", "act", "kind"),
    *("record_kind", "reference", "since", "until", "before", "next", "state", "cursor", "order"),
)
GATES = ["the gate", "row security alone"]


def url_map(
    patterns: list[URLPattern | URLResolver], spaces: tuple[str, ...] = (), held: Any = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in patterns:
        needed = {**(held or {}), **one.pattern.converters}
        if isinstance(one, URLResolver):
            inner = (*spaces, one.namespace) if one.namespace else spaces
            yield from url_map(one.url_patterns, inner, needed)
        else:
            values = EXAMPLES.values()
            example = {
                name: next(v for v in values if re.fullmatch(to.regex, str(v)))
                for name, to in needed.items()
            }
            yield ":".join((*spaces, str(one.name))), example


ALL = dict(url_map(get_resolver("frith_web.urls").url_patterns))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ALL) == set(ROUTES)


def test_roles_grant_what_is_said_here_again(db: None) -> None:
    there = {
        role.key: {
            "ceiling": role.ceiling,
            "purposes": sorted(role.purposes),
            "permissions": sorted(one.permission for one in role.permissions.all()),
        }
        for role in Role.objects.all()
    }
    said = {
        key: {
            **role,
            "purposes": sorted(role["purposes"]),
            "permissions": sorted(role["permissions"]),
        }
        for key, role in ROLES.items()
    }
    assert there == said


@dataclass(frozen=True)
class Planted:
    """A record in the world, and what stands of it in the plain statement of the rules."""

    sort: str
    reference: UUID
    word: str
    owner: str
    marking: str
    shared_with: str
    sealed: bool


@dataclass
class World:
    """Accounts by role, and every record that was planted."""

    people: dict[str, User]
    planted: list[Planted]

    def browser(self, role: str) -> Client:
        client = Client(HTTP_HOST="localhost")
        client.force_login(self.people[role], backend="frith_web.core.authentication.Accounts")
        return client


def may_see(role: str, partner: str, one: Planted, act: str = "read") -> bool:
    """The rules for one role, as plainly as they can be said."""
    held = ROLES[role]
    if f"{KIND.get(one.sort, f'pole.{one.sort}')}:{act}" not in held["permissions"]:
        return False
    if one.sealed or (one.marking == "OFFICIAL-SENSITIVE" and held["ceiling"] == "OFFICIAL"):
        return False
    if one.owner == partner:
        return True
    return one.shared_with == partner and "disruption" in held["purposes"]


@pytest.fixture
def whole(site: Settings, tmp_path: Path) -> World:
    """The demonstration's people, and of each kind a record of each sort of terms."""
    site.DEMONSTRATION = True
    site.ALLOWED_HOSTS = ["localhost"]
    site_demo.publish(Path(site.DATA))
    people = site_demo.load(tmp_path / "tiny")
    stranger = world.person("stranger", of=Partner.objects.get(key="voluntary"))
    return World(people=people, planted=list(_plant(by=stranger)))


def _plant(*, by: User) -> Iterator[Planted]:
    agreement = Agreement.objects.get(key=SHARING)
    of = {one.key: one for one in Partner.objects.all()}
    number = 0
    for owner, other in (("council", "police"), ("police", "council"), ("housing", "council")):
        for shared, sealed, marking in (
            ("", False, Marking.OFFICIAL),
            ("", False, Marking.OFFICIAL_SENSITIVE),
            (other, False, Marking.OFFICIAL_SENSITIVE),
            ("", True, Marking.OFFICIAL),
        ):
            terms = world.held(
                of[owner],
                marking=marking,
                sealed_to=[] if sealed else None,
                shares=[Share(partner=of[shared], agreement=agreement, purpose=Purpose.DISRUPTION)]
                if shared
                else [],
            )
            for sort in (*LISTS, "plan"):
                number += 1
                word = f"Zq{number}q"
                yield Planted(
                    sort=sort,
                    reference=_make(sort, terms, word=word, by=by),
                    word=word,
                    owner=owner,
                    marking=marking.value,
                    shared_with=shared,
                    sealed=sealed,
                )


def _make(sort: str, terms: Protection, *, word: str, by: User) -> UUID:
    shared = {"protection": terms, "created_by": by}
    with transaction.atomic(), opened("test"):
        if sort == "plan":
            made: Any = Plan.objects.create(title=word, starts_on=date(2020, 1, 1), **shared)
            return made.reference
        batch = Batch.objects.create(title=word, digest=word, **shared)
        shared |= {"batch": batch, "source": word, "source_id": word}
        if sort == "nominal":
            made = Nominal.objects.create(given_names=word, family_name=word, **shared)
        elif sort == "event":
            made = Event.objects.create(
                sort="crime", crime_type=word, occurred_from="2025-01-01", area=word, **shared
            )
        elif sort == "object":
            made = RecordedObject.objects.create(sort="phone", identifier=word, **shared)
        else:
            made = Location.objects.create(label=word, area=word, **shared)
    return made.reference


@pytest.fixture(params=GATES)
def gate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The site as it is; then, on PostgreSQL, with the gate taken out and row security alone."""
    if request.param == GATES[1]:
        if connection.vendor != "postgresql":
            pytest.skip("row-level security: runs in `make postgres`")
        monkeypatch.setattr(GatedQuerySet, "visible_to", _everything)
    return str(request.param)


def _everything(rows: GatedQuerySet, user: User, *, act: str = "read") -> GatedQuerySet:
    found = rows.all()
    found._passed = True
    return found


CHANGES = re.compile(
    r'name="(?:csrfmiddlewaretoken|_submission)" value="[^"]*"|data-[\w-]*="\d[^"]*"'
    r'|<time\b.*?</time>| aria-current="[^"]*"| govuk-service-navigation__item--active'
    r"|</?strong[^>]*>|signed out at \d\d:\d\d",
    re.DOTALL,
)
"""Tokens, when the session ends, and which entry of the menu the address lies under."""
OWN_TRACES = {"core:audit", "core:audit-unusual"}
"""Pages of the log: each reading leaves an entry, so no two answers are the same."""


def plain(answer: HttpResponse) -> str:
    """A page without what differs each time it is drawn."""
    return CHANGES.sub("", answer.content.decode())


def address(name: str) -> str:
    given = ROUTES[name].get("with")
    return reverse(name, kwargs=given if isinstance(given, dict) else ALL[name])


def test_every_role_at_every_address(whole: World) -> None:
    """Not one wrong answer: those who hold none of the permissions find no page."""
    wrong = []
    for role, person in ROLES.items():
        client = whole.browser(role)
        nowhere = plain(client.get("/no-such-page"))
        for name, row in ROUTES.items():
            may = row["may"]
            if str(may) in {"open", "token"} or name == "core:sign-out" or row.get("record"):
                continue
            wanted = str(may) in {"anybody", "own"} or bool(set(may) & set(person["permissions"]))
            answer = client.get(address(name))
            if answer.status_code == 405:
                if not isinstance(may, list):
                    continue  # sent by whoever is signed in, and some of it signs them out
                answer = client.post(address(name))
            found = answer.status_code != 404
            if wanted and (may == "own" or row.get("with") == "nothing"):
                found = True  # theirs is not there: the same answer as for those who may not
            if found != wanted:
                wrong.append(f"{role} at {name}: {answer.status_code}, wanted {wanted}")
            if not wanted and plain(answer) not in {nowhere, plain(client.get("/no-such-page"))}:
                wrong.append(f"{role} at {name}: refused otherwise than a page that is not there")
    assert not wrong, "\n".join(wrong)


def test_every_role_at_every_record(whole: World, gate: str) -> None:
    """Pages, lists and copies show a record to exactly those whom the rules let see it."""
    wrong, seen = [], 0
    for role, user in whole.people.items():
        client = whole.browser(role)
        partner = user.partner.key if user.partner else ""
        for name, row in ROUTES.items():
            if "record" not in row:
                continue
            nobodys = plain(client.get(reverse(name, args=[NOBODYS])))
            for one in whole.planted:
                if row["record"] != one.sort:
                    continue
                act = row["may"][0].split(":")[1]
                wanted = may_see(role, partner, one, act)
                wanted &= not row.get("owner") or one.owner == partner
                answer = client.get(reverse(name, args=[one.reference]))
                seen += wanted
                if (answer.status_code == 200) != wanted:
                    wrong.append(f"{gate}: {role} at {name}: {one}: {answer.status_code}")
                if not wanted and plain(answer) != nobodys:
                    wrong.append(f"{gate}: {role} at {name}: {one} differs from none")
        wrong += _lists(client, role, partner, whole.planted, gate)
    assert not wrong, "\n".join(wrong[:20])
    assert seen > 40


def _lists(
    client: Client, role: str, partner: str, planted: list[Planted], gate: str
) -> Iterator[str]:
    """Wrong answers of lists, in one page of 50 found by the words all planted records share."""
    for sort, (page, copy) in LISTS.items():
        of_sort = [one for one in planted if one.sort == sort]
        if f"pole.{sort}:read" in ROLES[role]["permissions"]:
            text = client.get(reverse(page), {"words": "Zq"}).content.decode()
            wanted = {one.word for one in of_sort if may_see(role, partner, one)}
            shown = {one.word for one in of_sort if one.word in text}
            total = f"1 to {len(wanted)} of {len(wanted)}<" if wanted else "No record that you"
            if shown != wanted or total not in text:
                yield f"{gate}: {role}, list of {sort}: {shown ^ wanted}, {total}"
        if f"pole.{sort}:export" in ROLES[role]["permissions"] and partner == "council":
            mine = {"recipient": Partner.objects.get(key=partner).pk, "purpose": "a test"}
            answer = client.post(f"{reverse(copy)}?words=Zq", mine)
            text = answer.content.decode()
            for one in of_sort:
                if (one.word in text) != may_see(role, partner, one, "export"):
                    yield f"{gate}: {role}, copy of {sort}: {one}: {answer.status_code}"


def test_nothing_differs_by_a_hidden_record(whole: World, gate: str) -> None:
    """Its words in every query parameter answer as words that stand nowhere."""
    hidden = world.held(Partner.objects.get(key="police"), sealed_to=[])
    by = User.objects.get(username="stranger")
    for sort in (*LISTS, "plan"):
        _make(sort, hidden, word=WORD, by=by)
    wrong, asked = [], 0
    for role, person in ROLES.items():
        client = whole.browser(role)
        for name, row in ROUTES.items():
            may = row["may"]
            if str(may) in {"open", "token"} or name == "core:sign-out":
                continue
            if isinstance(may, list) and not set(may) & set(person["permissions"]):
                continue
            bare = client.get(address(name))
            if bare.status_code != 200 or bare.streaming:
                continue
            asked += 1
            if WORD in bare.content.decode():
                wrong.append(f"{gate}: {role} at {name} shows it")
            if name in OWN_TRACES:
                continue
            answers = [
                plain(client.get(address(name), dict.fromkeys(FIELDS, word))).replace(word, "")
                for word in (WORD, NO_WORD)
            ]
            if answers[0] != answers[1]:
                wrong.append(f"{gate}: {role} at {name} differs by it")
    assert not wrong, "\n".join(wrong)
    assert asked > 100


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_api_answers_no_session(whole: World, method: str) -> None:
    client = whole.browser("analyst")
    for name, row in ROUTES.items():
        if row["may"] == "token":
            answer = getattr(client, method)(address(name))
            assert answer.status_code in {401, 403, 404, 405}, (name, answer.status_code)
