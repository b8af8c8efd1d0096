"""The three commands, end to end, on a synthetic borough whose planted groups are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from frith.cli import build_app
from frith.tables import TABLES, read_table
from unit.study.coders import fill, judged, planted

CANARY = "Zebedee Canaryface"
"""Stands in no output: not a name of the borough's lists."""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(word) for word in words])


def answer(*words: str | Path, code: int = 0) -> dict[str, Any]:
    found = run(*words, "--json", "--quiet")
    assert found.exit_code == code, (found.output, found.exception)
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def coders(study: Path, borough: Path, *, error: float) -> list[str | Path]:
    """Both forms filled in by people who err as often as that."""
    organised, rng = planted(borough), np.random.default_rng(5)
    words: list[str | Path] = []
    for who in "ab":
        form = study / f"form-{who}.csv"
        ids = pl.read_csv(form, infer_schema=False)["event_id"].to_list()
        fill(form, judged(ids, organised, rng=rng, coder=who.upper(), error=error, unsure=0.01))
        words += [f"--coder-{who}", form]
    return words


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study") / "borough"
    found = run("borough", out, "--people", "12000", "--seed", "7", "--quiet")
    assert found.exit_code == 0, found.output
    return out


@pytest.fixture(scope="module")
def study(borough: Path) -> Path:
    out = borough.parent / "study"
    told = answer("study", "sample", borough, "--out", out, "--size", 500)
    assert told["sampled"] == told["strata"][0]["sampled"] + sum(
        row["sampled"] for row in told["strata"][1:]
    )
    assert (told["shares"], told["agreement"], told["coverage"]) == ([], None, None)
    return out


@pytest.fixture(scope="module")
def coded(study: Path, borough: Path) -> dict[str, Any]:
    return answer("study", "code", study, *coders(study, borough, error=0.01))


@pytest.fixture(scope="module")
def report(study: Path, coded: dict[str, Any], borough: Path) -> dict[str, Any]:
    notes = borough.parent / "notes.csv"
    notes.write_text(
        "note_id,theme,chapter,role,text\n"
        "1,fear of telling,community,housing officer,People know and will not say.\n"
        f"2,who owns it,response,licensing officer,Mr {CANARY} does.\n",
        "utf-8",
    )
    words = ("--notes", notes, "--mapped-groups", 3, "--date", "2026-11-21")
    return answer(
        "study", "report", study, "--dataset", borough, "--out", borough.parent / "out", *words,
        code=1,
    )  # fmt: skip


def test_the_sample_leaves_forms_without_weights_and_guidance(study: Path) -> None:
    header = (study / "form-a.csv").read_text("utf-8").splitlines()[0]
    assert "weight" not in header
    assert "stratum" not in header
    for name in ("form-b.xlsx", "strata.csv", "sample.csv", "study.json", "run.json"):
        assert (study / name).is_file()
    guidance = (study / "SYNTHETIC-guidance.html").read_text("utf-8")
    assert "never a person" in guidance


def test_coding_says_agreement_and_leaves_judgements_as_declared(
    study: Path, coded: dict[str, Any]
) -> None:
    assert coded["agreement"]["lo"] < coded["agreement"]["kappa"] < coded["agreement"]["hi"]
    reading = read_table(study / "judgements.csv", TABLES["judgements"])
    assert reading.report.refused == 0
    assert coded["disagreements"] == sum(
        1 for row in reading.frame["how"].to_list() if row == "unresolved"
    )


def test_the_report_holds_the_planted_truth(report: dict[str, Any], borough: Path) -> None:
    crimes = pl.read_parquet(borough / "events.parquet").filter(pl.col("kind") == "crime")
    truth = crimes["event_id"].is_in(list(planted(borough))).mean()
    assert isinstance(truth, float)
    assert report["overall"]["from"] <= truth <= report["overall"]["to"]
    assert {"theme", "lo", "hi", "coded", "unknown"} <= set(report["shares"][0])
    assert report["agreement"]["kappa"] > 0.6
    assert report["coverage"]["mapped"]["status"] == "done"


