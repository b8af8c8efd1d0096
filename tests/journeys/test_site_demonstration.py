"""The demonstration as a person meets it: the real command, a real browser, two widths."""

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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browsing import FLAGS, follow
from support import ROOT, chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, BrowserType, Page

pytestmark = pytest.mark.browser

WIDTHS = (360, 1280)
PAGES = {
    "home": "/",
    "profile": "/profile/",
    "password": "/password",
    "accessibility": "/accessibility",
    "health": "/health",
    "not-found": "/nothing-here",
    "signed-out": "/signed-out",
}
START_S = 240
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Site:
    """A running demonstration."""

    address: str
    passwords: dict[str, str]


@dataclass
class Watched:
    """A browser page, and what it asked for and complained of."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str, *, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.goto(address)


@pytest.fixture(scope="module")
def site_running(
    tmp_path_factory: pytest.TempPathFactory,
    little_borough: Callable[[Path], Path],
    node_modules: Path,
) -> Iterator[Site]:
    """`frith-web demo` on a free port, over a little borough instead of the big one."""
    folder = tmp_path_factory.mktemp("demonstration")
    little_borough(folder / "data" / "borough")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FRITH_WEB", "DJANGO"))}
    log = (folder / "log.txt").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", "from frith_web.cli import main; main()", "demo", f"--port={port}"],
        env={**inherited, "FRITH_WEB_DATA": str(folder / "data")},
        cwd=folder,
        stderr=log,
        stdout=log,
    )
    try:
        address = f"http://localhost:{port}"
        _wait(address, process, folder / "log.txt")
        said = (folder / "log.txt").read_text("utf-8")
        yield Site(address, dict(re.findall(r"(demo-[\w-]+) +password (\S+)", said)))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        log.close()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"the demonstration did not start: {log.read_text('utf-8')}")


@pytest.fixture(scope="module")
def chromium_type() -> Iterator[BrowserType]:
    """What starts a browser; the tests are skipped where Debian's chromium is absent."""
    chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def browser(
    chromium_type: BrowserType, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Debian's chromium with a profile folder of its own."""
    profile = tmp_path_factory.mktemp("chromium")
    context = chromium_type.launch_persistent_context(
        profile, executable_path=str(chromium()), args=FLAGS
    )
    yield context
    context.close()


@pytest.fixture
def watched(browser: BrowserContext) -> Iterator[Watched]:
    browser.clear_cookies()
    page = browser.new_page()
    held = Watched(page)
    page.on("request", lambda request: held.hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: held.complaints.append(message.text))
    page.on("pageerror", lambda error: held.complaints.append(str(error)))
    yield held
    page.close()


@pytest.fixture
def inside(watched: Watched, site_running: Site) -> Watched:
    """Signed in as the demonstration's analyst."""
    sign_in(watched, site_running, "demo-analyst", width=1280)
    return watched


def sign_in(watched: Watched, site: Site, name: str, *, width: int) -> None:
    watched.open(f"{site.address}/sign-in", width=width)
    watched.page.get_by_label("User name or email address").fill(name)
    watched.page.get_by_label("Password", exact=True).fill(site.passwords[name])
    follow(watched.page.get_by_role("button", name="Sign in"))
    watched.page.wait_for_url(f"{site.address}/")


def violations(page: Page) -> list[str]:
    """What axe finds wrong. Its script is evaluated by the debugger, which the policy allows."""
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]} ({one['help']})"
        for one in found["violations"]
    ]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["demo-analyst", "demo-board-member"])
