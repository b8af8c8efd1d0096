"""The five editions of one data set, and what may not stand in each: names, places, days."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

from frith.disclosure.table import CountTable
from frith.errors import UnknownName
from frith.results import Flag, Severity


class Place(StrEnum):
    """How finely a table may name places."""

    EXACT = "exact"
    SMALL_AREA = "small area"  # output areas, LSOAs, MSOAs, full postcodes excluded
    WARD = "ward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Who may see what. `threshold` 0: nothing is masked."""

    name: str
    title: str
    audience: str
    marking: str
    open: bool
    threshold: int
    rounding: int
    delay_months: int
    finest_place: Place
    finest_date: str
    names: bool
    source: str


@cache
def editions() -> dict[str, Edition]:
    """Every edition by its name, the most closely held first."""
    said = tomllib.loads(
        resources.files("frith.disclosure").joinpath("editions.toml").read_text("utf-8")
    )
    return {
        name: Edition(name=name, **(values | {"finest_place": Place(values["finest_place"])}))
        for name, values in said.items()
    }


def edition(name: str) -> Edition:
    """One edition; UnknownName where there is none of that name."""
    if name not in editions():
        raise UnknownName(f"no edition “{name}”", mend=f"Choose {', '.join(editions())}.")
    return editions()[name]


_PERSON = re.compile(
    r"\b(surname|forename|given names?|family name|full name|nominal|suspect|offender|victim name|"
    r"alias|date of birth|dob|police id|nhs)\b"
)
_GROUP = re.compile(r"\b(ocg|gang|group name|named group|network name|operation|op name|op)\b")
_POINT = re.compile(
    r"\b(address|street|road|uprn|usrn|postcode|latitude|longitude|lat|lon|lng|easting|northing|"
    r"premises|grid ref|what3words)\b"
)
_OPERATION = re.compile(r"\b(?:[Oo]peration|Op|OP)\.? [A-Z][A-Za-z]+")
_GROUP_CODE = re.compile(r"\bOCG\b|\bgang\b", flags=re.IGNORECASE)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_COORDINATE = re.compile(r"^-?\d{1,3}\.\d{3,}$")
_SMALL_AREA = re.compile(r"^[EW]0[012]\d{6}$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$|^\d{1,2}/\d{1,2}/\d{2,4}$")
_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])(?:-\d{2})?$")
_STREET = re.compile(
    r"\b\d+[a-z]? (?:[a-z]+ )+(?:street|road|lane|avenue|close|drive|court|place|terrace)\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Check:
    code: str
    where: re.Pattern[str] | None  # in a column's name
    what: re.Pattern[str] | None  # in a label or another column's name
    text: str


_NAMES = (
    _Check("NAMED-PERSON", _PERSON, None, "names or points at persons"),
    _Check("NAMED-GROUP", _GROUP, _OPERATION, "names a group or an operation"),
    _Check("NAMED-GROUP", None, _GROUP_CODE, "names a group or an operation"),
)
_POINTS = (
    _Check("EXACT-PLACE", _POINT, _POSTCODE, "gives exact places"),
    _Check("EXACT-PLACE", None, _COORDINATE, "gives exact places"),
    _Check("EXACT-PLACE", None, _STREET, "gives exact places"),
)
_AREAS = (_Check("SMALL-AREA", None, _SMALL_AREA, "names areas smaller than a ward"),)
_DAYS = (_Check("DAYS", None, _DAY, "gives days, and days cluster around operations"),)


def check_edition(table: CountTable, chosen: Edition, *, as_of: date) -> tuple[Flag, ...]:
    """Why a table may not go into an edition: refusals, one for each kind of thing and column.

    Looks at column names and labels only. It knows how names usually look, not what they mean:
    a person still reads the table before it goes out.
    Source: DOMAIN, disclosure control; SI 2009/942 for information given to scrutiny.
    """
    checks: tuple[_Check, ...] = ()
    if not chosen.names:
        checks += _NAMES
    if chosen.finest_place is not Place.EXACT:
        checks += _POINTS
    if chosen.finest_place is Place.WARD:
        checks += _AREAS
    if chosen.finest_date != "day":
        checks += _DAYS
    texts = _texts(table)
    flags = [
        Flag(
            check.code,
            f"The column “{column}” {check.text}. The {chosen.title} edition may not hold that: "
            f"{_MEND[check.code]}",
            Severity.REFUSE,
        )
        for check in checks
        for column, values in texts.items()
        if _holds(check, column, values)
    ]
    flags += _too_fresh(texts, chosen, as_of)
    return tuple({(flag.code, flag.text): flag for flag in flags}.values())


_MEND = {
    "NAMED-PERSON": "delete the column and count without it.",
    "NAMED-GROUP": "delete the column, or give the theme instead of the name.",
    "EXACT-PLACE": "count by ward or larger.",
    "SMALL-AREA": "count by ward or larger.",
    "DAYS": "count by month or longer.",
}


def _texts(table: CountTable) -> dict[str, list[str]]:
    """Every column's labels; a count column's name is a label too."""
    layout = table.layout
    texts = {column: table.frame[column].unique().to_list() for column in layout.labels}
    if layout.wide:
        texts |= {column: [column] for column in layout.counts}
    return texts


def _holds(check: _Check, column: str, values: list[str]) -> bool:
    words = column.casefold().replace("_", " ").replace("-", " ")
    if check.where and values != [column] and check.where.search(words):
        return True
    what = check.what
    return what is not None and any(what.search(value) for value in values if value)


def _too_fresh(texts: dict[str, list[str]], chosen: Edition, as_of: date) -> list[Flag]:
    if not chosen.delay_months:
        return []
    limit = as_of.year * 12 + as_of.month - 1 - chosen.delay_months
    fresh = sorted(
        {
            value
            for values in texts.values()
            for value in values
            if (found := _MONTH.match(value)) and int(found[1]) * 12 + int(found[2]) - 1 >= limit
        }
    )
    if not fresh:
        return []
    return [
        Flag(
            "TOO-FRESH",
            f"{fresh[0]} is too recent: the {chosen.title} edition waits {chosen.delay_months} "
            f"month{'s' if chosen.delay_months > 1 else ''} after a month's end, so that it tells "
            "nothing of what is going on. Leave the latest months out.",
            Severity.REFUSE,
        )
    ]
