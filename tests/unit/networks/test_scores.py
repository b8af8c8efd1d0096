"""Scores are of groups, by components; what is unknown widens the range and is never nought."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from frith.networks.scores import COMPONENTS, group_scores

GROUPS = pl.DataFrame(
    {"group_id": ["A", "B"], "n_core": [3, 5], "n_associates": [0, 1], "areas": [["x"], ["x", "y"]]}
)
GRID = pl.DataFrame(
    {
        "group_id": ["A", "A", "B", "B", "B"],
        "occasion_id": ["a1", "a2", "b1", "b2", "b3"],
        "first": [datetime(2024, m, 1) for m in (1, 12, 1, 11, 12)],
    }
)
EVENTS = pl.DataFrame(
    {
        "event_id": ["a1", "a2", "b1", "b2", "b3"],
        "theme": ["drugs", "drugs", "firearms", "violence", None],
        "offence_code": ["92A", "92A", "8N", "8N", None],
        "crime_type": ["Drugs", "Drugs", None, "Violence", None],
    }
)
RECORDED = pl.DataFrame(
    [("b1", "v", "victim"), ("b2", "v", "victim"), ("b2", "w", "victim"), ("a1", "s", "suspect")],
    schema=["event_id", "person", "role"],
    orient="row",
)
OF = EVENTS.select(occasion_id="event_id", event_id="event_id")


def scored(**rest):
    return group_scores(GROUPS, GRID, occasion_events=OF, events=EVENTS, recorded=RECORDED, **rest)


def value(items: pl.DataFrame, group: str, component: str):
    rows = items.filter((pl.col("group_id") == group) & (pl.col("component") == component))
    return rows["value"].item()


def test_components_by_hand():
    items, _ = scored(weights=pl.DataFrame({"key": ["92A", "8N"], "days": [10.0, 100.0]}))
    assert value(items, "B", "size") == 6
    assert value(items, "B", "reach") == 2
    assert value(items, "A", "diversity") == 1
    assert value(items, "B", "firearms") == 1
    assert value(items, "A", "severity") == 20
    assert value(items, "B", "severity") == 200
    assert value(items, "B", "victims") == 2
    assert value(items, "B", "repeat") == 1
    assert value(items, "A", "persistence") == pytest.approx(2 / 12)
    assert value(items, "B", "escalation") == pytest.approx((2 - 1) / 3)


def test_a_crime_type_weighs_where_no_offence_code_does():
    items, _ = scored(weights=pl.DataFrame({"key": ["Violence"], "days": [7.0]}))
    assert value(items, "B", "severity") == 7
    assert value(items, "A", "severity") is None


def test_unknown_is_not_nought_and_widens_the_range():
    items, axes = scored()
    assert value(items, "A", "severity") is None
    assert value(items, "A", "victims") is None
    harm = axes.filter((pl.col("group_id") == "A") & (pl.col("axis") == "harm")).row(0, named=True)
    assert (harm["lo"], harm["value"], harm["hi"]) == (0.0, None, 10.0)
    assert (harm["known"], harm["unknown"]) == (0, 3)


def test_the_axis_is_the_weighted_mean_of_ranks_within_its_range():
    items, axes = scored(weighting={"size": 3.0})
    for row in axes.filter(pl.col("value").is_not_null()).iter_rows(named=True):
        assert row["lo"] <= row["value"] <= row["hi"]
        parts = items.filter(
            (pl.col("group_id") == row["group_id"])
            & (pl.col("axis") == row["axis"])
            & pl.col("rank").is_not_null()
        )
        mean = (parts["rank"] * parts["weight"]).sum() / parts["weight"].sum()
        assert row["value"] == pytest.approx(mean)


def test_every_component_names_its_events_and_only_groups_are_scored():
    items, axes = scored()
    assert items.height == len(GROUPS) * len(COMPONENTS)
    assert items.filter(pl.col("group_id") == "A")["events"].to_list()[0] == ["a1", "a2"]
    assert "person_id" not in {*items.columns, *axes.columns}


def test_planning_is_known_only_where_preparation_was_recorded():
    events = EVENTS.with_columns(
        offence_code=pl.Series(["33", "33A", "8N", "8N", None], dtype=pl.String)
    )
    items, axes = group_scores(GROUPS, GRID, occasion_events=OF, events=events, recorded=RECORDED)
    assert value(items, "A", "planning") == 2
    assert value(items, "B", "planning") is None
    rows = {row["group_id"]: row for row in axes.iter_rows(named=True) if row["axis"] == "intent"}
    assert (rows["A"]["unknown"], rows["B"]["unknown"]) == (0, 1)
    assert rows["B"]["lo"] < rows["B"]["hi"]
