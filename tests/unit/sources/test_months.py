"""Months: what is one, which lie between two, and how they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frith.errors import BadInput
from frith.sources.months import (
    first_day,
    in_words,
    last_day,
    months_between,
    read_month,
    shifted,
)

MONTHS = st.builds(lambda y, m: f"{y:04d}-{m:02d}", st.integers(2011, 2090), st.integers(1, 12))


def test_months_between_includes_both_ends_and_crosses_years() -> None:
    assert months_between("2024-11", "2025-02") == ("2024-11", "2024-12", "2025-01", "2025-02")
    assert months_between("2024-02", "2024-02") == ("2024-02",)


@given(MONTHS, st.integers(-300, 300))
def test_shifting_there_and_back_changes_nothing(month: str, by: int) -> None:
    assert shifted(shifted(month, by), -by) == month


@given(MONTHS, st.integers(0, 100))
def test_as_many_months_as_steps(month: str, steps: int) -> None:
    assert len(months_between(month, shifted(month, steps))) == steps + 1


def test_backwards_is_refused() -> None:
    with pytest.raises(BadInput, match="comes after"):
        months_between("2025-02", "2024-11")


@pytest.mark.parametrize(
    "text", ["2024-13", "2024-1", "2024", "24-01", "January", "2024-01-01", ""]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not a month") as error:
        read_month(text, option="--from")
    assert error.value.where == "--from"


def test_before_anything_was_published_is_refused() -> None:
    with pytest.raises(BadInput, match="2010-12"):
        read_month("2010-11", option="--from")


def test_days_of_a_leap_month() -> None:
    assert first_day("2024-02").isoformat() == "2024-02-01"
    assert last_day("2024-02").isoformat() == "2024-02-29"


def test_runs_are_joined() -> None:
    months = ("2024-12", "2024-01", "2024-02", "2025-01", "2024-06")
    assert in_words(months) == "2024-01 to 2024-02, 2024-06, 2024-12 to 2025-01"
    assert in_words([]) == ""
