"""The FollowTheMoney export against the model's published schemata.

Origin: the YAML files of the package followthemoney, version 4.11.2 (MIT), read on 21 November
2026: `schema/Organization.yaml`, `Person.yaml`, `Membership.yaml` with what they extend
(`LegalEntity`, `Thing`, `Analyzable`, `Interest`, `Interval`). Copied are the names and types of
the properties that bear what the export says, and of what an entity of each kind must hold; the
library itself is not needed to check them.
"""

from __future__ import annotations

import json

import pytest

from frith.networks import exports, find_groups
from unit.networks.test_beside import crew_world

THING = {"name": "name", "summary": "text", "notes": "text", "description": "text"}
SCHEMATA = {
    "Organization": {**THING, "alias": "name", "legalForm": "string", "topics": "topic"},
    "Person": {**THING, "alias": "name", "birthDate": "date", "nationality": "country"},
    "Membership": {
        "member": "entity",
        "organization": "entity",
        "role": "string",
        "status": "string",
        "startDate": "date",
        "endDate": "date",
        "summary": "text",
        "description": "text",
    },
}
RANGES = {"member": {"Person", "Organization"}, "organization": {"Organization"}}
"""`member` is a LegalEntity, of which persons and organizations are kinds."""
REQUIRED = {"Organization": {"name"}, "Person": {"name"}, "Membership": {"member", "organization"}}


@pytest.fixture(scope="module")
def entities() -> list[dict]:
    world = crew_world(theme="cce")
    written = exports.follow_the_money(find_groups(world.events, world.roles))
    return [json.loads(line) for line in written.splitlines()]


def test_every_schema_and_property_is_one_of_the_model(entities) -> None:
    assert {one["schema"] for one in entities} == set(SCHEMATA)
    for one in entities:
        assert set(one["properties"]) <= set(SCHEMATA[one["schema"]])
        assert REQUIRED[one["schema"]] <= set(one["properties"])


def test_values_are_lists_of_texts_and_references_lead_to_the_right_kind(entities) -> None:
    kind = {one["id"]: one["schema"] for one in entities}
    assert len(kind) == len(entities)
    for one in entities:
        for name, values in one["properties"].items():
            assert values
            assert all(isinstance(value, str) and value for value in values)
            if SCHEMATA[one["schema"]][name] == "entity":
                assert all(kind[value] in RANGES[name] for value in values)


def test_no_property_tells_of_a_person_more_than_an_identifier(entities) -> None:
    people = [one for one in entities if one["schema"] == "Person"]
    assert people
    assert all(set(one["properties"]) == {"name", "notes"} for one in people)
