"""How the document writes dates, counts, shares and cells."""

from __future__ import annotations

from datetime import date

import pytest

from frith.profile.content import Form, change, count, month, percent, rate, text
from frith.profile.words import cell, day, more_or_fewer, offences
from frith.profile.words import percent as share_of


def test_dates_and_counts_are_written_in_full() -> None:
    assert day(date(2026, 11, 21)) == "21 November 2026"
    assert offences(12) == "12 recorded offences"
    assert offences(1) == "1 recorded offence"


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.434, "43%"), (0.0991, "9.9%"), (0.0999, "10%"), (1.0, "100%"), (0, "0.0%")],
)
def test_shares_carry_a_decimal_below_ten(share: float, said: str) -> None:
    assert share_of(share) == said


@pytest.mark.parametrize(
    ("share", "said"), [(-0.263, "26% fewer"), (0.036, "3.6% more"), (0.0, "no change")]
)
def test_changes_are_more_or_fewer(share: float, said: str) -> None:
    assert more_or_fewer(share) == said


def test_cells_are_written_by_form_and_blanks_are_said() -> None:
    assert cell(12345, count("n", "N")) == "12,345"
    assert cell(12.345, rate("r", "R")) == "12.3"
    assert cell(0.5, percent("s", "S")) == "50%"
    assert cell(-0.1234, change("c", "C")) == "−12%"
    assert cell("2025-03", month("m", "M")) == "March 2025"
    assert cell("[c]", count("n", "N")) == "[c]"
    assert cell(None, count("n", "N", blank="not held")) == "not held"
    assert cell(float("nan"), rate("r", "R")) == "not known"
    assert text("t", "T").form is Form.TEXT
