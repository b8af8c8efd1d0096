"""A run's groups in open formats: GraphML, GeoJSON, CSV, FollowTheMoney and STIX 2.1.

Whatever writes these files decides who may have them: nothing leaves before a named person adopts
a group. They are made from the run's tables, so no protected person is in them. Each takes the
`marking` it is to carry, where its format has room for one.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from frith.networks.groups import Groups
from frith.reference.regimes import Marking
from frith.results import to_plain

SENSITIVE = str(Marking.OFFICIAL_SENSITIVE)
"""What a file of people is marked where nothing else is said."""

GRAPHML = "http://graphml.graphdrawing.org/xmlns"
STIX_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "frith.networks.exports")
"""Our own: STIX 2.1 (section 2.9) keeps its published namespace for cyber-observables alone."""

FTM_ID = re.compile(r"^[0-9a-zA-Z]([0-9a-zA-Z\.\-]*[0-9a-zA-Z])?$")
"""What FollowTheMoney accepts as a reference to an entity; its reader drops any other."""

EDGE_KEYS = (("n", "int"), ("expected", "double"), ("q", "double"), ("single", "boolean"))
NODE_KEYS = (("group_id", "string"), ("tier", "string"), ("k", "int"))


def _chosen(found: Groups, name: str, groups: Collection[str] | None) -> pl.DataFrame:
    table = found.tables[name]
    return table if groups is None else table.filter(pl.col("group_id").is_in(sorted(groups)))


def graphml(
    found: Groups, *, marking: str = SENSITIVE, groups: Collection[str] | None = None
) -> str:
    """The groups' people and their ties as GraphML; a person of two groups is two nodes."""
    root = ET.Element("graphml", xmlns=GRAPHML)
    ET.SubElement(root, "desc").text = _warning(marking)
    for kind, keys in (("node", NODE_KEYS), ("edge", EDGE_KEYS)):
        for name, form in keys:
            ET.SubElement(
                root, "key", {"id": name, "for": kind, "attr.name": name, "attr.type": form}
            )
    graph = ET.SubElement(root, "graph", id="groups", edgedefault="undirected")
    for row in _chosen(found, "members", groups).iter_rows(named=True):
        node = ET.SubElement(graph, "node", id=f"{row['group_id']}/{row['person_id']}")
        _data(node, row, NODE_KEYS)
    for row in _chosen(found, "edges", groups).iter_rows(named=True):
        ends = {
            end: f"{row['group_id']}/{row[column]}"
            for end, column in (("source", "person_l"), ("target", "person_r"))
        }
        _data(ET.SubElement(graph, "edge", ends), row, EDGE_KEYS)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _data(node: ET.Element, row: dict[str, Any], keys: tuple[tuple[str, str], ...]) -> None:
    for name, form in keys:
        value = str(row[name]).lower() if form == "boolean" else str(to_plain(row[name]))
        ET.SubElement(node, "data", key=name).text = value


def geojson(
    found: Groups, *, marking: str = SENSITIVE, groups: Collection[str] | None = None
) -> dict[str, Any]:
    """Where and when each group met: a point an occasion, counts and no person.

    Occasions without a point are counted in `without_point` and not drawn.
    """
    where = found.tables["occasions"].select("occasion_id", "longitude", "latitude")
    rows = _chosen(found, "timeline", groups).join(
        where, on="occasion_id", how="left", maintain_order="left"
    )
    placed = rows.drop_nulls(["longitude", "latitude"])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
            "properties": to_plain(
                {key: row[key] for key in ("group_id", "occasion_id", "first", "area", "people")}
            ),
        }
        for row in placed.iter_rows(named=True)
    ]
    return {
        "type": "FeatureCollection",
        "features": features,
        "without_point": rows.height - placed.height,
        "marking": _warning(marking),
    }


def csv(
    found: Groups, table: str, *, marking: str = SENSITIVE, groups: Collection[str] | None = None
) -> str:
    """One table as CSV with its marking as the last column; lists are joined with semicolons."""
    frame = found.tables[table]
    frame = _chosen(found, table, groups) if "group_id" in frame.columns else frame
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    return frame.with_columns(
        *(pl.col(name).cast(pl.List(pl.String)).list.join(";") for name in lists),
        marking=pl.lit(marking),
    ).write_csv()


