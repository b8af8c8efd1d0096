"""Two orders side by side: places by each figure, lines dark where they move, nothing invented."""

from __future__ import annotations

import polars as pl

from frith import charts
from unit.charts.gallery import RANKS, WORDS, layer, said


def test_each_name_stands_at_its_place_on_both_sides() -> None:
    picture = charts.rank_chart(RANKS, unit="Place", first="count", second="days", **WORDS)
    left = {row["text"]: row["y"] for row in layer(picture, "left_names")}
    right = {row["text"]: row["y"] for row in layer(picture, "right_names")}
    assert sorted(left, key=left.__getitem__) == ["Fraud  2,500", "Drugs  10", "Theft  no data"]
    assert [name.split("  ")[0] for name in sorted(right, key=right.__getitem__)] == [
        "Drugs",
        "Theft",
        "Fraud",
    ]
    assert "Count" in said(picture)


def test_only_what_moves_two_places_is_dark() -> None:
    picture = charts.rank_chart(RANKS, unit="Place", first="count", second="days", **WORDS)
    assert (len(layer(picture, "far")), len(layer(picture, "near"))) == (1, 2)


def test_ties_stand_in_order_of_name() -> None:
    even = pl.DataFrame({"name": ["b", "a"], "before": [1.0, 1.0], "after": [2.0, 2.0]})
    picture = charts.rank_chart(even, unit="Place", first="one", second="two", **WORDS)
    ends = layer(picture, "near")
    assert [row["y"] for row in ends] == [row["y2"] for row in ends]
    assert [row["text"][0] for row in layer(picture, "left_names")] == ["a", "b"]
