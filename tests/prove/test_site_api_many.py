"""The API's whole description in 50,000 cases: no fault of the server, nothing undescribed."""

from __future__ import annotations

from collections import Counter

import pytest
from pytest_django import Settings

import site_api_cases as cases
import site_world as world
from frith_web.core.services import tokens
from site_tokens import token_for

CASES = 50_000


@pytest.mark.django_db
def test_fifty_thousand_cases_find_no_fault(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a token that may read everything; then a tenth as many with made-up tokens."""
    del site
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 10**9)
    council = world.partner("council")
    ann = world.person("ann", of=council, roles=("analyst",))
    for number in range(20):
        world.nominal(world.held(council), by=ann, family_name=f"N{number}")
    token = token_for(ann, permissions=cases.EVERYTHING)
    seen: Counter[int] = Counter()
    listed = cases.operations()
    # References leave little to vary, so the lists take most of the cases.
    lists = [one for one in listed if "{" not in one.path]
    for one in listed:
        share = CASES if one in lists else CASES // 10
        seen += cases.send_many(one, cases=share // len(lists), token=token)
    while seen.total() < CASES:
        for one in lists:
            seen += cases.send_many(one, cases=400, token=token)
    refused: Counter[int] = Counter()
    for one in cases.operations(tokens_too=True):
        refused += cases.send_many(one, cases=CASES // 10 // len(listed), token="")
    print(f"with a token {dict(seen)}; without {dict(refused)}")  # noqa: T201
    assert seen.total() >= CASES
    assert set(seen) <= {200, 404, 422}
    assert set(refused) == {401}
