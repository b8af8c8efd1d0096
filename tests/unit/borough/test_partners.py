"""What partners send: reports, referrals, lists, a survey, measures, and reports in words."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from frith.borough.lists import LISTS, TOGETHER, history_chances, true_total
from frith.borough.sessions import AGENCIES, LASTS_MONTHS, TIMES
from frith.reference import load, measures


def intelligence(made) -> pl.DataFrame:
    return pl.read_parquet(made.summary.folder / "intelligence" / "intelligence_reports.parquet")


def test_reports_hold_no_text(made):
    assert made.table("reports").columns == ["report_id", "received_on", "agency", "area", "theme"]


def test_one_agency_never_reports(made):
    silent = {name for name, share in AGENCIES.items() if share == 0}
    assert silent
    assert not set(made.table("reports")["agency"]) & silent


def test_the_lift_follows_sessions_with_partners(town):
    """The planted lift is 1.8 in the three months after a session with an agency's staff."""
    rates, sessions = town.truth("report_rates"), town.table("sessions")
    months = rates["month"].unique(maintain_order=True).to_list()
    held = sessions.filter(pl.col("audience") == "partner").select(
        "agency", month=pl.col("held_on").dt.strftime("%Y-%m")
    )
    expected = {
        (agency, months[at + later])
        for agency, month in held.iter_rows()
        for at in [months.index(month)]
        for later in range(1, LASTS_MONTHS + 1)
        if at + later < len(months)
    }
    lifted = rates.filter(pl.col("session_times") > 1)
    assert set(lifted.select("agency", "month").iter_rows()) == expected
    assert set(lifted["session_times"]) == {TIMES}


def test_referral_routes_are_of_the_reference_list(made):
    known = {str(row["key"]) for row in load("referral_routes")}
    assert set(made.table("referrals")["route"]) <= known


def test_children_and_adults_go_their_own_routes(town):
    referrals = town.table("referrals")
    mash = referrals.filter(pl.col("route") == "mash")
    assert (mash["age_group"] == "under 18").all()
    notify = referrals.filter(pl.col("route") == "duty_to_notify")
    assert (notify["age_group"] == "18 or over").all()


def test_every_measure_has_every_quarter(made):
    values = made.table("measure_values")
    assert set(values["measure"]) == {one.key for one in measures()}
    assert (values.group_by("measure").len()["len"] == 12).all()
    for one in measures():
        rows = values.filter(pl.col("measure") == one.key)
        assert rows["denominator"].is_null().all() == (one.denominator == ""), one.key
        shares = rows.filter(pl.col("denominator") > 0)
        if one.unit == "share":
            assert (shares["numerator"] <= shares["denominator"]).all(), one.key


def test_measures_counted_from_records_are_the_records(town):
    values = town.table("measure_values").filter(pl.col("period") == "2025-Q1")
    by = dict(values.select("measure", "numerator").iter_rows())
    events = town.table("events").filter(
        pl.col("occurred_from").str.slice(0, 7).is_in(["2025-01", "2025-02", "2025-03"])
    )
    asb = events.filter(pl.col("crime_type") == "Anti-social behaviour").height
    assert by["asb_incidents"] == asb
    assert by["modern_slavery_offences"] == events.filter(pl.col("offence_code") == "106").height


def test_figures_of_a_quarter_agree_with_each_other(made):
    values = made.table("measure_values").pivot("measure", index="period", values="numerator")
    out_of = made.table("measure_values").pivot("measure", index="period", values="denominator")
    assert (values["groups_mapped"] <= values["groups_identified"]).all()
    assert (out_of["groups_mapped"] == values["groups_identified"]).all()
    assert (out_of["four_p_mix"] == out_of["disruptions_partner_led"]).all()
    assert (values["disruptions_assessed"] <= out_of["four_p_mix"]).all()


