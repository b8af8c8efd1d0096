"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

PERMISSIONS = {
    "objective.plan:manage": "Write plans, priorities, commitments, measures and targets",
    "objective.plan:read": "Read the partnership's plan and how it is measured",
}


class ObjectiveConfig(AppConfig):
    """What the partnership set out to do, and how it will know."""

    name = "frith_web.objective"
    label = "objective"

    def ready(self) -> None:
        """Declare this room's permissions and its kinds of record."""
        from frith_web.core import navigation, permissions, registry
        from frith_web.objective import declared

        for name, words in PERMISSIONS.items():
            permissions.declare(name, words)
        for kind in declared.KINDS:
            registry.declare(kind)
        navigation.declare(
            "objective:plans", text="Plans", order=20, permission="objective.plan:read"
        )
