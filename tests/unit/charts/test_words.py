"""Numbers and dates as printed, and lines that keep within their width."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frith.charts.layout import spread, ticks
from frith.charts.words import (
    decimals_for,
    listed,
    months_between,
    number,
    period,
    plural,
    sentence,
    series_of,
    shorten,
    text_width,
    wrap,
)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (1234567, 0, "1,234,567"),
        (-12.345, 2, "−12.35"),
        (-0.04, 1, "0.0"),
        (None, 0, "no data"),
        (float("nan"), 0, "no data"),
    ],
)
def test_numbers(value: float | None, decimals: int, printed: str) -> None:
    assert number(value, decimals) == printed


@pytest.mark.parametrize(
    ("value", "short", "full"),
    [
        ("2026-11", "Nov 2026", "November 2026"),
        (date(2026, 11, 21), "21 Nov 2026", "21 November 2026"),
        ("2026Q1", "Jan to Mar 2026", "Jan to Mar 2026"),
        ("2025/26", "2025/26", "2025/26"),
    ],
)
def test_dates_are_british(value: object, short: str, full: str) -> None:
    assert period(value) == short
    assert period(value, full=True) == full


def test_months_run_over_the_year_end() -> None:
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize(
    ("values", "places"),
    [([1, 20, 3000], 0), ([0.5, 80.3], 1), ([0.123], 2), ([], 0), ([0.5, 1250], 0)],
)
def test_about_three_figures_are_printed(values: list[float], places: int) -> None:
    assert decimals_for(values) == places


def test_lists_and_plurals() -> None:
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(list("abcdef"), 2) == "a, b and 4 more"
    assert listed([]) == ""
    assert series_of(["a: 1, b", "c"]) == "a: 1, b; c"
    assert series_of(list("abc"), 2) == "a; b; and 1 more"
    assert plural(1, "area") == "1 area"
    assert plural(1200, "entry", "entries") == "1,200 entries"
    assert sentence("Is it so?") == "Is it so?"
    assert sentence("It is") == "It is."


def test_width_is_that_of_the_published_metrics() -> None:
    # Helvetica: H 722, e 556, l 222, l 222, o 556 thousandths.
    assert text_width("Hello", 10) == pytest.approx(22.78)


@given(st.text("abc WM,.", max_size=200), st.floats(40, 400))
def test_wrapped_lines_keep_within_the_width_and_lose_no_word(text: str, width: float) -> None:
    lines = wrap(text, width, 12)
    assert " ".join(lines).split() == text.split()
    assert all(text_width(line, 12) <= width or " " not in line for line in lines)


@given(st.text("abcWM ", min_size=1, max_size=80), st.floats(20, 200))
def test_a_shortened_line_fits(text: str, width: float) -> None:
    assert text_width(shorten(text, width, 12), 12) <= width


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_enclose_the_values(lo: float, reach: float) -> None:
    chosen = ticks(lo, lo + reach)
    assert 2 <= len(chosen) <= 9
    slack = (chosen[1] - chosen[0]) * 1e-6
    assert chosen[0] <= lo + slack
    assert chosen[-1] >= lo + reach - slack


@given(st.lists(st.floats(0, 250), max_size=10))
def test_labels_are_moved_apart_in_order(places: list[float]) -> None:
    moved = spread(places, apart=16, hi=250)
    ranked = sorted(range(len(places)), key=lambda i: places[i])
    levels = [moved[i] for i in ranked]
    assert all(b - a >= 16 - 1e-9 for a, b in pairwise(levels))
    assert all(level <= 250 for level in levels)
