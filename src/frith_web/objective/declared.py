"""How this room's records are searched and kept. None is about a person."""

from __future__ import annotations

from frith_web.core.registry import Kind
from frith_web.objective.models import (
    Commitment,
    Crosswalk,
    MeasureDefinition,
    Plan,
    Priority,
    Target,
)

KINDS = (
    Kind(model=Plan, name="plan", searched=("title",), clock="ends_on"),
    Kind(model=Priority, name="priority", searched=("title", "aim")),
    Kind(model=Crosswalk, name="crosswalk"),
    Kind(model=Commitment, name="commitment", searched=("text",)),
    Kind(model=MeasureDefinition, name="measure", searched=("name", "definition")),
    Kind(model=Target, name="target"),
)
