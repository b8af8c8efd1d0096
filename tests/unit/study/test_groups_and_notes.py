"""Estimated over mapped groups, from what other commands wrote; notes that name nobody."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from frith.errors import BadInput
from frith.results import Interval
from frith.study.groups import group_coverage, read_estimate
from frith.study.notes import read_notes


def test_forty_three_against_six() -> None:
    # the shape of Perpetuity Research (2016): 43 groups estimated, 6 mapped
    found = group_coverage(43, mapped=6, interval=Interval(30, 60))
    assert found.value == pytest.approx(43 / 6)
    assert found.interval is not None
    assert (found.interval.lo, found.interval.hi) == (5, 10)
    assert found.sentence == "43 groups are estimated (between 30 and 60); 6 are mapped."


def test_none_mapped_is_no_ratio() -> None:
    assert group_coverage(43, mapped=0).flagged("NOMAP")


def test_an_estimate_comes_from_extent_or_groups(tmp_path: Path) -> None:
    (tmp_path / "extent.json").write_text(
        json.dumps({"estimate": 43.2, "interval_95": {"lo": 30.0, "hi": 60.0}}), "utf-8"
    )
    number, interval, how = read_estimate(tmp_path)
    assert number == 43.2
    assert interval is not None
    assert (interval.lo, interval.hi, how) == (30.0, 60.0, "estimate by frith extent")
    other = tmp_path / "found"
    other.mkdir()
    pl.DataFrame({"group_id": ["G1", "G2", "G2"]}).write_parquet(other / "groups.parquet")
    assert read_estimate(other)[:2] == (2.0, None)


@pytest.mark.parametrize(
    "text", ['{"estimate": null, "interval_95": null}', "{}", "not json"], ids=["refused", "", "no"]
)
def test_a_refused_or_strange_estimate_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "extent.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput):
        read_estimate(path)
    with pytest.raises(BadInput, match="no estimate"):
        read_estimate(tmp_path / "nothing.txt")


NOMINALS = pl.DataFrame({"given_names": ["Idris Lee", None], "family_name": ["Green", "Oakes"]})


def notes(tmp_path: Path, *texts: str, role: str = "housing officer") -> Path:
    rows = [
        {"note_id": str(i), "theme": "fear", "chapter": "community", "role": role, "text": text}
        for i, text in enumerate(texts)
    ]
    path = tmp_path / "notes.csv"
    pl.DataFrame(rows).write_csv(path)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "Write to idris@example.org about it.",
        "He rang 07700 900123 twice.",
        "It was near S60 1AE again.",
        "The car was YS19 ABC.",
        "We told Mr Somebody about it.",
        "It began at 12 Church Lane.",
        "Everybody knows it was Idris.",
        "The Green family run it.",
    ],
)
def test_a_note_that_points_to_somebody_is_refused_and_not_quoted(
    tmp_path: Path, text: str
) -> None:
    found = read_notes(notes(tmp_path, "People will not say.", text), nominals=NOMINALS)
    assert found.frame["text"].to_list() == ["People will not say."]
    row = found.report.refusals.row(0, named=True)
    assert (row["row"], row["column"], row["value"]) == (3, "text", "")
    assert found.report.refused == 1


def test_plain_notes_stand(tmp_path: Path) -> None:
    told = ("They meet on the green by the shops.", "Green space is lost to them.", "Nobody rings.")
    found = read_notes(notes(tmp_path, *told), nominals=NOMINALS)
    assert found.frame.height == 3


def test_a_name_for_a_role_is_refused(tmp_path: Path) -> None:
    found = read_notes(notes(tmp_path, "Nobody rings.", role="PC Somebody"), nominals=None)
    assert found.frame.is_empty()
