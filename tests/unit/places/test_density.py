"""Density: mass, edges, cells, refusals; and along streets."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from shapely import LineString, box

from frith.errors import BadInput
from frith.places.density import Surface, density_surface
from frith.places.street_density import street_density

GROUND = box(0, 0, 8000, 6000)


def _even(n: int, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame({"x": rng.uniform(0, 8000, n), "y": rng.uniform(0, 6000, n)})


def _surface(events: pl.DataFrame, **rest: object) -> Surface:
    result = density_surface(events, boundary=GROUND, **rest)  # type: ignore[arg-type]
    assert isinstance(result, Surface)
    return result


def test_one_event_has_the_kernels_peak_and_its_mass() -> None:
    surface = _surface(pl.DataFrame({"x": [4000.0], "y": [3000.0]}))
    peak = 1e6 / (2 * np.pi * 200**2)
    assert np.nanmax(surface.density) == pytest.approx(peak, rel=0.01)
    assert np.nansum(surface.density) * 25**2 / 1e6 == pytest.approx(1, rel=1e-3)


def test_an_even_spread_is_even_up_to_the_edge() -> None:
    surface = _surface(_even(400_000))
    even = 400_000 / 48
    edge = surface.density[:4, 20:-20]
    assert np.nanmean(edge) == pytest.approx(even, rel=0.03)
    assert np.nanmean(surface.density) == pytest.approx(even, rel=0.01)


def test_the_ratio_takes_out_where_people_are() -> None:
    rng = np.random.default_rng(2)
    town = pl.DataFrame({"x": rng.normal(3000, 500, 60_000), "y": rng.normal(3000, 500, 60_000)})
    homes = pl.DataFrame({"x": rng.normal(3000, 500, 60_000), "y": rng.normal(3000, 500, 60_000)})
    surface = _surface(town, expected=homes.with_columns(n=pl.lit(1.0)))
    assert surface.ratio is not None
    middle = surface.ratio[100:140, 100:140]
    assert np.nanmean(middle) == pytest.approx(1, abs=0.05)
    assert np.isnan(surface.ratio).mean() > 0.3
    assert "p" not in surface.tables["peaks"].columns


def test_coarse_cells_are_refused() -> None:
    with pytest.raises(BadInput, match="coarse"):
        _surface(_even(10), cell_m=100)


def test_shared_map_points_need_a_wide_kernel() -> None:
    moved = _even(50).with_columns(point_precision=pl.lit("snapped"))
    assert density_surface(moved, boundary=GROUND, bandwidth_m=200).flagged("SNAPPED")
    assert density_surface(moved, boundary=GROUND, bandwidth_m=200).refused
    wide = density_surface(moved, boundary=GROUND)
    assert wide.parameters["bandwidth_m"] == 400
    assert wide.flagged("SNAPPED")


def test_events_outside_are_left_out_and_counted() -> None:
    events = pl.concat([_even(20), pl.DataFrame({"x": [-500.0, None], "y": [10.0, None]})])
    result = density_surface(events, boundary=GROUND)
    assert result.flagged("OUTSIDE")
    assert result.value == pytest.approx(20 / 48)
    nowhere = pl.DataFrame({"x": [-1.0], "y": [-1.0]})
    assert density_surface(nowhere, boundary=GROUND).refused


STREETS = np.array(
    [
        LineString([(0, 0), (1000, 0)]),
        LineString([(1000, 0), (1000, 1000)]),
        LineString([(1000, 0), (2000, 0)]),
    ],
    dtype=object,
)


def test_along_streets_every_event_is_kept() -> None:
    events = pl.DataFrame({"x": [990.0, 5.0, 1000.0], "y": [3.0, 2.0, 700.0]})
    result = street_density(events, streets=STREETS, names=["A", "B", "C"])
    pieces = result.tables["pieces"]
    assert (pieces["density"] * pieces["length_m"]).sum() / 1000 == pytest.approx(3)
    assert result.value == pytest.approx(1)


def test_density_runs_round_a_corner_and_not_across_a_field() -> None:
    field = np.array(
        [LineString([(0, 0), (500, 0)]), LineString([(0, 60), (500, 60)])], dtype=object
    )
    pieces = street_density(
        pl.DataFrame({"x": [250.0], "y": [0.0]}), streets=field, names=["A", "B"]
    ).tables["pieces"]
    assert pieces.filter(pl.col("street") == "B")["density"].sum() == 0
    corner = street_density(
        pl.DataFrame({"x": [1000.0], "y": [30.0]}), streets=STREETS, names=["A", "B", "C"]
    ).tables["pieces"]
    assert (corner.group_by("street").agg(pl.col("density").max())["density"] > 0).all()


def test_streets_are_not_ranked_by_shared_map_points() -> None:
    moved = pl.DataFrame({"x": [0.0], "y": [0.0], "point_precision": ["snapped"]})
    assert street_density(moved, streets=STREETS).flagged("SNAPPED")
    far = street_density(pl.DataFrame({"x": [0.0, 10.0], "y": [900.0, 0.0]}), streets=STREETS)
    assert far.flagged("OUTSIDE")
