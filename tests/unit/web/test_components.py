"""Every partial gives the HTML that GOV.UK Frontend ships as its own expected answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from frith_web.ui import components
from support import ROOT

SHIPPED = ROOT / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"


def fixtures(name: str) -> list[dict[str, Any]]:
    path = SHIPPED / name / "fixtures.json"
    return json.loads(path.read_text("utf-8"))["fixtures"] if path.is_file() else []


def trusted(value: Any, key: str = "") -> Any:
    """The shipped options with their HTML marked safe, as a template of ours would give it."""
    if isinstance(value, dict):
        return {name: trusted(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [trusted(one, key) for one in value]
    if isinstance(value, str) and (key.lower().endswith("html") or key in SLOTS):
        return mark_safe(value)
    if isinstance(value, bool) and key == "value":
        return str(value).lower()  # as JavaScript writes it
    return value


SLOTS = {"start", "end", "navigationStart", "navigationEnd"}
CASES = [
    pytest.param(name, one, id=f"{name}: {one['name']}")
    for name in components.GOVUK
    for one in fixtures(name)
]


@pytest.mark.skipif(not CASES, reason="needs node_modules, which `make test` installs")
@pytest.mark.parametrize(("name", "case"), CASES)
def test_component_matches_the_shipped_fixture(name: str, case: dict[str, Any]) -> None:
    ours = components.render(name, trusted(case["options"]))
    assert parse_html(ours) == parse_html(case["html"]), f"\n{ours}\n---\n{case['html']}"


def test_every_component_was_compared(node_modules: Path) -> None:
    assert {case.values[0] for case in CASES} == set(components.GOVUK)


@pytest.mark.parametrize("name", ["tag", "inset-text", "hint", "warning-text", "details"])
def test_html_that_is_not_marked_safe_is_escaped(name: str) -> None:
    shown = components.render(name, {"html": "<script>alert(1)</script>"})
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_component_without_a_partial_says_which_there_are() -> None:
    with pytest.raises(KeyError, match="there is no component 'crown'"):
        components.render("crown", {})
