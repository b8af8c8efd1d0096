"""300 quiet maps a case, for hot spots, scan and near repeats: at most 8% may show anything."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.places.near_repeat import near_repeat
from frith.places.scan import scan

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "places"))
from maps import counts_of, honeycomb
from nothing_there import found_centre, names_something

MAPS = 300


@pytest.mark.parametrize("mean", [0.6, 1.0, 2.0, 5.0, 10.0, 50.0])
@pytest.mark.parametrize("kind", ["even", "skewed"])
@pytest.mark.parametrize("people", ["equal", "unequal"])
def test_quiet_maps_show_nothing(mean: float, kind: str, people: str) -> None:
    named = [names_something(seed, mean=mean, kind=kind, people=people) for seed in range(MAPS)]
    assert np.mean(named) <= 0.08


def test_a_planted_cluster_of_seven_is_found() -> None:
    assert np.mean([found_centre(seed) for seed in range(MAPS)]) >= 0.95


@pytest.mark.parametrize("mean", [1.0, 5.0, 20.0])
def test_a_quiet_district_has_no_cluster(mean: float) -> None:
    strong = []
    for seed in range(MAPS):
        rng = np.random.default_rng(seed)
        people = rng.integers(1000, 2500, 100)
        counts = counts_of(rng.poisson(mean * people / people.mean()))
        found = scan(
            counts, geography=honeycomb(100), rng=rng, population=counts_of(people), draws=199
        )
        strong.append(found.tables["clusters"].row(0, named=True)["p"] <= 0.05)
    assert np.mean(strong) <= 0.08


def test_events_at_random_in_place_and_time_have_no_near_repeat() -> None:
    named = []
    for seed in range(MAPS):
        rng = np.random.default_rng(seed)
        busy = rng.normal(0, 400, (150, 2)), rng.uniform(0, 5000, (150, 2))
        xy = np.concatenate(busy)
        # busy streets and a busy season, but neither makes the other
        day = np.floor(365 * rng.beta(2, 4, 300))
        events = pl.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "date": day})
        bands = near_repeat(events, rng=rng, permutations=199).tables["bands"]
        named.append((bands["verdict"] == "more than chance").any())
    assert np.mean(named) <= 0.08
