"""No address of the API returns what the rules deny, and none answers as its description does not.

The worlds and the plain statement of the rules are those of `test_site_gate.py`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from pytest_django import Settings

import site_api_cases as cases
import site_world as world
from frith_web.core.models import AuditEntry, User
from frith_web.core.services import tokens
from site_tokens import READS_NOMINALS, sent_with, token_for

BUDGET = 12
"""Cases for each operation here; tests/prove sends the many."""


def _gate() -> ModuleType:
    name = "site_gate_worlds"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, Path(__file__).with_name("test_site_gate.py")
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


gate = _gate()
signed_in = gate.people.filter(
    lambda one: one.active and "analyst" in one.roles  # the role that may take copies
)
PURPOSES = st.sampled_from(("disruption", "safeguarding", "planning"))


@pytest.fixture
def unhurried(site: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many requests as the test likes."""
    del site
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 10**9)


@pytest.mark.django_db
@pytest.mark.usefixtures("unhurried")
@budget(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(signed_in, min_size=1, max_size=3),
    st.lists(gate.records, min_size=1, max_size=6),
    PURPOSES,
)
def test_a_token_is_shown_what_the_rules_allow_it(
    folk: list[Any], papers: list[Any], purpose: str
) -> None:
    with transaction.atomic():
        _compare(folk, papers, purpose)
        transaction.set_rollback(True)


def _compare(folk: list[Any], papers: list[Any], purpose: str) -> None:
    folk = [gate.replace(one, only=None) for one in folk]
    users, made = gate.build(folk, papers)
    admin = world.person("token-admin", of=users[0].partner, roles=("administrator",))
    for who, (user, person) in enumerate(zip(users, folk, strict=True)):
        # Copies are the analyst's right; another role that reads but may not copy adds nothing.
        under = gate.replace(
            person,
            roles=person.roles & {"analyst"},
            only=(frozenset(READS_NOMINALS), frozenset({purpose})),
        )
        expected = {
            str(made[number].reference)
            for number, record in enumerate(papers)
            if gate.allowed(who, under, record)
        }
        sent = sent_with(token_for(User.objects.get(pk=user.pk), by=admin, purpose=purpose))
        page = Client().get("/api/v1/nominals", **sent).json()
        assert {one["reference"] for one in page["records"]} == expected
        row = AuditEntry.objects.latest("n")
        assert set(row.records.get("pole.nominal", [])) == expected
        for one in made.values():
            answer = Client().get(f"/api/v1/nominals/{one.reference}", **sent)
            assert answer.status_code == (200 if str(one.reference) in expected else 404)
        found = Client().get("/api/v1/nominals", {"words": "R"}, **sent).json()["records"]
        assert {one["reference"] for one in found} == expected


@pytest.fixture
def token(site: Settings) -> str:
    """A token that may read everything, with a record of most kinds to read."""
    council = world.partner("council")
    ann = world.person("ann", of=council, roles=("analyst",))
    for number in range(3):
        world.nominal(world.held(council), by=ann, family_name=f"N{number}")
    return token_for(ann, permissions=cases.EVERYTHING)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("operation", cases.operations(), ids=lambda one: one.label)
def test_every_answer_is_as_described(operation: Any, token: str) -> None:
    statuses = cases.send_many(operation, cases=BUDGET, token=token)
    assert set(statuses) <= {200, 202, 400, 404, 422}
    assert statuses[200] or "{" in operation.path or operation.method == "post"


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("operation", cases.operations(tokens_too=True), ids=lambda one: one.label)
def test_without_a_token_every_answer_is_the_same(operation: Any, site: Settings) -> None:
    del site
    statuses: Counter[int] = cases.send_many(operation, cases=6, token="")
    assert set(statuses) == {401}
