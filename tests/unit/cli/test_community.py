"""`frith community`, `chart --out` and `evaluate --out`: answers, files, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from frith.cli import build_app

ABOUT = """name = "Town"
area = "E08000001"
area_name = "Town"
area_vintage = "lsoa21"
period = ["2024-01-01", "2025-12-31"]
"""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(word) for word in words])


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Two waves of one question in ten areas, and crimes to set beside it."""
    folder = tmp_path / "town"
    folder.mkdir()
    names = ("survey", "events", "reports", "tension")
    files = "".join(
        f'[files.{one}]\npublisher = "p"\nlicence = "l"\nregime = "synthetic"\n' for one in names
    )
    (folder / "dataset.toml").write_text(ABOUT + files, "utf-8")
    rows = [
        (wave, f"E0{area}", "asb_problem", "very big" if k % 3 == 0 else "not a problem", 1.0)
        for wave in ("2024", "2025")
        for area in range(10)
        for k in range(60)
    ]
    columns = ["wave", "code", "question", "answer", "weight"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(folder / "survey.csv")
    events = [
        (f"e{y}{m}{a}{k}", "p", "incident", "Anti-social behaviour", f"{y}-{m:02d}", f"E0{a}")
        for y in (2024, 2025)
        for m in range(1, 13)
        for a in range(10)
        for k in range(a % 3 + 1)
    ]
    columns = ["event_id", "source", "kind", "crime_type", "occurred_from", "area"]
    pl.DataFrame(events, schema=columns, orient="row").write_csv(folder / "events.csv")
    (folder / "reports.csv").write_text(
        "report_id,received_on,agency,area\nr1,2025-02-01,housing,E00\n", "utf-8"
    )
    (folder / "tension.csv").write_text(
        "assessment_id,assessed_on,code,experienced,evident,potential\n"
        "t1,2025-02-01,E00,2,3,2\nt2,2025-02-01,E01,1,1,1\n",
        "utf-8",
    )
    return folder


def test_community_answers_with_its_keys_and_writes_pictures(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = run("community", town, "--out", out, "--json", "--quiet")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert {"questions", "gaps", "tension", "flags", "sentence"} <= set(answer)
    states = {row["code"]: row["state"] for row in answer["tension"]}
    assert states["E00"] == "judged"
    assert states["E01"] == "judged lowest, and no reports: no information"
    names = {path.name for path in out.iterdir()}
    assert {"run.json", "shares.csv", "gaps.csv", "worry-asb-problem.svg", "tension.svg"} <= names


def test_community_takes_levels_questions_and_fieldwork(town: Path, tmp_path: Path) -> None:
    levels = tmp_path / "levels.csv"
    levels.write_text("level,name,rank\n1,calm,1\n2,odd,2\n", "utf-8")
    refused = run("community", town, "--out", tmp_path / "o", "--levels", levels, "--json")
    answer = json.loads(refused.stdout)
    assert answer["status"]["tension"] == "refused"
    meanings = tmp_path / "questions.csv"
    meanings.write_text(
        "question,answer,worried,worry\nasb_problem,very big,no,like it\n"
        "asb_problem,not a problem,yes,like it\n",
        "utf-8",
    )
    own = run("community", town, "--out", tmp_path / "o", "--questions", meanings, "--json")
    shares = {row["code"]: row["share"] for row in json.loads(own.stdout)["questions"]}
    assert shares[""] == pytest.approx(2 / 3)


def test_community_needs_something_to_read(tmp_path: Path) -> None:
    from frith.errors import BadInput

    note = '[files.counts]\npublisher = "p"\nlicence = "l"\nregime = "open"\n'
    (tmp_path / "dataset.toml").write_text(ABOUT + note, "utf-8")
    (tmp_path / "counts.csv").write_text("code,month,crime_type,n\nE00,2024-01,Drugs,3\n", "utf-8")
    found = run("community", tmp_path, "--out", tmp_path / "out")
    assert isinstance(found.exception, BadInput)
    assert "survey.csv" in found.exception.line()


def test_a_funnel_is_drawn_with_its_appendix(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    rows = "\n".join(f"Unit {k},{20 + (60 if k == 3 else 0)},1000" for k in range(12))
    file.write_text(f"name,count,denominator\n{rows}\n", "utf-8")
    found = run("chart", file, "--kind", "funnel", "--out", tmp_path / "f.svg", "--json")
    answer = json.loads(found.stdout)
    assert "Unit 3" in answer["sentence"]
    assert answer["appendix"]["false_alarm_rate"] == pytest.approx(0.002)
    assert "Unit 3" in (tmp_path / "f.svg").read_text("utf-8")
    assert "Assumes" in (tmp_path / "f-appendix.txt").read_text("utf-8")
    assert "<h2>Appendix</h2>" in (tmp_path / "f-appendix.html").read_text("utf-8")


def test_rag_is_off_until_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    periods = [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]
    values = [20 + i % 3 for i in range(12)] + [50 + i % 3 for i in range(12)]
    pl.DataFrame({"period": periods, "value": values}).write_csv(file)
    words = ("chart", file, "--measure", "asb_incidents", "--json")
    assert json.loads(run(*words).stdout)["rag"] is None
    assert json.loads(run(*words, "--rag").stdout)["rag"] == "red (changed: up, concern)"


PARTS = "part,before,after\ntreated,207,110\ncontrol,308,318\nbuffer,178,157\n"


@pytest.mark.parametrize("way", ["wdd", "wdq"])
def test_an_effect_is_drawn_with_its_appendix(tmp_path: Path, way: str) -> None:
    file = tmp_path / "d.csv"
    file.write_text(PARTS, "utf-8")
    found = run("evaluate", way, file, "--out", tmp_path / "d.png", "--json", "--quiet")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["appendix"]["assumptions"]
    assert (tmp_path / "d.png").read_bytes()[:4] == b"\x89PNG"
    assert "What it would see" in (tmp_path / "d-appendix.txt").read_text("utf-8")


def test_series_and_panels_are_drawn(tmp_path: Path) -> None:
    periods = [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(36)]
    series = tmp_path / "i.csv"
    pl.DataFrame({"period": periods, "count": [20 + i % 5 for i in range(36)]}).write_csv(series)
    panel = tmp_path / "p.csv"
    rows = [
        (f"A{a}", p, 20 + (a * 7 + i * 3) % 6, int(a == 0))
        for a in range(12)
        for i, p in enumerate(periods)
    ]
    pl.DataFrame(rows, schema=["code", "period", "count", "treated"], orient="row").write_csv(panel)
    for way, file in (("its", series), ("did", panel), ("synthetic", panel)):
        out = tmp_path / f"{way}.svg"
        found = run("evaluate", way, file, "--start", "2024-07", "--out", out, "--json", "--quiet")
        assert found.exit_code == 0, found.output
        assert "Response begins" in out.read_text("utf-8")


def test_a_picture_needs_a_known_ending(tmp_path: Path) -> None:
    from frith.errors import UnknownName

    file = tmp_path / "d.csv"
    file.write_text(PARTS, "utf-8")
    found = run("evaluate", "wdd", file, "--out", tmp_path / "d.gif")
    assert isinstance(found.exception, UnknownName)
