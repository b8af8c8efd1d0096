"""The Spark engine against the DuckDB engine, on one small borough: the same persons and groups.

`make spark` builds the environment that Spark needs and says where it is in FRITH_SPARK; elsewhere
these tests are skipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

SPARK = os.environ.get("FRITH_SPARK", "")
RUN = "from frith.cli import main; main()"
PEOPLE = "8700"
"""As many residents as leave about 5,000 nominals in the records."""
EVENTS = 20_000
"""Enough for places and half-years of a hundred occasions, without which groups are refused."""
AGREE = 1e-6
"""Two engines add the same weights in another order."""

pytestmark = pytest.mark.skipif(not SPARK, reason="needs Spark: run `make spark`")


def frith(python: str, *arguments: object) -> dict[str, object]:
    """The JSON answer of a command, run by this Python; its words are shown where it fails."""
    command = [python, "-c", RUN, *map(str, arguments), "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    assert done.returncode in (0, 1), done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def borough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic borough."""
    out = tmp_path_factory.mktemp("spark") / "borough"
    frith(sys.executable, "borough", out, "--people", PEOPLE, "--seed", "5")
    return out


@pytest.fixture(scope="module")
def linked(borough: Path) -> dict[str, Path]:
    """The folder of each engine's links."""
    folders = {}
    for engine, python in (("duckdb", sys.executable), ("spark", SPARK)):
        folder = borough.parent / f"link-{engine}"
        answer = frith(
            python,
            *("link", borough, "--out", folder / "persons.csv", "--pairs", folder / "pairs.csv"),
            *("--review", folder / "review.csv", "--engine", engine),
        )
        print(f"\nlink, {engine}: {answer['records']} records, {answer['seconds']:.1f} s")  # noqa: T201
        folders[engine] = folder
    return folders


def test_persons_are_the_same(linked: dict[str, Path]) -> None:
    one, two = (
        pl.read_csv(linked[engine] / "persons.csv").sort("nominal_id")
        for engine in ("duckdb", "spark")
    )
    assert one.height > 4_500
    assert one["person_id"].n_unique() < one.height
    assert_frame_equal(one, two, abs_tol=AGREE)


@pytest.mark.parametrize("table", ["pairs", "review"])
def test_pairs_and_questions_are_the_same(linked: dict[str, Path], table: str) -> None:
    one, two = (pl.read_csv(linked[engine] / f"{table}.csv") for engine in ("duckdb", "spark"))
    assert one.height > 10
    keys = [name for name in one.columns if name.startswith(("nominal_id", "review_id"))]
    assert_frame_equal(one.sort(keys), two.sort(keys), abs_tol=AGREE, rel_tol=0)


def test_groups_are_the_same(tmp_path: Path) -> None:
    dataset = tmp_path / "plain"
    frith(sys.executable, "borough", dataset, "--plain", "--events", EVENTS, "--seed", "5")
    answers, tables = [], []
    for engine, python in (("duckdb", sys.executable), ("spark", SPARK)):
        out = tmp_path / engine
        answer = frith(python, "groups", dataset, "--out", out, "--seeds", "4", "--engine", engine)
        answer.pop("evidence", None)  # where the page lies, which differs
        answers.append(answer)
        tables.append({path.name: pl.read_parquet(path) for path in sorted(out.glob("*.parquet"))})
    assert answers[0]["status"] == "done"
    assert answers[0]["groups"]
    assert answers[0] == answers[1]
    assert tables[0].keys() == tables[1].keys()
    for name, table in tables[0].items():
        assert_frame_equal(table, tables[1][name])


def test_nothing_of_the_run_stays_in_the_temporary_folder(
    borough: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    here = set(Path.cwd().iterdir())
    frith(
        SPARK, "groups", borough, "--out", borough.parent / "g", "--seeds", 4, "--engine", "spark"
    )
    assert not list(tmp_path.glob("frith-spark-*"))
    assert set(Path.cwd().iterdir()) == here
