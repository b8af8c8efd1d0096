"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from frith_web.core import navigation


class ProductsConfig(AppConfig):
    """Pages that look across rooms."""

    name = "frith_web.products"
    label = "products"

    def ready(self) -> None:
        """Declare this room's places in the navigation."""
        navigation.declare("products:home", text="Home", order=0)
        navigation.declare("products:profile", text="Local profile", order=10)
