"""A map of every small area of England and Wales is drawn like one of a district."""

from __future__ import annotations

import numpy as np
import polars as pl
from shapely import box

from frith.places.geography import geography
from frith.places.hotspots import hot_spots

AREAS = 35_672
SIDE = 189


def test_a_national_map_finds_what_was_planted_and_little_else() -> None:
    rng = np.random.default_rng(1)
    cells = [
        box(1000 * (i % SIDE), 1000 * (i // SIDE), 1000 * (i % SIDE + 1), 1000 * (i // SIDE + 1))
        for i in range(AREAS)
    ]
    codes = [f"E{i:06d}" for i in range(AREAS)]
    people = rng.integers(1000, 2500, AREAS)
    mean = people * 0.005
    planted = [20_000 + row * SIDE + column for row in range(-3, 4) for column in range(-3, 4)]
    mean[planted] *= 3
    result = hot_spots(
        pl.DataFrame({"code": codes, "n": rng.poisson(mean)}),
        pl.DataFrame({"code": codes, "n": people}),
        geography=geography(np.array(cells, dtype=object), codes=codes),
        rng=rng,
    )
    hot = result.tables["areas"].filter(pl.col("verdict") == "hot")["code"].to_list()
    assert codes[20_000] in hot
    near = {codes[i + step] for i in planted for step in (-SIDE - 1, -SIDE, -SIDE + 1, -1, 0, 1)}
    near |= {codes[i + step] for i in planted for step in (SIDE - 1, SIDE, SIDE + 1)}
    assert len(set(hot) - near) <= max(5, 0.1 * len(hot))
