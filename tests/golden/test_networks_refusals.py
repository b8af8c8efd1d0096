"""Records that cannot tell association from chance are answered "not enough information"."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from frith.networks import find_groups
from support import shared
from unit.networks.world import build


def declined(found, code: str) -> str:
    """The refusal's sentence, after checking that it is one and lists nobody."""
    assert found.refused
    assert found.flagged(code)
    assert found.value is None
    assert found.as_answer()["groups"] == []
    assert found.tables["pairs"].is_empty()
    assert found.sentence.startswith("Not enough information.")
    return found.sentence


def test_ndrangheta_meetings_are_47_occasions_without_places():
    # UCINET covert networks: 151 people at 47 dated meetings, which are no sample of anything.
    rows = pl.read_csv(shared("reference/networks/ndrangheta_meetings_2mode.csv"))
    events = rows.select("event_id", occurred_from=pl.col("date").str.to_datetime("%d/%m/%Y"))
    roles = rows.select("event_id", nominal_id="person_id", role="role")
    found = find_groups(events.unique("event_id"), roles)
    assert "100 are needed" in declined(found, "too-few-occasions")


@pytest.mark.parametrize("name", ["phx_2023.csv", "phx_2024.csv"])
def test_real_co_arrests_without_places(name):
    # SNACpack (J. T. N. Young): co-arrests of one city's open data; no dates and no places.
    rows = pl.read_csv(shared("reference/networks") / name)
    events = rows.select("event_id").unique().with_columns(occurred_from=pl.datetime(2023, 1, 1))
    roles = rows.select("event_id", nominal_id="person_id", role=pl.lit("suspect")).unique()
    assert "No occasion has a place" in declined(find_groups(events, roles), "no-places")


def test_a_constant_area_column():
    world = build(60_000, seed=1)
    events = world.events.with_columns(area=pl.lit("E08000018"))
    said = declined(find_groups(events, world.roles), "no-places")
    assert "have the same one (E08000018)" in said


def test_a_missing_area_column():
    world = build(60_000, seed=1)
    declined(find_groups(world.events.drop("area"), world.roles), "no-places")


def test_two_huge_places_are_too_coarse():
    world = build(200_000, seed=1)
    events = world.events.with_columns(
        area=pl.when(pl.col("area") < "E99010035").then(pl.lit("W")).otherwise(pl.lit("E"))
    )
    said = declined(find_groups(events, world.roles), "places-too-coarse")
    assert "Only 0 of" in said


@pytest.mark.parametrize("recorded", [[], [("e1", "a", "victim")], [("e1", "a", "suspect")]])
def test_nobody_together(recorded):
    events = pl.DataFrame(
        {"event_id": ["e1", "e2"], "occurred_from": [datetime(2024, 1, 1)] * 2, "area": ["x", "y"]}
    )
    names = ("event_id", "nominal_id", "role")
    roles = pl.DataFrame(recorded, schema=dict.fromkeys(names, pl.String), orient="row")
    declined(find_groups(events, roles), "too-few-occasions")
