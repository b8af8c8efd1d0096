"""Shared objects are tested as pairs are: among things of one kind, place and half-year."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from frith.networks.objects import shared_objects

NOBODY = pl.Series("person", [], dtype=pl.String)
TOWNS = 8
EACH = 60
MEMBERS = pl.DataFrame({"group_id": ["G"] * 3, "person_id": ["t0-0", "t0-1", "t0-2"]})


def world(*, shared_in: int, pairs: int) -> dict[str, pl.DataFrame]:
    """Towns of people with a phone each; in one town `pairs` pairs share a second one."""
    people = [(f"t{t}-{i}", f"A{t}") for t in range(TOWNS) for i in range(EACH)]
    links = [(f"own-{who}", who) for who, _ in people]
    for n in range(pairs):
        links += [(f"pair{n}", f"t{shared_in}-{10 + 2 * n + side}") for side in (0, 1)]
    links += [("G-phone", "t0-0"), ("G-phone", "t0-1")]
    return {
        "object_links": pl.DataFrame(links, schema=["object_id", "nominal_id"], orient="row"),
        "events": pl.DataFrame(
            {
                "event_id": [f"e-{who}" for who, _ in people],
                "occurred_from": [datetime(2024, 2, 1 + i % 20) for i in range(len(people))],
                "area": [area for _, area in people],
            }
        ),
        "recorded": pl.DataFrame(
            {"event_id": [f"e-{who}" for who, _ in people], "person": [who for who, _ in people]}
        ),
    }


def asked(tables: dict[str, pl.DataFrame], *, placed: bool = True):
    rest = tables if placed else {"object_links": tables["object_links"]}
    links = rest.pop("object_links") if placed else rest["object_links"]
    places = rest if placed else {}
    return shared_objects(MEMBERS, links, protected=NOBODY, **places)


def test_sharing_that_is_common_in_their_own_place_is_less_telling():
    here = asked(world(shared_in=0, pairs=20)).tested.row(0, named=True)
    elsewhere = asked(world(shared_in=7, pairs=20)).tested.row(0, named=True)
    assert here["shared"] == elsewhere["shared"] == 1
    assert here["expected"] > 3 * elsewhere["expected"]
    assert here["p"] > elsewhere["p"]


def test_the_expected_number_is_the_formula():
    found = asked(world(shared_in=0, pairs=0), placed=False).tested.row(0, named=True)
    links = TOWNS * EACH + 2
    rate = 2 / links**2
    assert found["expected"] == pytest.approx(rate * ((2 + 2 + 1) ** 2 - (4 + 4 + 1)) / 2)


def test_without_places_it_says_so():
    assert [flag.code for flag in asked(world(shared_in=0, pairs=5), placed=False).flags] == [
        "objects-not-by-place"
    ]
    assert asked(world(shared_in=0, pairs=5)).flags == ()


def test_a_protected_person_shares_nothing():
    tables = world(shared_in=0, pairs=0)
    links = tables.pop("object_links")
    found = shared_objects(MEMBERS, links, protected=pl.Series(["t0-1"]), **tables)
    assert found.shared.is_empty()
    assert found.tested["shared"].item() == 0
