"""Exports hold the groups and their ties, and nobody who is protected."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

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


@pytest.mark.parametrize("name", ["graphml", "geojson", "csv", "ftm", "stix"])
def test_every_export_carries_its_marking(found, name):
    marking = "OFFICIAL-SENSITIVE – SYNTHETIC DATA"
    written = {
        "graphml": lambda: exports.graphml(found, marking=marking),
        "geojson": lambda: json.dumps(exports.geojson(found, marking=marking), ensure_ascii=False),
        "csv": lambda: exports.csv(found, "members", marking=marking),
        "ftm": lambda: exports.follow_the_money(found, marking=marking),
        "stix": lambda: json.dumps(
            exports.stix(found, made_at=MADE, marking=marking), ensure_ascii=False
        ),
    }
    assert marking in written[name]()


def test_geojson_is_as_rfc_7946_has_it(found):
    made = exports.geojson(found)
    assert made["type"] == "FeatureCollection"
    for feature in made["features"]:
        assert set(feature) == {"type", "geometry", "properties"}
        lon, lat = feature["geometry"]["coordinates"]
        assert feature["geometry"]["type"] == "Point"
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
    assert json.loads(json.dumps(made)) == made


def test_graphml_declares_every_key_it_uses(found):
    root = ET.fromstring(exports.graphml(found))
    ns = {"g": exports.GRAPHML}
    declared = {(key.get("for"), key.get("id")) for key in root.findall("g:key", ns)}
    for kind in ("node", "edge"):
        held = {(kind, d.get("key")) for d in root.findall(f".//g:{kind}/g:data", ns)}
        assert held
        assert held <= declared
    nodes = [node.get("id") for node in root.findall(".//g:node", ns)]
    assert len(nodes) == len(set(nodes))
    for edge in root.findall(".//g:edge", ns):
        assert {edge.get("source"), edge.get("target")} <= set(nodes)


# Required properties of the FollowTheMoney schemata used, and their parents', as published.
FTM_KNOWN = {
    "Person": {"name", "notes"},
    "Organization": {"name", "summary", "notes"},
    "Membership": {"member", "organization", "role"},
}


def test_follow_the_money_refers_only_to_entities_it_can_read(found):
    strange = {**found.tables, "members": _renamed(found.tables["members"])}
    for tables in (found.tables, strange):
        made = exports.follow_the_money(replace(found, tables=tables))
        rows = [json.loads(line) for line in made.splitlines()]
        ids = {row["id"]: row["schema"] for row in rows}
        assert len(ids) == len(rows)
        for row in rows:
            assert exports.FTM_ID.match(row["id"])
            assert set(row) == {"id", "schema", "properties"}
            assert set(row["properties"]) <= FTM_KNOWN[row["schema"]]
            values = [v for held in row["properties"].values() for v in held]
            assert all(isinstance(v, str) and v for v in values)
            if row["schema"] == "Membership":
                assert ids[row["properties"]["member"][0]] == "Person"
                assert ids[row["properties"]["organization"][0]] == "Organization"


def _renamed(members: pl.DataFrame) -> pl.DataFrame:
    """Identifiers with a slash and a blank, as some systems give them."""
    return members.with_columns(person_id=pl.format("SYN/0 {}", "person_id"))


STIX_REQUIRED = {
    "identity": {"name", "identity_class"},
    "relationship": {"relationship_type", "source_ref", "target_ref"},
    "grouping": {"context", "object_refs"},
    "marking-definition": {"definition_type", "definition"},
}
COMMON = {"type", "spec_version", "id", "created"}
STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")


def test_stix_has_what_the_standard_requires(found):
    bundle = exports.stix(found, made_at=MADE)
    assert set(bundle) == {"type", "id", "objects"}
    held = {one["id"]: one for one in bundle["objects"]}
    assert len(held) == len(bundle["objects"])
    for one in bundle["objects"]:
        assert COMMON | STIX_REQUIRED[one["type"]] <= set(one)
        assert one["spec_version"] == "2.1"
        kind, _, key = one["id"].partition("--")
        assert (kind, uuid.UUID(key).version) == (one["type"], 5)
        assert STAMP.fullmatch(one["created"])
        if one["type"] != "marking-definition":
            assert one["modified"] >= one["created"]
            marks = {held[ref]["type"] for ref in one["object_marking_refs"]}
            assert marks == {"marking-definition"}
    groupings = [one for one in held.values() if one["type"] == "grouping"]
    assert all(one["object_refs"] for one in groupings)


def test_stix_keeps_out_of_the_namespace_of_cyber_observables():
    assert uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7") != exports.STIX_NAMESPACE
