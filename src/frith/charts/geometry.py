"""Outlines on a sheet: projected to metres, scaled to pixels, simplified, hatched.

Outlines are GeoJSON in longitude and latitude (EPSG:4326). Britain is drawn on the British National
Grid (EPSG:27700), anywhere else on a Lambert equal-area projection centred on the outlines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely

from frith.charts.words import listed
from frith.errors import BadInput, Fault

GeoJson = Mapping[str, Any]
Shapes = np.ndarray  # of shapely geometries

SEEN_PX = 0.6
"""Outlines lose bends smaller than about this many pixels across."""

HATCH_PX = 5.0
_BRITAIN = (-9.5, 49.0, 3.0, 61.5)
_ROUND_TO = 1  # decimal places of a pixel


@dataclass(frozen=True)
class Outlines:
    """Area outlines in longitude and latitude, in the order of their codes."""

    codes: tuple[str, ...]
    shapes: Shapes


@dataclass(frozen=True)
class Ground:
    """How longitude and latitude fall on a drawing of `width` by `height` pixels."""

    crs: str
    left_m: float
    top_m: float
    metres_per_px: float
    width: float
    height: float

    def place(self, shapes: Shapes) -> Shapes:
        """Shapes in pixels, y downwards."""
        to_metres = _to_metres(self.crs)

        def on_sheet(points: np.ndarray) -> np.ndarray:
            x, y = to_metres.transform(points[:, 0], points[:, 1])
            return np.column_stack([x - self.left_m, self.top_m - y]) / self.metres_per_px

        return np.asarray(shapely.transform(shapes, on_sheet))

    def clipped(self, shapes: Shapes) -> Shapes:
        """Shapes cut to the drawing; what lies wholly outside is dropped."""
        # A pixel more, so that a line along the edge itself is kept.
        cut = shapely.clip_by_rect(shapes, -1, -1, self.width + 1, self.height + 1)
        return cut[~shapely.is_empty(cut)]


def read_outlines(outlines: GeoJson, *, key: str, codes: Sequence[str]) -> Outlines:
    """The outlines of a FeatureCollection by code.

    Raises `Fault` where a feature has no `key`, `BadInput` where a code has no outline, an empty
    one or two.
    """
    held: dict[str, Any] = {}
    for feature in outlines["features"]:
        code = (feature.get("properties") or {}).get(key)
        if code is None:
            raise Fault(f"outlines: a feature has no property {key!r}")
        if code in held:
            raise BadInput(f"two outlines have the code {code}", where="outlines")
        if feature.get("geometry") is None:
            raise BadInput(f"the outline of {code} is empty", where="outlines")
        held[code] = feature["geometry"]
    astray = [str(code) for code in codes if code not in held]
    if astray:
        raise BadInput(
            f"{len(astray)} of {len(codes)} areas have no outline ({listed(astray, 3)})",
            where="map",
            mend="Give outlines of the same year's areas as the table; codes of different years "
            "never join.",
        )
    return Outlines(tuple(held), _shapes(list(held.values())))


def read_shapes(collection: GeoJson | None) -> Shapes:
    """The geometries of a FeatureCollection; none for None."""
    return _shapes([f["geometry"] for f in collection["features"]] if collection else [])


def _shapes(geometries: list[Any]) -> Shapes:
    return np.asarray(shapely.from_geojson([json.dumps(g) for g in geometries]), dtype=object)


@dataclass(frozen=True)
class Drawn:
    """Areas on their ground, in pixels, in the order of `codes`."""

    codes: tuple[str, ...]
    shapes: Shapes
    ground: Ground


def drawn(outlines: Outlines, *, width: float, tallest: float) -> Drawn:
    """Outlines as they are drawn within `width` by `tallest` pixels."""
    ground = ground_for(outlines.shapes, width=width, tallest=tallest)
    return Drawn(outlines.codes, simplified(ground.place(outlines.shapes)), ground)


def ground_for(shapes: Shapes, *, width: float, tallest: float) -> Ground:
    """The largest drawing of the shapes within `width` by `tallest` pixels."""
    west, south, east, north = shapely.total_bounds(shapes)
    crs = _crs(west, south, east, north)
    to_metres = _to_metres(crs)
    points = shapely.get_coordinates(shapes)
    x, y = to_metres.transform(points[:, 0], points[:, 1])
    across, down = float(np.ptp(x)), float(np.ptp(y))
    metres_per_px = max(across / width, down / tallest, 1e-6)
    return Ground(
        crs=crs,
        left_m=float(x.min()),
        top_m=float(y.max()),
        metres_per_px=metres_per_px,
        width=across / metres_per_px,
        height=down / metres_per_px,
    )


@lru_cache(maxsize=8)
def _to_metres(crs: str) -> Any:
    """From longitude and latitude; kept, because making one takes longer than using it."""
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _crs(west: float, south: float, east: float, north: float) -> str:
    lo_x, lo_y, hi_x, hi_y = _BRITAIN
    if west >= lo_x and south >= lo_y and east <= hi_x and north <= hi_y:
        return "EPSG:27700"
    return f"+proj=laea +lat_0={(south + north) / 2} +lon_0={(west + east) / 2} +units=m"


def simplified(shapes: Shapes) -> Shapes:
    """Areas in pixels with the bends nobody sees removed, shared edges kept shared."""
    slim = shapely.coverage_simplify(shapes, SEEN_PX) if shapes.size else shapes
    return np.asarray(shapely.transform(slim, lambda points: np.round(points, _ROUND_TO)))


def moved(shapes: Shapes, dx: float, dy: float) -> Shapes:
    """Shapes in pixels, shifted."""
    shift = np.array([dx, dy])
    return np.asarray(shapely.transform(shapes, lambda points: np.round(points + shift, 1)))


def hatching(shapes: Shapes, *, rising: bool = True, gap: float = HATCH_PX) -> Any | None:
    """Diagonal lines across shapes in pixels, as one geometry; None for no shapes."""
    if shapes.size == 0:
        return None
    left, top, right, bottom = shapely.total_bounds(shapes)
    reach = bottom - top
    starts = np.arange(np.floor((left - reach) / gap) * gap, right + gap, gap)
    ends = (bottom, top) if rising else (top, bottom)
    lines = shapely.linestrings(
        [[(start, ends[0]), (start + reach, ends[1])] for start in starts.tolist()]
    )
    # Rounding to a tenth of a pixel can fold a sliver over itself, which a union will not take.
    whole = shapely.union_all(shapely.make_valid(shapes))
    cut = shapely.get_parts(shapely.intersection(shapely.multilinestrings(lines), whole))
    # A line that only touches a corner leaves a point, which would be drawn as a dot.
    seen = shapely.multilinestrings(cut[shapely.length(cut) > 0])
    return shapely.transform(seen, lambda points: np.round(points, _ROUND_TO))


def features(shapes: Shapes, properties: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Shapes with their properties as GeoJSON features, ready to draw."""
    return [
        {"type": "Feature", "geometry": json.loads(text), "properties": dict(said)}
        for text, said in zip(shapely.to_geojson(shapes), properties, strict=True)
    ]
