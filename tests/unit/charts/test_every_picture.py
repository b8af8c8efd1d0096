"""What holds for every kind of picture: words, safety, colour, emptiness, missing columns."""

from __future__ import annotations

import colorsys
import re
from xml.etree import ElementTree

import altair
import polars as pl
import pytest

from frith import charts
from frith.charts.picture import Picture
from frith.errors import Fault
from unit.charts.gallery import GALLERY, WORDS, drawn

SVG = "{http://www.w3.org/2000/svg}"
KINDS = sorted(GALLERY)


@pytest.fixture(scope="module", params=KINDS)
def picture(request: pytest.FixtureRequest) -> Picture:
    return drawn(request.param)


def test_the_gallery_holds_every_public_function() -> None:
    assert set(GALLERY) == set(charts.__all__) - {"Picture"}


def test_it_is_one_image_with_a_title_and_a_description(picture: Picture) -> None:
    root = ElementTree.fromstring(picture.svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.alt
    assert root.findtext(f"{SVG}title") == WORDS["title"]
    assert root.findtext(f"{SVG}desc") == picture.alt
    assert [e.get("role") for e in root.iter() if e is not root and e.get("role")] == []


def test_it_fetches_nothing_and_runs_nothing(picture: Picture) -> None:
    root = ElementTree.fromstring(picture.svg)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {
        "svg",
        "g",
        "path",
        "text",
        "line",
        "rect",
        "title",
        "desc",
        "defs",
        "clipPath",
        "tspan",
    }
    assert set(re.findall(r"https?://[^\"'<\s]+", picture.svg)) == {"http://www.w3.org/2000/svg"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not {a for a in attributes if a.startswith("on") or "href" in a or a == "style"}


def test_its_identifiers_are_its_own(picture: Picture) -> None:
    root = ElementTree.fromstring(picture.svg)
    held = [element.get("id") for element in root.iter() if element.get("id")]
    assert all(str(i).startswith("synthetic-one-only-") for i in held)
    assert set(re.findall(r"url\(#([^)]+)\)", picture.svg)) <= set(held)


def test_the_specification_is_valid_vega_lite(picture: Picture) -> None:
    altair.LayerChart.from_dict(picture.spec, validate=True)
    assert picture.spec["description"] == picture.alt


def test_it_carries_title_source_table_and_a_text_alternative(picture: Picture) -> None:
    text = "".join(ElementTree.fromstring(picture.svg).itertext())
    assert "Source: Synthetic data, 2025" in text
    assert picture.table.height > 0
    assert picture.alt.startswith(WORDS["title"])
    assert len(picture.alt) > len(WORDS["title"]) + 10


def test_it_is_one_width_and_nothing_placed_falls_off_it(picture: Picture) -> None:
    root = ElementTree.fromstring(picture.svg)
    assert float(root.attrib["width"]) == charts.style.WIDTH
    left = picture.spec["padding"]["left"]
    for part in picture.spec["layer"]:
        for row in part["data"]["values"]:
            if {"x", "text"} <= set(row) and isinstance(row["x"], float | int):
                assert -1 <= left + row["x"] <= charts.style.WIDTH


def test_no_colour_is_red(picture: Picture) -> None:
    for code in set(re.findall(r"#[0-9a-f]{6}\b", picture.svg)):
        red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
        hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
        assert saturation < 0.35 or 15 / 360 < hue < 330 / 360, code


def test_the_same_table_is_drawn_the_same(picture: Picture) -> None:
    again = [drawn(kind).svg for kind in KINDS]
    assert again.count(picture.svg) == 1


def test_png_is_larger_at_a_larger_scale(picture: Picture) -> None:
    once, twice = picture.png(scale=1), picture.png(scale=2)
    assert once[:8] == b"\x89PNG\r\n\x1a\n"
    widths = [int.from_bytes(data[16:20], "big") for data in (once, twice)]
    assert widths == [charts.style.WIDTH, 2 * charts.style.WIDTH]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_says_so(kind: str) -> None:
    draw, frame = GALLERY[kind]
    empty = draw(frame.head(0))
    assert "No data held" in "".join(ElementTree.fromstring(empty.svg).itertext())
    assert "No data held" in empty.alt
    assert empty.table.is_empty()


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_column_is_named(kind: str) -> None:
    draw, frame = GALLERY[kind]
    optional = {"label", "marked", "outside", "note", "end", "lane", "ongoing"}
    required = [c for c in frame.columns if c not in optional or (kind, c) in REQUIRED_LABELS]
    assert len(required) >= 2
    for column in required:
        with pytest.raises(Fault, match=f"no column {column} "):
            draw(frame.drop(column))


REQUIRED_LABELS = {
    (kind, "label") for kind in ("interval_chart", "bar_chart", "stacked_share", "timeline")
}


@pytest.mark.parametrize("kind", KINDS)
def test_nan_and_infinity_are_drawn_as_no_data(kind: str) -> None:
    draw, frame = GALLERY[kind]
    floats = [c for c, t in frame.schema.items() if t == pl.Float64]
    for bad in (float("nan"), float("inf")):
        spoilt = frame.with_columns(
            pl.when(pl.int_range(pl.len()) == 0).then(bad).otherwise(pl.col(c)).alias(c)
            for c in floats
        )
        svg = draw(spoilt).svg
        assert "NaN" not in svg
        assert "Infinity" not in svg


def test_the_callers_text_alternative_is_kept() -> None:
    bars = charts.bar_chart(GALLERY["bar_chart"][1], unit="Offences", alt="Said by hand.", **WORDS)
    assert bars.alt == "Said by hand."
    assert 'aria-label="Said by hand."' in bars.svg
