"""What a new partnership sets up first: each room declares its steps, and how far each is.

    first_run.declare(Step(key="areas", ..., look=how_far_areas_are))

A step's state is read from the data whenever the list is shown; nobody ticks it off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a step is, as the list says it."""

    DONE = "Completed"
    STARTED = "Incomplete"
    NOT_STARTED = "Not yet started"


@dataclass(frozen=True, slots=True, kw_only=True)
class HowFar:
    """The state of a step, what is missing, and who began it."""

    state: State
    missing: str = ""
    """In plain English; empty where it is done."""
    begun_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the list."""

    key: str
    title: str
    page: str
    """URL name of the page where it is done; empty where it is done outside the site."""
    order: int
    look: Callable[[], HowFar]


_DECLARED: dict[str, Step] = {}


def declare(step: Step) -> None:
    """Put a step on the list, from a room's `apps.py`."""
    _DECLARED[step.key] = step


def steps() -> list[Step]:
    """Every step, in order."""
    return sorted(_DECLARED.values(), key=lambda step: step.order)
