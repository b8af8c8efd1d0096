"""How a table is declared: column, type, constraint, meaning, caveat; its documentation too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, and so how its text is read and which Polars type it becomes."""

    TEXT = "text"  # String, trimmed; blank is null
    CODE = "code"  # String, trimmed, upper-cased
    INTEGER = "integer"  # Int64
    NUMBER = "number"  # Float64
    BOOLEAN = "boolean"  # true/false, yes/no, 1/0 → Boolean
    DATE = "date"  # YYYY-MM-DD → Date
    MONTH = "month"  # YYYY-MM → String
    PARTIAL_DATE = "partial date"  # YYYY, YYYY-MM or YYYY-MM-DD → String, kept as precise as given
    MOMENT = "moment"  # month, day or minute → Datetime, with its precision in a second column


class Personal(StrEnum):
    """Whether a column says something about a living person, and how closely it is held."""

    NO = "no"
    PERSONAL = "personal"
    EQUALITY = "equality monitoring"  # split off on reading, closed to every method


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `values` closes the list of what it may hold; `lo` and `hi` bound numbers."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    lo: float | None = None
    hi: float | None = None
    pattern: str = ""
    caveat: str = ""
    personal: Personal = Personal.NO
    derived: bool = False  # made on reading, not expected in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: `key` names the columns that together may not repeat (none: rows may repeat)."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    caveat: str = ""
    person_level: bool = False  # needs a registered flow unless open or synthetic

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that a file must have and a row must fill."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def names(self) -> tuple[str, ...]:
        """Every column's name, in order."""
        return tuple(column.name for column in self.columns)


def text(name: str, meaning: str, **rest: object) -> Column:
    """A text column."""
    return Column(name=name, kind=Kind.TEXT, meaning=meaning, **rest)  # type: ignore[arg-type]


def code(name: str, meaning: str, **rest: object) -> Column:
    """A code column, upper-cased on reading."""
    return Column(name=name, kind=Kind.CODE, meaning=meaning, **rest)  # type: ignore[arg-type]


def integer(name: str, meaning: str, **rest: object) -> Column:
    """A whole-number column."""
    return Column(name=name, kind=Kind.INTEGER, meaning=meaning, **rest)  # type: ignore[arg-type]


def number(name: str, meaning: str, **rest: object) -> Column:
    """A number column."""
    return Column(name=name, kind=Kind.NUMBER, meaning=meaning, **rest)  # type: ignore[arg-type]


def boolean(name: str, meaning: str, **rest: object) -> Column:
    """A true-or-false column."""
    return Column(name=name, kind=Kind.BOOLEAN, meaning=meaning, **rest)  # type: ignore[arg-type]


def day(name: str, meaning: str, **rest: object) -> Column:
    """A date column, YYYY-MM-DD."""
    return Column(name=name, kind=Kind.DATE, meaning=meaning, **rest)  # type: ignore[arg-type]


def month(name: str, meaning: str, **rest: object) -> Column:
    """A month column, YYYY-MM."""
    return Column(name=name, kind=Kind.MONTH, meaning=meaning, **rest)  # type: ignore[arg-type]


def partial_date(name: str, meaning: str, **rest: object) -> Column:
    """A date kept as precise as it was given."""
    return Column(name=name, kind=Kind.PARTIAL_DATE, meaning=meaning, **rest)  # type: ignore[arg-type]


def moment(name: str, meaning: str, **rest: object) -> Column:
    """A moment given to the month, the day or the minute."""
    return Column(name=name, kind=Kind.MOMENT, meaning=meaning, **rest)  # type: ignore[arg-type]
