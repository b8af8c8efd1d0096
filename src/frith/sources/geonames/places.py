"""Named places in and near an area, as points for labels."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from frith.sources.found import Found, read_bytes, read_table
from frith.tables.report import TableReport

NEAR_M = 5_000.0
"""How far outside the area a place is still worth a label, in metres: our choice."""
DUMP_COLUMNS = {"id": 0, "name": 1, "latitude": 4, "longitude": 5, "population": 14}
"""Positions in the GeoNames dump (download.geonames.org/export/dump/readme.txt)."""
_TO_METRES = Transformer.from_crs(4326, 27700, always_xy=True)
_TYPES: Mapping[str, type[pl.DataType]] = {
    "id": pl.Int64,
    "name": pl.String,
    "population": pl.Int64,
    "longitude": pl.Float64,
    "latitude": pl.Float64,
}


def place_features(
    found: Found, outlines: Iterable[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], TableReport]:
    """Places within `NEAR_M` of the outlines, largest first: `name, population, geonameid, inside`.

    Population 0 is unknown in GeoNames and becomes null.
    """
    frame, report = _read(found)
    whole = shapely.union_all([shape(one["geometry"]) for one in outlines])
    in_metres = shapely.transform(whole, _TO_METRES.transform, interleaved=False)
    x, y = _TO_METRES.transform(frame["longitude"].to_numpy(), frame["latitude"].to_numpy())
    away = shapely.distance(in_metres, shapely.points(x, y))
    near = (
        frame.with_columns(away_m=pl.Series(away))
        .filter(pl.col("away_m") <= NEAR_M)
        .sort("population", "name", descending=[True, False])
    )
    return [_feature(row) for row in near.iter_rows(named=True)], report


def _read(found: Found) -> tuple[pl.DataFrame, TableReport]:
    if found.columns:
        return read_table(found, _TYPES, table="places")
    raw = pl.read_csv(
        io.BytesIO(read_bytes(found.path)),
        separator="\t",
        has_header=False,
        quote_char=None,
        infer_schema=False,
    )
    frame = raw.select(
        pl.nth(DUMP_COLUMNS[name]).cast(kind, strict=False).alias(name)
        for name, kind in _TYPES.items()
    )
    kept = frame.drop_nulls()
    return kept, TableReport(
        table="places", file=found.name, rows=frame.height, accepted=kept.height
    )


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "name": row["name"],
            "population": row["population"] or None,
            "geonameid": row["id"],
            "inside": row["away_m"] == 0.0,
        },
        "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
    }
