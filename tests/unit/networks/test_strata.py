"""Places and half-years are put together to hold 100 to 1,000 occasions, or the answer declines."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from frith.networks.strata import strata


def table(counts: dict[str | None, int], *, days: int = 180, points=None) -> pl.DataFrame:
    """`counts` occasions in each area, spread evenly over the days from 1 January 2024."""
    areas = [area for area, n in counts.items() for _ in range(n)]
    when = [
        datetime(2024, 1, 1) + timedelta(days=int(day))
        for n in counts.values()
        for day in np.linspace(0, days - 1, n)
    ]
    place = [(None, None) if points is None else points(area, i) for i, area in enumerate(areas)]
    return pl.DataFrame(
        {
            "area": areas,
            "first": when,
            "longitude": [lon for lon, _ in place],
            "latitude": [lat for _, lat in place],
        },
        schema_overrides={
            "area": pl.String,
            "first": pl.Datetime("us"),
            "longitude": pl.Float64,
            "latitude": pl.Float64,
        },
    ).sort("first", "area")


def together(frame: pl.DataFrame, layout) -> set[frozenset[str]]:
    """Which areas share a stratum."""
    rows = frame.with_columns(s=layout.of_occasion).group_by("s").agg(pl.col("area").unique())
    return {frozenset(row) for row in rows["area"]}


def test_a_place_and_half_year_of_its_own_where_there_is_enough():
    frame = table({"A": 300, "B": 300}, days=366)
    layout = strata(frame)
    assert layout.count == 4
    assert all(145 <= size <= 155 for size in np.bincount(layout.of_occasion))
    assert together(frame, layout) == {frozenset("A"), frozenset("B")}


def test_small_places_join_the_next_code_without_points():
    frame = table({"A": 60, "B": 60, "C": 150, "D": 20})
    assert together(frame, strata(frame)) == {frozenset("AB"), frozenset("CD")}


def test_lookups_say_who_is_neighbour_without_points():
    lookups = pl.DataFrame(
        {
            "from_code": list("ABCD"),
            "to_code": ["north", "south", "north", "south"],
            "share": [1.0] * 4,
        }
    )
    frame = table({"A": 60, "B": 60, "C": 60, "D": 60})
    assert together(frame, strata(frame, lookups=lookups)) == {frozenset("AC"), frozenset("BD")}


def test_points_say_who_is_neighbour():
    where = {"A": (-1.5, 53.4), "B": (-1.3, 53.5), "C": (-1.499, 53.401), "D": (-1.301, 53.501)}
    frame = table({"A": 60, "B": 60, "C": 60, "D": 60}, points=lambda area, _: where[area])
    assert together(frame, strata(frame)) == {frozenset("AC"), frozenset("BD")}


def test_a_busy_place_is_cut_by_its_points():
    rng = np.random.default_rng(1)
    frame = table(
        {"A": 3000, "B": 200},
        points=lambda area, _: (-1.5 + rng.random() / 20, 53.4) if area == "A" else (-1.3, 53.5),
    )
    layout = strata(frame)
    sizes = np.bincount(layout.of_occasion)
    assert sizes.max() <= 1000
    assert (layout.of_occasion >= 0).all()
    east = frame["longitude"].to_numpy()
    assert all(np.ptp(east[layout.of_occasion == s]) < 0.03 for s in range(layout.count))


def test_a_busy_place_without_points_is_used_with_a_warning_up_to_twice_the_most():
    layout = strata(table({"A": 1500, "B": 300}))
    assert [flag.code for flag in layout.flags] == ["places-coarse"]
    assert np.bincount(layout.of_occasion).max() <= 1000


def test_a_place_beyond_that_is_left_out_and_said():
    frame = table({"A": 2500, "B": 1500, "C": 1500})
    layout = strata(frame)
    assert "places-too-coarse" in [flag.code for flag in layout.flags]
    lost = frame["area"].to_numpy()[layout.of_occasion < 0]
    assert set(lost) == {"A"}
    assert set(layout.why.drop_nulls()) == {"place too coarse"}


def test_occasions_without_a_place_are_left_out_and_said():
    frame = table({"A": 200, "B": 200, None: 100})
    layout = strata(frame)
    assert [flag.code for flag in layout.flags] == ["places-missing"]
    assert (layout.of_occasion < 0).sum() == 100


def test_points_alone_make_places():
    rng = np.random.default_rng(2)
    frame = table(
        {None: 3000}, points=lambda *_: (-1.5 + rng.random() / 10, 53 + rng.random() / 10)
    )
    assert strata(frame).count >= 3


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ({"A": 50, "B": 49}, "too-few-occasions"),
        ({"A": 500}, "no-places"),
        ({None: 500}, "no-places"),
        ({"A": 300, None: 700, "B": 50}, "places-too-coarse"),
        ({"A": 5000, "B": 100}, "places-too-coarse"),
    ],
)
def test_not_enough_information_and_why(counts, code):
    layout = strata(table(counts))
    assert [reason.code for reason in layout.reasons] == [code]
    assert layout.reasons[0].text.startswith("Not enough information. ")
    assert layout.count == 0


def test_few_occasions_join_half_years():
    layout = strata(table({"A": 60, "B": 60}, days=700))
    assert layout.count == 1
