"""Pairs, trends and accuracy against published tables and closed forms."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from frith.places.accuracy import choose, pai
from frith.places.near_repeat import near_repeat, pair_table
from frith.stats.mann_kendall import mann_kendall
from support import shared

PLACES = "reference/places"


def test_imdepib_pairs_and_date_shuffle() -> None:
    table = pl.read_csv(shared(f"{PLACES}/imdepiB_events.csv"))
    x, y, days = (table[name].to_numpy() for name in ("x_km", "y_km", "t_days"))
    found = pair_table(
        1000 * x, 1000 * y, days, space_m=[50_000, math.inf], time_days=[30, math.inf]
    )
    # R surveillance::knox on imdepiB (30 days, 50 km): exact
    assert found.tolist() == [[204, 6613], [1295, 48168]]
    events = pl.DataFrame({"x": 1000 * x, "y": 1000 * y, "date": days})
    result = near_repeat(
        events,
        rng=np.random.default_rng(1),
        space_m=[50_000],
        time_days=[30],
        same_place_m=1e-9,
    )
    bands = result.tables["bands"]
    assert bands["observed"].sum() == 204
    # R surveillance, dates permuted: mean 181.45, p .077 (tolerance .02)
    assert bands["expected"].sum() == pytest.approx(181.5, abs=1.5)
    assert bands.filter(pl.col("place") == "near")["p"].item() == pytest.approx(0.077, abs=0.02)


@pytest.mark.parametrize(
    ("start", "space", "time"),
    [
        ("NRC-table", [1, 200, 400, 600, math.inf], [1, 2, 3, math.inf]),
        ("correct labels", [1, 201, 401, 601, math.inf], [2, 3, 4, math.inf]),
    ],
)
def test_chicago_arson_pairs(start: str, space: list[float], time: list[float]) -> None:
    events = pl.read_csv(shared(f"{PLACES}/chicago_arson_2016.csv"), try_parse_dates=True)
    wanted = pl.read_csv(shared(f"{PLACES}/expected_knox_chicago.csv"))
    rows = wanted.filter(pl.col("bins").str.starts_with(start))["counts_by_time_bin"]
    table = np.array([[int(n) for n in row.split(";")] for row in rows])
    days = events["date"].cast(pl.Int32).cast(pl.Float64).to_numpy()
    x, y = events["x"].to_numpy(), events["y"].to_numpy()
    found = pair_table(x, y, days, space_m=space, time_days=time, distance="city block")
    # City of Chicago points, pair tables by formula, city-block distance: exact
    assert np.array_equal(found, table)


def test_mann_kendall_on_the_nile() -> None:
    flow = pl.read_csv(shared(f"{PLACES}/nile.csv"))["flow"].to_numpy()
    trend = mann_kendall(flow, autocorrelation=False)
    # R: S, variance with ties, z with continuity: tolerance 1e-8
    assert trend.s == -1387
    assert trend.variance == pytest.approx(112728.33333333, abs=1e-6)
    assert trend.z == pytest.approx(-4.12806652, abs=1e-8)
    # pymannkendall, Hamed and Rao's variance
    widened = mann_kendall(flow)
    assert widened.corrected
    assert widened.z == pytest.approx(-2.8199791956451388, abs=1e-8)
    assert trend.slope == pytest.approx(-2.6)


def test_pai_and_pei_closed_forms() -> None:
    # ptools tests: observed 6, 3, 0 in equal areas, ranked by predicted 3, 2, 1: tolerance 1e-6
    observed = np.array([6.0, 3.0, 0.0])
    found = [pai(observed[:k].sum(), 9, k / 3) for k in (1, 2, 3)]
    assert found == pytest.approx([2, 1.5, 1], abs=1e-6)
    # by the formula: observed 6, 7, 3, 2, 1, 0 ranked as given
    observed = np.array([6.0, 7, 3, 2, 1, 0])
    found = [pai(observed[:k].sum(), 19, k / 6) for k in range(1, 7)]
    assert found == pytest.approx([1.894737, 2.052632, 1.684211, 1.421053, 1.2, 1.0], abs=1e-6)
    equal = np.ones(6)
    best = [
        pai(observed[choose(observed, equal, budget=k / 6)].sum(), 19, k / 6) for k in range(1, 7)
    ]
    assert np.array(found) / best == pytest.approx([0.857143, 1, 1, 1, 1, 1], abs=1e-6)
