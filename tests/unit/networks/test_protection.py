"""Possible victims and people named as protected are kept out, until a named person lifts it."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from frith.errors import BadInput, UnknownName
from frith.networks.inputs import event_table, recorded_roles
from frith.networks.protection import protect

EVENTS = event_table(
    pl.DataFrame(
        {
            "event_id": ["grow", "shop", "slave", "fight", "coded"],
            "occurred_from": [datetime(2024, 1, 1)] * 5,
            "theme": ["drugs", "acquisitive", "modern_slavery", "violence", None],
            "offence_code": [None, None, None, None, "106"],  # 106: modern slavery
        }
    )
)


def roles(*rows: tuple[str, str, str], persons: pl.DataFrame | None = None) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=["event_id", "nominal_id", "role"], orient="row")
    return recorded_roles(frame, persons)


def who(found) -> list[str]:
    return found.people["person"].to_list()


@pytest.mark.parametrize("role", ["victim", "possible_victim"])
def test_a_victim_of_exploitation_is_protected_whatever_else_they_did(role):
    recorded = roles(("slave", "a", role), ("grow", "a", "convicted"), ("grow", "b", "suspect"))
    assert who(protect(recorded, EVENTS)) == ["a"]


def test_a_victim_of_violence_is_not_protected_in_every_run():
    assert who(protect(roles(("fight", "a", "victim")), EVENTS)) == []


def test_a_witness_of_exploitation_is_not_protected():
    assert who(protect(roles(("slave", "a", "witness")), EVENTS)) == []


def test_the_offence_code_protects_where_the_theme_is_blank():
    assert who(protect(roles(("coded", "a", "victim")), EVENTS)) == ["a"]


@pytest.mark.parametrize("theme", ["cse", "cce", "begging", "domestic_servitude", "sex_market"])
def test_every_exploitation_theme_protects(theme):
    events = EVENTS.with_columns(theme=pl.lit(theme))
    assert who(protect(roles(("shop", "a", "possible_victim")), events)) == ["a"]


def test_a_misspelt_theme_is_refused_lest_it_unprotect_somebody():
    with pytest.raises(UnknownName):
        protect(roles(("slave", "a", "victim")), EVENTS.with_columns(theme=pl.lit("modern slavry")))


def test_protection_spreads_over_all_records_of_a_person():
    persons = pl.DataFrame({"nominal_id": ["n1", "n2"], "person_id": ["p", "p"]})
    recorded = roles(("slave", "n1", "victim"), ("grow", "n2", "suspect"), persons=persons)
    assert who(protect(recorded, EVENTS, persons=persons)) == ["p"]


@pytest.mark.parametrize("column", ["person_id", "nominal_id"])
def test_whoever_is_named_is_protected(column):
    named = pl.DataFrame({column: ["b"]})
    assert who(protect(roles(("grow", "b", "suspect")), EVENTS, named=named)) == ["b"]


def test_a_named_nominal_protects_its_person():
    persons = pl.DataFrame({"nominal_id": ["n1"], "person_id": ["p"]})
    named = pl.DataFrame({"nominal_id": ["n1"]})
    recorded = roles(("grow", "n1", "suspect"), persons=persons)
    assert "p" in who(protect(recorded, EVENTS, persons=persons, named=named))


def test_a_name_that_nobody_bears_is_said():
    named = pl.DataFrame({"person_id": ["nobody"]})
    found = protect(roles(("grow", "b", "suspect")), EVENTS, named=named)
    assert [flag.code for flag in found.flags] == ["protected-unknown"]


def test_a_list_without_identifiers_is_refused():
    with pytest.raises(BadInput):
        protect(roles(("grow", "b", "suspect")), EVENTS, named=pl.DataFrame({"name": ["b"]}))


def lifting(**changed: object) -> pl.DataFrame:
    row = {
        "person_id": "a",
        "lifted_by": "Det Insp Example",
        "reason": "conclusive grounds: no",
        "lifted_on": "2024-05-01",
    }
    return pl.DataFrame([row | changed])


def test_a_named_person_with_a_reason_lifts_protection():
    found = protect(roles(("slave", "a", "victim")), EVENTS, lifted=lifting())
    assert who(found) == []
    assert found.lifted.row(0) == (
        "a",
        "Det Insp Example",
        "conclusive grounds: no",
        date(2024, 5, 1),
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"person_id": ""},
        {"lifted_by": " "},
        {"lifted_by": None},
        {"reason": ""},
        {"lifted_on": "soon"},
        {"lifted_on": None},
    ],
)
def test_a_lifting_that_lacks_anything_changes_nothing_and_is_refused(fault):
    found = protect(roles(("slave", "a", "victim")), EVENTS, lifted=lifting(**fault))
    assert who(found) == ["a"]
    assert found.refused.height == 1
    assert found.lifted.is_empty()
    assert [flag.code for flag in found.flags] == ["lifting-refused"]


def test_a_lifting_may_name_a_nominal():
    rows = lifting().rename({"person_id": "nominal_id"})
    assert who(protect(roles(("slave", "a", "victim")), EVENTS, lifted=rows)) == []


def test_a_lifting_list_without_its_columns_is_refused():
    with pytest.raises(BadInput):
        protect(roles(("slave", "a", "victim")), EVENTS, lifted=pl.DataFrame({"person_id": ["a"]}))