def test_a_note_that_names_somebody_is_refused_and_in_no_file(
    report: dict[str, Any], borough: Path
) -> None:
    assert [one["row"] for one in report["notes_refused"]] == [3]
    for path in (borough.parent / "out").rglob("*"):
        if path.suffix in {".html", ".csv", ".json"}:
            assert CANARY.split()[1] not in path.read_text("utf-8")


def test_the_report_has_four_chapters_and_says_it_is_synthetic(report: dict[str, Any]) -> None:
    page = Path(report["html"]).read_text("utf-8")
    for chapter in ("1. Scale", "2. Impact", "3. Nature", "4. Effectiveness"):
        assert chapter in page
    assert "SYNTHETIC" in page
    assert "People know and will not say." in page
    assert Path(report["pdf"]).read_bytes()[:5] == b"%PDF-"


def test_no_share_of_few_crimes_is_in_the_published_tables(report: dict[str, Any]) -> None:
    (path,) = [Path(one) for one in report["tables"] if "organised-theme.csv" in one]
    true = {row["theme"].replace("_", " "): row for row in report["shares"]}
    names = {row["name"]: row for row in pl.read_csv(path, infer_schema=False).rename(
        {"Theme": "name"}).iter_rows(named=True)}  # fmt: skip
    hidden = [row for row in report["shares"] if 0 < row["organised"] < 5 or row["coded"] < 30]
    assert hidden
    shown = [row for row in names.values() if row["Low, %"]]
    assert len(shown) == len(true) - len(hidden)


def test_reconciling_leaves_less_unknown(study: Path, coded: dict[str, Any], borough: Path) -> None:
    if not coded["disagreements"]:
        pytest.fail("the coders of this test must differ on something")
    both = study / "reconciled.csv"
    form = pl.read_csv(study / "disagreements.csv", infer_schema=False)
    form.write_csv(both)
    ids = form["event_id"].to_list()
    rng = np.random.default_rng(8)
    fill(both, judged(ids, planted(borough), rng=rng, coder="AB", error=0, unsure=0))
    words = ("--coder-a", study / "form-a.csv", "--coder-b", study / "form-b.csv")
    told = answer("study", "code", study, *words, "--reconciled", both)
    assert told["how"].get("unresolved", 0) == 0
    assert told["how"]["reconciled"] == coded["disagreements"]
    assert told["agreement"] == coded["agreement"]


def test_coders_who_guess_leave_no_judgements(borough: Path, tmp_path: Path) -> None:
    answer("study", "sample", borough, "--out", tmp_path, "--size", 150)
    told = answer("study", "code", tmp_path, *coders(tmp_path, borough, error=0.4), code=1)
    assert told["status"] == "refused"
    assert not (tmp_path / "judgements.csv").exists()
    found = run("study", "report", tmp_path, "--dataset", borough, "--out", tmp_path / "r")
    assert "holds no judgements" in str(found.exception)


def test_one_person_is_not_two(study: Path, borough: Path, tmp_path: Path) -> None:
    answer("study", "sample", borough, "--out", tmp_path, "--size", 150)
    words = coders(tmp_path, borough, error=0)
    found = run("study", "code", tmp_path, "--coder-a", words[1], "--coder-b", words[1])
    assert "Agreement needs two people" in str(found.exception)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--definition", "4+"), "no definition"),
        (("--allocation", "random"), "no allocation"),
        (("--from", "2030-01"), "no recorded crime"),
    ],
)
def test_what_cannot_run_says_why(
    borough: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    found = run("study", "sample", borough, "--out", tmp_path, *words)
    assert said in str(found.exception)


def test_the_same_seed_draws_the_same_sample(borough: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        answer("study", "sample", borough, "--out", tmp_path / name, "--size", 100, "--seed", 9)
    files = [(tmp_path / name / "sample.csv").read_bytes() for name in ("one", "two")]
    assert files[0] == files[1]
