"""What the law gives to answer in and to withhold by: dated data, and the days they come to."""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from frith.errors import BadInput

HERE = Path(__file__).resolve().parent
UNVERIFIED = "to be verified locally"
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long there is to answer one sort of request, under one law, between two days."""

    sort: str
    regime: str
    law: str
    says: str
    valid_from: date
    valid_to: date | None = None
    months: int = 0
    extend_months: int = 0
    days: int = 0
    working_days: int = 0
    standing: str
    verified_by: str

    @property
    def words(self) -> str:
        """The law and what it gives, and that nobody has checked it where nobody has."""
        doubt = "" if self.verified_by else f" ({UNVERIFIED})"
        return f"{self.law}: {self.says}{doubt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One reason in law for withholding."""

    key: str
    under: str
    """The regime, or `foi`."""
    name: str
    law: str
    says: str
    silent: bool
    """True where even saying that something is withheld may be left out."""
    qualified: bool = False
    """True where the public interest is weighed (freedom of information)."""
    police: bool = False
    """True where the police are consulted before it is relied on or waived."""

    @property
    def words(self) -> str:
        """Name and law, for a choice in a form."""
        return f"{self.name} ({self.law}; {UNVERIFIED})"


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text("utf-8"))


def clock(sort: str, *, regime: str = "", on: date) -> Clock:
    """The clock that runs for what came in on a day.

    Raises `BadInput` where no law listed here held on that day.
    """
    for row in _read("clocks.toml")["clock"]:
        found = Clock(**row)
        until = found.valid_to or date.max
        if (found.sort, found.regime) == (sort, regime) and found.valid_from <= on <= until:
            return found
    raise BadInput(f"no clock is listed for {sort} {regime} on {on:%d %B %Y}".replace("  ", " "))


def exemptions(under: str) -> dict[str, Exemption]:
    """The exemptions of one law, by key."""
    found = (Exemption(**row) for row in _read("exemptions.toml")["exemption"])
    return {one.key: one for one in found if one.under == under}


def bank_holidays() -> frozenset[date]:
    """Bank holidays of England and Wales that are listed."""
    years = _read("bank_holidays.toml")["days"].values()
    return frozenset(day for days in years for day in days)


def is_working_day(day: date) -> bool:
    """True for Monday to Friday that is no bank holiday.

    Raises `BadInput` for a year whose bank holidays are not listed.
    """
    if str(day.year) not in _read("bank_holidays.toml")["days"]:
        raise BadInput(
            f"the bank holidays of {day.year} are not listed", mend="Add them to bank_holidays.toml"
        )
    return day.weekday() < SATURDAY and day not in bank_holidays()


def working_days_after(start: date, days: int) -> date:
    """The so-manieth working day after a day, which itself does not count."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day


def months_after(start: date, months: int) -> date:
    """The same day so many months later; the month's last where it has no such day."""
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def years_after(start: date, years: int) -> date:
    """The same day so many years later; 28 February for a 29th that is not there."""
    return months_after(start, 12 * years)


def or_next_working_day(day: date) -> date:
    """The day itself, or the next working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def last_day(of: Clock, *, start: date, extended: bool = False) -> date:
    """The last day to answer in. A last day in months moves on to the next working day."""
    if of.working_days:
        return working_days_after(start, of.working_days)
    if of.days:
        return start + timedelta(days=of.days)
    months = of.months + (of.extend_months if extended else 0)
    return or_next_working_day(months_after(start, months))
