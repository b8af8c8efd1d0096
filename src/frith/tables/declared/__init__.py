"""Every table of CONTRACT.md, declared once, one module a subject."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from frith.tables.declare import Table
from frith.tables.declared import events, identity, people, places, response, study

_DECLARED = (
    people.NOMINALS,
    events.EVENTS,
    people.ROLES,
    events.OUTCOMES,
    events.OBJECTS,
    events.OBJECT_LINKS,
    places.AREAS,
    places.POPULATION,
    places.DEPRIVATION,
    places.LOOKUPS,
    places.COUNTS,
    places.WEIGHTS,
    response.REPORTS,
    response.REFERRALS,
    response.RESPONSES,
    response.SESSIONS,
    response.SURVEY,
    response.TENSION,
    response.MEASURE_VALUES,
    people.LISTS,
    places.STREETS,
    places.PLACES,
    people.EQUALITY_MONITORING,
    identity.PERSONS,
    identity.IDENTITY_HISTORY,
    study.JUDGEMENTS,
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
"""Every declared table by name, in the order they are documented."""

GEOJSON_TABLES = frozenset({"areas", "streets", "places"})
"""Tables that are files of outlines, not of rows."""
