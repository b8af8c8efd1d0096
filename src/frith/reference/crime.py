"""Crime types, offence codes and themes, as the rooms that count events need them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

from frith.reference.catalogue import known, load
from frith.reference.declare import Row

EXPLOITATION_THEMES = frozenset(
    {"cse", "cce", "modern_slavery", "sex_market", "domestic_servitude", "begging"}
)
"""Themes in which whoever is recorded as a victim is protected in every later run. It stands in
code, not only in the list, so that editing a file cannot take protection away unnoticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrimeType:
    """One of data.police.uk's crime types: `name` as in its files, `slug` as in its API."""

    name: str
    slug: str
    is_asb: bool  # anti-social behaviour: an incident, not a recorded crime, and without Crime ID
    is_broad: bool  # holds offences of very different harm, so an average weight misleads
    in_use_from: date


@cache
def crime_types() -> tuple[CrimeType, ...]:
    """The 14 crime types of data.police.uk, in alphabetical order of their wording.

    Source: data.police.uk. A type is an offence group, never an offence: do not weigh it by harm
    without saying how its offences were averaged.
    """
    return tuple(
        CrimeType(
            name=str(row["name"]),
            slug=str(row["key"]),
            is_asb=row["asb"] is True,
            is_broad=row["broad"] is True,
            in_use_from=cast(date, row["in_use_from"]),
        )
        for row in load("police_uk_crime_types")
    )


def offence_theme(code: str) -> str | None:
    """The theme of a Home Office offence code, such as `106`, `92A` or `036/08`.

    Returns None for a code that the list does not hold: a theme is never guessed. A sub-code that
    is not listed takes its class's theme only where the list says the whole class has one. That is
    why 106/49, a gaming offence in the courts' classification, is not modern slavery although 106
    is modern slavery in recorded crime. Many offences *may* also be exploitation
    (`may_also_be` in the list): only the force's own flag or a person's judgement says so.
    """
    wanted = normal_code(code)
    row = _codes().get(wanted)
    if row is None and "/" in wanted:
        row = _codes().get(wanted.partition("/")[0])
        row = row if row is not None and row["covers_subcodes"] is True else None
    return None if row is None else str(row["theme"])


def normal_code(code: str) -> str:
    """An offence code as the list writes it: upper case, no leading zeros, two-digit sub-code."""
    first, slash, rest = code.strip().upper().partition("/")
    first = re.sub(r"^0+(?=\d)", "", first)
    return f"{first}/{int(rest):02d}" if slash and rest.isdecimal() else f"{first}{slash}{rest}"


def is_exploitation_theme(theme: str) -> bool:
    """Whether somebody recorded as a victim in this theme is protected from then on.

    Raises `UnknownName` for a theme that does not exist, lest a slip of the pen unprotect anybody.
    """
    return known(theme, load("themes").keys, what="theme", where="themes") in EXPLOITATION_THEMES


@cache
def _codes() -> dict[str, Row]:
    return {str(row["key"]): row for row in load("offence_codes")}
