"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from frith_web.core import navigation


class CoreConfig(AppConfig):
    """Accounts and what every room stands on."""

    name = "frith_web.core"
    label = "core"

    def ready(self) -> None:
        """Declare this room's place in the navigation."""
        navigation.declare("core:password", text="Your password", order=90)
