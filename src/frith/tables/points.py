"""Whether a recorded point can be where it says: swapped, at 0,0, in the sea or outside the UK."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import shapely

WEST, SOUTH, EAST, NORTH = -8.7, 49.8, 1.9, 60.9
"""Degrees that hold the whole United Kingdom: from Fermanagh to Lowestoft, Scilly to Shetland."""

_COAST: tuple[tuple[float, float], ...] = (
    (-6.6, 49.75), (-5.1, 49.8), (-3.3, 50.05), (-1.2, 50.4), (0.4, 50.6), (1.6, 51.0),
    (1.75, 51.45), (1.95, 52.3), (1.95, 52.95), (0.6, 53.2), (0.5, 53.6), (0.0, 54.3),
    (-0.9, 54.85), (-1.2, 55.3), (-1.3, 55.9), (-2.1, 56.3), (-1.6, 57.2), (-1.5, 57.9),
    (-3.3, 57.95), (-2.7, 58.5), (-2.1, 59.0), (-1.0, 59.7), (-0.5, 60.9), (-1.5, 60.95),
    (-2.3, 60.3), (-2.7, 59.6), (-3.8, 59.3), (-5.3, 58.8), (-6.0, 58.7), (-7.2, 58.3),
    (-7.8, 57.6), (-8.7, 57.9), (-8.7, 57.7), (-7.8, 57.0), (-7.7, 56.6), (-7.2, 56.3),
    (-6.8, 55.5), (-7.4, 55.25), (-7.7, 54.9), (-8.3, 54.6), (-8.2, 54.2), (-7.5, 54.0),
    (-6.6, 53.95), (-5.9, 53.9), (-5.2, 54.3), (-4.9, 54.55), (-4.0, 54.55), (-3.8, 54.2),
    (-3.5, 53.6), (-4.8, 53.6), (-4.9, 53.1), (-5.0, 52.7), (-4.4, 52.5), (-5.6, 52.1),
    (-5.6, 51.6), (-4.6, 51.35), (-5.0, 51.0), (-5.4, 50.6), (-6.6, 50.15),
)  # fmt: skip
"""A rough line round the United Kingdom, kept 5 to 30 km out to sea so that no harbour, pier or
island is refused; drawn by hand from a map's degrees. It finds gross errors, not small ones."""


@cache
def land() -> Any:
    """The rough outline as a prepared polygon."""
    outline = shapely.Polygon(_COAST)
    shapely.prepare(outline)
    return outline


def point_faults(longitude: pl.Series, latitude: pl.Series) -> pl.Series:
    """Why each point cannot be right; null where it can, or where there is no point.

    `longitude`, `latitude`: degrees, WGS 84, equally long. A point out of the rough outline is
    refused; one near the coast is given the benefit of the doubt.
    """
    frame = pl.DataFrame({"x": longitude, "y": latitude})
    one_missing = pl.col("x").is_null() != pl.col("y").is_null()
    inside = pl.col("x").is_between(WEST, EAST) & pl.col("y").is_between(SOUTH, NORTH)
    swapped = pl.col("y").is_between(WEST, EAST) & pl.col("x").is_between(SOUTH, NORTH)
    reasons = frame.select(
        pl.when(one_missing)
        .then(pl.lit("has only one of longitude and latitude"))
        .when((pl.col("x") == 0) & (pl.col("y") == 0))
        .then(pl.lit("is the point 0,0, which stands for no place; leave both blank"))
        .when(swapped)
        .then(pl.lit("has longitude and latitude swapped"))
        .when(~inside)
        .then(pl.lit("lies outside the United Kingdom"))
        .alias("reason")
    )["reason"]
    return _with_sea(frame, reasons)


def _with_sea(frame: pl.DataFrame, reasons: pl.Series) -> pl.Series:
    """The reasons, with points out at sea or abroad added."""
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy()
    wet = ~shapely.contains_xy(land(), x, y) & ~np.isnan(x) & ~np.isnan(y)
    if not wet.any():
        return reasons
    at_sea = pl.lit("lies in the sea or outside the United Kingdom")
    both = pl.DataFrame({"reason": reasons, "wet": wet})
    no_other = pl.col("reason").is_null() & pl.col("wet")
    return both.select(pl.when(no_other).then(at_sea).otherwise("reason").alias("reason"))["reason"]
