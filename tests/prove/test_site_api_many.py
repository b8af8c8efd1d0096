"""The API's whole description in 50,000 cases: no fault of the server, nothing undescribed.

Within this process, without a network. Each part makes its own cases, the same ones each time, so
two processes halve the time and a failure comes again:

    pytest -n 2 tests/prove/test_site_api_many.py
    FRITH_CASES=2000 pytest tests/prove/test_site_api_many.py
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from pytest_django import Settings

import site_api_cases as cases
import site_world as world
from frith_web.core.services import tokens
from site_tokens import token_for

CASES = int(os.environ.get("FRITH_CASES", "50000"))
PARTS = 4
AT_ONCE = 200
"""Cases of one operation in a go: the engine that makes them slows down in longer ones."""


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_fifty_thousand_cases_find_no_fault(
    site: Settings, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """With a token that may do everything; then a tenth as many with made-up tokens."""
    del site
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 10**9)
    council = world.partner("council")
    ann = world.person("ann", of=council, roles=("analyst",))
    for number in range(3):
        world.nominal(world.held(council), by=ann, family_name=f"N{number}")
    token = token_for(ann, permissions=cases.EVERYTHING)
    seen: Counter[int] = Counter()
    listed = cases.operations()
    # References leave little to vary, so the rest takes most of the cases.
    rich = [one for one in listed if "{" not in one.path]
    number = part
    for one in listed:
        seen += cases.send_many(one, cases=min(AT_ONCE, CASES // 500), token=token, number=number)
    while seen.total() < CASES / PARTS:
        number += PARTS
        for one in rich:
            seen += cases.send_many(one, cases=AT_ONCE, token=token, number=number)
            if seen.total() >= CASES / PARTS:
                break
    refused: Counter[int] = Counter()
    open_ended = cases.operations(tokens_too=True)
    for one in open_ended:
        share = max(2, CASES // PARTS // 10 // len(open_ended))
        refused += cases.send_many(one, cases=share, token="", number=part)
    print(f"part {part}: with a token {dict(seen)}; without {dict(refused)}")  # noqa: T201
    assert seen.total() >= CASES / PARTS
    assert set(seen) <= {200, 202, 400, 404, 422}
    assert set(refused) == {401}
