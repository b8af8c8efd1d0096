"""A first password as a person meets it: one page before anything else, and what an hour ends."""

from __future__ import annotations

import os
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

from browsing import FLAGS, follow
from support import ROOT, chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

FIRST, OWN = "three random words", "staple battery horse correct"
WIDTHS = (360, 1280)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("FRITH_PICTURES")
SERVER = """
import sys
from datetime import timedelta
from frith_web import cli
cli._prepare()
from django.utils import timezone
from frith_web.core.models import User
from frith_web.core.services.accounts import open_account
for name, words in (("b.khan", "Bo Khan"), ("c.lee", "Chris Lee")):
    open_account(
        username=name, full_name=words, email="", password="three random words", is_first=True
    )
ended = timezone.now() - timedelta(minutes=1)
User.objects.filter(username="c.lee").update(first_password_until=ended)
cli._gunicorn(bind=f"127.0.0.1:{sys.argv[1]}", workers=1)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, node_modules: Path) -> Iterator[str]:
    """A site with two accounts that have a first password, over plain HTTP at this machine."""
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
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(port)],
            env={**inherited, **given},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://localhost:{port}", process, folder / "log.txt")
            yield f"http://localhost:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail(f"the site did not start: {log.read_text('utf-8')}")


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context: BrowserContext = playwright.chromium.launch_persistent_context(
            tmp_path / "chromium", executable_path=str(chromium()), args=FLAGS
        )
        yield context.new_page()
        context.close()


def look(page: Page, name: str) -> None:
    """Nothing wrong by axe and nothing that overflows, at both widths; a picture where asked."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [one["id"] for one in found["violations"]] == [], (name, width)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def sign_in(page: Page, address: str, name: str, password: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("User name or email address").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    follow(page.get_by_role("button", name="Sign in", exact=True))


def test_one_s_own_password_comes_before_anything_else(page: Page, address: str) -> None:
    sign_in(page, address, "b.khan", FIRST)
    assert page.url == f"{address}/sign-in/own-password"
    look(page, "own-password")
    follow(page.get_by_role("button", name="Continue"))
    page.wait_for_selector(".govuk-error-summary")
    look(page, "own-password-error")
    page.goto(f"{address}/")
    assert page.url.startswith(f"{address}/sign-in?")
    page.goto(f"{address}/sign-in/own-password")
    page.get_by_label("Your own password").fill(OWN)
    page.get_by_label("The same again").fill(OWN)
    follow(page.get_by_role("button", name="Continue"))
    assert page.url == f"{address}/sign-in/set-up"
    sign_in(page, address, "b.khan", FIRST)
    assert "The user name or password is not right" in page.inner_text("main")
    sign_in(page, address, "b.khan", OWN)
    assert page.url == f"{address}/sign-in/set-up"


def test_one_that_has_ended_says_whom_to_ask(page: Page, address: str) -> None:
    sign_in(page, address, "c.lee", FIRST)
    assert page.url == f"{address}/sign-in/own-password/over"
    look(page, "own-password-over")
