"""GeoJSON files of outlines: areas, streets and places, checked feature by feature."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from frith.errors import BadInput
from frith.results import Flag
from frith.tables.columns import plan_columns
from frith.tables.declare import Table
from frith.tables.parse import dtype_of, parsed, tidy, why
from frith.tables.points import EAST, NORTH, SOUTH, WEST
from frith.tables.raw import Fault, shorten
from frith.tables.report import Reading, TableReport, refusals_of

GEOMETRIES: Mapping[str, tuple[str, ...]] = {
    "areas": ("Polygon", "MultiPolygon"),
    "streets": ("LineString", "MultiLineString"),
    "places": ("Point", "MultiPoint"),
}
"""What shapes a table's features may have."""

_LONGITUDE_LATITUDE = ("CRS84", "4326")


def read_outlines(path: Path, table: Table, *, vintage: str = "") -> Reading:
    """A GeoJSON file of outlines in EPSG:4326: a frame of properties, and the accepted features.

    Features are numbered from 1. Raises BadInput where the file is no feature collection or is in
    other coordinates than longitude and latitude.
    """
    features = _features(path)
    names = list(dict.fromkeys(name for f in features for name in (f.get("properties") or {})))
    plan = plan_columns(names if features else table.names, table, where=path.name)
    text = _properties(features, plan.found)
    typed = text.select(parsed(table.column(name)) for name in text.columns)
    faults = [*_value_faults(text, typed, table), *_shape_faults(features, table)]
    faults += _key_faults(typed, table, refused={fault.row for fault in faults}, vintage=vintage)
    refused = {fault.row for fault in faults}
    keep = [i not in refused for i in range(1, len(features) + 1)]
    missing = [
        pl.lit(None, dtype_of(column)).alias(column.name)
        for column in table
        if column.name not in typed.columns
    ]
    frame = (
        typed.with_columns(missing).select(table.names).filter(pl.Series(keep, dtype=pl.Boolean))
    )
    if "vintage" in table.names and vintage:
        frame = frame.with_columns(pl.col("vintage").fill_null(vintage))
    kept = [feature for feature, good in zip(features, keep, strict=True) if good]
    report = TableReport(
        table=table.name,
        file=path.name,
        rows=len(features),
        accepted=frame.height,
        refusals=refusals_of(faults),
        set_aside=plan.set_aside + plan.equality,
        notes=_invalid(kept, frame, path),
        rejected_lines={
            i: json.dumps(f, ensure_ascii=False) for i, f in enumerate(features, 1) if i in refused
        },
    )
    return Reading(frame=frame, report=report, outline=_collection(kept, frame))


def _features(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file in longitude and latitude."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"is not readable GeoJSON ({type(error).__name__})", where=path.name
        ) from None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise BadInput("is not a GeoJSON FeatureCollection", where=path.name)
    features = found.get("features")
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise BadInput("its features are not a list of features", where=path.name)
    crs = json.dumps(found.get("crs") or "CRS84")
    if not any(name in crs for name in _LONGITUDE_LATITUDE):
        raise BadInput(
            f"is in the coordinates {shorten(crs)}, not in longitude and latitude",
            where=path.name,
            mend="Convert it to EPSG:4326.",
        )
    return features


def _properties(features: list[dict[str, Any]], found: Mapping[str, str]) -> pl.DataFrame:
    """Declared properties as tidy text, one row a feature."""
    rows = [[_plain((f.get("properties") or {}).get(n)) for n in found.values()] for f in features]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(found, pl.String), orient="row")
    return frame.select(tidy(name, pl.String()) for name in found)


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _value_faults(text: pl.DataFrame, typed: pl.DataFrame, table: Table) -> Iterator[Fault]:
    for name in typed.columns:
        column = table.column(name)
        for i, (said, value) in enumerate(zip(text[name], typed[name], strict=True), 1):
            if value is None and (said is not None or column.required):
                yield Fault(i, name, None if said is None else shorten(said), why(column, said))


def _key_faults(
    typed: pl.DataFrame, table: Table, *, refused: set[int], vintage: str
) -> Iterator[Fault]:
    """The second and later features of a key; a feature without a vintage has the data set's."""
    keys = [name for name in table.key if name in typed.columns]
    first: dict[tuple[Any, ...], int] = {}
    for i, row in enumerate(typed.select(keys).iter_rows() if keys else (), 1):
        own = tuple(
            vintage if k == "vintage" and v is None else v for k, v in zip(keys, row, strict=True)
        )
        if i in refused:
            continue
        if own in first:
            said = ", ".join(str(part) for part in own)
            yield Fault(i, ", ".join(keys), said, f"repeats feature {first[own]:,}")
        first.setdefault(own, i)


def _shape_faults(features: list[dict[str, Any]], table: Table) -> Iterator[Fault]:
    """Features without a shape, of the wrong kind, or elsewhere than in the United Kingdom."""
    wanted = GEOMETRIES[table.name]
    for i, feature in enumerate(features, 1):
        geometry = feature.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in wanted:
            yield Fault(i, "geometry", kind, f"is not a {' or '.join(wanted)}")
            continue
        reason = _where_wrong(geometry)
        if reason:
            yield Fault(i, "geometry", kind, reason)


def _where_wrong(geometry: Any) -> str:
    """Why a geometry's coordinates cannot be right; empty where they can."""
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException:
        return "has coordinates that do not make a shape"
    if shape.is_empty:
        return "holds no coordinates"
    west, south, east, north = shape.bounds
    if west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH:
        return ""
    if south >= WEST and north <= EAST and west >= SOUTH and east <= NORTH:
        return "has longitude and latitude swapped"
    if max(abs(west), abs(east), abs(south), abs(north)) > 180:
        return "is not in degrees; convert it from the National Grid to longitude and latitude"
    return "lies outside the United Kingdom"


def _invalid(features: list[dict[str, Any]], frame: pl.DataFrame, path: Path) -> tuple[Flag, ...]:
    """A note that names outlines which cross themselves."""
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    bad = [i for i, valid in enumerate(shapely.is_valid(shapes)) if not valid] if shapes else []
    if not bad:
        return ()
    label = "code" if "code" in frame.columns else "name"
    named = ", ".join(str(frame[label][i]) for i in bad[:5]) + ("…" if len(bad) > 5 else "")
    return (
        Flag("invalid_outline", f"{path.name}: {len(bad)} outlines cross themselves: {named}."),
    )


def _collection(features: list[dict[str, Any]], frame: pl.DataFrame) -> dict[str, Any]:
    """The accepted features, their properties as read, columns set aside left out."""
    rows = frame.with_columns(pl.col(pl.Date).cast(pl.String)).iter_rows(named=True)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": row, "geometry": feature["geometry"]}
            for feature, row in zip(features, rows, strict=True)
        ],
    }
