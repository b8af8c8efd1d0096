"""People over their ground: all of them, evenly, and no ring round the middle of an area."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from shapely import area, box

from frith.places.density import Surface, density_surface, surface_cells
from frith.places.ground import boundary_of, spread_people

SHAPES = np.array([box(0, 0, 4000, 4000), box(4000, 0, 8000, 4000)], dtype=object)
PEOPLE = pl.DataFrame({"code": ["a", "b"], "n": [1000.0, 3000.0]})


def test_every_person_is_spread_and_none_lost() -> None:
    spread = spread_people(SHAPES, ["a", "b"], PEOPLE, step_m=150)
    assert spread["n"].sum() == pytest.approx(4000)
    west = spread.filter(pl.col("x") < 4000)
    assert west["n"].sum() == pytest.approx(1000)
    assert west["n"].max() == pytest.approx(west["n"].min())


def test_an_area_too_small_for_a_point_keeps_its_people() -> None:
    tiny = np.array([SHAPES[0], box(8001, 1, 8003, 3)], dtype=object)
    spread = spread_people(tiny, ["a", "b"], PEOPLE, step_m=900)
    assert spread["n"].sum() == pytest.approx(4000)


def test_boundary_closes_slivers() -> None:
    apart = np.array([box(0, 0, 100, 100), box(104, 0, 200, 100)], dtype=object)
    assert area(boundary_of(apart)) == pytest.approx(20_000, rel=0.01)


def test_even_events_over_even_people_have_no_ring() -> None:
    rng = np.random.default_rng(1)
    events = pl.DataFrame({"x": rng.uniform(0, 8000, 40_000), "y": rng.uniform(0, 4000, 40_000)})
    even = PEOPLE.with_columns(n=pl.lit(1000.0))
    surface = density_surface(
        events,
        boundary=boundary_of(SHAPES),
        bandwidth_m=400,
        expected=spread_people(SHAPES, ["a", "b"], even, step_m=200),
    )
    assert isinstance(surface, Surface)
    cells, width = surface_cells(surface, most=2000)
    assert width >= surface.cell_m
    assert cells.height <= 2500
    ratio = cells.filter((pl.col("x").is_between(600, 7400)) & pl.col("y").is_between(600, 3400))
    assert float(str(ratio["ratio"].min())) > 0.8
    assert float(str(ratio["ratio"].max())) < 1.2
