"""Words for a board."""

from __future__ import annotations

import pytest

from frith.places.wording import calendar, capital, counted, figure, listed, month_runs, shift_month


def test_small_numbers_are_words_and_large_ones_figures() -> None:
    assert counted(1, "area") == "one area"
    assert counted(0, "area") == "no areas"
    assert counted(1204, "offence") == "1,204 offences"
    assert counted(3, "city", "cities") == "three cities"


def test_names_are_listed_as_a_person_would() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdefgh"), most=2) == "a, b and 6 more"


@pytest.mark.parametrize(
    ("value", "said"), [(1234.4, "1,234"), (3.14, "3.1"), (0.123, "0.12"), (0.97, "1.0")]
)
def test_figures_carry_what_they_can(value: float, said: str) -> None:
    assert figure(value) == said


def test_months_run_together_over_a_new_year() -> None:
    assert calendar("2024-11", "2025-02") == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert month_runs(["2025-01", "2024-12", "2025-05"]) == (
        "December 2024 to January 2025 and May 2025"
    )
    assert shift_month("2025-01", -13) == "2023-12"
    assert capital("five areas") == "Five areas"
