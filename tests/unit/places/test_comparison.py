"""Districts compared: like months only, and no league table inside the funnel."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput, UnknownName
from frith.places.comparison import compare_areas
from frith.places.wording import calendar

MONTHS = calendar("2025-01", "2025-06")


def _districts(rates: list[float], *, seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    rng = np.random.default_rng(seed)
    codes = [f"D{i:02d}" for i in range(len(rates))]
    people = rng.integers(50_000, 300_000, len(rates))
    rows = [
        (code, month, int(rng.poisson(rate * n / 1000)))
        for code, rate, n in zip(codes, rates, people, strict=True)
        for month in MONTHS
    ]
    counts = pl.DataFrame(rows, schema=["code", "month", "n"], orient="row")
    return counts, pl.DataFrame({"code": codes, "n": people})


def test_a_like_district_lies_inside_and_is_not_ranked() -> None:
    result = compare_areas(*_districts([2.0] * 30), home="D03")
    assert "do not rank" in result.sentence
    areas = result.tables["areas"]
    assert areas["code"].is_sorted()
    assert (areas["position"] == "inside").sum() >= 26
    assert "rank" not in areas.columns


def test_a_district_at_twice_the_rate_lies_above() -> None:
    result = compare_areas(*_districts([2.0] * 29 + [4.0]), home="D29")
    position = result.tables["areas"].filter(pl.col("code") == "D29")["position"].item()
    assert position == "above 99.8"
    assert "above the usual range" in result.sentence


def test_districts_that_all_differ_widen_the_funnel() -> None:
    rates = list(np.random.default_rng(2).gamma(25, 2 / 25, 40))
    result = compare_areas(*_districts(rates), home="D00")
    assert result.flagged("OVERDISP")
    assert (result.tables["areas"]["position"] == "inside").mean() > 0.7


def test_a_district_lacking_a_month_is_left_out_and_named() -> None:
    counts, people = _districts([2.0] * 8)
    gap = counts.filter(~((pl.col("code") == "D05") & (pl.col("month") == "2025-03")))
    result = compare_areas(gap, people.filter(pl.col("code") != "D06"), home="D00")
    assert result.tables["left_out"].rows() == [
        ("D05", "lacks some of the months"),
        ("D06", "population not known"),
    ]
    assert result.flagged("LEFTOUT")


def test_only_the_months_of_the_home_district_are_used() -> None:
    counts, people = _districts([2.0] * 8)
    short = counts.filter((pl.col("code") != "D00") | (pl.col("month") <= "2025-02"))
    result = compare_areas(short, people, home="D00")
    assert result.parameters["months"] == ["2025-01", "2025-02"]


def test_a_few_districts_make_no_funnel() -> None:
    assert compare_areas(*_districts([2.0] * 4), home="D00").refused


def test_an_unknown_home_or_month_is_refused() -> None:
    counts, people = _districts([2.0] * 8)
    with pytest.raises(UnknownName, match="X9"):
        compare_areas(counts, people, home="X9")
    with pytest.raises(BadInput, match="July 2025"):
        compare_areas(counts, people, home="D00", months=["2025-07"])
