"""What everyday recorded crime is made of: a row a crime type, from `words/crime.toml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from frith.borough.words import table

CRIME_THEMES = {
    "Shoplifting": "acquisitive",
    "Other theft": "acquisitive",
    "Vehicle crime": "acquisitive",
    "Burglary": "acquisitive",
    "Robbery": "acquisitive",
    "Theft from the person": "acquisitive",
    "Bicycle theft": "acquisitive",
    "Drugs": "drugs",
    "Violence and sexual offences": "violence",
    "Criminal damage and arson": "other",
    "Public order": "other",
    "Possession of weapons": "other",
    "Other crime": "other",
    "Anti-social behaviour": "other",
}
"""The theme of an everyday record; firearms codes and planted groups override it."""
CODE_THEMES = {"81": "firearms", "10B": "firearms", "106": "modern_slavery", "24": "sex_market"}
NOT_CRIME_TYPES = ("Stop and search", "Intelligence", "Referral")
"""Kinds of record that carry no crime type of police.uk."""
INTELLIGENCE_THEMES = {
    "drugs": 0.46,
    "acquisitive": 0.16,
    "violence": 0.10,
    "cce": 0.07,
    "cse": 0.05,
    "modern_slavery": 0.04,
    "firearms": 0.04,
    "fraud": 0.03,
    "sex_market": 0.02,
    "begging": 0.015,
    "benefit_fraud": 0.01,
    "domestic_servitude": 0.005,
}
"""Shares of themes among intelligence events: proactive work looks at drugs first (Perpetuity
Research and The Police Foundation, 2017)."""
REFERRAL_THEMES = {
    "cce": 0.40,
    "cse": 0.28,
    "modern_slavery": 0.20,
    "domestic_servitude": 0.05,
    "other": 0.07,
}


@dataclass(frozen=True, kw_only=True)
class CrimeType:
    """The laws of one crime type; see the head of `words/crime.toml`."""

    name: str
    rate: float
    need: float
    centre: float
    season: tuple[float, int]
    hours: str
    led: float
    suspects: float
    victims: float
    witness: float
    codes: dict[str, float]
    premises: dict[str, float]
    kind: str = "crime"
    subjects: float = 0.0
    themes: dict[str, float] = field(default_factory=dict)


@cache
def crime_types() -> tuple[CrimeType, ...]:
    """Every crime type, and the kinds of record beside them, in a fixed order."""
    return tuple(_read(name, row) for name, row in table("crime.toml").items())


def _read(name: str, row: dict[str, Any]) -> CrimeType:
    themes = {"Intelligence": INTELLIGENCE_THEMES, "Referral": REFERRAL_THEMES}.get(
        name, {CRIME_THEMES.get(name, "other"): 1.0}
    )
    season = (float(row["season"][0]), int(row["season"][1]))
    return CrimeType(name=name, themes=themes, **{**row, "season": season})


def index_of(name: str) -> int:
    """Where a crime type stands in `crime_types()`."""
    return next(at for at, one in enumerate(crime_types()) if one.name == name)
