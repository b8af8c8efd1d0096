"""Signing in as a person meets it: a real server, a real browser, a passkey made of software."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from authenticators import code_now
from browsing import FLAGS, follow
from support import ROOT, chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

PASSWORD = "three random words"
WIDTHS = (360, 1280)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("FRITH_PICTURES")
SERVER = """
import os, sys
from frith_web import cli
cli._prepare()
from frith_web.core.models import Partner, Role, RoleHeld, User
from frith_web.core.services.accounts import open_account
from frith_web.core.services.roles import install_roles
install_roles()
partner, _ = Partner.objects.get_or_create(key="town", name="The town council", body="council")
for name, words in (("a.khan", "Amina Khan"), ("b.diaz", "Bea Diaz"), ("c.lee", "Chris Lee")):
    user = open_account(username=name, full_name=words, email="", password="three random words")
    User.objects.filter(pk=user.pk).update(partner=partner)
lead = User.objects.get(username="a.khan")
RoleHeld.objects.create(user=lead, role=Role.objects.get(key="partner-lead"), reason="test")
User.objects.filter(username="c.lee").update(certified_until="2026-01-01")
cli._gunicorn(bind=f"127.0.0.1:{sys.argv[1]}", workers=1)
"""


@dataclass
class Site:
    """A running site and its database."""

    address: str
    database: Path

    def shift(self, **ago: float) -> None:
        """Pretend that everybody was last seen a while ago."""
        when = (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%d %H:%M:%S.%f")
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.execute("UPDATE core_signedin SET seen_at = ?", [when])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, node_modules: Path) -> Iterator[Site]:
    """A site with three accounts, over plain HTTP at this machine."""
    folder = tmp_path_factory.mktemp("site")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FRITH_WEB", "DJANGO"))}
    given = {
        "FRITH_WEB_DATA": str(folder / "data"),
        "FRITH_WEB_DEBUG": "true",
        "FRITH_WEB_ALLOWED_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "frith_web.settings",
    }
    log = (folder / "log.txt").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        env={**inherited, **given},
        cwd=folder,
        stdout=log,
        stderr=log,
    )
    site = Site(f"http://localhost:{port}", folder / "data" / "site.sqlite3")
    try:
        _wait(site.address, process, folder / "log.txt")
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        log.close()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"the site did not start: {log.read_text('utf-8')}")


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
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    assert [said for said in complaints if "404" not in said] == []


def look(page: Page, name: str) -> None:
    """Nothing wrong by axe and nothing that overflows, at both widths; a picture where asked."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
        assert wrong == [], (name, width)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def give_password(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.address}/sign-in")
    page.get_by_label("User name or email address").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))


def test_the_whole_way_from_the_first_sign_in_to_closing_an_account(
    page: Page, running: Site
) -> None:
    page.goto(f"{running.address}/sign-in")
    look(page, "sign-in")
    give_password(page, running, "a.khan")
    look(page, "set-up")
    follow(page.get_by_role("link", name="An authenticator app"))
    assert page.evaluate("document.querySelector('.frith-square-code').naturalWidth") > 0
    look(page, "set-up-app")
    page.get_by_text("If you cannot scan it").click()
    secret = page.locator(".frith-key code").inner_text()
    follow(page.get_by_role("button", name="Continue"))
    page.wait_for_selector(".govuk-error-summary")
    look(page, "set-up-app-error")
    page.get_by_label("Code that the app shows").fill(code_now(secret))
    follow(page.get_by_role("button", name="Continue"))
    assert page.locator(".frith-codes code").count() == 10
    look(page, "recovery-codes")
    spare = page.locator(".frith-codes code").first.inner_text()
    follow(page.get_by_role("button", name="I have kept them"))
    page.wait_for_url(f"{running.address}/")
    for name, where in {
        "account": "/account",
        "factors": "/account/second-factor",
        "devices": "/account/devices",
        "confirm": "/account/confirm",
        "people": "/people",
        "people-certify": "/people/c.lee",
        "people-close": "/people/b.diaz/close",
    }.items():
        page.goto(f"{running.address}{where}")
        look(page, name)
    follow(page.get_by_role("button", name="Close the account"))
    page.wait_for_selector(".govuk-error-summary")
    look(page, "people-close-error")
    follow(page.get_by_role("button", name="Sign out").first)
    give_password(page, running, "a.khan")
    follow(page.get_by_role("button", name="Continue"))
    page.wait_for_selector(".govuk-error-summary")
    look(page, "code-error")
    page.get_by_label("Code").fill(spare)
    follow(page.get_by_role("button", name="Continue"))
    page.wait_for_url(f"{running.address}/")
    warned_and_outlived(page, running)


def warned_and_outlived(page: Page, running: Site) -> None:
    """The warning offers to stay; what was typed outlives the session."""
    page.clock.install()
    page.goto(f"{running.address}/people/b.diaz")
    assert not page.locator("[data-session-plain]").is_visible()
    running.shift(minutes=13, seconds=30)
    page.clock.fast_forward("13:30")
    page.wait_for_selector("dialog[open]")
    look(page, "session-warning")
    page.get_by_role("button", name="Stay signed in").click()
    page.wait_for_selector("dialog:not([open])", state="attached")
    page.get_by_label("What do they need it for?").fill("Grades reports on the desk")
    with page.expect_response(f"{running.address}/draft") as kept:
        page.clock.fast_forward("00:06")
    assert kept.value.json()["kept"] is True
    page.get_by_label("What do they need it for?").fill("Grades reports on the night desk")
    running.shift(minutes=16)
    follow(page.get_by_role("button", name="Yes, for another six months"))
    page.wait_for_url(re.compile("/sign-in\\?next="))
    look(page, "sign-in-ended")
    assert "What you typed is kept" in page.inner_text("main")


def test_a_passkey_is_made_and_signs_in_alone(page: Page, running: Site) -> None:
    held = page.context.new_cdp_session(page)
    held.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    held.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    give_password(page, running, "b.diaz")
    follow(page.get_by_role("link", name="A passkey"))
    look(page, "set-up-passkey")
    page.get_by_label("What to call this passkey").fill("work laptop")
    page.get_by_role("button", name="Make the passkey").click()
    follow(page.get_by_role("button", name="I have kept them"))
    page.wait_for_url(f"{running.address}/")
    follow(page.get_by_role("button", name="Sign out").first)
    page.goto(f"{running.address}/sign-in?next=/account")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(f"{running.address}/account")
    assert "work laptop" in page.inner_text("main")
    follow(page.get_by_role("button", name="Sign out").first)
    give_password(page, running, "b.diaz")
    look(page, "code")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(f"{running.address}/")


def test_a_suspended_account_is_told_whom_to_ask(page: Page, running: Site) -> None:
    give_password(page, running, "c.lee")
    look(page, "suspended")
    for name in ("unknown", "failed"):
        page.goto(f"{running.address}/sign-in/partner/{name}")
        look(page, f"partner-{name}")
