"""Measure definitions that ship with frith; a partnership keeps its own dated copies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from frith.reference.catalogue import load
from frith.reference.declare import Row, is_verified


class Direction(StrEnum):
    """What a change of the measure means. Nothing is coloured without asking this first."""

    HIGHER_GOOD = "higher good"
    LOWER_GOOD = "lower good"
    NEUTRAL = "neutral"  # neither a rise nor a fall is good or bad by itself
    HIGHER_THEN_LOWER = "higher wanted then lower"  # a rise is first a sign that people look


class MeasureKind(StrEnum):
    """What a measure measures."""

    OUTCOME = "outcome"
    ACTIVITY = "activity"
    AWARENESS = "awareness"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDefinition:
    """One measure: what is divided by what, which way is good, and what it cannot say."""

    key: str
    name: str
    definition: str
    numerator: str
    denominator: str  # blank: a count
    unit: str
    direction: Direction
    kind: MeasureKind
    published_measure: int | None  # 1 to 3: which of the partnership's published measures it is
    aim: str
    caveat: str
    source: str
    is_verified: bool
    valid_from: date | None
    valid_to: date | None


def measures(*, on: date | None = None) -> tuple[MeasureDefinition, ...]:
    """Every measure definition, the partnership's published measures first; `on` picks a day."""
    return tuple(_measure(row) for row in load("measures", on=on))


def _measure(row: Row) -> MeasureDefinition:
    number, first, last = row["published_measure"], row["valid_from"], row["valid_to"]
    return MeasureDefinition(
        key=str(row["key"]),
        name=str(row["name"]),
        definition=str(row["definition"]),
        numerator=str(row["numerator"]),
        denominator=str(row["denominator"]),
        unit=str(row["unit"]),
        direction=Direction(str(row["direction"])),
        kind=MeasureKind(str(row["kind"])),
        published_measure=number if isinstance(number, int) else None,
        aim=str(row["aim"]),
        caveat=str(row["caveat"]),
        source=str(row["source"]),
        is_verified=is_verified(row),
        valid_from=first if isinstance(first, date) else None,
        valid_to=last if isinstance(last, date) else None,
    )
