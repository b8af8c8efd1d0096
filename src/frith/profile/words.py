"""How the document writes dates, numbers, months and intervals: one way everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from frith.places.wording import capital, counted, figure, listed, month_name, month_runs
from frith.profile.content import Column, Form

__all__ = [
    "MASKED",
    "capital",
    "cell",
    "counted",
    "day",
    "figure",
    "how_many",
    "listed",
    "month_name",
    "month_runs",
    "more_or_fewer",
    "number",
    "offences",
    "percent",
    "quarters",
    "records",
    "signed_percent",
    "span",
]

MASKED = "[c]"
"""A masked cell, as official statistics write it: held, and not shown to protect people."""
MINUS = "−"


def day(moment: date) -> str:
    """A date as "21 November 2026"."""
    return f"{moment.day} {month_name(f'{moment:%Y-%m}')}"


def number(n: float) -> str:
    """A whole number with its thousands parted: "1,204"."""
    return f"{n:,.0f}"


def records(n: int) -> str:
    """ "1,204 records": crimes and incidents alike."""
    return f"{number(n)} {'record' if n == 1 else 'records'}"


def offences(n: int) -> str:
    """ "12 recorded offences"; never "there were 12"."""
    return f"{number(n)} recorded {'offence' if n == 1 else 'offences'}"


def percent(share: float) -> str:
    """A share as "12%", with a decimal below ten."""
    value = 100 * share
    return _signed(f"{value:.1f}%" if abs(value) < 9.95 else f"{value:.0f}%")


def _signed(written: str) -> str:
    """A number with a true minus sign, and no sign before nought."""
    digits = written.removeprefix("-")
    if digits == written or not any(mark in "123456789" for mark in digits):
        return digits
    return MINUS + digits


def signed_percent(share: float) -> str:
    """A change as "+4.1%" or "−12%"."""
    sign = "+" if share > 0 else MINUS if share < 0 else ""
    return sign + percent(abs(share))


def more_or_fewer(share: float) -> str:
    """A change as "4.1% more", "12% fewer" or "no change"."""
    if share == 0:
        return "no change"
    return f"{percent(abs(share))} {'more' if share > 0 else 'fewer'}"


def how_many(n: int) -> str:
    """A number standing for things named before: "none", "one", "four", "12"."""
    return "none" if n == 0 else counted(n, " ", " ").strip()


def quarters(first: str, last: str) -> str:
    """Quarters YYYY-Qn as the months they span: "October 2023 to September 2026"."""
    begins = f"{first[:4]}-{3 * int(first[-1]) - 2:02d}"
    ends = f"{last[:4]}-{3 * int(last[-1]):02d}"
    return f"{month_name(begins)} to {month_name(ends)}"


def span(lo: float, hi: float) -> str:
    """An interval as "3.1 to 4.4"."""
    return f"{figure(lo)} to {figure(hi)}"


def cell(value: object, column: Column) -> str:
    """One cell as a reader sees it; blank values are said, never left empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return column.blank
    if value == MASKED or column.form is Form.TEXT:
        return str(value)
    if column.form is Form.MONTH:
        return month_name(str(value))
    plain = float(str(value))
    if math.isnan(plain):
        return column.blank
    if column.form is Form.COUNT:
        return _signed(number(plain))
    if column.form in (Form.RATE, Form.RATIO):
        return _signed(f"{plain:,.{1 if column.form is Form.RATE else 2}f}")
    return percent(plain) if column.form is Form.PERCENT else signed_percent(plain)


def sentence_list(items: Sequence[str]) -> str:
    """Items as a person lists them, all of them."""
    return listed(list(items), most=len(items) + 1)
