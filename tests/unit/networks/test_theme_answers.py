"""`frith themes` on a made-up borough, against what was planted in it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from frith.cli import build_app
from frith.errors import UnknownName
from frith.networks.themes import QUESTIONS

PEOPLE = 120_000


def call(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(build_app(), [str(a) for a in arguments])
    if isinstance(result.exception, UnknownName):
        raise result.exception
    return result.exit_code, result.stdout


@pytest.fixture(scope="module")
def borough(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "borough"
    assert call("borough", folder, "--people", PEOPLE, "--quiet")[0] == 0
    truth = pl.read_parquet(folder / "truth" / "persons.parquet")
    truth.select("nominal_id", "person_id").write_csv(folder.parent / "persons.csv")
    return folder


@pytest.fixture(scope="module")
def out(borough) -> Path:
    out = borough.parent / "themes"
    code, _ = call(
        "themes", borough, "--out", out, "--persons", borough.parent / "persons.csv", "--quiet"
    )
    assert code == 0
    return out


@pytest.fixture(scope="module")
def answers(out) -> dict[str, dict]:
    made = json.loads((out / "themes.json").read_text("utf-8"))
    assert made["marking"] == "OFFICIAL – SYNTHETIC DATA"
    return {one["theme"]: one for one in made["themes"]}


def truth(borough: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(borough / "truth" / f"{name}.parquet")


def planted(borough: Path, kind: str) -> pl.DataFrame:
    return truth(borough, "groups").filter(pl.col("kind") == kind)


def planted_events(borough: Path, kind: str) -> pl.DataFrame:
    own = truth(borough, "occasions").join(
        planted(borough, kind).select("group_id"), on="group_id", how="semi"
    )
    events = pl.read_parquet(borough / "events.parquet")
    return events.join(own.select("event_id"), on="event_id", how="semi")


def test_every_theme_answers_in_one_shape(answers):
    assert list(answers) == list(QUESTIONS)
    for one in answers.values():
        assert set(one) == {"theme", "status", "figures", "flags", "sentence"}
        assert (one["status"], bool(one["sentence"])) == ("done", True)


def test_nobody_is_named(borough, out, answers):
    written = json.dumps(answers)
    protected = set(truth(borough, "exploited")["person_id"])
    assert not [person for person in protected if person in written]
    people = truth(borough, "members")["person_id"]
    assert not [person for person in people if person in written]
    for path in out.glob("*.parquet"):
        assert not {"person_id", "person", "nominal_id"} & set(pl.read_parquet(path).columns)


def test_losses_of_fraud_are_those_planted(borough, answers):
    own = planted_events(borough, "fraud").filter(pl.col("theme") == "fraud")["loss_gbp"]
    rows = {row["by"]: row for row in answers["fraud"]["figures"]["losses"]}
    found = rows["candidate groups"]
    assert found["median"] == pytest.approx(own.median(), rel=0.1)
    assert found["mean"] == pytest.approx(own.mean(), rel=0.1)
    assert found["mean"] != found["median"]
    every = pl.read_parquet(borough / "events.parquet").filter(pl.col("theme") == "fraud").height
    assert sum(row["events"] for row in rows.values()) == every
    assert "at the median" in answers["fraud"]["sentence"]


def test_children_at_risk_are_a_count(borough, answers):
    rows = {row["theme"]: row for row in answers["child_exploitation"]["figures"]["themes"]}
    known = truth(borough, "exploited").filter(
        (pl.col("theme") == "cse") & (pl.col("records_as_victim") > 0)
    )
    assert rows["cse"]["at_risk"] == known["person_id"].n_unique()
    assert 0 < rows["cse"]["beside_a_group"] <= rows["cse"]["at_risk"]


def test_each_planted_brothel_is_a_venue_of_its_own(borough, answers):
    found = answers["sex_market"]["figures"]["venues"]
    assert len(found) == planted(borough, "brothel").height


def test_growers_who_are_exploited_stand_apart_from_suspects(borough, out):
    sites = pl.read_parquet(out / "cannabis_sites.parquet")
    spot = pl.col("longitude", "latitude").round(5)
    held = pl.read_parquet(borough / "events.parquet").select("event_id", "theme", spot)
    drugs = held.filter(pl.col("theme") == "drugs").drop("theme")
    at = drugs.join(sites, on=["longitude", "latitude"], how="semi")
    roles = truth(borough, "roles")
    known = truth(borough, "exploited").filter(pl.col("records_as_victim") > 0)
    here = roles.join(at, on="event_id")
    suspects = here.filter(pl.col("role").is_in(["suspect", "charged", "convicted"]))
    assert suspects.join(known, on="person_id", how="semi").height
    counted = (
        suspects.join(known, on="person_id", how="anti")
        .group_by("longitude", "latitude")
        .agg(true=pl.col("person_id").n_unique().cast(pl.Int64))
    )
    both = sites.join(counted, on=["longitude", "latitude"], how="left")
    assert (both["suspects"] <= both["true"].fill_null(0)).all()
    growers = here.join(known, on="person_id", how="semi").join(
        planted_events(borough, "cannabis"), on="event_id", how="semi"
    )
    assert sites["possible_victims"].sum() >= growers["person_id"].n_unique() > 0


def test_shared_accounts_are_those_of_planted_benefit_fraud(borough, answers):
    owners = dict(truth(borough, "objects").select("object_id", "owner").iter_rows())
    of = {owners[row["object_id"]] for row in answers["benefit_fraud"]["figures"]["shared"]}
    kinds = dict(truth(borough, "groups").select("group_id", "kind").iter_rows())
    assert of
    assert {kinds[owner] for owner in of} == {"benefit_fraud"}


@pytest.mark.parametrize("theme", ["begging", "domestic_servitude"])
def test_sites_count_possible_victims_and_never_as_suspects(borough, answers, theme):
    sites = answers[theme]["figures"]["sites"]
    known = truth(borough, "exploited").filter(
        (pl.col("theme") == theme) & (pl.col("records_as_victim") > 0)
    )
    here = {"begging": "begging", "domestic_servitude": "servitude"}[theme]
    most = planted(borough, here)["members"].max()
    assert sum(row["possible_victims"] > 0 for row in sites) >= 1
    assert max(row["suspects"] for row in sites) <= most + known.height


def test_crews_are_the_planted_ones_and_no_weekday_is_made_of_chance(borough, answers):
    crews = answers["shop_theft"]["figures"]["crews"]
    thefts = planted_events(borough, "shoplifting").filter(pl.col("crime_type") == "Shoplifting")
    assert sum(row["thefts"] for row in crews) >= 0.8 * thefts.height
    # No weekday is planted: at most one crew in twenty may show one.
    assert sum(row["weekday"] is not None for row in crews) <= 1


def test_one_theme_can_be_asked_for_and_another_name_is_refused(borough, tmp_path):
    code, said = call("themes", borough, "--out", tmp_path, "--theme", "fraud", "--json", "--quiet")
    assert code == 0
    assert [one["theme"] for one in json.loads(said)["themes"]] == ["fraud"]
    with pytest.raises(UnknownName):
        call("themes", borough, "--out", tmp_path, "--theme", "gangs")
