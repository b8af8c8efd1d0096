"""The ground of a district: its boundary as one shape, and people spread over where they live."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.places.geography import SLIVER_M

MOST_POINTS = 400_000


def boundary_of(outlines: npt.NDArray[Any]) -> Any:
    """The outlines (polygons in metres) as one shape, slivers between them closed."""
    from shapely import buffer, make_valid, union_all

    return buffer(union_all(buffer(make_valid(outlines), SLIVER_M)), -SLIVER_M)


def spread_people(
    outlines: npt.NDArray[Any], codes: list[str], people: pl.DataFrame, *, step_m: float
) -> pl.DataFrame:
    """People (`code`, `n`) spread evenly over the ground of their area: `x`, `y`, `n`.

    `outlines`: polygons in metres, in the order of `codes`; `step_m`: apart, larger where that
    would make too many points. An area with no point inside has all its people at a point of its
    own. People at the middle of their area instead would make every middle look quiet and every
    edge look busy. Assumes people live evenly over an area, which is untrue of moor and park.
    """
    from shapely import STRtree, get_x, get_y, make_valid, point_on_surface, points, total_bounds

    shapes = make_valid(np.asarray(outlines, dtype=object))
    west, south, east, north = (float(end) for end in total_bounds(shapes))
    step = max(step_m, float(np.sqrt((east - west) * (north - south) / MOST_POINTS)))
    x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    at = points(x.ravel(), y.ravel())
    which, area = STRtree(shapes).query(at, predicate="within")
    own = np.setdiff1d(np.arange(shapes.size), area)
    inside = point_on_surface(shapes[own])
    frame = pl.DataFrame(
        {
            "code": [codes[i] for i in np.concatenate([area, own])],
            "x": np.concatenate([x.ravel()[which], get_x(inside)]),
            "y": np.concatenate([y.ravel()[which], get_y(inside)]),
        }
    )
    shared = frame.join(people.select("code", "n"), on="code")
    return shared.select("x", "y", n=pl.col("n") / pl.len().over("code"))
