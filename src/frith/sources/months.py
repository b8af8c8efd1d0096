"""Months as YYYY-MM: reading, listing, and which archive holds them."""

from __future__ import annotations

import calendar
import re
from datetime import date

from frith.errors import BadInput

FIRST_MONTH = "2010-12"
"""The first month police.uk published (data.police.uk/changelog)."""

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


def read_month(text: str, *, option: str) -> str:
    """The month, checked; raises `BadInput` naming the option where it is none."""
    if not _MONTH.match(text):
        raise BadInput(
            f"{text!r} is not a month", where=option, mend="Write it as YYYY-MM, such as 2025-10."
        )
    if text < FIRST_MONTH:
        raise BadInput(
            f"{text} is before anything was published",
            where=option,
            mend=f"Street-level data begins with {FIRST_MONTH}.",
        )
    return text


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from `first` to `last`, both included; raises `BadInput` where it runs back."""
    if first > last:
        raise BadInput(
            f"--from {first} comes after --to {last}", mend="Give the earlier month to --from."
        )
    count = _number(last) - _number(first) + 1
    return tuple(shifted(first, step) for step in range(count))


def shifted(month: str, by: int) -> str:
    """The month `by` months later (earlier where negative)."""
    year, index = divmod(_number(month) + by, 12)
    return f"{year:04d}-{index + 1:02d}"


def first_day(month: str) -> date:
    """The first day of the month."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """The last day of the month."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def in_words(months: tuple[str, ...] | list[str]) -> str:
    """Months with runs joined: "2024-01 to 2024-04, 2024-09"."""
    runs: list[list[str]] = []
    for month in sorted(months):
        if runs and shifted(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
