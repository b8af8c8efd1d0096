"""Small pictures for cards: nothing fetched, nobody set apart, and words that say the same."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from frith.charts.sketches import (
    AXIS_ID,
    KEY_ID,
    MOST_DRAWN,
    MOST_OUTLINES,
    TIES,
    area_ground,
    occasion_axis,
    occasion_strip,
    ties_key,
    ties_ring,
)

START, END = date(2024, 1, 1), date(2025, 12, 31)


def squares(n: int) -> dict:
    def ring(i: int) -> list:
        x, y = 1 + 0.01 * (i % 50), 51 + 0.01 * (i // 50)
        return [[[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": f"A{i}", "name": f"<Place {i}>"},
                "geometry": {"type": "Polygon", "coordinates": ring(i)},
            }
            for i in range(n)
        ],
    }


def strip(*days: date):
    return occasion_strip(days, start=START, end=END, name="g", title="A & B")


def test_the_strip_has_a_mark_an_occasion_also_on_one_day():
    days = [date(2024, 5, 1), date(2024, 5, 1), date(2025, 6, 1)]
    svg = strip(*days).svg
    tops = re.findall(r"M([\d.]+) ([\d.]+)h0", svg)
    assert len(tops) == len(set(tops)) == 3
    assert "3 occasions from 1 May 2024 to 1 June 2025" in strip(*days).alt


def test_the_axis_is_the_whole_period_whatever_the_days():
    early, late = strip(date(2024, 1, 2)).svg, strip(date(2025, 12, 30)).svg
    assert all(f'<use href="#{AXIS_ID}"/>' in svg for svg in (early, late))
    axis = occasion_axis(START, END)
    assert f'id="{AXIS_ID}"' in axis
    assert re.findall(r">(\w{3} \d{4})<", axis)[0] == "Jan 2024"
    at = [float(re.findall(r"M([\d.]+) [\d.]+h0", svg)[0]) for svg in (early, late)]
    assert at[1] - at[0] > 600


def test_the_ring_draws_each_tie_once_and_everybody_alike():
    ties = [("A", "B", TIES[0]), ("A", "C", TIES[1]), ("B", "C", TIES[2])]
    made = ties_ring(["A", "B", "C"], ties, name="g", title="t")
    assert made is not None
    root = ET.fromstring(made.svg)
    nodes = root.findall("./{*}g[@stroke-linecap]/{*}path")
    assert [(node.get("d") or "").count("M") for node in nodes] == [3, 3]
    dashed = [path for path in root.findall(".//{*}path") if path.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert "1 once" in made.alt
    assert f'<use href="#{KEY_ID}"/>' in made.svg
    assert all(f"Together: {kind}" in ties_key() for kind in TIES)


@pytest.mark.parametrize("people", [1, MOST_DRAWN + 1])
def test_a_ring_that_nobody_can_read_is_not_drawn(people):
    labels = [f"P{i}" for i in range(people)]
    assert ties_ring(labels, [], name="g", title="t") is None


def test_the_map_fills_the_areas_it_is_given_over_one_ground():
    ground = area_ground(squares(12))
    assert ground is not None
    made = ground.map_of(["A1", "A7", "gone"], names={"A1": "<One>"}, name="g", title="t")
    assert made is not None
    filled = re.findall(r'href="#(area-\d+)"', made.svg)
    assert len(set(filled)) == 2
    assert all(ground.symbol.count(f'id="{one}"') == 1 for one in filled)
    assert made.svg.count("<circle") == 2
    assert "1 area without an outline" in made.alt
    assert ground.symbol.count("M") >= 12
    assert ground.map_of(["gone"], names={}, name="g", title="t") is None


def test_no_outlines_or_too_many_make_no_map():
    assert area_ground(squares(0)) is None
    assert area_ground(squares(MOST_OUTLINES + 1)) is None


def test_no_picture_holds_what_a_strict_page_refuses():
    ground = area_ground(squares(4))
    assert ground is not None
    drawn = [
        strip(date(2024, 5, 1)),
        ties_ring(["<A>", "B"], [("<A>", "B", TIES[0])], name="g", title="<t>"),
        ground.map_of(["A1"], names={"A1": "<One>"}, name="g", title="t"),
    ]
    for one in drawn:
        assert one is not None
        root = ET.fromstring(one.svg)
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|href=\"(?!#)", one.svg)
