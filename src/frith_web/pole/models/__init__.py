"""The room's models, one file per noun."""

from __future__ import annotations

from frith_web.pole.models.events import Event, EventRole, EventSort, RoleSort
from frith_web.pole.models.nominals import EqualityRecord, Nominal
from frith_web.pole.models.objects import ObjectLink, ObjectSort, RecordedObject
from frith_web.pole.models.places import Location
from frith_web.pole.models.recorded import Batch, Recorded

__all__ = [
    "Batch",
    "EqualityRecord",
    "Event",
    "EventRole",
    "EventSort",
    "Location",
    "Nominal",
    "ObjectLink",
    "ObjectSort",
    "Recorded",
    "RecordedObject",
    "RoleSort",
]
