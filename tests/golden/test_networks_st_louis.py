"""Victims and witnesses of the St Louis homicide data are never projected, in any table.

Data: Rosenfeld and White, St Louis police homicide case files, as published with the R package
networkdata (schochastics/networkdata): 553 events, 830 people with roles, of whom 388 are only ever
victim or witness. Dates and places were never published; the ones here are made up, and the events
are set among those of a world without groups so that chance can be told from association.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from frith.networks import disrupt, exports, find_groups
from support import shared
from unit.networks.world import build, everybody

ROLES = {
    "suspect": ["suspect"],
    "dual": ["suspect", "victim"],
    "victim": ["victim"],
    "witness": ["witness"],
}


@pytest.fixture(scope="module")
def recorded() -> pl.DataFrame:
    rows = pl.read_csv(shared("reference/networks/st_louis.csv"))
    return rows.select(
        "event_id",
        nominal_id=pl.format("SL-{}", "person_id"),
        role=pl.col("role").replace_strict(ROLES),
    ).explode("role")


@pytest.fixture(scope="module")
def found(recorded: pl.DataFrame):
    world = build(60_000, seed=4, groups=False)
    rng = np.random.default_rng(1)
    ids = recorded["event_id"].unique().sort()
    areas = world.events["area"].unique().sort().to_list()
    events = pl.DataFrame(
        {
            "event_id": ids,
            "occurred_from": [
                datetime(2024, 1, 1) + timedelta(days=int(d))
                for d in rng.integers(0, 730, len(ids))
            ],
            "area": [areas[int(a)] for a in rng.integers(0, 6, len(ids))],
        }
    )
    return find_groups(
        pl.concat([world.events, events], how="diagonal_relaxed"),
        pl.concat([world.roles, recorded], how="diagonal_relaxed"),
        seed=1,
    )


def never_suspects(recorded: pl.DataFrame) -> set[str]:
    """People who are only ever victim or witness: 388 in the published file."""
    suspects = recorded.filter(pl.col("role") == "suspect")["nominal_id"]
    return set(recorded.filter(~pl.col("nominal_id").is_in(suspects.implode()))["nominal_id"])


def test_the_file_holds_388_people_who_are_only_victim_or_witness(recorded):
    assert len(never_suspects(recorded)) == 388


def test_groups_are_found_among_the_others(found):
    assert any(person.startswith("SL-") for group in everybody(found) for person in group)


def test_none_of_the_388_is_in_any_table(recorded, found):
    said = "\n".join(table.write_json() for table in found.tables.values())
    answer = str(found.as_answer())
    assert not [p for p in never_suspects(recorded) if f'"{p}"' in said or f"'{p}'" in answer]


def test_a_dual_is_not_projected_in_the_event_in_which_they_were_harmed(recorded, found):
    harmed = set(
        recorded.filter(pl.col("role") == "victim").select("event_id", "nominal_id").iter_rows()
    )
    on = (
        found.tables["occasions"]
        .select("event_ids", "persons")
        .explode("event_ids")
        .explode("persons")
    )
    assert not harmed & set(on.iter_rows())


def test_none_of_the_388_is_in_an_export_or_a_disruption(recorded, found):
    made_at = datetime(2025, 1, 1, tzinfo=UTC)
    said = [
        exports.graphml(found),
        exports.follow_the_money(found),
        str(exports.geojson(found)),
        str(exports.stix(found, made_at=made_at)),
        *(exports.csv(found, name) for name in found.tables),
    ]
    for group in found.tables["groups"]["group_id"]:
        ties = found.tables["edges"].filter(pl.col("group_id") == group)
        removed = disrupt(ties, protected=(), rng=np.random.default_rng(1), k=2, draws=5)
        said.append(str(removed.as_json()))
    text = "\n".join(said)
    words = set(re.findall(r"SL-P\d+", text))
    assert words
    assert not words & never_suspects(recorded)
