"""How a reference list is declared: its columns, where it came from, and when it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Row = Mapping[str, object]
"""One row: every declared column and every column of `PROVENANCE`, read-only."""

UNVERIFIED = "unverified: to be verified locally"
NOT_LEGAL_ADVICE = "frith is not legal advice."


class Kind(StrEnum):
    """What a column of a list holds."""

    TEXT = "text"  # str; blank is ""
    ITEMS = "items"  # tuple of str, separated by semicolons in the file
    INTEGER = "integer"  # int, or None where blank
    NUMBER = "number"  # float, or None where blank
    BOOLEAN = "boolean"  # bool, or None where blank
    DATE = "date"  # datetime.date, or None where blank


class Standing(StrEnum):
    """How frith knows what a row says."""

    READ = "read in source"  # read in the source that the row cites
    GENERAL = "general knowledge"  # general knowledge of the field; the source was not opened
    CHANGING = "changing"  # new, being replaced or brought into force by stages
    CONVENTION = "frith's convention"  # ours to define; there is nothing outside to check it with


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `values` closes what it may hold; `required` cells are never blank.

    `standing` is set where the column is never read in the row's source: a row that was checked was
    checked but for such columns.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()
    standing: str = ""


PROVENANCE = (
    Column(name="source", kind=Kind.TEXT, meaning="Where the row comes from.", required=True),
    Column(
        name="licence",
        kind=Kind.TEXT,
        meaning="Licence of the text, a key of the list `licences`.",
        required=True,
    ),
    Column(
        name="valid_from",
        kind=Kind.DATE,
        meaning="First day it holds; blank where not known.",
    ),
    Column(
        name="valid_to",
        kind=Kind.DATE,
        meaning="Last day it holds; blank while it does, or where not known.",
    ),
    Column(
        name="standing",
        kind=Kind.TEXT,
        meaning="How frith knows it.",
        required=True,
        values=tuple(Standing),
    ),
    Column(
        name="verified_by",
        kind=Kind.TEXT,
        meaning=f"Who checked it against its source; blank is {UNVERIFIED}.",
    ),
    Column(name="verified_on", kind=Kind.DATE, meaning="When that was done."),
)
"""What every row carries. A list states each once; a row that differs states its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceList:
    """A list with its provenance and its rows, in the order of its file."""

    name: str
    title: str
    subject: str
    meaning: str
    caveat: str
    legal: bool
    columns: tuple[Column, ...]
    source: str
    licence: str
    valid_from: date | None
    valid_to: date | None
    standing: str
    verified_by: str
    verified_on: date | None
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def keys(self) -> tuple[str, ...]:
        """Each key once, in order."""
        return tuple(dict.fromkeys(str(row["key"]) for row in self.rows))

    @property
    def unverified(self) -> int:
        """How many rows nobody has checked against their source."""
        return sum(checked(row) == UNVERIFIED for row in self.rows)

    def rows_valid_on(self, day: date) -> tuple[Row, ...]:
        """The rows that hold on that day; a blank end is open."""
        return tuple(row for row in self.rows if is_valid_on(row, day))


def is_valid_on(row: Row, day: date) -> bool:
    """Whether the row holds on that day. A date that is not known does not exclude it."""
    first, last = row["valid_from"], row["valid_to"]
    return not (
        (isinstance(first, date) and day < first) or (isinstance(last, date) and day > last)
    )


def is_verified(row: Row) -> bool:
    """Whether somebody checked the row against its source, and says who."""
    return bool(row["verified_by"])


def checked(row: Row) -> str:
    """Who checked the row and when; that nobody did; or that there is nothing outside to check."""
    if is_verified(row):
        return f"checked by {row['verified_by']} on {row['verified_on']}"
    return str(Standing.CONVENTION) if row["standing"] == Standing.CONVENTION else UNVERIFIED


def as_text(value: object) -> str:
    """A cell as a person reads it; blank where it is not known."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return "; ".join(str(item) for item in value)
        case float():
            return f"{value:g}"
    return str(value)


def period(valid_from: object, valid_to: object) -> str:
    """A period in words; blank where neither end is known."""
    match (valid_from, valid_to):
        case (date(), date()):
            return f"{valid_from} to {valid_to}"
        case (date(), None):
            return f"from {valid_from}"
        case (None, date()):
            return f"until {valid_to}"
    return ""
