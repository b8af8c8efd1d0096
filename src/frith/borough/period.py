"""The months a borough is made for: days since the first, months, quarters, and their names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from frith.errors import BadInput

DEFAULT_START = date(2023, 10, 1)
DEFAULT_MONTHS = 36
MIN_MONTHS = 12
MAX_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole months from `start`; day 0 is the first day, month 0 the first month."""

    start: date
    months: int
    first_days: NDArray[np.int64] = field(init=False, repr=False)
    month_of_day: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.start.day != 1:
            raise BadInput(f"the first day {self.start} is not the first of a month", where="start")
        if not MIN_MONTHS <= self.months <= MAX_MONTHS:
            raise BadInput(
                f"{self.months} months cannot be made",
                where="months",
                mend=f"Ask for {MIN_MONTHS} to {MAX_MONTHS}.",
            )
        first_month = np.datetime64(self.start, "M")
        starts = (first_month + np.arange(self.months + 1)).astype("datetime64[D]")
        days = (starts - starts[0]).astype(np.int64)
        object.__setattr__(self, "first_days", days)
        object.__setattr__(self, "month_of_day", np.repeat(np.arange(self.months), np.diff(days)))

    @property
    def days(self) -> int:
        """How many days the period has."""
        return int(self.first_days[-1])

    @property
    def last(self) -> date:
        """The last day."""
        return self.day(self.days - 1)

    def day(self, index: int) -> date:
        """The date of a day's index; may lie outside the period."""
        chosen: date = (np.datetime64(self.start, "D") + int(index)).astype(date)
        return chosen

    def dates(self, index: NDArray[np.integer]) -> NDArray[np.datetime64]:
        """Dates of day indices."""
        return np.datetime64(self.start, "D") + index.astype(np.int64)

    def month_names(self) -> list[str]:
        """Every month as YYYY-MM."""
        return [str(np.datetime64(self.start, "M") + month) for month in range(self.months)]

    def quarters(self) -> list[tuple[str, NDArray[np.int64]]]:
        """Every whole calendar quarter as YYYY-Qn with the months in it."""
        calendar = np.datetime64(self.start, "M") + np.arange(self.months)
        numbers = calendar.astype(np.int64)  # months since 1970-01
        keys = numbers // 3
        found = []
        for key in np.unique(keys):
            inside = np.flatnonzero(keys == key)
            if inside.size == 3:
                found.append((f"{1970 + key // 4}-Q{key % 4 + 1}", inside))
        return found

    def calendar_month(self) -> NDArray[np.int64]:
        """January is 0 … December is 11, for every month of the period."""
        first = self.start.year * 12 + self.start.month - 1
        return (first + np.arange(self.months)) % 12
