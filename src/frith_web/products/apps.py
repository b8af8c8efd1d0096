"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from frith_web.core import asking, navigation

PERMISSIONS = {
    "products.profile:export": "Take a copy of the local profile away",
    "products.profile:read": "Read the local profile",
}


class ProductsConfig(AppConfig):
    """Pages that look across rooms."""

    name = "frith_web.products"
    label = "products"

    def ready(self) -> None:
        """Declare this room's permissions and its places in the navigation."""
        from frith_web.core import permissions

        for name, words in PERMISSIONS.items():
            permissions.declare(name, words)
        asking.declare("products:search", asks=asking.Asks.SEARCH)
        navigation.declare("products:home", text="Home", order=0)
        navigation.declare(
            "products:profile", text="Local profile", order=10, permission="products.profile:read"
        )
