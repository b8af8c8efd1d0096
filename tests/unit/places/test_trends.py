"""Trends: eight categories by rule, four words for a board, and not before 24 months."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.places.trends import BOARD_WORD, category, hot_spot_trends
from frith.places.wording import calendar

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, counts_of, honeycomb

PEOPLE = counts_of(np.full(167, 1500))


def _bits(text: str) -> np.ndarray:
    return np.array([c == "1" for c in text])


@pytest.mark.parametrize(
    ("hot", "cold", "trend", "name"),
    [
        ("0000000001", "0000000000", 0, "new"),
        ("0000000111", "0000000000", 1, "consecutive"),
        ("1111111111", "0000000000", 1, "intensifying"),
        ("0111111111", "0000000000", 0, "persistent"),
        ("1111111111", "0000000000", -1, "diminishing"),
        ("1010011001", "0000000000", 0, "sporadic"),
        ("1010011001", "0100000000", 0, "oscillating"),
        ("1111111110", "0000000000", 0, "historical"),
        ("1111100000", "0000000000", 0, ""),
        ("0000000000", "0000000000", 1, ""),
    ],
)
def test_categories_follow_the_rule(hot: str, cold: str, trend: int, name: str) -> None:
    assert category(_bits(hot), _bits(cold), trend=trend) == name


def test_every_category_has_one_of_four_words() -> None:
    assert set(BOARD_WORD.values()) == {"new", "growing", "steady", "fading"}
    assert len(BOARD_WORD) == 8


def _cube(start: int | None, *, months: int = 30, seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    near = honeycomb().touching
    seven = [80, *near.of(80)]
    rate = np.full((167, months), 4.0)
    if start is not None:
        rate[seven, start:] = 24
    drawn = rng.poisson(rate)
    names = calendar("2023-01", "2026-12")[:months]
    return pl.DataFrame(
        {
            "code": np.repeat(codes(167), months).tolist(),
            "month": names * 167,
            "n": drawn.ravel().tolist(),
        }
    )


def _run(counts: pl.DataFrame):
    return hot_spot_trends(counts, PEOPLE, geography=honeycomb(), rng=np.random.default_rng(1))


def test_a_hot_spot_that_appears_is_new_and_one_that_was_there_is_steady() -> None:
    new = _run(_cube(27)).tables["areas"]
    assert new["word"][80] == "new"
    old = _run(_cube(0)).tables["areas"]
    assert old["word"][80] == "steady"
    assert old["months_hot"][80] >= 27


def test_a_quiet_district_says_there_is_nothing() -> None:
    result = _run(_cube(None))
    assert result.value == 0
    assert "no bigger than chance" in result.sentence


def test_under_24_months_is_a_refusal() -> None:
    result = _run(_cube(0, months=23))
    assert result.refused
    assert result.flagged("SHORT")
    assert "23 months" in result.sentence


def test_sparse_months_are_a_refusal_and_gaps_are_told() -> None:
    thin = _cube(None).with_columns(n=pl.when(pl.col("code") == "a001").then(1).otherwise(0))
    assert _run(thin).flagged("SPARSE")
    gap = _cube(None).filter(pl.col("month") != "2023-07")
    result = _run(gap)
    assert result.flagged("RECORDING")
    assert result.tables["areas"]["months"][0] == 29
