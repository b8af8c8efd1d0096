"""What holds on every page: headers, layout, and HTML that a checker would pass."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

import site_world as world
from frith_web.core import navigation
from frith_web.core.models import User
from frith_web.products.views import PLACES

INSIDE = [
    "/",
    "/profile/",
    "/password",
    "/account",
    "/account/second-factor",
    "/account/devices",
    "/health",
    "/nothing-here",
]
OUTSIDE = ["/sign-in", "/signed-out", "/health", "/nothing-here"]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "object-src": {"'none'"},
}


class Checker(HTMLParser):
    """Notes unclosed and misnested elements, ids, headings, labels and targets."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.tags: Counter[str] = Counter()
        self.wanted: set[str] = set()
        self.inputs: set[str] = set()
        self.html_lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags[tag] += 1
        if len(held) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if held.get("id"):
            self.ids[str(held["id"])] += 1
        if tag == "html":
            self.html_lang = held.get("lang") or ""
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.wanted |= set((held.get(name) or "").split())
        shown = held.get("type") != "hidden" and "hidden" not in held
        if tag in {"input", "select", "textarea"} and shown:
            self.inputs.add(str(held.get("id")))
        if tag == "img" and "alt" not in held:
            self.faults.append("an image has no alternative text")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


def check(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    return checker


def get(client: Client, path: str) -> tuple[int, str, dict[str, str]]:
    answer = client.get(path, HTTP_ACCEPT="text/html")
    return answer.status_code, answer.content.decode(), dict(answer.headers)


@pytest.fixture(params=["inside", "outside"])
def pages(request: pytest.FixtureRequest, published: Path) -> list[tuple[str, str, dict[str, str]]]:
    if request.param == "inside":
        client, paths = request.getfixturevalue("reader"), INSIDE
    else:
        client, paths = Client(), OUTSIDE
    return [(path, *get(client, path)[1:]) for path in paths]


def test_every_page_is_well_formed(pages: list[tuple[str, str, dict[str, str]]]) -> None:
    for path, page, _ in pages:
        found = check(page)
        assert page.startswith("<!DOCTYPE html>"), path
        assert not found.faults, (path, found.faults)
        assert not found.open, (path, found.open)
        assert found.html_lang == "en-GB", path
        assert found.tags["title"] >= 1, path
        assert (found.tags["h1"], found.tags["main"]) == (1, 1), path
        assert not [one for one, n in found.ids.items() if n > 1], (path, found.ids.most_common(3))
        assert found.wanted <= set(found.ids), (path, found.wanted - set(found.ids))


def test_every_page_is_marked_at_top_and_foot(
    pages: list[tuple[str, str, dict[str, str]]], site: Settings
) -> None:
    for path, page, _ in pages:
        marks = [part.split("</p>")[0] for part in page.split('<p class="frith-marking ')[1:]]
        assert len(marks) == 2, path
        assert all("OFFICIAL" in mark for mark in marks), path
        assert page.index("frith-marking--top") < page.index("<main"), path
        assert page.index("frith-marking--foot") > page.index("</main>"), path


def test_every_page_has_the_strict_policy(pages: list[tuple[str, str, dict[str, str]]]) -> None:
    for path, _, headers in pages:
        parts = [part.split() for part in headers["Content-Security-Policy"].split(";")]
        assert {part[0]: set(part[1:]) for part in parts} == POLICY, path
        assert "no-store" in headers["Cache-Control"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "geolocation=()" in headers["Permissions-Policy"], path


def test_the_checker_itself_finds_faults() -> None:
    assert check("<div><p></div>").faults
    assert check('<a id="x"></a><a id="x"></a>').ids["x"] == 2
    assert check("<section>").open == ["section"]


def test_every_input_has_its_label(reader: Client) -> None:
    for client, path in ((Client(), "/sign-in"), (reader, "/password")):
        found = check(get(client, path)[1])
        assert found.inputs
        assert found.inputs <= found.wanted, path


def test_the_current_page_is_named_in_the_navigation(reader: Client) -> None:
    page = get(reader, "/account")[1]
    current = page.split('aria-current="page"')
    assert len(current) == 2
    assert "Your account" in current[1][:120]


def test_one_entry_of_the_menu_is_active_below_it_and_no_other(analyst: User) -> None:
    keeper = world.person("keeper", of=analyst.partner, roles=("information-governance",))
    client = Client()
    client.force_login(keeper, backend="frith_web.core.authentication.Accounts")
    page = get(client, "/people-recorded/equality")[1]
    active = re.findall(r"service-navigation__active-fallback\">([^<]+)<", page)
    assert active == ["Completeness"], "and not the list that its address stands below"


def test_the_first_page_says_what_each_entry_of_the_menu_is_for() -> None:
    declared = {one.url_name for one in navigation.entries()}
    assert declared - {"products:home"} == set(PLACES)
