"""Made-up maps for the tests of this folder: honeycombs and lines."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from shapely import Polygon

from frith.places.geography import Geography, geography

Array = np.ndarray


def hexagons(n: int) -> Array:
    """`n` hexagons of 1 km in rows, in metres."""
    side = int(np.ceil(np.sqrt(n)))
    angles = np.arange(6) * np.pi / 3
    cells = []
    for row in range(side):
        for column in range(side):
            x, y = (2 * column + row % 2) * np.sqrt(3) / 2, 1.5 * row
            ring = np.column_stack([x + np.sin(angles), y + np.cos(angles)])
            cells.append(Polygon(1000 * ring))
    return np.array(cells[:n], dtype=object)


@cache
def honeycomb(n: int = 167) -> Geography:
    """A district of `n` hexagons."""
    return geography(hexagons(n), codes=codes(n))


def codes(n: int) -> list[str]:
    """Codes in order."""
    return [f"a{i:03d}" for i in range(n)]


def counts_of(values: Array) -> pl.DataFrame:
    """`code`, `n` for the honeycomb of that many areas."""
    return pl.DataFrame({"code": codes(len(values)), "n": np.asarray(values).tolist()})


def flower(district: Geography, rng: np.random.Generator) -> tuple[int, Array]:
    """An inner area with its six neighbours: the position of its middle, and of all seven."""
    inner = np.flatnonzero(district.touching.counts == 6)
    centre = int(rng.choice(inner))
    return centre, np.append(district.touching.of(centre), centre)
