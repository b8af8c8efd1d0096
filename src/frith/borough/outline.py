"""The ground: an invented outline in the North Sea, cut into cells; metres in, degrees out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Polygon, mapping

from frith.borough.draws import Floats, Ints, Texts

CENTRE_LONGITUDE = 1.45
CENTRE_LATITUDE = 51.63
"""Open water: the North Sea off the mouth of the Thames, 20 km and more from the nearest shore, and
inside the rough outline by which points out at sea are told."""
MOST_RADIUS_M = 12_600.0
"""The widest outline that keeps off the shore; a borough of over 450,000 is denser instead."""
METRES_A_DEGREE = 111_320.0
PEOPLE_PER_KM2 = 900.0
"""Rotherham at the 2021 Census: 265,788 residents on 286.5 km²."""
OUTLINE_POINTS = 240
TOWNS = 5
CENTRE_SHARE, TOWN_SHARE = 0.28, 0.50
CENTRE_SPREAD, TOWN_SPREAD = 0.13, 0.11
"""Shares of areas in the town centre and in the lesser towns; spreads as shares of the radius."""
DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Cells of the ground in metres from the middle; `towns` has the town centre first."""

    outline: Polygon
    radius_m: float
    towns: Floats
    cells: Texts  # shapely polygons
    centres: Floats
    left: Ints  # neighbouring cells, each pair once
    right: Ints


def lay_ground(rng: np.random.Generator, *, people: int, areas: int) -> Ground:
    """An outline for so many people and its cells: small in the towns, large at the rural edge."""
    radius = min(float(np.sqrt(people / PEOPLE_PER_KM2 * 1e6 / np.pi)), MOST_RADIUS_M)
    outline = _outline(rng, radius)
    towns = _towns(rng, radius)
    seeds = _seeds(rng, outline, towns=towns, radius=radius, areas=areas)
    cells = _cells(seeds, outline)
    centres = np.column_stack([shapely.get_x(c := shapely.centroid(cells)), shapely.get_y(c)])
    left, right = neighbours(cells)
    return Ground(
        outline=outline,
        radius_m=radius,
        towns=towns,
        cells=cells,
        centres=centres,
        left=left,
        right=right,
    )


def _outline(rng: np.random.Generator, radius: float) -> Polygon:
    """A star-shaped outline of a few slow waves, scaled to the area of a circle of `radius`."""
    angle = np.linspace(0, 2 * np.pi, OUTLINE_POINTS, endpoint=False)
    reach = np.ones_like(angle)
    for waves, height in ((2, 0.14), (3, 0.10), (5, 0.06), (9, 0.03), (17, 0.015)):
        reach += height * np.sin(waves * angle + rng.uniform(0, 2 * np.pi))
    reach *= radius / np.sqrt(np.mean(reach**2))
    return Polygon(np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]))


def _towns(rng: np.random.Generator, radius: float) -> Floats:
    """The town centre near the middle and lesser towns about it."""
    turn = rng.uniform(0, 2 * np.pi)
    angles = turn + np.arange(TOWNS) * 2 * np.pi / TOWNS + rng.normal(0, 0.2, TOWNS)
    reach = radius * rng.uniform(0.42, 0.68, TOWNS)
    lesser = np.column_stack([reach * np.cos(angles), reach * np.sin(angles)])
    centre = rng.normal(0, 0.06 * radius, (1, 2))
    return np.vstack([centre, lesser])


def _seeds(
    rng: np.random.Generator, outline: Polygon, *, towns: Floats, radius: float, areas: int
) -> Floats:
    """A point for each cell, thick in the towns."""
    inner = outline.buffer(-0.01 * radius)
    shapely.prepare(inner)
    found: list[Floats] = []
    total = 0
    while total < areas:
        size = 4 * areas
        kind = rng.choice(3, size=size, p=[CENTRE_SHARE, TOWN_SHARE, 1 - CENTRE_SHARE - TOWN_SHARE])
        town = np.where(kind == 0, 0, rng.integers(1, len(towns), size))
        spread = radius * np.where(kind == 0, CENTRE_SPREAD, TOWN_SPREAD)
        points = towns[town] + rng.normal(0, 1, (size, 2)) * spread[:, None]
        rural = kind == 2
        points[rural] = rng.uniform(-1.5 * radius, 1.5 * radius, (int(rural.sum()), 2))
        inside = shapely.contains_xy(inner, points[:, 0], points[:, 1])
        # Without this the wide rejection of rural points would leave too few rural cells.
        inside &= (kind == 2) | (rng.random(size) < _kept_rural(outline, radius))
        found.append(points[inside])
        total += int(inside.sum())
    return np.vstack(found)[:areas]


def _kept_rural(outline: Polygon, radius: float) -> float:
    """The share of rural points that fall inside the outline."""
    return float(outline.area / (3 * radius) ** 2)


def _cells(seeds: Floats, outline: Polygon) -> Texts:
    """Voronoi cells within the outline after one step of evening out (Lloyd 1982)."""
    first = _voronoi(seeds, outline)
    middles = shapely.centroid(first)
    evened = 0.5 * seeds + 0.5 * np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])
    return _voronoi(evened, outline)


def _voronoi(seeds: Floats, outline: Polygon) -> Texts:
    cells = shapely.get_parts(
        shapely.voronoi_polygons(MultiPoint(seeds), extend_to=outline, ordered=True)
    )
    clipped = shapely.intersection(cells, outline)
    return np.array([_largest(shape) for shape in clipped], dtype=object)


def _largest(shape: Any) -> Any:
    """The largest polygon of a shape."""
    return max(shapely.get_parts(shape), key=shapely.area)


def neighbours(cells: Texts) -> tuple[Ints, Ints]:
    """Pairs of cells that share more than a metre of border, each pair once."""
    tree = shapely.STRtree(cells)
    left, right = tree.query(cells, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    shared = shapely.length(shapely.intersection(cells[left], cells[right]))
    kept = shared > 1.0
    return left[kept].astype(np.int64), right[kept].astype(np.int64)


def to_degrees(points: Floats) -> Floats:
    """Metres from the middle to longitude and latitude; flat within 0.3% over 20 km."""
    longitude = CENTRE_LONGITUDE + points[..., 0] / (
        METRES_A_DEGREE * np.cos(np.radians(CENTRE_LATITUDE))
    )
    latitude = CENTRE_LATITUDE + points[..., 1] / METRES_A_DEGREE
    return np.round(np.stack([longitude, latitude], axis=-1), DECIMALS)


def feature(shape: Any, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature of a shape in metres, in degrees."""
    degrees = shapely.transform(shape, to_degrees)
    if not degrees.is_valid:  # rounding can fold a sliver over itself
        degrees = _largest(shapely.make_valid(degrees))
    return {"type": "Feature", "properties": properties, "geometry": mapping(degrees)}
