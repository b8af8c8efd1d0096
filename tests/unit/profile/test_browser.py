"""The file in a real browser: nothing fetched, its policy kept, no overflow, no axe violation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from frith.profile import write_profile
from frith.profile.document import Document
from support import ROOT, chromium

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def file(opened: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_profile(opened, tmp_path_factory.mktemp("browser")).html


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_it_fits_fetches_nothing_and_keeps_its_policy(browser: Any, file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    styled = page.evaluate("getComputedStyle(document.querySelector('h2')).borderTopWidth")
    assert styled == "3px"
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Any, file: Path, width: int) -> None:
    if not AXE.is_file():
        pytest.skip(f"needs axe-core: there is no {AXE}")
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate(
        "[...document.querySelectorAll('details')].slice(0, 3).forEach(one => { one.open = true })"
    )
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("levels => axe.run(document, { runOnly: levels })", LEVELS)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    context.close()


def test_the_keyboard_reaches_the_document_first(browser: Any, file: Path) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the document"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()
