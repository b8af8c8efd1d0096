"""GeoJSON files of outlines: features checked one by one, several vintages in one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from frith.errors import BadInput
from frith.tables import TABLES, read_table

AREAS = TABLES["areas"]
SQUARE = [[-1.4, 53.4], [-1.3, 53.4], [-1.3, 53.5], [-1.4, 53.5], [-1.4, 53.4]]


def _feature(code: str | None = "E1", ring: Any = SQUARE, **properties: Any) -> dict[str, Any]:
    said = {"code": code, "name": f"Area {code}", **properties}
    return {
        "type": "Feature",
        "properties": said,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _write(tmp_path: Path, *features: Any, table: str = "areas", **more: Any) -> Path:
    path = tmp_path / f"{table}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}))
    return path


def test_areas_of_several_vintages_stand_in_one_file(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        _feature("e1", centroid_longitude=-1.35, centroid_latitude=53.45, colour="red"),
        _feature("W1", vintage="ward22"),
        _feature("E1", vintage="lsoa11"),
    )
    reading = read_table(path, AREAS, vintage="lsoa21")
    assert reading.frame.select("code", "vintage").rows() == [
        ("E1", "lsoa21"), ("W1", "ward22"), ("E1", "lsoa11"),
    ]  # fmt: skip
    assert reading.frame["centroid_longitude"].to_list() == [-1.35, None, None]
    assert reading.report.set_aside == ("colour",)
    assert reading.outline is not None
    first = reading.outline["features"][0]
    assert first["properties"]["vintage"] == "lsoa21"
    assert "colour" not in first["properties"]
    assert first["geometry"]["coordinates"] == [SQUARE]


@pytest.mark.parametrize(
    ("feature", "column", "reason"),
    [
        (_feature(None), "code", "is blank, and every row needs it"),
        (_feature(ring=[[y, x] for x, y in SQUARE]), "geometry", "longitude and latitude swapped"),
        (_feature(ring=[[x * 1e5, y * 1e4] for x, y in SQUARE]), "geometry", "National Grid"),
        (_feature(ring=[[x + 8, y] for x, y in SQUARE]), "geometry", "outside the United Kingdom"),
        (_feature(ring=[[-1.4, 53.4]]), "geometry", "do not make a shape"),
        (_feature() | {"geometry": None}, "geometry", "is not a Polygon"),
        (
            _feature() | {"geometry": {"type": "Point", "coordinates": [-1.3, 53.4]}},
            "geometry",
            "is not a Polygon",
        ),
    ],
)
def test_a_bad_feature_is_refused_by_its_number(
    tmp_path: Path, feature: Any, column: str, reason: str
) -> None:
    reading = read_table(_write(tmp_path, _feature("OK"), feature), AREAS, vintage="lsoa21")
    ((row, where, _, why),) = reading.report.refusals.iter_rows()
    assert (row, where) == (2, column)
    assert reason in why
    assert reading.outline is not None
    assert [f["properties"]["code"] for f in reading.outline["features"]] == ["OK"]


def test_a_repeated_code_of_one_vintage_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, _feature("E1"), _feature("E1", vintage="lsoa21"))
    reading = read_table(path, AREAS, vintage="lsoa21")
    assert reading.report.refusals["reason"].to_list() == ["repeats feature 1"]


def test_an_outline_that_crosses_itself_is_kept_and_named(tmp_path: Path) -> None:
    bow = [[-1.4, 53.4], [-1.3, 53.5], [-1.3, 53.4], [-1.4, 53.5], [-1.4, 53.4]]
    report = read_table(_write(tmp_path, _feature("BOW", bow)), AREAS, vintage="lsoa21").report
    assert report.accepted == 1
    assert [note.code for note in report.notes] == ["invalid_outline"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not readable GeoJSON"),
        ("[1, 2", "not readable GeoJSON"),
        ("[" * 100_000, "not readable GeoJSON"),
        ('{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        ('{"type": "FeatureCollection", "features": 3}', "not a list of features"),
        (
            '{"type": "FeatureCollection", "features": [], '
            '"crs": {"type": "name", "properties": {"name": "EPSG:27700"}}}',
            "Convert it to EPSG:4326",
        ),
    ],
)
def test_a_file_that_is_no_feature_collection_is_refused(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(text)
    with pytest.raises(BadInput, match=says):
        read_table(path, AREAS)


def test_no_features_are_an_empty_table(tmp_path: Path) -> None:
    reading = read_table(_write(tmp_path), AREAS)
    assert (reading.frame.height, reading.frame.columns) == (0, list(AREAS.names))


def test_places_are_points_with_names(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [-1.35, 53.43]}
    feature = {"type": "Feature", "properties": {"name": "Square"}, "geometry": point}
    reading = read_table(_write(tmp_path, feature, table="places"), TABLES["places"])
    assert reading.frame["name"].to_list() == ["Square"]
