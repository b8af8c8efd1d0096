"""Months: gaps are never zeros, seasons are never changes, noise is never a fall."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.places.monthly import compare_like_months, monthly_counts
from frith.places.wording import calendar


def _events(counts: dict[str, dict[str, int]]) -> pl.DataFrame:
    rows = [(m, kind) for m, kinds in counts.items() for kind, n in kinds.items() for _ in range(n)]
    return pl.DataFrame(rows, schema=["month", "crime_type"], orient="row")


def _n(table: pl.DataFrame, month: str, kind: str) -> int | None:
    return table.filter((pl.col("month") == month) & (pl.col("crime_type") == kind))["n"].item()


def test_a_month_not_held_is_null_and_a_quiet_month_is_zero() -> None:
    events = _events({"2024-01": {"Drugs": 2}, "2024-04": {"Robbery": 1}})
    result = monthly_counts(events, months=["2024-01", "2024-02", "2024-04"])
    table = result.tables["monthly"]
    assert _n(table, "2024-02", "Drugs") == 0
    assert _n(table, "2024-03", "Drugs") is None
    assert _n(table, "2024-03", "All") is None
    assert _n(table, "2024-04", "All") == 1
    assert result.flagged("RECORDING")
    assert "March 2024" in result.flags[0].text


def test_events_outside_the_months_held_are_left_out_and_counted() -> None:
    events = _events({"2024-01": {"Drugs": 2}, "2024-02": {"Drugs": 3}})
    result = monthly_counts(events, months=["2024-01"])
    assert result.value == 2
    assert result.flagged("OUTSIDE")


def test_days_become_months_and_blanks_are_named() -> None:
    events = pl.DataFrame(
        {
            "occurred_from": [date(2024, 1, 31), date(2024, 2, 1)],
            "crime_type": ["Drugs", None],
        }
    )
    table = monthly_counts(events, months=["2024-01", "2024-02"]).tables["monthly"]
    assert _n(table, "2024-01", "Drugs") == 1
    assert _n(table, "2024-02", "Not stated") == 1


def test_no_months_held_is_refused() -> None:
    with pytest.raises(BadInput, match="YYYY-MM"):
        monthly_counts(_events({"2024-01": {"Drugs": 1}}), months=[])


def _two_years(earlier: float, later: float, seed: int, season: float = 0.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    months = calendar("2024-01", "2025-12")
    mean = [
        (earlier if m < "2025" else later) * (1 + season * np.sin(int(m[5:]) / 2)) for m in months
    ]
    return pl.DataFrame({"month": months, "crime_type": "All", "n": rng.poisson(mean)})


def test_a_fall_by_half_is_seen() -> None:
    result = compare_like_months(_two_years(100, 50, seed=1))
    assert result.tables["compared"]["verdict"].to_list() == ["fell"]
    assert result.value == pytest.approx(0.5, abs=0.06)
    assert "not a trend" in result.sentence
    assert result.flagged("SHORT")


def test_a_season_alone_is_no_change() -> None:
    verdicts = [
        compare_like_months(_two_years(80, 80, seed, season=0.5)).tables["compared"]["verdict"][0]
        for seed in range(100)
    ]
    assert verdicts.count("no detectable change") >= 93


def test_months_that_swing_on_their_own_are_no_change() -> None:
    def swinging(seed: int) -> str:
        rng = np.random.default_rng(seed)
        n = rng.poisson(rng.gamma(20, 300 / 20, 12))  # variance sixteen times the mean
        months = calendar("2024-01", "2024-06") + calendar("2025-01", "2025-06")
        table = pl.DataFrame({"month": months, "crime_type": "All", "n": n})
        return str(compare_like_months(table).tables["compared"]["verdict"][0])

    verdicts = [swinging(seed) for seed in range(200)]
    assert verdicts.count("no detectable change") >= 186


def test_only_months_held_in_both_years_count() -> None:
    table = pl.DataFrame(
        {
            "month": ["2024-01", "2024-02", "2024-03", "2025-01", "2025-02", "2025-03"],
            "crime_type": ["All"] * 6,
            "n": [100, None, 100, 50, 50, 50],
        }
    )
    row = compare_like_months(table).tables["compared"].row(0, named=True)
    assert (row["months"], row["earlier"], row["later"]) == (2, 200, 100)
    assert row["verdict"] == "too few"


def test_no_like_month_is_a_refusal() -> None:
    table = pl.DataFrame({"month": ["2025-01"], "crime_type": ["All"], "n": [4]})
    assert compare_like_months(table).refused


def test_nothing_the_year_before_has_no_ratio_and_no_crash() -> None:
    months = calendar("2024-01", "2024-04") + calendar("2025-01", "2025-04")
    table = pl.DataFrame({"month": months, "crime_type": "All", "n": [0] * 4 + [9] * 4})
    row = compare_like_months(table).tables["compared"].row(0, named=True)
    assert row["ratio"] is None
    assert row["verdict"] == "rose"
