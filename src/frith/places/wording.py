"""Words for a board: how counts, names, shares and months are said in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def counted(n: int, one: str, many: str = "") -> str:
    """`n` things: words up to nine, figures above; "1,204 offences", "five areas", "no area"."""
    number = _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"
    return f"{number} {one if n == 1 else many or one + 's'}"


def listed(names: Sequence[str], *, most: int = 6) -> str:
    """Names as a person lists them: "a, b and c"; past `most`, "a, b and 4 more"."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def capital(sentence: str) -> str:
    """The sentence with its first letter large, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def figure(value: float) -> str:
    """A number to about two significant figures below ten, whole numbers above."""
    if abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 0.95 else f"{value:.2g}"


def month_name(month: str) -> str:
    """ "2025-03" as "March 2025"."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def month_runs(months: Sequence[str]) -> str:
    """Months as runs: "January 2024 to April 2024 and September 2024"."""
    runs: list[list[str]] = []
    for month in sorted(months):
        if runs and month == next_month(runs[-1][-1]):
            runs[-1].append(month)
        else:
            runs.append([month])
    said = [
        month_name(run[0]) if len(run) == 1 else f"{month_name(run[0])} to {month_name(run[-1])}"
        for run in runs
    ]
    return listed(said)


def next_month(month: str) -> str:
    """The calendar month after "YYYY-MM"."""
    return shift_month(month, 1)


def shift_month(month: str, by: int) -> str:
    """The calendar month `by` months after "YYYY-MM" (before, where negative)."""
    year, number = (int(part) for part in month.split("-"))
    ahead = year * 12 + number - 1 + by
    return f"{ahead // 12:04d}-{ahead % 12 + 1:02d}"


def calendar(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included; empty where `last` comes before."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months
