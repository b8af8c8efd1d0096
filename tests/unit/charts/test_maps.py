"""Maps: every area drawn once, hatched where there is no figure, named where a name fits."""

from __future__ import annotations

import json
import re
from itertools import combinations, pairwise
from typing import Any

import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from frith.charts import choropleth, small_multiples_map, style, verdict_map
from frith.charts.geometry import drawn, read_outlines
from frith.charts.labels import Spot, placed
from frith.charts.picture import Picture
from frith.charts.shading import VERDICTS as KINDS
from frith.charts.words import text_width
from frith.errors import BadInput, Fault
from support import shared
from unit.charts.gallery import (
    OUTLINES,
    VALUES,
    VERDICTS,
    WORDS,
    grid,
    layer,
    points,
    said,
    square,
)


def test_every_area_is_drawn_once_in_its_class() -> None:
    picture = choropleth(VALUES, OUTLINES, legend_title="Rate", **WORDS)
    areas = layer(picture, "areas")
    assert sorted(a["properties"]["code"] for a in areas) == sorted(VALUES["code"])
    fills = {a["properties"]["code"]: a["properties"]["fill"] for a in areas}
    assert fills["A0"] == style.ramp(5)[0]
    assert fills["A4"] == style.ramp(5)[-1]
    assert paths(picture, "areas") == 6


def paths(picture: Picture, name: str) -> int:
    """Paths in one named group of the SVG."""
    group = re.search(rf'<g class="mark-shape role-mark {name}_marks"[^>]*>(.*?)</g>', picture.svg)
    assert group
    return group[1].count("<path")


def test_the_key_adds_up_to_the_areas() -> None:
    picture = choropleth(VALUES, OUTLINES, legend_title="Rate", unit="per 1,000", **WORDS)
    counted = [int(m[1]) for t in said(picture) if (m := re.search(r": (\d+) areas?$", t))]
    assert sum(counted) == 6
    assert "Rate, per 1,000" in said(picture)
    assert "No data: 1 area" in said(picture)


def test_no_data_is_hatched_inside_its_own_area_only() -> None:
    picture = choropleth(VALUES, OUTLINES, legend_title="Rate", **WORDS)
    lines = shapely.from_geojson(json.dumps(layer(picture, "areas_hatch")[0]["geometry"]))
    area = next(a for a in layer(picture, "areas") if a["properties"]["code"] == "A5")
    whole = shapely.from_geojson(json.dumps(area["geometry"]))
    assert lines.length > 100
    assert whole.buffer(0.3).covers(lines)


def test_an_outline_without_a_row_is_no_data_and_a_row_without_an_outline_is_refused() -> None:
    picture = choropleth(VALUES.head(4), OUTLINES, legend_title="Rate", **WORDS)
    assert "No data: 2 areas" in said(picture)
    astray = VALUES.with_columns(pl.col("code").replace("A1", "Z9"))
    with pytest.raises(BadInput, match=r"1 of 6 areas have no outline \(Z9\)"):
        choropleth(astray, OUTLINES, legend_title="Rate", **WORDS)


def test_nothing_held_for_any_area_is_hatched_throughout() -> None:
    none = VALUES.with_columns(pl.lit(None, dtype=pl.Float64).alias("value"))
    picture = choropleth(none, OUTLINES, legend_title="Rate", **WORDS)
    assert "No data: 6 areas" in said(picture)
    assert "No data: all of them" in picture.alt


def test_a_row_given_twice_is_refused() -> None:
    with pytest.raises(Fault, match="A0 stands in more than one row"):
        choropleth(pl.concat([VALUES, VALUES]), OUTLINES, legend_title="Rate", **WORDS)


def test_two_outlines_with_one_code_are_refused() -> None:
    twice = {"type": "FeatureCollection", "features": [square("A", 0, 52), square("A", 1, 52)]}
    with pytest.raises(BadInput, match="two outlines"):
        read_outlines(twice, key="code", codes=["A"])


