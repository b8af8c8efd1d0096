"""Planted groups leave what was planted; those they exploit stand on both sides of the record."""

from __future__ import annotations

import polars as pl
import pytest

from frith.borough.groups import THEMES
from frith.reference import EXPLOITATION_THEMES, PROJECTABLE_ROLES
from frith.tables.declared.events import THEMES as DECLARED_THEMES

VICTIM_ROLES = ["victim", "possible_victim"]


def test_every_theme_is_planted_in_a_town(town):
    assert set(town.truth("groups")["kind"]) == {theme.key for theme in THEMES}
    assert {theme.theme for theme in THEMES} <= set(DECLARED_THEMES)


def test_sizes_and_spans_are_within_bounds(made):
    groups = made.truth("groups")
    assert groups["members"].is_between(2, 12).all()
    assert groups["occasions"].is_between(6, 24).all()
    span = (groups["last_day"] - groups["first_day"]).dt.total_days()
    assert (span >= 120).all()


def test_occasions_in_the_records_are_those_planted(made):
    """Every planted occasion is in the events, with the members that the truth says."""
    occasions = made.truth("occasions")
    counted = occasions.group_by("group_id").agg(pl.col("occasion").n_unique())
    planted = made.truth("groups").select("group_id", "occasions")
    both = counted.join(planted, on="group_id")
    assert (both["occasion"] == both["occasions"]).all()
    members = made.truth("members").select("group_id", "person_id")
    seen = (
        occasions.join(made.truth("roles"), on="event_id")
        .filter(pl.col("role").is_in(["suspect", "charged", "convicted"]))
        .join(members, on=["group_id", "person_id"])
        .group_by("group_id", "occasion", "event_id")
        .agg(found=pl.col("person_id").n_unique())
    )
    checked = occasions.join(seen, on=["group_id", "occasion", "event_id"], how="left")
    assert (checked["found"] == checked["members_present"]).all()
    assert checked["members_present"].is_between(2, 4).all()


def test_members_occasions_add_up(made):
    members = made.truth("members")
    first = made.truth("occasions").unique(["group_id", "occasion"])
    present = first.group_by("group_id").agg(pl.col("members_present").sum())
    counted = members.group_by("group_id").agg(pl.col("occasions").sum())
    both = present.join(counted, on="group_id")
    assert (both["members_present"] == both["occasions"]).all()


def test_nobody_is_in_two_groups_or_both_member_and_exploited(made):
    members = made.truth("members")["person_id"]
    exploited = made.truth("exploited")["person_id"]
    assert members.is_unique().all()
    assert exploited.is_unique().all()
    assert not set(members) & set(exploited)


def test_members_live_in_the_home_area_or_round_it(town):
    """Nine in ten live in the group's own area; the rest where it had too few of an age."""
    events = town.truth("groups").select("group_id", "home_area")
    people = town.truth("people").select("person_id", "resident")
    joined = town.truth("members").join(events, on="group_id").join(people, on="person_id")
    assert joined["resident"].all()


def test_exploited_people_are_recorded_as_suspects_too(town):
    exploited = town.truth("exploited")
    assert exploited["records_as_suspect"].sum() >= 10
    assert exploited["records_as_victim"].sum() >= 10
    both = exploited.filter(pl.col("records_as_suspect") > 0, pl.col("records_as_victim") > 0)
    assert both.height >= 2
    never_seen_as_victims = exploited.filter(
        pl.col("records_as_suspect") > 0, pl.col("records_as_victim") == 0
    )
    assert never_seen_as_victims.height >= 1


def test_the_truth_of_the_exploited_is_in_the_roles(town):
    """Records as victims that the truth counts are roles of victim or possible victim."""
    roles = town.truth("roles").join(town.truth("origins"), on="event_id")
    ours = roles.filter(pl.col("origin") == "group")
    victims = ours.filter(pl.col("role").is_in(VICTIM_ROLES)).join(
        town.truth("exploited").select("person_id", "group_id"), on="person_id"
    )
    assert victims.filter(pl.col("origin_ref") == pl.col("group_id")).height > 10
    suspects = ours.filter(pl.col("role").is_in(sorted(PROJECTABLE_ROLES))).join(
        town.truth("exploited"), on="person_id"
    )
    assert suspects.height >= town.truth("exploited")["records_as_suspect"].sum()


def test_growers_stand_as_suspects_and_are_all_recognised_one_day(town):
    grown = town.truth("groups").filter(pl.col("kind") == "cannabis")["group_id"]
    growers = town.truth("exploited").filter(pl.col("group_id").is_in(grown.to_list()))
    assert growers["records_as_suspect"].sum() >= 1
    recognised = (
        town.truth("roles")
        .filter(pl.col("role") == "possible_victim")
        .join(town.table("events").select("event_id", "theme"), on="event_id")
        .filter(pl.col("theme").is_in(sorted(EXPLOITATION_THEMES)))
    )
    assert set(growers["person_id"]) <= set(recognised["person_id"])


@pytest.mark.parametrize("kind", ["phone", "vehicle", "address", "advert", "handle", "account"])
def test_groups_share_objects(town, kind):
    owned = town.truth("objects").filter(
        pl.col("kind") == kind, pl.col("owner").str.starts_with("SYN-G")
    )
    links = town.table("object_links").join(owned, on="object_id")
    assert owned.height >= 1
    assert (links.group_by("object_id").len()["len"] >= 2).any()


def test_adverts_belong_to_brothels(town):
    brothels = town.truth("groups").filter(pl.col("kind") == "brothel")["group_id"].to_list()
    adverts = town.truth("objects").filter(pl.col("kind") == "advert")
    assert set(adverts["owner"]) <= set(brothels)


def test_cuckooed_homes_are_the_exploited_tenants(town):
    """Events of a drug line happen at a home of somebody it exploits, oftener than elsewhere."""
    line = town.truth("groups").filter(pl.col("kind") == "drug_line")["group_id"][0]
    events = (
        town.truth("occasions")
        .filter(pl.col("group_id") == line)
        .join(town.table("events"), on="event_id")
    )
    points = events.group_by("longitude", "latitude").len()
    assert points.height <= 3


def test_sweeps_and_sprees_are_traps_as_planted(town):
    origins = town.truth("origins")
    sweeps = origins.filter(pl.col("origin") == "sweep").join(town.table("events"), on="event_id")
    for (ref,), rows in sweeps.group_by("origin_ref"):
        assert (rows["arrest_ref"] == ref).all()
        people = town.truth("roles").filter(pl.col("event_id").is_in(rows["event_id"].to_list()))
        assert 20 <= people["person_id"].n_unique() <= 60
    sprees = origins.filter(pl.col("origin") == "spree").join(town.table("events"), on="event_id")
    for _, rows in sprees.group_by("origin_ref"):
        assert 6 <= rows.height <= 16
        days = rows["occurred_from"].str.slice(0, 10).str.to_date()
        assert (days.max() - days.min()).days <= 1
        assert rows["occasion_ref"].n_unique() == 1
    assert sprees["occasion_ref"].null_count() in range(sprees.height)


def test_organised_fraud_loses_more(town):
    events = town.table("events").join(town.truth("origins"), on="event_id")
    losses = events.filter(pl.col("theme") == "fraud", pl.col("origin") == "group")["loss_gbp"]
    assert losses.drop_nulls().median() > 5_000
