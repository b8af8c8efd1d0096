"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work."""

    name = "frith_web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Declare every kind of work."""
        from frith_web.core import job_bodies
        from frith_web.jobs import bodies

        for body in bodies.BODIES:
            job_bodies.declare(body)
