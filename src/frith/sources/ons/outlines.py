"""Outlines of LSOAs, wards and districts, with population-weighted centroids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from frith.errors import BadInput
from frith.sources.folder import Folder, is_simplified
from frith.sources.found import Found, read_geojson, read_table
from frith.sources.ons.lookups import Geography

Feature = Mapping[str, Any]
_BUILT_FROM = "built_from"


def area_features(
    folder: Folder, geography: Geography, areas: Sequence[str]
) -> tuple[list[Feature], list[Found]]:
    """Outlines of the areas' LSOAs (2021), wards and districts, as features with
    `code, name, vintage` and, for LSOAs, `centroid_longitude, centroid_latitude`.

    Raises `BadInput` where an LSOA of the areas has no outline: a map with a hole misleads.
    """
    wanted = geography.lsoa21_of(areas)
    found, lsoas = _best(folder, "lsoa21_outlines", set(wanted))
    missing = sorted(set(wanted) - lsoas.keys())
    if found is None or missing:
        raise BadInput(
            f"it holds no outline of {len(missing)} of the {len(wanted)} LSOAs of 2021 asked for, "
            f"such as {', '.join(missing[:3])}",
            where=str(folder.path),
            mend="Fetch the LSOA 2021 outlines (BGC) from https://geoportal.statistics.gov.uk.",
        )
    centroids, of_centroids = _centroids(folder)
    features = [
        _feature(lsoas[code], found, "lsoa21", centroid=centroids.get(code)) for code in wanted
    ]
    used = [found, *of_centroids]
    for key in ("ward_outlines", "district_outlines"):
        outline = folder.one_of(key)
        if outline is not None:
            features += _inside(outline, areas)
            used.append(outline)
    return features, used


def _best(folder: Folder, key: str, wanted: set[str]) -> tuple[Found | None, dict[str, Feature]]:
    """Of several files, the detailed before the simplified, then the one that covers most."""
    best: tuple[Found | None, dict[str, Feature]] = (None, {})
    rank = (False, -1)
    for found in folder.all_of(key):
        by_code = {_code(one, found): one for one in read_geojson(found)}
        of_this = (not is_simplified(found), len(wanted & by_code.keys()))
        if of_this > rank and of_this[1]:
            best, rank = (found, by_code), of_this
    return best


def _inside(found: Found, areas: Sequence[str]) -> list[Feature]:
    """Features that lie in the areas, by the district they name (their own code for districts)."""
    district = found.columns.get("district", found.columns["code"])
    inside = [one for one in read_geojson(found) if one["properties"].get(district) in areas]
    vintage = found.source.vintage or _vintage(found.columns["code"])
    return [_feature(one, found, vintage) for one in sorted(inside, key=lambda f: _code(f, found))]


def _vintage(header: str) -> str:
    """Vintage told by the header: WD24CD and ward24_code are ward24."""
    return "ward" + "".join(letter for letter in header if letter.isdigit())


def _feature(
    one: Feature, found: Found, vintage: str, *, centroid: tuple[float, float] | None = None
) -> Feature:
    properties: dict[str, Any] = {
        "code": _code(one, found),
        "name": one["properties"][found.columns["name"]],
        "vintage": vintage,
    }
    if centroid is not None:
        properties["centroid_longitude"], properties["centroid_latitude"] = centroid
    if _BUILT_FROM in one["properties"]:
        properties[_BUILT_FROM] = one["properties"][_BUILT_FROM]
    return {"type": "Feature", "properties": properties, "geometry": one["geometry"]}


def _code(one: Feature, found: Found) -> str:
    return str(one["properties"][found.columns["code"]]).strip().upper()


def _centroids(folder: Folder) -> tuple[dict[str, tuple[float, float]], Iterable[Found]]:
    found = folder.one_of("lsoa21_centroids")
    if found is None:
        return {}, ()
    types = {"code": pl.String, "longitude": pl.Float64, "latitude": pl.Float64}
    frame, _ = read_table(found, types, table="areas")
    return {code: (lon, lat) for code, lon, lat in frame.iter_rows()}, (found,)
