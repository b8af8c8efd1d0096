"""The room's models, one file per noun."""

from __future__ import annotations

from frith_web.objective.models.measures import (
    DirectionPolicy,
    MeasureDefinition,
    MeasureSort,
    Target,
)
from frith_web.objective.models.plans import Commitment, Continuation, Crosswalk, Plan, Priority

__all__ = [
    "Commitment",
    "Continuation",
    "Crosswalk",
    "DirectionPolicy",
    "MeasureDefinition",
    "MeasureSort",
    "Plan",
    "Priority",
    "Target",
]
