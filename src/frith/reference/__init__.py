"""Fixed lists, each row with its source and its dates."""

from frith.reference.catalogue import lists, load, lookup
from frith.reference.crime import (
    EXPLOITATION_THEMES,
    CrimeType,
    crime_types,
    is_exploitation_theme,
    offence_theme,
)
from frith.reference.declare import (
    NOT_LEGAL_ADVICE,
    PROVENANCE,
    UNVERIFIED,
    Column,
    Kind,
    ReferenceList,
    Row,
    Standing,
    is_valid_on,
    is_verified,
)
from frith.reference.documented import document
from frith.reference.measures import Direction, MeasureDefinition, MeasureKind, measures
from frith.reference.people import PROJECTABLE_ROLES, PROTECTED_ROLES, may_be_projected
from frith.reference.regimes import Marking, Regime

__all__ = [
    "EXPLOITATION_THEMES",
    "NOT_LEGAL_ADVICE",
    "PROJECTABLE_ROLES",
    "PROTECTED_ROLES",
    "PROVENANCE",
    "UNVERIFIED",
    "Column",
    "CrimeType",
    "Direction",
    "Kind",
    "Marking",
    "MeasureDefinition",
    "MeasureKind",
    "ReferenceList",
    "Regime",
    "Row",
    "Standing",
    "crime_types",
    "document",
    "is_exploitation_theme",
    "is_valid_on",
    "is_verified",
    "lists",
    "load",
    "lookup",
    "may_be_projected",
    "measures",
    "offence_theme",
]
