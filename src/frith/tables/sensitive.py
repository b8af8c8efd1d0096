"""Columns that are never read, and columns that are split off: told from their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from frith.errors import ForbiddenData

FORBIDDEN: Mapping[str, tuple[frozenset[str], ...]] = MappingProxyType(
    {
        "religion or belief": (
            *(frozenset({word}) for word in ("religion", "religions", "religious", "religiosity")),
            *(frozenset({word}) for word in ("faith", "faiths", "belief", "beliefs")),
            frozenset({"denomination"}),
        ),
        "sexual orientation": (
            frozenset({"sexual", "orientation"}),
            frozenset({"sexual", "identity"}),
            frozenset({"sexual", "preference"}),
            *(frozenset({word}) for word in ("sexuality", "sexualorientation", "lgb", "lgbt")),
            *(frozenset({word}) for word in ("lgbtq", "lgbtqi", "orientation")),
        ),
        "disability": (
            *(frozenset({word}) for word in ("disability", "disabilities", "disabled")),
            *(frozenset({word}) for word in ("impairment", "impairments", "neurodivergent")),
            *(frozenset({word}) for word in ("neurodiversity", "autism", "autistic", "adhd")),
        ),
        "trade union membership": (
            frozenset({"trade", "union"}),
            frozenset({"trades", "union"}),
            frozenset({"union", "member"}),
            frozenset({"union", "membership"}),
            frozenset({"tradeunion"}),
            frozenset({"union"}),
        ),
        "health": (
            *(frozenset({word}) for word in ("health", "healthcare", "medical", "medication")),
            *(frozenset({word}) for word in ("medicine", "medicines", "diagnosis", "diagnoses")),
            *(frozenset({word}) for word in ("illness", "illnesses", "disease", "diseases")),
            *(frozenset({word}) for word in ("pregnant", "pregnancy", "hiv", "nhs", "icd10")),
            *(frozenset({word}) for word in ("mentalhealth", "psychiatric", "nhsnumber")),
        ),
    }
)
"""Special categories of personal data that no table of frith has a use for (UK GDPR Article 9(1);
Data Protection Act 2018 section 35(8)), by the words that together make a column's name."""

EQUALITY: tuple[frozenset[str], ...] = (
    *(frozenset({word}) for word in ("ethnicity", "ethnicities", "ethnic", "ethnicgroup")),
    *(frozenset({word}) for word in ("race", "racial", "nationality", "nationalities")),
    *(frozenset({word}) for word in ("citizenship", "nationalidentity", "ethnicorigin")),
    frozenset({"national", "identity"}),
    frozenset({"national", "origin"}),
    frozenset({"country", "birth"}),
    frozenset({"birth", "country"}),
    frozenset({"ic", "code"}),
    frozenset({"iccode"}),
)
"""Words that make a column one of ethnicity or nationality: split off, closed to every method."""


def words_of(name: str) -> frozenset[str]:
    """The words of a column's name, however it is written: `mentalHealth`, `MENTAL_HEALTH`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return frozenset(re.findall(r"[a-z0-9]+", spaced.lower()))


def forbidden(name: str) -> str:
    """The kind of forbidden data a column's name stands for; empty where it is none."""
    said = words_of(name)
    for kind, patterns in FORBIDDEN.items():
        if any(pattern <= said for pattern in patterns):
            return kind
    return ""


def is_equality(name: str) -> bool:
    """True where a column's name says ethnicity or nationality."""
    said = words_of(name)
    return any(pattern <= said for pattern in EQUALITY)


def refuse_forbidden(names: Iterable[str], *, where: str) -> None:
    """ForbiddenData, in one line, where a column holds what frith never reads."""
    for name in names:
        kind = forbidden(name)
        if kind:
            raise ForbiddenData(
                f"the file was not read: its column {name!r} holds {kind}, a special category of "
                "personal data that no purpose of frith needs",
                where=where,
                mend="Delete the column at its source and send the file again.",
            )
