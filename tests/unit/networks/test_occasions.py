"""Which events are one occasion, and who is on it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frith.errors import BadInput, UnknownName
from frith.networks.inputs import event_table, recorded_roles
from frith.networks.occasions import occasions

DAY = datetime(2024, 3, 1, 12)


def happened(*rows: dict) -> pl.DataFrame:
    """Events, one a row: id, hours after the first, and any other column."""
    return event_table(
        pl.DataFrame(
            [
                {
                    "event_id": row["id"],
                    "occurred_from": DAY + timedelta(hours=row.get("hours", 0)),
                    "area": row.get("area", "A"),
                    "occasion_ref": row.get("occasion_ref"),
                    "arrest_ref": row.get("arrest_ref"),
                }
                for row in rows
            ],
            schema_overrides={"occasion_ref": pl.String, "arrest_ref": pl.String},
        )
    )


def roles(**events: str) -> pl.DataFrame:
    """roles(e1="a b", e2="a:victim"): suspects unless a role is given."""
    rows = [
        (event, *(who.split(":") if ":" in who else (who, "suspect")))
        for event, people in events.items()
        for who in people.split()
    ]
    frame = pl.DataFrame(rows, schema=["event_id", "nominal_id", "role"], orient="row")
    return recorded_roles(frame, None)


def held(recorded, events, protected=(), **rest):
    barred = pl.Series(list(protected), dtype=pl.String)
    return occasions(recorded, events, protected=barred, **rest)


def people(found) -> dict[str, set[str]]:
    grouped = found.people.group_by("occasion_id").agg("person")
    return {occasion: set(row) for occasion, row in grouped.iter_rows()}


def test_two_suspects_of_one_event_are_an_occasion_and_one_alone_is_not():
    found = held(roles(e1="a b", e2="c"), happened({"id": "e1"}, {"id": "e2"}))
    assert people(found) == {"e1": {"a", "b"}}


@pytest.mark.parametrize("role", ["victim", "possible_victim", "witness", "subject"])
def test_no_other_role_is_ever_on_an_occasion(role):
    found = held(roles(e1=f"a b c:{role}"), happened({"id": "e1"}))
    assert people(found) == {"e1": {"a", "b"}}


@pytest.mark.parametrize("role", ["suspect", "charged", "convicted"])
def test_the_three_projectable_roles_are(role):
    found = held(roles(e1=f"a:{role} b:{role}"), happened({"id": "e1"}))
    assert people(found) == {"e1": {"a", "b"}}


def test_whoever_is_also_victim_of_the_event_is_left_out_of_it_only():
    recorded = roles(e1="a b c c:victim", e2="a c")
    found = held(recorded, happened({"id": "e1"}, {"id": "e2", "hours": 99}))
    assert people(found) == {"e1": {"a", "b"}, "e2": {"a", "c"}}
    assert found.dropped.filter(pl.col("what") == "role")["id"].to_list() == ["e1"]


def test_whoever_is_victim_in_another_event_of_the_same_occasion_is_left_out():
    recorded = roles(e1="a b c", e2="c:victim a")
    rows = [{"id": "e1", "occasion_ref": "x"}, {"id": "e2", "occasion_ref": "x"}]
    assert people(held(recorded, happened(*rows))) == {"e1": {"a", "b"}}


def test_the_protected_are_on_no_occasion():
    found = held(roles(e1="a b c"), happened({"id": "e1"}), protected=["c"])
    assert people(found) == {"e1": {"a", "b"}}
    assert "c" not in found.suspect_events["person"].to_list()


@pytest.mark.parametrize("column", ["occasion_ref", "arrest_ref"])
def test_a_shared_reference_makes_one_occasion_of_everybody(column):
    rows = [{"id": "e1", column: "x"}, {"id": "e2", column: "x", "hours": 500}]
    assert people(held(roles(e1="a", e2="b"), happened(*rows))) == {"e1": {"a", "b"}}


@pytest.mark.parametrize(("hours", "count"), [(48, 1), (49, 2)])
def test_the_same_suspects_within_48_hours_are_one_occasion(hours, count):
    rows = [{"id": "e1"}, {"id": "e2", "hours": hours}]
    found = held(roles(e1="a b", e2="b a"), happened(*rows))
    assert found.table.height == count


def test_other_suspects_within_48_hours_are_another_occasion():
    rows = [{"id": "e1"}, {"id": "e2", "hours": 1}]
    assert held(roles(e1="a b", e2="a b c"), happened(*rows)).table.height == 2


def test_an_occasion_has_its_events_its_earliest_time_and_place():
    rows = [
        {"id": "e1", "occasion_ref": "x", "hours": 5, "area": "B"},
        {"id": "e2", "occasion_ref": "x", "area": "A"},
    ]
    row = held(roles(e1="a b", e2="a"), happened(*rows)).table.row(0, named=True)
    assert row["occasion_id"] == "e1"
    assert row["event_ids"] == ["e1", "e2"]
    assert (row["first"], row["last"]) == (DAY, DAY + timedelta(hours=5))
    assert row["area"] == "A"
    assert row["suspects"] == 2


def test_a_crowd_is_dropped_and_listed():
    found = held(roles(e1=" ".join(f"p{i}" for i in range(21))), happened({"id": "e1"}))
    assert found.table.is_empty()
    assert found.dropped.row(0) == (
        "occasion",
        "21 suspects, more than 20: a sweep or a crowd",
        "e1",
    )


def test_ten_thousand_people_at_one_event_cost_nothing():
    crowd = roles(e1=" ".join(f"p{i}" for i in range(10_000)), e2="a b")
    started = time.perf_counter()
    found = held(crowd, happened({"id": "e1"}, {"id": "e2"}))
    assert time.perf_counter() - started < 5
    assert people(found) == {"e2": {"a", "b"}}


def test_a_role_that_does_not_exist_is_refused():
    with pytest.raises(UnknownName):
        roles(e1="a:offender b")


def test_an_event_given_twice_is_refused():
    with pytest.raises(BadInput):
        happened({"id": "e1"}, {"id": "e1"})


ROLE = st.sampled_from(
    ["suspect", "charged", "convicted", "victim", "possible_victim", "witness", "subject"]
)
ROWS = st.lists(
    st.tuples(st.sampled_from("123456"), st.sampled_from("abcdefgh"), ROLE),
    min_size=1,
    max_size=40,
)


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, refs=st.lists(st.sampled_from([None, "x", "y"]), min_size=6, max_size=6))
def test_whatever_is_recorded_only_suspects_unharmed_there_are_on_an_occasion(rows, refs):
    events = happened(
        *(
            {"id": e, "hours": 60 * int(e), "occasion_ref": r}
            for e, r in zip("123456", refs, strict=True)
        )
    )
    frame = pl.DataFrame(rows, schema=["event_id", "nominal_id", "role"], orient="row")
    found = held(recorded_roles(frame, None), events, protected=["h"])
    of = dict(found.table.select("occasion_id", "event_ids").iter_rows())
    for occasion, group in people(found).items():
        for person in group:
            said = {r for e, p, r in rows if p == person and e in of[occasion]}
            assert said & {"suspect", "charged", "convicted"}
            assert not said & {"victim", "possible_victim"}
            assert person != "h"
