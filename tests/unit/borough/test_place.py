"""Areas tile the ground, vintages convert, denominators add up, need clusters."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
import shapely
from shapely.geometry import shape

from frith.borough.deprivation import RANKS, latent
from frith.borough.draws import Streams
from frith.borough.outline import lay_ground, to_degrees
from frith.borough.place import gathered, make_place
from frith.tables.points import land

SHORES = ((1.44, 51.37), (1.39, 51.39), (1.155, 51.79), (1.27, 51.85), (1.29, 51.87), (0.95, 51.62))
"""North Foreland, Margate, Clacton, Walton, the Naze, Foulness: longitude and latitude, by map."""


@pytest.fixture(scope="module")
def place():
    return make_place(Streams(5).of("place"), people=250_000)


def test_areas_number_as_real_ones_do(place):
    assert place.areas == 167  # 250,000 people at 1,500; Rotherham has 170 for 265,788
    assert 30 <= place.msoa_codes.size <= 36
    assert 22 <= place.ward_codes.size <= 27


def test_areas_tile_the_ground(place):
    cells = place.ground.cells
    assert shapely.area(cells).sum() == pytest.approx(place.ground.outline.area, rel=1e-6)
    assert shapely.is_valid(cells).all()


def test_the_town_is_dense_and_the_edge_is_wide(place):
    size = shapely.area(place.ground.cells) / 1e6
    gap = np.hypot(*(place.ground.centres - place.ground.towns[0]).T)
    near = size[gap < np.quantile(gap, 0.1)]
    assert np.median(near) < 0.5 * np.median(size)
    assert size.max() > 5 * np.median(size)


def test_every_area_has_a_neighbour(place):
    assert np.bincount(np.r_[place.ground.left, place.ground.right], minlength=167).min() >= 1


def test_codes_repeat_only_across_vintages(place):
    vintages = place.vintages
    assert len(set(vintages.codes)) == vintages.codes.size
    assert len(set(vintages.old_codes)) == vintages.old_codes.size
    unchanged = set(vintages.codes) & set(vintages.old_codes)
    assert 0.85 < len(unchanged) / place.areas < 0.97


def test_the_old_areas_tile_the_ground_as_well(place):
    total = shapely.area(place.vintages.old_cells).sum()
    assert total == pytest.approx(place.ground.outline.area, rel=1e-6)


def test_grouping_halves_evenly():
    points = np.random.default_rng(1).normal(size=(100, 2))
    assert set(np.bincount(gathered(points, groups=7, turn=0.3))) <= {14, 15}


def test_shares_of_each_old_area_add_to_one(made):
    old = made.table("lookups").filter(
        pl.col("from_vintage") == "lsoa11", pl.col("to_vintage") == "lsoa21"
    )
    total = old.group_by("from_code").agg(pl.col("share").sum())["share"]
    assert (total - 1).abs().max() < 1e-5
    split = old.filter(pl.col("share") < 1)
    merged = old.filter(pl.len().over("to_code") > 1)
    assert split.height >= 2
    assert merged.height >= 2


def test_residents_add_up_to_the_people_asked_for(made):
    population = made.table("population")
    by = dict(population.group_by("denominator").agg(pl.col("n").sum()).iter_rows())
    assert by["residents"] == made.summary.people
    bands = [name for name in by if name.startswith("residents_")]
    assert sum(by[name] for name in bands) == made.summary.people
    assert 0.35 < by["households"] / by["residents"] < 0.48  # England and Wales, 2021: 0.42
    assert {"takeaway", "car_wash", "nail_bar", "hotel", "licensed", "school", "hmo"} <= set(by)


def test_ranks_run_within_england_and_deciles_follow(made):
    for (edition, domain), rows in made.table("deprivation").group_by("edition", "domain"):
        assert rows["rank"].is_unique().all(), domain
        assert rows["rank"].is_between(1, RANKS[str(edition)]).all()
        decile = (rows["rank"] - 1) * 10 // RANKS[str(edition)] + 1
        assert (decile == rows["decile"]).all()
        assert rows["score"].is_between(0, 93).all()
        assert rows.sort("rank")["score"].is_sorted(descending=True)


def test_need_clusters(place):
    need = latent(Streams(5).of("need"), place)
    left, right = place.ground.left, place.ground.right
    near = np.corrcoef(need[left], need[right])[0, 1]
    assert near > 0.4
    assert abs(need.mean()) < 1e-9
    assert need.std() == pytest.approx(1)


def test_addresses_and_premises_lie_in_their_areas(made, folder):
    features = json.loads((folder / "areas.geojson").read_text("utf-8"))["features"]
    shapes = {
        f["properties"]["code"]: shape(f["geometry"]).buffer(2e-6)
        for f in features
        if f["properties"]["vintage"] == "lsoa21"
    }
    events = made.table("events").drop_nulls("longitude")
    for code, rows in events.group_by("area"):
        inside = shapely.contains_xy(
            shapes[code[0]], *rows.select("longitude", "latitude").to_numpy().T
        )
        assert inside.all(), code


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("people", [250_000, 2_000_000])
def test_the_ground_keeps_off_every_shore(people, seed):
    """The whole outline lies within the rough one round the country, at sea, off the Thames."""
    ground = lay_ground(Streams(seed).of("place"), people=people, areas=60)
    outline = shapely.transform(ground.outline, to_degrees)
    assert shapely.contains(land(), outline)
    for longitude, latitude in SHORES:
        east = (outline.exterior.xy[0] - np.float64(longitude)) * 69_100
        north = (outline.exterior.xy[1] - np.float64(latitude)) * 111_320
        assert np.hypot(east, north).min() > 5_000
