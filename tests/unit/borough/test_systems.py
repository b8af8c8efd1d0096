"""Four systems' records: who is truly who, how often, and with errors as common as planted."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.borough.draws import Streams
from frith.borough.misspell import misspelt, slipped_dates
from frith.borough.systems import SYSTEMS


def test_four_systems_and_no_health_body(made):
    assert set(made.table("nominals")["source"]) == {"police", "council", "housing", "probation"}


def test_every_nominal_is_somebody(made):
    nominals, truth = made.table("nominals"), made.truth("persons")
    assert nominals["nominal_id"].is_unique().all()
    assert set(nominals["nominal_id"]) == set(truth["nominal_id"])
    assert set(truth["person_id"]) <= set(made.truth("people")["person_id"])


def test_record_order_says_nothing_of_who_is_who(town):
    """Duplicates of a person do not stand beside each other."""
    order = town.table("nominals").join(
        town.truth("persons"), on="nominal_id", maintain_order="left"
    )
    beside = (order["person_id"] == order["person_id"].shift()).fill_null(value=False).sum()
    assert beside < 10


def test_roles_use_a_record_of_the_events_own_system(made):
    joined = (
        made.table("roles")
        .join(made.table("events").select("event_id", event_source="source"), on="event_id")
        .join(made.table("nominals").select("nominal_id", "source"), on="nominal_id")
    )
    assert joined.height == made.table("roles").height
    assert (joined["event_source"] == joined["source"]).all()


def test_roles_by_nominal_are_roles_by_person(made):
    recorded = (
        made.table("roles")
        .join(made.truth("persons").select("nominal_id", "person_id"), on="nominal_id")
        .select("event_id", "person_id", "role")
        .unique()
        .sort("event_id", "person_id", "role")
    )
    true = made.truth("roles").unique().sort("event_id", "person_id", "role")
    assert recorded.equals(true)


def test_within_one_occasion_a_person_stands_under_one_record(town):
    """Else crime numbers of one happening would seem to have different suspects."""
    tied = (
        town.table("roles")
        .join(town.table("events").drop_nulls("occasion_ref"), on="event_id")
        .join(town.truth("persons").select("nominal_id", "person_id"), on="nominal_id")
    )
    records = tied.group_by("occasion_ref", "source", "person_id").agg(
        pl.col("nominal_id").n_unique()
    )
    assert records.height > 50
    assert (records["nominal_id"] == 1).all()


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda one: one.name)
def test_errors_are_as_common_as_planted(town, system):
    errors = town.truth("persons").filter(pl.col("source") == system.name)["errors"]
    n = errors.len()
    for name in ("wrong_given", "wrong_family", "no_birth", "wrong_birth", "swapped", "year_only"):
        share = getattr(system, name)
        found = errors.str.contains(name).sum()
        spread = 4 * (n * share * (1 - share)) ** 0.5 + 1
        assert abs(found - n * share) < spread, (name, found, n * share)


def test_records_without_an_error_are_true(town):
    clean = (
        town.truth("persons")
        .filter(pl.col("errors") == "")
        .join(town.table("nominals"), on="nominal_id")
        .join(town.truth("people"), on="person_id")
    )
    assert clean.height > 3_000
    assert (clean["family_name"] == clean["family_name_right"]).all()
    first = clean["given_names"].str.split(" ").list.first()
    assert (first == clean["given_name"]).all()
    assert (clean["date_of_birth"] == clean["date_of_birth_right"].cast(pl.String)).all()


def test_twins_and_duplicates_are_there_to_be_told_apart(town):
    police = town.truth("persons").filter(pl.col("source") == "police")
    again = police.height / police["person_id"].n_unique() - 1
    assert 0.25 < again < 0.45
    assert (town.truth("people")["twin_of"] != "").sum() > 20


def test_people_stand_in_several_systems(town):
    systems = town.truth("persons").group_by("person_id").agg(pl.col("source").n_unique())
    assert (systems["source"] >= 2).sum() > 500
    assert (systems["source"] >= 3).sum() > 20


def test_a_misspelt_name_differs_and_keeps_its_first_letter():
    names = np.array(["Smith", "Mohammed", "Lee", "Nguyen", "Katarzyna", "Popa"] * 50, dtype=object)
    wrong = misspelt(Streams(1).of("x"), names)
    assert all(w != n for w, n in zip(wrong, names, strict=True))
    same = sum(w[0] == n[0] for w, n in zip(wrong, names, strict=True))
    assert same == names.size


def test_a_slipped_date_differs_and_is_a_date():
    rng = np.random.default_rng(4)
    year, month = rng.integers(1940, 2020, 400), rng.integers(1, 13, 400)
    day = rng.integers(1, 29, 400)
    wrong = slipped_dates(rng, year, month, day)
    right = [f"{y:04d}-{m:02d}-{d:02d}" for y, m, d in zip(year, month, day, strict=True)]
    pl.Series(wrong.tolist()).str.to_date()
    assert sum(w != r for w, r in zip(wrong, right, strict=True)) >= 390


def test_a_leap_day_slips_to_a_day_in_the_calendar():
    leap = np.full(300, 1996), np.full(300, 2), np.full(300, 29)
    wrong = slipped_dates(np.random.default_rng(1), *leap)
    assert pl.Series(wrong.tolist()).str.to_date().len() == 300  # raises on 29 February 1995
    assert "1996-02-29" not in wrong.tolist()
