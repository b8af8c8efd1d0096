"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components and the page's frame."""

    name = "frith_web.ui"
    label = "ui"
