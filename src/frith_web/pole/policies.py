"""What a record's own words allow one to say: ages on a date, and coexisting roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ADULT = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """An age in whole years on a day, as narrow as the two dates allow."""

    lowest: int
    highest: int

    @property
    def words(self) -> str:
        """As a page says it."""
        return (
            str(self.lowest) if self.lowest == self.highest else f"{self.lowest} or {self.highest}"
        )

    @property
    def may_be_a_child(self) -> bool:
        """True where the person may have been under 18; then they are treated as a child."""
        return self.lowest < ADULT


def age_on(date_of_birth: str, moment: str) -> Age | None:
    """The age of somebody on the day of an event, both as precise as recorded.

    None where either is missing, not a date, or where the event is before the birth. Age is of a
    day: who was a child then may be an adult now, and the page must say which.
    """
    born, happened = _span(date_of_birth), _span(moment[:10])
    if born is None or happened is None or happened[1] < born[0]:
        return None
    return Age(
        lowest=max(_years(born[1], happened[0]), 0), highest=max(_years(born[0], happened[1]), 0)
    )


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _span(text: str) -> tuple[date, date] | None:
    """First and last day of a day, month or year as written."""
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts]
        match numbers:
            case [year]:
                return date(year, 1, 1), date(year, 12, 31)
            case [year, month]:
                after = date(year + month // 12, month % 12 + 1, 1)
                return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
            case [year, month, day]:
                return date(year, month, day), date(year, month, day)
    except ValueError:
        return None
    return None
