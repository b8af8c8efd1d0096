"""Near repeats: a planted share of burglaries is followed by another, soon after and close by."""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely

from frith.borough.activity import Crowd
from frith.borough.crime import index_of
from frith.borough.everyday import draw_people
from frith.borough.happenings import Happenings
from frith.borough.setting import Setting

SHARE, DAYS, METRES = 0.15, 6.0, 80.0
"""Share of burglaries followed, mean days between, mean metres between: the pattern, not the size,
is that of Johnson et al. 2007. Those that would fall outside the area or the period are dropped."""


def make_near_repeats(
    rng: np.random.Generator, setting: Setting, crowd: Crowd, daily: Happenings
) -> Happenings:
    """A further burglary after a share of the everyday ones, in the same area."""
    burglary = (daily.events["crime_type"] == "Burglary").fill_null(value=False).to_numpy()
    rows = np.flatnonzero(burglary)
    mother = daily.events[rows[rng.random(rows.size) < SHARE]]
    size, area = mother.height, mother["area"].to_numpy()
    day = mother["day"].to_numpy() + 1 + rng.exponential(DAYS, size).astype(np.int64)
    turn, reach = rng.uniform(0, 2 * np.pi, size), rng.exponential(METRES, size)
    x = mother["x"].to_numpy() + reach * np.cos(turn)
    y = mother["y"].to_numpy() + reach * np.sin(turn)
    inside = shapely.contains_xy(setting.place.ground.cells[area], x, y)
    kept = np.flatnonzero(inside & (day < setting.period.days))
    events = mother[kept].with_columns(
        day=pl.Series(day[kept]),
        x=pl.Series(x[kept]),
        y=pl.Series(y[kept]),
        minute=pl.lit(None, dtype=pl.Int64),
        hours_long=pl.lit(None, dtype=pl.Int64),
        origin=pl.lit("near_repeat"),
    )
    which = np.full(kept.size, index_of("Burglary"))
    return Happenings(events, draw_people(rng, crowd, which, area[kept]))
