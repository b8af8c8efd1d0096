"""`frith harm` on a synthetic borough, with weights handed in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from frith.cli import build_app


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(word) for word in words])


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("harm") / "borough"
    assert run("borough", out, "--people", "6000", "--seed", "7", "--quiet").exit_code == 0
    weights = [
        ("Violence and sexual offences", 194.2, "median"),
        ("Violence and sexual offences", 522.0, "mean"),
        ("Shoplifting", 1.0, "median"),
        ("Shoplifting", 1.0, "mean"),
    ]
    pl.DataFrame(weights, schema=["key", "days", "statistic"], orient="row").with_columns(
        edition=pl.lit("made up"), source=pl.lit("for a test")
    ).write_csv(out.parent / "weights.csv")
    return out


def answer(borough: Path, *words: str | Path, code: int = 0) -> dict[str, Any]:
    weights = borough.parent / "weights.csv"
    found = run("harm", borough, "--weights", weights, *words, "--json", "--quiet")
    assert found.exit_code == code, (found.output, found.exception)
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def test_harm_by_theme_is_the_sum_over_its_events(borough: Path) -> None:
    told = answer(borough, "--by", "theme")
    events = pl.read_parquet(borough / "events.parquet").filter(
        (pl.col("kind") == "crime") & ~pl.col("police_led")
    )
    violent = events.filter(pl.col("crime_type") == "Violence and sexual offences")
    (row,) = [
        one for one in told["groups"] if (one["name"], one["strand"]) == ("violence", "reported")
    ]
    mine = violent.filter(pl.col("theme") == "violence").height
    assert row["median"] == pytest.approx(194.2 * mine)
    assert row["mean"] == pytest.approx(522.0 * mine)
    total = sum(one["events"] for one in told["overall"])
    assert (
        total
        == pl.read_parquet(borough / "events.parquet").filter(pl.col("kind") == "crime").height
    )
    assert {one["key"] for one in told["unweighted"]} >= {"Burglary", "Drugs"}


def test_areas_have_names_and_harm_per_resident(borough: Path, tmp_path: Path) -> None:
    told = answer(borough, "--by", "area", "--out", tmp_path)
    row = told["groups"][0]
    assert row["label"] != row["name"]
    assert row["median_per_1000_residents"] == pytest.approx(
        1000 * row["median"] / row["residents"]
    )
    for name in ("groups.csv", "overall.csv", "unweighted.csv", "harm.svg", "harm.png", "run.json"):
        assert (tmp_path / name).is_file()
    assert "SYNTHETIC" in (tmp_path / "harm.svg").read_text("utf-8")


def test_periods_stand_in_order(borough: Path, tmp_path: Path) -> None:
    told = answer(borough, "--by", "year", "--out", tmp_path)
    years = [one["name"] for one in told["groups"] if one["strand"] == "reported"]
    assert years == sorted(years)
    assert (tmp_path / "harm.svg").is_file()


def test_each_event_has_its_weight_or_none(borough: Path) -> None:
    told = answer(borough, "--by", "event", "--from", "2026-01", "--to", "2026-01")
    assert told["events"]
    assert {one["median"] for one in told["events"]} <= {194.2, 1.0, None}


def test_groups_are_weighed_by_the_events_of_their_occasions(borough: Path, tmp_path: Path) -> None:
    events = pl.read_parquet(borough / "events.parquet").filter(
        (pl.col("crime_type") == "Shoplifting") & ~pl.col("police_led")
    )
    ids = events["event_id"].head(3).to_list()
    pl.DataFrame({"group_id": ["G1", "G1"], "occasion_id": ["o1", "o2"]}).write_parquet(
        tmp_path / "timeline.parquet"
    )
    pl.DataFrame({"occasion_id": ["o1", "o2"], "event_ids": [ids[:2], ids[2:]]}).write_parquet(
        tmp_path / "occasions.parquet"
    )
    (row,) = answer(borough, "--by", "group", "--groups", tmp_path)["groups"]
    assert (row["name"], row["events"], row["median"]) == ("G1", 3, 3.0)


def test_national_costs_stand_beside_and_are_not_multiplied(borough: Path) -> None:
    beside = answer(borough, "--national-costs")["national_costs"]
    assert beside["status"] == "done"
    assert beside["costs"]
    refused = answer(borough, "--times", "12", code=1)["national_costs"]
    assert refused["status"] == "refused"
    assert refused["costs"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "person"), "cannot sum harm by 'person'"),
        (("--by", "group"), "needs groups"),
        (("--edition", "other"), "no edition"),
        (("--from", "March"), "no month"),
    ],
)
def test_what_cannot_run_says_why(borough: Path, words: tuple[str, ...], said: str) -> None:
    found = run("harm", borough, "--weights", borough.parent / "weights.csv", *words)
    assert said in str(found.exception)


def test_frith_ships_no_weights(borough: Path) -> None:
    assert "frith ships none" in str(run("harm", borough).exception)
