"""The evidence file in a browser: nothing fetched, no overflow, no axe violation, all printed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from frith.networks import find_groups
from frith.profile.evidence import build_evidence, write_evidence
from frith.reference.regimes import Regime
from frith.tables.dataset import About, Dataset, FileNote
from support import ROOT, chromium
from unit.networks.test_beside import crew_world

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = crew_world(also=[("child", "suspect"), ("child", "possible_victim")], theme="cce")
    events = world.events.with_columns(
        crime_type=pl.lit("Drugs"), kind=pl.lit("crime"), date_precision=pl.lit("day")
    )
    nominals = pl.DataFrame({"nominal_id": ["K1"], "date_of_birth": ["2012-03-04"]})
    codes = events["area"].unique().sort()
    squares = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"Place {code}"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [[[x, 51], [x + 0.1, 51], [x + 0.1, 51.1], [x, 51]]],
                },
            }
            for code, x in zip(codes, (n / 10 for n in range(codes.len())), strict=True)
        ],
    }
    about = About(
        name="d",
        area="E99",
        area_name="Somewhere",
        area_vintage="other",
        files={"events": FileNote(publisher="nobody", regime=Regime.SYNTHETIC)},
    )
    dataset = Dataset(
        folder=Path(),
        about=about,
        tables={"events": events, "roles": world.roles, "nominals": nominals},
        reports={},
        outlines={"areas": squares},
    )
    found = find_groups(events, world.roles, nominals=nominals)
    case = build_evidence(found, dataset, on=date(2026, 11, 21))
    return write_evidence(case, tmp_path_factory.mktemp("evidence"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=str(path), args=["--no-sandbox"])
        yield opened
        opened.close()


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
    page.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(browser: Any, file: Path, width: int) -> None:
    if not AXE.is_file():
        pytest.skip(f"needs axe-core: there is no {AXE}")
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.add_style_tag(content=".card { content-visibility: visible !important }")
    page.evaluate("[...document.querySelectorAll('details')].forEach(one => { one.open = true })")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("levels => axe.run(document, { runOnly: levels })", LEVELS)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    context.close()


def test_cards_that_were_closed_are_printed_open(browser: Any, file: Path) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    page.evaluate("[...document.querySelectorAll('details')].forEach(one => { one.open = false })")
    page.emulate_media(media="print")
    grid = page.locator(".card table").first
    assert grid.bounding_box()["height"] > 100
    folded = page.locator("details.fold table").first
    assert folded.bounding_box()["height"] > 20
    page.close()
