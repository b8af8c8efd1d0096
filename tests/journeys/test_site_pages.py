"""Every page in a browser, at two widths: it fits, obeys its policy, and works by keyboard."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import site_demo
from browsing import FLAGS, follow
from support import ROOT, chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("FRITH_PICTURES", "")
"""A folder for screenshots; none are taken where it is unset."""
START = "from frith_web.cli import main; main()"
START_S = 180
TABS = 150
FULL = {
    "administrator": (
        *("/", "/settings/", "/settings/set-up", "/settings/numbers", "/partners/"),
        *("/partners/of/police", "/areas/", "/accounts/", "/accounts/of/demo-analyst", "/roles/"),
        *("/roles/analyst", "/compartments/", "/compartments/of/operation-heron", "/tokens/"),
        *("/partners/new", "/accounts/new", "/jobs/all", "/plans/"),
    ),
    "analyst": (
        *("/people-recorded/", "/events/", "/events/map", "/objects/", "/locations/", "/plans/"),
        *("/plans/crosswalk", "/measures/", "/measures/of/awareness_sessions", "/account"),
        *("/people-recorded/copy", "/profile/", "/notifications/", "/jobs/"),
        *("first:/people-recorded/", "first:/events/", "first:/objects/", "first:/locations/"),
        *("links:/people-recorded/", "choose:/people-recorded/", "compare:/people-recorded/"),
        *(
            "first:/plans/",
            "/events/?sort=crime&theme=acquisitive&order=area",
            "/search/?words=Surname1",
        ),
    ),
    "partner-lead": ("/consents/", "/consents/answer", "/people"),
    "information-governance": ("/people-recorded/equality", "/log/", "/log/unusual"),
    "board-member": ("/plans/new", "/measures/adopt", "/plans/crosswalk/new"),
}
EMPTY = {
    "analyst": (
        *("/people-recorded/?words=nobody", "/events/map?words=nothing", "/nothing-here"),
        "choose:/people-recorded/",
    ),
    "auditor": ("/", "/plans/"),
}
ERROR = {
    "administrator": (
        *("/partners/new", "/accounts/new", "/areas/new", "/compartments/new"),
        *("/settings/numbers/child", "/accounts/of/demo-analyst/role"),
    ),
    "board-member": ("/plans/new", "/measures/adopt"),
    "partner-lead": ("/consents/answer",),
}
"""Forms sent empty."""


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, node_modules: Path
) -> Iterator[tuple[str, dict[str, str]]]:
    """`frith-web demo` over a tiny borough: its address, and the passwords by role."""
    folder = tmp_path_factory.mktemp("pages")
    site_demo.write_tiny_borough(folder / "data" / "borough")
    site_demo.publish(folder / "data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FRITH_WEB", "DJANGO"))}
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", START, "demo", f"--port={port}"],
            env={**inherited, "FRITH_WEB_DATA": str(folder / "data")},
            cwd=folder,
            stderr=log,
            stdout=log,
        )
        try:
            _wait(f"http://localhost:{port}", process, folder / "log.txt")
            said = (folder / "log.txt").read_text("utf-8")
            yield (
                f"http://localhost:{port}",
                dict(re.findall(r"demo-([\w-]+) +password (\S+)", said)),
            )
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"the demonstration did not start: {log.read_text('utf-8')}")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"), executable_path=str(chromium()), args=FLAGS
        )
        yield context
        context.close()


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    browser.clear_cookies()
    opened = browser.new_page()
    yield opened
    opened.close()


def sign_in(page: Page, running: tuple[str, dict[str, str]], role: str) -> None:
    address, passwords = running
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name or email address").fill(f"demo-{role}")
    page.get_by_label("Password", exact=True).fill(passwords[role])
    follow(page.get_by_role("button", name="Sign in"))
    page.wait_for_url(f"{address}/")


def go(page: Page, address: str, path: str) -> None:
    """An address, or `first:` for the first record of a list, and what stands on its pages.

    `links:` is its link chart, `choose:` whom it may be compared with, `compare:` it beside one.
    """
    how, _, of = path.rpartition(":")
    page.goto(f"{address}{of}")
    if how:
        follow(page.locator("main tbody th a, main dt a").first)
    if how == "links":
        follow(page.get_by_role("link", name="Recorded with", exact=True))
    if how in {"choose", "compare"}:
        follow(page.get_by_role("link", name="Compare", exact=True))
    if how == "compare":
        page.get_by_label("Search", exact=True).fill("Surname")
        follow(page.get_by_role("main").get_by_role("button", name="Search"))
        follow(page.locator("main tbody th a").first)


def wrong_on(page: Page, path: str, state: str) -> list[str]:
    """What is wrong with the page as it stands, at both widths."""
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            found.append(f"{state} {path} at {width}: {over} px too wide")
        page.evaluate(AXE.read_text("utf-8"))
        axe: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [
            f"{state} {path} at {width}: {one['id']}: {one['nodes'][0]['html'][:140]}"
            for one in axe["violations"]
        ]
        if PICTURES:
            name = re.sub(r"\W+", "-", f"{state}{path}").strip("-")
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    return found


def watch(page: Page) -> tuple[set[str], list[str]]:
    hosts: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return hosts, said


@pytest.mark.parametrize(("state", "pages"), [("full", FULL), ("empty", EMPTY)])
def test_every_page_fits_and_passes_axe(
    page: Page,
    running: tuple[str, dict[str, str]],
    state: str,
    pages: dict[str, tuple[str, ...]],
) -> None:
    hosts, said = watch(page)
    wrong: list[str] = []
    for role, paths in pages.items():
        page.context.clear_cookies()
        sign_in(page, running, role)
        for path in paths:
            go(page, running[0], path)
            wrong += wrong_on(page, path, state)
    assert not wrong, "\n".join(wrong)
    assert hosts == {running[0].removeprefix("http://")}
    assert [one for one in said if "404" not in one] == []


def test_every_form_sent_empty_says_what_to_do(
    page: Page, running: tuple[str, dict[str, str]]
) -> None:
    wrong: list[str] = []
    for role, paths in ERROR.items():
        page.context.clear_cookies()
        sign_in(page, running, role)
        for path in paths:
            go(page, running[0], path)
            for box in page.locator("main input[type=text]").all():
                box.fill("")
            follow(page.locator("main form button").last)
            page.wait_for_selector(".govuk-error-summary")
            if not page.title().startswith("Error: "):
                wrong.append(f"{path}: its title does not say that there is an error")
            wrong += wrong_on(page, path, "error")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("administrator", "/accounts/of/demo-analyst"),
        ("administrator", "/partners/new"),
        ("analyst", "/events/map"),
        ("analyst", "links:/people-recorded/"),
        ("analyst", "compare:/people-recorded/"),
        ("analyst", "/people-recorded/"),
        ("partner-lead", "/consents/answer"),
    ],
)
def test_the_keyboard_reaches_every_control(
    page: Page, running: tuple[str, dict[str, str]], role: str, path: str
) -> None:
    sign_in(page, running, role)
    go(page, running[0], path)
    controls = page.evaluate(
        "[...document.querySelectorAll('main a[href], main button, main select, main textarea, "
        "main input:not([type=hidden]):not([type=radio])')]"
        ".filter(e => e.getClientRects().length).map((e, n) => e.dataset.n = n).length"
    )
    reached: set[str] = set()
    for _ in range(min(TABS, controls + 40)):
        page.keyboard.press("Tab")
        number = page.evaluate("document.activeElement.dataset.n || ''")
        if number:
            reached.add(number)
    assert len(reached) >= min(controls, TABS - 40), f"{len(reached)} of {controls}"