def test_an_empty_outline_is_refused() -> None:
    empty = {"type": "FeatureCollection", "features": [square("A", 0, 52) | {"geometry": None}]}
    with pytest.raises(BadInput, match="the outline of A is empty"):
        read_outlines(empty, key="code", codes=["A"])


def test_outlines_without_the_key_are_refused() -> None:
    with pytest.raises(Fault, match="no property 'lsoa21_code'"):
        read_outlines(OUTLINES, key="lsoa21_code", codes=["A0"])


def test_verdicts_are_told_apart_without_colour() -> None:
    picture = verdict_map(VERDICTS, OUTLINES, **WORDS)
    said_of = {a["properties"]["code"]: a["properties"] for a in layer(picture, "areas")}
    assert layer(picture, "areas_outline"), "hot areas have a heavy outline"
    hatched = layer(picture, "areas_hatch")
    assert len(hatched) == 2, "suppressed one way, no data the other"
    light = [lightness(said_of[c]["fill"]) for c in ("A0", "A1", "A2")]
    assert light[1] - light[0] > 0.2
    assert light[2] - light[1] > 0.2
    assert "No data: 1 area" in said(picture)


def lightness(colour: str) -> float:
    """CIE L*, 0 black to 1 white."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.16 * y ** (1 / 3) - 0.16


@pytest.mark.parametrize("classes", range(1, style.MOST_CLASSES + 1))
def test_shades_darken_by_steps_seen_in_grey(classes: int) -> None:
    light = [lightness(colour) for colour in style.ramp(classes)]
    assert all(a - b > 0.04 for a, b in pairwise(light))


def test_a_verdict_not_on_the_list_is_refused() -> None:
    with pytest.raises(Fault, match="warm is none of hot, suggestive, none, suppressed"):
        verdict_map(VERDICTS.with_columns(verdict=pl.lit("warm")), OUTLINES, **WORDS)


def test_verdicts_can_be_reworded() -> None:
    picture = verdict_map(VERDICTS, OUTLINES, labels={"hot": "Stands out"}, **WORDS)
    assert "Stands out: 1 area" in said(picture)
    assert KINDS["hot"].label == "Hot spot"


def test_panels_share_their_classes() -> None:
    low = VALUES.with_columns(pl.col("value") / 100)
    picture = small_multiples_map({"Raw": VALUES, "Low": low}, OUTLINES, legend_title="R", **WORDS)
    first, second = layer(picture, "panel_1_areas"), layer(picture, "panel_2_areas")
    assert len(first) == len(second) == 6
    # 8.0 in the first panel and 12.345 in the second lie next to each other in the shared order.
    fill = {a["properties"]["code"]: a["properties"]["fill"] for a in first}
    low_fill = {a["properties"]["code"]: a["properties"]["fill"] for a in second}
    assert fill["A4"] == style.ramp(5)[-1]
    assert lightness(low_fill["A4"]) <= lightness(fill["A3"])
    assert picture.table["panel"].unique().sort().to_list() == ["Low", "Raw"]


def test_the_grid_is_drawn_square_and_north_is_up() -> None:
    read = read_outlines(OUTLINES, key="code", codes=["A0"])
    on_page = drawn(read, width=400, tallest=400)
    boxes = dict(zip(on_page.codes, shapely.bounds(on_page.shapes), strict=True))
    # 0.02 degrees at 53.4 N: 1.33 km across, 2.22 km down.
    west, north, east, south = boxes["A0"]
    assert (south - north) / (east - west) == pytest.approx(1.67, abs=0.03)
    assert boxes["A3"][3] <= boxes["A0"][1] + 1, "the northern row is above"


def test_anywhere_else_is_drawn_in_equal_areas() -> None:
    faraway = grid(3, 3, west=20.0, south=-35.0)
    on_page = drawn(read_outlines(faraway, key="code", codes=[]), width=400, tallest=400)
    km2 = shapely.area(on_page.shapes) * (on_page.ground.metres_per_px / 1000) ** 2
    assert on_page.ground.crs.startswith("+proj=laea")
    # A 0.02 degree square at 35 S: 1.83 by 2.22 km.
    assert km2.mean() == pytest.approx(4.05, rel=0.02)


def test_the_largest_places_are_named_and_none_outside() -> None:
    places = points(
        ("Town", -1.37, 53.42, 9000), ("Hamlet", -1.35, 53.43, 0), ("Far", 0, 52, 10**6)
    )
    picture = choropleth(
        VALUES, OUTLINES, legend_title="Rate", places=places, most_places=1, **WORDS
    )
    assert [row["text"] for row in layer(picture, "place_names")] == ["Town"]
    assert [row["text"] for row in layer(picture, "halos")] == ["Town"]


spots = st.lists(
    st.builds(
        Spot,
        st.sampled_from(["Ulley", "Wath upon Dearne", "Maltby"]),
        st.floats(0, 300),
        st.floats(0, 300),
        st.floats(0, 1e5),
    ),
    max_size=25,
)


@given(spots)
def test_no_name_lies_over_another_or_off_the_map(held: list[Spot]) -> None:
    labels = placed(held, width=300, height=300, most=12)
    assert len(labels) <= 12
    boxes = [
        shapely.box(o.text_x, o.text_y - 6, o.text_x + text_width(o.spot.name, 12), o.text_y + 6)
        for o in labels
    ]
    assert all(shapely.box(0, 0, 300, 300).covers(box) for box in boxes)
    assert not any(a.intersects(b) for a, b in combinations(boxes, 2))


def test_boundary_and_backdrop_are_drawn_around_the_areas() -> None:
    outer: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [square("outer", -1.4, 53.4, 0.04)],
    }
    picture = verdict_map(VERDICTS, OUTLINES, boundary=outer, backdrop=outer, **WORDS)
    names = [part["name"] for part in picture.spec["layer"]]
    assert names.index("backdrop") < names.index("areas") < names.index("boundary")
    fills = {a["properties"]["code"]: a["properties"]["fill"] for a in layer(picture, "areas")}
    assert fills["A2"] == "none", "areas without evidence let the backdrop show"


def test_a_boundary_of_a_larger_place_is_cut_to_the_drawing() -> None:
    wide: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [square("near", -1.38, 53.41, 0.5), square("far", 0.5, 52)],
    }
    picture = choropleth(VALUES, OUTLINES, legend_title="Rate", boundary=wide, **WORDS)
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in layer(picture, "boundary")]
    assert len(shapes) == 1
    west, north, east, south = shapely.total_bounds(shapes)
    assert west > 0
    assert east < 470
    assert north > -2
    assert south < picture.spec["height"]
    assert shapes[0].length < 900, "no line is drawn along the cut"


def test_very_many_areas_are_drawn_as_one_shape_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frith.charts.map_parts.SINGLY_UP_TO", 100)
    many = grid(15, 10)
    frame = pl.DataFrame({"code": [f"A{i}" for i in range(150)], "value": list(range(150))})
    picture = choropleth(frame, many, legend_title="Rate", **WORDS)
    areas = layer(picture, "areas")
    assert len(areas) == 5
    assert sum(len(a["geometry"]["coordinates"]) for a in areas) == 150


@pytest.mark.parametrize(
    ("name", "areas", "kilobytes"),
    [
        ("rotherham_lsoa_2021", 170, 250),
        ("south_yorkshire_lsoa_2021", 860, 600),
        ("south_yorkshire_lad", 4, 60),
    ],
)
def test_real_outlines_are_all_drawn_in_a_sensible_size(
    name: str, areas: int, kilobytes: int
) -> None:
    outlines = json.loads(shared(f"data/boundaries/{name}.geojson").read_text())
    key = "lad_code" if name.endswith("lad") else "lsoa21_code"
    codes = [f["properties"][key] for f in outlines["features"]]
    frame = pl.DataFrame({"code": codes, "value": range(len(codes))})
    picture = choropleth(frame, outlines, legend_title="Order", key=key, **WORDS)
    assert len(codes) == areas
    assert paths(picture, "areas") == areas
    assert len(picture.svg) < kilobytes * 1000