def test_both_people_sign_in_read_the_profile_and_sign_out(
    watched: Watched, site_running: Site, name: str, width: int
) -> None:
    sign_in(watched, site_running, name, width=width)
    page = watched.page
    assert "Everything here is made up" in page.inner_text("main")
    follow(page.locator("main").get_by_role("link").first)
    page.wait_for_url(f"{site_running.address}/profile/")
    assert "Littleborough-on-Test" in page.inner_text("h1")
    assert page.locator("main svg").count() > 0
    assert overflow(page) <= 0
    follow(page.get_by_role("button", name="Sign out"))
    page.wait_for_url(f"{site_running.address}/signed-out")
    page.goto(f"{site_running.address}/profile/")
    assert "/sign-in?next=/profile/" in page.url


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_fits_obeys_its_policy_and_passes_axe(
    inside: Watched, site_running: Site, page: str, width: int
) -> None:
    inside.complaints.clear()
    inside.open(f"{site_running.address}{PAGES[page]}", width=width)
    shown = inside.page
    assert overflow(shown) <= 0
    assert violations(shown) == []
    expected = "404" if page == "not-found" else "nothing"
    assert [said for said in inside.complaints if expected not in said] == []
    assert inside.hosts == {site_running.address.removeprefix("http://")}
    family = shown.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert family.lower().startswith("arial")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_with_its_errors_passes_axe(
    watched: Watched, site_running: Site, width: int
) -> None:
    watched.open(f"{site_running.address}/sign-in", width=width)
    assert violations(watched.page) == []
    follow(watched.page.get_by_role("button", name="Sign in"))
    watched.page.wait_for_selector(".govuk-error-summary")
    assert watched.page.title().startswith("Error: ")
    assert violations(watched.page) == []
    assert overflow(watched.page) <= 0
    watched.page.get_by_role("link", name="Enter your password").click()
    assert watched.page.evaluate("document.activeElement.id") == "id_password"


def test_the_keyboard_reaches_the_main_content_first(inside: Watched, site_running: Site) -> None:
    page = inside.page
    inside.open(f"{site_running.address}/profile/", width=1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_whole_visit_by_keyboard_alone(watched: Watched, site_running: Site) -> None:
    page = watched.page
    watched.open(f"{site_running.address}/", width=1280)
    reach(page, "id_username")
    page.keyboard.type("demo-board-member")
    page.keyboard.press("Tab")
    page.keyboard.type(site_running.passwords["demo-board-member"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site_running.address}/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Sign out":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site_running.address}/signed-out")


def reach(page: Page, ident: str) -> None:
    """Press Tab until the element is focused; every stop on the way must be visible."""
    for _ in range(40):
        page.keyboard.press("Tab")
        box = page.evaluate("document.activeElement.getBoundingClientRect().height")
        assert box > 0
        if page.evaluate("document.activeElement.id") == ident:
            return
    pytest.fail(f"the keyboard does not reach {ident}")


def test_targets_are_large_enough_for_a_thumb(inside: Watched, site_running: Site) -> None:
    inside.open(f"{site_running.address}/", width=360)
    small = inside.page.evaluate(
        """[...document.querySelectorAll('button, header a, input')]
        .map(e => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([text, box]) => box.height > 1 && (box.height < 24 || box.width < 24))
        .map(([text]) => text)"""
    )
    assert small == []


def test_pages_work_without_scripts(
    chromium_type: BrowserType, site_running: Site, tmp_path: Path
) -> None:
    context = chromium_type.launch_persistent_context(
        tmp_path, executable_path=str(chromium()), args=FLAGS, java_script_enabled=False
    )
    page = context.pages[0]
    sign_in(Watched(page), site_running, "demo-board-member", width=360)
    menu = page.get_by_role("navigation", name="Main menu")
    follow(menu.get_by_role("link", name="Local profile", exact=True))
    assert "Littleborough-on-Test" in page.inner_text("h1")
    context.close()


def test_a_print_carries_the_marking_on_every_sheet(
    inside: Watched, site_running: Site, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    inside.open(f"{site_running.address}/profile/", width=1280)
    inside.page.pdf(path=str(tmp_path / "print.pdf"))
    sheets = PdfReader(tmp_path / "print.pdf").pages
    assert len(sheets) > 3
    for sheet in sheets:
        assert sheet.extract_text().count("OFFICIAL – SYNTHETIC DATA") >= 2


def test_files_are_downloaded_not_opened(inside: Watched, site_running: Site) -> None:
    page = inside.page
    inside.open(f"{site_running.address}/profile/", width=1280)
    for link, start in (("HTML", b"<!DOCTYPE html>"), ("PDF", b"%PDF-")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=re.compile(f"^{link} \\(")).click()
        assert waiting.value.path().read_bytes().startswith(start)


def test_the_demonstration_answers_at_this_machine_only(site_running: Site) -> None:
    port = int(site_running.address.rsplit(":", 1)[1])
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/health", headers={"Host": "srp.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 400
    listening = Path("/proc/net/tcp")
    if listening.exists():
        bound = [
            line.split()[1].split(":")[0]
            for line in listening.read_text("ascii").splitlines()[1:]
            if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
        ]
        assert bound == ["0100007F"]
