"""`frith extent` as a person uses it: from a file to two pages, or a refusal with what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

FRITH = str(Path(sys.executable).with_name("frith"))
LISTS = """police,council,charity,count
1,0,0,120
0,1,0,90
0,0,1,60
1,1,0,22
1,0,1,15
0,1,1,11
1,1,1,4
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([FRITH, "extent", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    path = tmp_path / "lists.csv"
    path.write_text(LISTS, "utf-8")
    return path


def test_a_capture_table_becomes_two_pages_that_say_what_the_json_says(
    lists: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run(
        str(lists),
        "--out",
        str(out),
        "--regime",
        "open",
        "--replicates",
        "200",
        "--json",
        "--quiet",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["status"] == "estimate"
    html = (out / "extent.html").read_text("utf-8")
    assert found["headline"] in html
    assert "no data can test" in html
    assert "For a statistician" in html
    assert f"{found['estimate']:,.1f}" in html
    text = "".join(page.extract_text() for page in PdfReader(out / "extent.pdf").pages)
    assert "OFFICIAL" in text
    assert json.loads((out / "run.json").read_text("utf-8"))["seed"] == 1


def test_lists_of_real_people_are_masked_unless_said_to_be_open(
    lists: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(str(lists), "--out", str(out), "--replicates", "200", "--quiet").returncode == 0
    html = (out / "extent.html").read_text("utf-8")
    assert "OFFICIAL-SENSITIVE" in html
    assert "322 different people" not in html


def test_rows_and_a_table_give_the_same_estimate(lists: Path, tmp_path: Path) -> None:
    rows = ["person_id,list"]
    person = 0
    for line in LISTS.splitlines()[1:]:
        *seen, count = (int(cell) for cell in line.split(","))
        for _ in range(count):
            person += 1
            rows += [
                f"p{person},{name}"
                for name, on in zip(("police", "council", "charity"), seen, strict=True)
                if on
            ]
    membership = tmp_path / "rows.csv"
    membership.write_text("\n".join(rows) + "\n", "utf-8")
    answers = [
        json.loads(run(str(path), "--json", "--quiet", "--replicates", "100").stdout)["estimate"]
        for path in (lists, membership)
    ]
    assert answers[0] == pytest.approx(answers[1])


def test_twelve_cases_exit_one_and_say_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "twelve.csv"
    path.write_text("a,b,c,count\n1,0,0,5\n0,1,0,4\n0,0,1,3\n", "utf-8")
    done = run(str(path), "--quiet")
    assert done.returncode == 1
    assert "Pool several years" in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b,count\n1,0,-3\n", "is not a whole number of people"),
        ("a,b,count\n0,0,3\n", "is on no list"),
        ("a,count\n1,3\n", "1 lists"),
        ("person_id,liste\np,x\n", "list"),
        ("", "empty"),
    ],
)
def test_bad_input_is_one_line_and_exit_two(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    done = run(str(path), "--quiet")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_regime_or_method_is_refused(lists: Path) -> None:
    assert "Choose one of" in run(str(lists), "--regime", "secret").stderr
    assert "Choose stepwise or bic" in run(str(lists), "--method", "guess").stderr


def test_planning_before_anyone_shares() -> None:
    done = run("plan", "police=60", "council=40", "charity=30", "--simulations", "10", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert {row["pooled"] for row in found["plan"]} == {1, 2, 4, 8}
    assert run("plan", "police").returncode == 2
