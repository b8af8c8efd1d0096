"""The shape of a district for a method: codes, middles, neighbours of both kinds, and its edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from frith.errors import BadInput
from frith.places.neighbours import Neighbours, merged, nearest, queen
from frith.stats.intervals import Floats

BRITISH_GRID = 27700
"""EPSG code of the British National Grid, metres."""
SLIVER_M = 5.0
"""Gaps up to twice this between generalised outlines are slivers, not the district's edge."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Geography:
    """Areas in order of code. `points` are middles in metres; `touching` and `near` two views of
    who is a neighbour; `edge` the areas on the district's boundary; `level` what they are called.
    """

    codes: tuple[str, ...]
    points: Floats
    touching: Neighbours
    near: Neighbours
    edge: frozenset[str] = frozenset()
    level: str = "area"
    hectares: Floats | None = None

    def __len__(self) -> int:
        return len(self.codes)

    def onto(self, codes: Sequence[str]) -> Geography:
        """The same geography of `codes` only; the nearest are found anew among them.

        Raises `BadInput` for a code without an outline or point.
        """
        if tuple(codes) == self.codes:
            return self
        touching = self.touching.onto(codes)
        place = {code: position for position, code in enumerate(self.codes)}
        at = np.asarray([place[code] for code in codes], dtype=np.int64)
        points = self.points[at]
        return Geography(
            codes=tuple(codes),
            points=points,
            touching=touching,
            near=nearest(points, codes=codes),
            edge=self.edge & set(codes),
            level=self.level,
            hectares=None if self.hectares is None else self.hectares[at],
        )


def in_metres(
    longitude: npt.ArrayLike, latitude: npt.ArrayLike, *, epsg: int = BRITISH_GRID
) -> Floats:
    """Longitude and latitude as n × 2 metres east and north."""
    from pyproj import Transformer

    turn = Transformer.from_crs(4326, epsg, always_xy=True)
    east, north = turn.transform(np.asarray(longitude, float), np.asarray(latitude, float))
    return np.column_stack([east, north])


def geography(
    shapes: npt.NDArray[Any],
    *,
    codes: Sequence[str],
    points: Floats | None = None,
    level: str = "area",
) -> Geography:
    """A geography from polygons in metres, in any order; it is put in order of code.

    `points`: the middles to use (population-weighted where there are any), else the polygons'.
    """
    from shapely import (
        area,
        boundary,
        buffer,
        centroid,
        dwithin,
        get_x,
        get_y,
        make_valid,
        union_all,
    )

    order = np.argsort(np.asarray(codes, dtype=object))
    named = [codes[int(i)] for i in order]
    outlines = make_valid(np.asarray(shapes, dtype=object)[order])
    middles = centroid(outlines)
    own = np.column_stack([get_x(middles), get_y(middles)]) if named else np.empty((0, 2))
    given = np.full_like(own, np.nan) if points is None else np.asarray(points, float)[order]
    places = np.where(np.isnan(given), own, given)
    border = boundary(union_all(buffer(outlines, SLIVER_M)))
    on_edge = dwithin(outlines, border, 1.2 * SLIVER_M)
    return Geography(
        codes=tuple(named),
        points=places,
        touching=queen(outlines, codes=named),
        near=nearest(places, codes=named),
        edge=frozenset(code for code, on in zip(named, on_edge, strict=True) if on),
        level=level,
        hectares=np.asarray(area(outlines), dtype=np.float64) / 10_000,
    )


def geography_of(
    collection: Mapping[str, Any], *, vintage: str | None = None, level: str = "area"
) -> Geography:
    """A geography from a GeoJSON feature collection in EPSG:4326, as data sets hold outlines.

    `vintage`: keep features of this vintage only (features that say none are kept). A feature's
    `centroid_longitude` and `centroid_latitude` are used as its middle. Raises `BadInput` where
    no feature is left.
    """
    kept = _kept(collection, vintage)
    metres = outlines_in_metres(collection, vintage=vintage)
    own = [feature["properties"] for feature in kept]
    middle = [[p.get("centroid_longitude"), p.get("centroid_latitude")] for p in own]
    lonlat = np.array(middle, dtype=np.float64)
    known = ~np.isnan(lonlat).any(axis=1)
    points = np.full((len(kept), 2), np.nan)
    if known.any():
        points[known] = in_metres(lonlat[known, 0], lonlat[known, 1])
    return geography(metres, codes=[str(p["code"]) for p in own], points=points, level=level)


def outlines_in_metres(
    collection: Mapping[str, Any], *, vintage: str | None = None
) -> npt.NDArray[Any]:
    """The outlines of one vintage as polygons in metres, in the file's order. Raises `BadInput`."""
    from shapely import transform
    from shapely.geometry import shape

    kept = _kept(collection, vintage)
    shapes = np.array([shape(feature["geometry"]) for feature in kept], dtype=object)
    return np.asarray(transform(shapes, lambda xy: in_metres(xy[:, 0], xy[:, 1])))


def _kept(collection: Mapping[str, Any], vintage: str | None) -> list[Any]:
    """Features of one vintage, and those that say none; refuses where none is left."""
    kept = [
        feature
        for feature in collection["features"]
        if vintage is None or feature["properties"].get("vintage") in (None, "", vintage)
    ]
    if not kept:
        raise BadInput(
            f"no outlines of vintage {vintage}", where="areas", mend="Add them to areas.geojson."
        )
    return kept


def geography_from_points(
    points: Floats, *, codes: Sequence[str], level: str = "area"
) -> Geography:
    """A geography where there are no outlines: both views of neighbours are the nearest six."""
    order = np.argsort(np.asarray(codes, dtype=object))
    named = [codes[int(i)] for i in order]
    places = np.asarray(points, dtype=np.float64)[order]
    near = nearest(places, codes=named)
    return Geography(codes=tuple(named), points=places, touching=near, near=near, level=level)


def merge(base: Geography, larger: Mapping[str, str], *, weight: Floats, level: str) -> Geography:
    """Larger areas made of whole smaller ones, touching where their parts do.

    `larger`: the larger area of each small one (small ones not named drop out); `weight`: people by
    small area, for the middles.
    """
    kept = [code for code in base.codes if code in larger]
    part = base.onto(kept)
    at = np.isin(np.asarray(base.codes), kept)
    people = np.maximum(np.nan_to_num(np.asarray(weight, dtype=np.float64)[at]), 1e-9)
    group = [larger[code] for code in kept]
    names, own = np.unique(np.asarray(group), return_inverse=True)
    held = np.bincount(own, weights=people)
    points = np.column_stack(
        [np.bincount(own, weights=people * part.points[:, axis]) / held for axis in (0, 1)]
    )
    codes = [str(name) for name in names]
    return Geography(
        codes=tuple(codes),
        points=points,
        touching=merged(part.touching, group),
        near=nearest(points, codes=codes),
        edge=frozenset(larger[code] for code in part.edge),
        level=level,
    )
