"""What stands beside a group: objects, possible victims, doubtful identities, earlier runs."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from frith.networks import find_groups, over_time
from frith.networks.identity import sensitive
from frith.networks.objects import shared_objects
from unit.networks.world import World, build, everybody, with_events

NOBODY = pl.Series("person", [], dtype=pl.String)
CREW = ["K1", "K2", "K3"]


def crew_world(
    *, also: list[tuple[str, str]] = (), crew: list[str] = CREW, **columns: str
) -> World:
    """A world without groups, and a crew of three on twelve occasions, with anybody `also`."""
    world = build(60_000, seed=21, groups=False)
    area = world.events["area"].unique().sort()[3]
    start = datetime(2024, 1, 10)
    happened = [
        (
            f"K-{n}",
            start + timedelta(days=25 * n),
            area,
            [(person, "suspect") for person in crew] + list(also),
        )
        for n in range(12)
    ]
    return with_events(world, happened, **columns)


def test_the_crew_is_found_as_it_is():
    world = crew_world()
    found = find_groups(world.events, world.roles)
    assert everybody(found) == [frozenset(CREW)]
    row = found.as_answer()["groups"][0]
    assert (row["occasions"], row["possible_victims"]) == (12, 0)
    assert row["stability"] >= 0.8


def test_a_possible_victim_beside_the_crew_is_counted_and_never_a_member():
    also = [("child", "suspect"), ("child", "possible_victim")]
    world = crew_world(also=also, theme="cce")
    found = find_groups(world.events, world.roles)
    row = found.as_answer()["groups"][0]
    assert set(row["core"]) | set(row["associates"]) == set(CREW)
    assert row["possible_victims"] == 1
    assert "Possible victims recorded beside them: 1." in row["sentence"]
    assert "child" not in str(found.as_answer())
    victims = found.tables["possible_victims"].row(0, named=True)
    assert (victims["person_id"], victims["events"]) == ("child", 12)


def test_an_exploited_grower_recorded_only_as_suspect_there_is_kept_out_by_another_event():
    world = crew_world(also=[("grower", "suspect")], theme="drugs")
    free = find_groups(world.events, world.roles)
    assert "grower" in everybody(free)[0]
    when = datetime(2024, 9, 1)
    known = with_events(
        world, [("NRM", when, "E99010001", [("grower", "possible_victim")])], theme="modern_slavery"
    )
    kept = find_groups(known.events, known.roles)
    named = {name: table for name, table in kept.tables.items() if name != "possible_victims"}
    assert not [name for name, table in named.items() if '"grower"' in table.write_json()]
    assert kept.tables["possible_victims"]["person_id"].to_list() == ["grower"]
    assert everybody(kept) == [frozenset(CREW)]


def test_naming_protects_and_lifting_restores():
    world = crew_world(also=[("grower", "suspect")])
    named = pl.DataFrame({"person_id": ["grower"]})
    lifted = pl.DataFrame(
        {
            "person_id": ["grower"],
            "lifted_by": ["A Named Person"],
            "reason": ["named in error"],
            "lifted_on": ["2024-06-01"],
        }
    )
    assert "grower" not in everybody(find_groups(world.events, world.roles, named=named))[0]
    restored = find_groups(world.events, world.roles, named=named, lifted=lifted)
    assert "grower" in everybody(restored)[0]
    assert restored.tables["lifted"]["lifted_by"].to_list() == ["A Named Person"]


def test_a_group_that_hangs_on_doubtful_joins_is_flagged():
    # K1 is twelve records, joined with 0.96: without the joins it is nobody twice.
    world = crew_world(crew=["K1", "K2"])
    roles = world.roles.with_row_index("n").with_columns(
        nominal_id=pl.when(pl.col("nominal_id") == "K1")
        .then(pl.format("K1/{}", "n"))
        .otherwise("nominal_id")
    )
    records = roles.filter(pl.col("nominal_id").str.starts_with("K1/"))["nominal_id"].to_list()
    persons = pl.DataFrame({"nominal_id": records, "person_id": ["K1"] * 12, "p_min": [0.96] * 12})
    found = find_groups(world.events, roles.drop("n"), persons=persons)
    row = found.tables["groups"].row(0, named=True)
    assert row["identity_sensitive"]
    assert "records that may not all be of the same people" in row["sentence"]
    members = found.tables["members"]
    assert members.filter(pl.col("person_id") == "K1")["identity"].item() == "identity: probable"
    assert members.filter(pl.col("person_id") == "K2")["identity"].item() is None
    surer = persons.with_columns(p_min=pl.lit(0.995))
    sure = find_groups(world.events, roles.drop("n"), persons=surer)
    assert not sure.tables["groups"].row(0, named=True)["identity_sensitive"]


def test_undoing_doubtful_joins_never_unprotects():
    # two records of one child: harmed under one, suspect under the other, joined with 0.96
    also = [("second", "suspect")]
    world = crew_world(also=also, crew=["K1", "K2", "K3"])
    world = with_events(
        world,
        [("NRM", datetime(2024, 9, 1), "E99010001", [("first", "possible_victim")])],
        theme="cce",
    )
    persons = pl.DataFrame(
        {
            "nominal_id": ["first", "second", "K1"],
            "person_id": ["child", "child", "K1"],
            "p_min": [0.96, 0.96, 0.96],
        }
    )
    found = find_groups(world.events, world.roles, persons=persons)
    assert everybody(found) == [frozenset(CREW)]
    assert found.tables["possible_victims"]["person_id"].to_list() == ["child"]


def test_identity_is_not_run_again_where_nobody_is_in_doubt():
    def never(_: pl.DataFrame) -> list[frozenset[str]]:
        raise AssertionError("run again for nothing")

    persons = pl.DataFrame({"nominal_id": ["a"], "person_id": ["a"], "p_min": [1.0]})
    assert sensitive([frozenset("ab")], persons, again=never) == [False]


MEMBERS = pl.DataFrame({"group_id": ["G"] * 3, "person_id": CREW})


def links(**objects: str) -> pl.DataFrame:
    rows = [(thing, who) for thing, people in objects.items() for who in people.split()]
    return pl.DataFrame(rows, schema=["object_id", "nominal_id"], orient="row")


def many(n: int) -> dict[str, str]:
    """Objects shared by two strangers each."""
    return {f"o{i}": f"s{2 * i} s{2 * i + 1}" for i in range(n)}


def test_shared_phones_are_listed_and_tested_against_chance():
    table = links(**many(200), phone1="K1 K2", phone2="K2 K3 x", own="K1")
    found = shared_objects(MEMBERS, table, protected=NOBODY)
    shared, test = found.shared, found.tested
    assert shared.select("object_id", "people").rows() == [
        ("phone1", ["K1", "K2"]),
        ("phone2", ["K2", "K3"]),
    ]
    row = test.row(0, named=True)
    assert row["shared"] == 2
    assert row["p"] < 0.001


def test_a_hostel_is_no_shared_object_and_the_protected_share_nothing():
    table = links(hostel=" ".join(["K1", "K2", *(f"s{i}" for i in range(30))]), phone="K1 child")
    shared = shared_objects(MEMBERS, table, protected=pl.Series(["child"])).shared
    assert shared.is_empty()


def runs(**groups: str) -> pl.DataFrame:
    rows = [(group, who) for group, people in groups.items() for who in people.split()]
    return pl.DataFrame(rows, schema={"group_id": pl.String, "person_id": pl.String}, orient="row")


@pytest.mark.parametrize(
    ("now", "then", "change"),
    [
        ({"G1": "a b c"}, {"G9": "a b c"}, {("G1", "G9", "continuing")}),
        ({"G1": "a b c d"}, {"G9": "a b c"}, {("G1", "G9", "changed")}),
        ({"G1": "a b c"}, {}, {("G1", None, "new")}),
        ({}, {"G9": "a b c"}, {(None, "G9", "gone")}),
        ({"G1": "a b c d e"}, {"G9": "a x y z w"}, {("G1", None, "new"), (None, "G9", "gone")}),
        (
            {"G1": "a b", "G2": "c d"},
            {"G9": "a b c d"},
            {("G1", "G9", "changed"), ("G2", None, "new")},
        ),
    ],
)
def test_groups_are_matched_over_time_by_overlap(now, then, change):
    rows = over_time(runs(**now), runs(**then)).select("group_id", "previous_group_id", "change")
    assert set(rows.rows()) == change
