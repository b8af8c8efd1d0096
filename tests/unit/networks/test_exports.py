"""Exports hold the groups and their ties, and nobody who is protected."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import networkx as nx
import polars as pl
import pytest

from frith.networks import exports, find_groups
from unit.networks.test_beside import CREW, crew_world

MADE = datetime(2024, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def found():
    world = crew_world(also=[("child", "suspect"), ("child", "possible_victim")], theme="cce")
    events = world.events.with_columns(longitude=pl.lit(-1.3), latitude=pl.lit(53.4))
    return find_groups(events, world.roles)


def test_graphml_is_read_back_as_the_same_graph(found, tmp_path):
    (tmp_path / "groups.graphml").write_text(exports.graphml(found), encoding="utf-8")
    graph = nx.read_graphml(tmp_path / "groups.graphml")
    assert set(graph) == {f"G0001/{person}" for person in CREW}
    assert graph.number_of_edges() == 3
    assert {data["n"] for _, _, data in graph.edges(data=True)} == {12}
    assert {data["tier"] for _, data in graph.nodes(data=True)} == {"core"}


def test_geojson_has_a_point_an_occasion_and_no_person(found):
    made = exports.geojson(found)
    assert len(made["features"]) == 12
    assert made["without_point"] == 0
    assert not any(person in json.dumps(made) for person in CREW)


def test_csv_joins_lists(found):
    rows = pl.read_csv(exports.csv(found, "groups").encode())
    assert rows["areas"].item() == found.tables["groups"]["areas"].item()[0]
    assert rows["occasions"].item() == 12


def test_follow_the_money_entities(found):
    rows = [json.loads(line) for line in exports.follow_the_money(found).splitlines()]
    schemata = [row["schema"] for row in rows]
    assert (schemata.count("Person"), schemata.count("Organization")) == (3, 1)
    members = [row["properties"]["member"][0] for row in rows if row["schema"] == "Membership"]
    assert sorted(members) == CREW


def test_stix_refers_only_to_what_it_holds(found):
    bundle = exports.stix(found, made_at=MADE)
    held = {entry["id"] for entry in bundle["objects"]}
    for entry in bundle["objects"]:
        refs = [*entry.get("object_refs", []), entry.get("source_ref"), entry.get("target_ref")]
        assert {ref for ref in refs if ref} <= held
    assert exports.stix(found, made_at=MADE) == bundle


def test_no_export_holds_a_protected_person(found):
    written = [
        exports.graphml(found),
        json.dumps(exports.geojson(found)),
        exports.follow_the_money(found),
        json.dumps(exports.stix(found, made_at=MADE)),
        *(exports.csv(found, name) for name in found.tables if name != "possible_victims"),
    ]
    assert found.tables["possible_victims"]["person_id"].to_list() == ["child"]
    assert not any("child" in text for text in written)


def test_one_group_can_be_chosen(found):
    assert "G0001" in exports.graphml(found, groups=["G0001"])
    assert "<node" not in exports.graphml(found, groups=["G9"])