def follow_the_money(
    found: Groups, *, marking: str = SENSITIVE, groups: Collection[str] | None = None
) -> str:
    """Persons, Organizations and Memberships of the FollowTheMoney model, one JSON a line."""
    entities: dict[str, dict[str, Any]] = {}
    for row in _chosen(found, "groups", groups).iter_rows(named=True):
        properties = {
            "name": [f"Candidate group {row['group_id']}"],
            "summary": [row["sentence"]],
            "notes": [_warning(marking)],
        }
        key = _ftm_id(row["group_id"])
        entities[key] = _entity(key, "Organization", properties)
    for row in _chosen(found, "members", groups).iter_rows(named=True):
        person, group = _ftm_id(row["person_id"]), _ftm_id(row["group_id"])
        entities[person] = _entity(
            person, "Person", {"name": [row["person_id"]], "notes": [_warning(marking)]}
        )
        link = f"{group}.{person}"
        properties = {"member": [person], "organization": [group], "role": [row["tier"]]}
        entities[link] = _entity(link, "Membership", properties)
    return "".join(json.dumps(entity, ensure_ascii=False) + "\n" for entity in entities.values())


def _ftm_id(name: str) -> str:
    """The identifier itself where FollowTheMoney can refer to it, else a digest of it."""
    if FTM_ID.match(name):
        return name
    return f"id-{hashlib.sha256(name.encode()).hexdigest()[:40]}"


def _warning(marking: str) -> str:
    """What every export says of itself."""
    return (
        f"{marking}. Candidate groups, until a named person judges each: people recorded together "
        "as suspects, which is not guilt. Whoever shows signs of exploitation is a possible victim."
    )


def _entity(key: str, schema: str, properties: dict[str, list[str]]) -> dict[str, Any]:
    return {"id": key, "schema": schema, "properties": properties}


def stix(
    found: Groups,
    *,
    made_at: datetime,
    marking: str = SENSITIVE,
    groups: Collection[str] | None = None,
) -> dict[str, Any]:
    """A STIX 2.1 bundle: an identity a person, a grouping a group, a relationship a tie.

    `made_at`: in UTC, the created and modified time. Every object refers to a statement marking
    with the file's marking. Identifiers follow from the run's own, so the same run gives the same
    bundle.
    """
    stamp = made_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    said = _stix_id("marking-definition", marking)
    objects: dict[str, dict[str, Any]] = {
        said: {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": said,
            "created": stamp,
            "definition_type": "statement",
            "definition": {"statement": _warning(marking)},
        }
    }
    common = {
        "spec_version": "2.1",
        "created": stamp,
        "modified": stamp,
        "object_marking_refs": [said],
    }
    held: dict[str, list[str]] = {}
    for row in _chosen(found, "members", groups).iter_rows(named=True):
        key = _stix_id("identity", row["person_id"])
        held.setdefault(row["group_id"], []).append(key)
        objects[key] = {
            "type": "identity",
            "id": key,
            **common,
            "name": row["person_id"],
            "identity_class": "individual",
        }
    for row in _chosen(found, "edges", groups).iter_rows(named=True):
        left, right = (_stix_id("identity", row[c]) for c in ("person_l", "person_r"))
        key = _stix_id("relationship", f"{row['group_id']}/{left}/{right}")
        objects[key] = {
            "type": "relationship",
            "id": key,
            **common,
            "relationship_type": "related-to",
            "source_ref": left,
            "target_ref": right,
            "description": f"Recorded together as suspects on {row['n']} occasions.",
        }
    for row in _chosen(found, "groups", groups).iter_rows(named=True):
        key = _stix_id("grouping", row["group_id"])
        objects[key] = {
            "type": "grouping",
            "id": key,
            **common,
            "context": "unspecified",
            "name": f"Candidate group {row['group_id']}",
            "description": row["sentence"],
            "object_refs": held[row["group_id"]],
        }
    return {"type": "bundle", "id": _stix_id("bundle", stamp), "objects": list(objects.values())}


def _stix_id(kind: str, name: str) -> str:
    return f"{kind}--{uuid.uuid5(STIX_NAMESPACE, f'{kind}/{name}')}"
