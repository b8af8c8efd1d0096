"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

PERMISSIONS = {
    "pole.batch:import": "Bring in a data set for their own partner",
    "pole.batch:read": "See what was imported, from whom and under which flow",
    "pole.equality:read": "Read ethnicity and nationality, to measure how complete they are",
    "pole.event:export": "Take copies of events away",
    "pole.event:read": "Read recorded events",
    "pole.location:export": "Take copies of locations away",
    "pole.location:read": "Read recorded locations",
    "pole.nominal:export": "Take copies of nominals away",
    "pole.nominal:read": "Read nominals: people as recorded",
    "pole.object-link:read": "Read with whom or what an object was recorded",
    "pole.object:export": "Take copies of objects away",
    "pole.object:read": "Read recorded phones, vehicles, accounts, handles and adverts",
    "pole.role:read": "Read what people were recorded as in events",
}
PLACES = (
    ("pole:nominals", "People", "pole.nominal:read"),
    ("pole:events", "Events", "pole.event:read"),
    ("pole:objects", "Objects", "pole.object:read"),
    ("pole:locations", "Locations", "pole.location:read"),
    ("pole:completeness", "Completeness", "pole.equality:read"),
    ("pole:bring-in", "Bring data in", "pole.batch:import"),
)
"""Entries of the service navigation: page, words, permission."""


class PoleConfig(AppConfig):
    """People, objects, locations and events, as recorded."""

    name = "frith_web.pole"
    label = "pole"

    def ready(self) -> None:
        """Declare this room's permissions and its kinds of record."""
        from frith_web.core import navigation, permissions, registry, subjects
        from frith_web.pole import declared
        from frith_web.pole.services.known import NOMINALS

        for name, words in PERMISSIONS.items():
            permissions.declare(name, words)
        for kind in declared.KINDS:
            registry.declare(kind)
        subjects.declare("pole.nominal", NOMINALS)
        for order, (name, text, permission) in enumerate(PLACES, start=30):
            navigation.declare(name, text=text, order=order, permission=permission)
