"""Large boroughs and plain data: accepted whole, in time and memory, the same bytes again.

Each size runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.borough import plain
from frith.borough.draws import Streams
from frith.tables.load import read_folder

BOROUGH_SECONDS, PLAIN_SECONDS, PLAIN_GIGABYTES = 90.0, 300.0, 8.0

RUN = """
import json, resource, sys, time
from pathlib import Path
from frith.borough import build, build_plain
began = time.perf_counter()
kind, size, out = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
if kind == "borough":
    build(out, people=size, seed=1)
else:
    build_plain(out, events=size, seed=1)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps({"seconds": time.perf_counter() - began, "gigabytes": peak}))
"""


def run(kind: str, size: int, out: Path) -> dict[str, float]:
    found = subprocess.run(
        [sys.executable, "-c", RUN, kind, str(size), str(out)],
        check=True,
        capture_output=True,
        text=True,
    )
    answer: dict[str, float] = json.loads(found.stdout)
    took = f"{answer['seconds']:.1f} s, {answer['gigabytes']:.2f} GB"
    sys.stdout.write(f"{kind} {size:,}: {took}\n")
    return answer


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    out = tmp_path_factory.mktemp("city") / "borough"
    return out, run("borough", 250_000, out)


def test_a_quarter_of_a_million_people_in_time(city):
    assert city[1]["seconds"] < BOROUGH_SECONDS


def test_a_quarter_of_a_million_people_are_accepted_whole(city):
    loading = read_folder(city[0])
    assert not loading.errors
    for name, report in loading.reports.items():
        assert report.refused == 0, (name, report.refusals.head(3).to_dicts())
        assert not report.set_aside
        assert not report.notes


def test_a_quarter_of_a_million_people_come_out_the_same(city, tmp_path):
    run("borough", 250_000, tmp_path / "again")
    assert digest(tmp_path / "again") == digest(city[0])


def test_planted_responses_can_be_seen(city):
    """Each response that works lowers its crime type against its controls by what was planted."""
    events = pl.read_parquet(city[0] / "events.parquet")
    responses = pl.read_parquet(city[0] / "responses.parquet")
    truth = pl.read_parquet(city[0] / "truth" / "responses.parquet")
    for row in truth.iter_rows(named=True):
        areas = responses.filter(pl.col("response_id") == row["response_id"])
        start = str(areas["start"][0])
        of_type = events.filter(pl.col("crime_type") == row["crime_type"])
        number = {
            (part, after): of_type.filter(
                pl.col("area").is_in(areas.filter(pl.col("part") == part)["code"].to_list()),
                (pl.col("occurred_from").str.slice(0, 10) >= start) == after,
            ).height
            for part in ("treated", "control")
            for after in (False, True)
        }
        log_ratio = np.log(
            number["treated", True]
            * number["control", False]
            / (number["treated", False] * number["control", True])
        )
        spread = sum(1 / n for n in number.values()) ** 0.5
        assert abs(log_ratio - np.log(row["times_treated"])) < 3.5 * spread, row["kind"]


def test_six_million_plain_events_in_time_and_memory(tmp_path):
    found = run("plain", 6_000_000, tmp_path / "plain")
    assert found["seconds"] < PLAIN_SECONDS
    assert found["gigabytes"] < PLAIN_GIGABYTES
    nominals = pl.scan_parquet(tmp_path / "plain" / "nominals.parquet").select(pl.len()).collect()
    assert nominals.item() == 3_000_000


def test_a_million_plain_events_are_accepted_whole(tmp_path):
    run("plain", 1_000_000, tmp_path / "plain")
    loading = read_folder(tmp_path / "plain")
    assert {name: report.refused for name, report in loading.reports.items()} == {
        "nominals": 0,
        "events": 0,
        "roles": 0,
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_laws_hold_seed_after_seed(seed):
    made = plain.generate(Streams(seed).of("plain"), events=200_000)
    per_event = np.bincount(made.suspect_event, minlength=200_000)
    everyday = per_event[made.origin == plain.EVERYDAY]
    shares = np.bincount(everyday, minlength=7)[1:7] / everyday.size
    assert shares == pytest.approx((0.80, 0.14, 0.04, 0.012, 0.005, 0.003), abs=0.004)
    assert made.groups == 100
    assert (made.origin == plain.SWEEP).sum() == 4