def test_lists_hold_those_the_histories_say(made):
    lists, histories = made.table("lists"), made.truth("list_histories")
    for name in LISTS:
        on = histories.filter(pl.col(name) == 1)["people"].sum()
        assert lists.filter(pl.col("list") == name).height == on
    seen = histories["people"].sum() - histories["people"][0]
    assert lists["person_id"].n_unique() == seen
    assert histories.row(0)[: len(LISTS)] == (0,) * len(LISTS)


def test_the_true_total_is_known(made):
    total = made.truth("list_histories")["people"].sum()
    assert total == max(true_total(made.summary.people), made.summary.exploited)
    assert made.truth("list_persons").height == total


def test_pseudonyms_are_not_the_persons(made):
    lists = made.table("lists")
    assert lists["person_id"].str.starts_with("SYN-L").all()
    persons = made.truth("list_persons")
    exploited = set(made.truth("exploited")["person_id"])
    assert exploited <= set(persons["person_id"])


def test_dependence_between_lists_is_as_planted():
    """Odds ratios of the pair tables, all other lists at nought, are the planted terms."""
    chance = history_chances()
    assert chance.sum() == pytest.approx(1)
    for (a, b), term in TOGETHER.items():
        none, only_a, only_b, both = (chance[k] for k in (0, 1 << a, 1 << b, (1 << a) | (1 << b)))
        assert np.log(both * none / (only_a * only_b)) == pytest.approx(term)


def test_survey_weights_average_one(made):
    survey = made.table("survey")
    for _, rows in survey.group_by("wave", "question"):
        assert rows["weight"].mean() == pytest.approx(1, abs=1e-3)


def test_all_thirty_gradings_are_there(made):
    graded = intelligence(made).select("source_evaluation", "assessment", "handling").unique()
    assert graded.height == 30


def test_conditions_are_given_exactly_where_handling_asks(made):
    reports = intelligence(made)
    assert ((reports["handling"] == "C") == reports["conditions"].is_not_null()).all()


def test_reports_in_words_are_reports(made):
    joined = intelligence(made).join(made.table("reports"), on="report_id")
    assert joined.height == intelligence(made).height
    assert (joined["agency"] == joined["agency_right"]).all()
    assert (joined["area"] == joined["area_right"]).all()
    assert (joined["theme"] == joined["theme_right"]).all()


def test_one_report_tells_of_a_threat_to_life(made):
    truth = made.truth("intelligence").filter("threat_to_life")
    assert truth.height == 1
    report = intelligence(made).join(truth, on="report_id")
    assert "shot" in report["fact"][0]
    assert report["priority"][0] == "high"


def test_rumours_go_round(town):
    copies = town.truth("intelligence").filter(pl.col("copy_of").is_not_null())
    told = copies.join(intelligence(town), on="report_id")
    for (original,), rows in told.group_by("copy_of"):
        assert rows.height >= 4
        assert original in rows["report_id"].to_list()
        assert rows["agency"].n_unique() >= 2
        assert (rows["submitted_on"].max() - rows["submitted_on"].min()).days <= 45
        assert rows["fact"].n_unique() == rows.height  # told in other words
    assert copies.height >= 4


def test_some_reports_give_their_source_away(made):
    truth = made.truth("intelligence")
    exposing = truth.filter("exposes_source").join(intelligence(made), on="report_id")
    assert exposing.height >= 3
    assert (exposing["others_who_know"] == 1).all()


def test_no_slot_is_left_unfilled(made):
    for text in intelligence(made).select("fact", "opinion", "how_known_words").iter_rows():
        assert not re.search(r"[{}]", " ".join(text))


def test_no_report_names_a_person(made):
    """People are described by part: no given and family name of anybody stands side by side."""
    text = " ".join(intelligence(made)["fact"])
    people = made.truth("people")
    full = set((people["given_name"] + " " + people["family_name"]).to_list())
    pairs = {f"{a} {b}" for a, b in re.findall(r"(?=\b([A-Z][a-z]+) ([A-Z][a-z]+)\b)", text)}
    assert not pairs & full
