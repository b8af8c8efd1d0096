"""The whole: accepted without a refusal, the same bytes again, never over somebody's files."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from frith.borough import build, build_plain
from frith.errors import BadInput
from frith.tables import TABLES
from frith.tables.load import load_dataset, read_folder

EXPECTED_TABLES = {
    "nominals",
    "events",
    "roles",
    "outcomes",
    "objects",
    "object_links",
    "areas",
    "population",
    "deprivation",
    "lookups",
    "counts",
    "reports",
    "referrals",
    "responses",
    "sessions",
    "survey",
    "tension",
    "measure_values",
    "lists",
    "streets",
    "places",
}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_row_is_accepted_and_nothing_is_set_aside(folder):
    loading = read_folder(folder)
    assert not loading.errors
    assert set(loading.reports) == EXPECTED_TABLES
    for name, report in loading.reports.items():
        assert report.rows > 0, name
        assert report.refused == 0, (name, report.refusals.head(3).to_dicts())
        assert not report.set_aside, (name, report.set_aside)
        assert not report.notes, (name, [note.text for note in report.notes])


def test_the_data_set_says_that_it_is_synthetic(folder):
    dataset = load_dataset(folder)
    assert dataset.synthetic
    assert dataset.about.name.startswith("SYNTHETIC")
    assert dataset.about.area_name.startswith("SYNTHETIC")
    assert {note.regime for note in dataset.about.files.values()} == {"synthetic"}


def test_columns_are_the_declared_ones(made):
    for name in EXPECTED_TABLES - {"areas", "streets", "places"}:
        declared = set(TABLES[name].names)
        assert set(made.table(name).columns) <= declared, name


def test_the_same_seed_makes_the_same_bytes(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    build(first, people=2_000, seed=9)
    build(second, people=2_000, seed=9)
    assert digests(first) == digests(second)


def test_making_it_again_in_the_same_folder_changes_nothing(tmp_path):
    build(tmp_path / "a", people=2_000, seed=9)
    before = digests(tmp_path / "a")
    build(tmp_path / "a", people=2_000, seed=9)
    assert digests(tmp_path / "a") == before


def test_another_seed_makes_another_borough(tmp_path):
    build(tmp_path / "a", people=2_000, seed=1)
    build(tmp_path / "b", people=2_000, seed=2)
    a, b = digests(tmp_path / "a"), digests(tmp_path / "b")
    same = {name for name in a if a[name] == b[name]}
    laws = {"truth/referral_rates.parquet", "truth/responses.parquet"}  # of the size, not the seed
    assert {name for name in same if name.endswith("parquet")} <= laws


def test_the_summary_counts_what_was_written(made):
    summary = made.summary
    assert summary.events == made.table("events").height
    assert summary.nominals == made.table("nominals").height
    assert summary.groups == made.truth("groups").height
    assert summary.members == made.truth("members").height
    assert summary.exploited == made.truth("exploited")["person_id"].n_unique()
    assert summary.possible_victims == made.truth("list_histories")["people"].sum()
    assert summary.people == made.truth("people")["resident"].sum()
    for name, rows in summary.tables.items():
        if name not in ("areas", "streets", "places"):
            assert rows == made.table(name).height


def test_period_and_months_are_as_asked(tmp_path):
    made = build(tmp_path / "b", people=2_000, seed=1, months=24, start=date(2022, 4, 1))
    days = pl.read_parquet(made.folder / "events.parquet")["occurred_from"].str.slice(0, 7)
    assert days.min() >= "2022-04"
    assert days.max() <= "2024-03"
    assert days.n_unique() == 24


def test_files_of_others_are_never_written_over(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "events.csv").write_text("event_id\n1\n")
    with pytest.raises(BadInput, match="no synthetic borough"):
        build(tmp_path / "theirs", people=2_000, seed=1)
    assert (tmp_path / "theirs" / "events.csv").read_text() == "event_id\n1\n"


def test_a_file_put_into_a_borough_is_kept(tmp_path):
    build(tmp_path / "b", people=2_000, seed=1)
    note = tmp_path / "b" / "truth" / "my notes.txt"
    note.write_text("looked at G001")
    before = digests(tmp_path / "b")
    with pytest.raises(BadInput, match=r"my notes\.txt"):
        build(tmp_path / "b", people=2_000, seed=2)
    assert digests(tmp_path / "b") == before


def test_a_borough_makes_way_for_the_next_and_leaves_nothing_behind(tmp_path):
    build(tmp_path / "b", people=2_000, seed=1)
    build_plain(tmp_path / "b", events=4_000, seed=1)
    build_plain(tmp_path / "c", events=4_000, seed=1)
    assert digests(tmp_path / "b") == digests(tmp_path / "c")


@pytest.mark.parametrize("people", [0, 1_999, 2_000_001])
def test_sizes_that_cannot_be_made_are_refused(tmp_path, people):
    with pytest.raises(BadInput, match="cannot be made"):
        build(tmp_path / "b", people=people, seed=1)


def test_months_that_cannot_be_made_are_refused(tmp_path):
    with pytest.raises(BadInput, match="months"):
        build(tmp_path / "b", people=2_000, seed=1, months=6)
    with pytest.raises(BadInput, match="first of a month"):
        build(tmp_path / "b", people=2_000, seed=1, start=date(2024, 1, 2))
