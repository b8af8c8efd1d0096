"""Recorded dates as a page says them: 21 November 2026, or as much of it as was recorded."""

from __future__ import annotations

from datetime import date

from django.utils.dates import MONTHS


def as_said(recorded: str) -> str:
    """`2026-11-21T14:30` as 21 November 2026, 14:30; a month or a year alone as such.

    What is no date is given back as it was recorded.
    """
    day, _, time = recorded.partition("T")
    try:
        match [int(part) for part in day.split("-")]:
            case [year, month, number]:
                date(year, month, number)
                said = f"{number} {MONTHS[month]} {year}"
            case [year, month]:
                said = f"{MONTHS[month]} {year}"
            case _:
                return recorded
    except (ValueError, KeyError):
        return recorded
    return f"{said}, {time[:5]}" if time else said
