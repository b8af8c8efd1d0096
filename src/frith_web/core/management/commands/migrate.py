"""Django's `migrate`, with the index of the search lifted before and put back after.

SQLite makes a changed table anew and drops its triggers, and refuses to rename a table that some
trigger still names; so none may stand while tables change.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor

from frith_web.core.services.search_index import install_search_index, lift_search_index


class Command(migrate.Command):
    """Bring the database up to date, and its search with it."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django's, between lifting and putting back."""
        only_said = options.get("plan") or options.get("check_unapplied")
        if only_said or options.get("database") != DEFAULT_DB_ALIAS:
            super().handle(*args, **options)
            return
        executor = MigrationExecutor(connection)
        waits = executor.migration_plan(executor.loader.graph.leaf_nodes())
        changes = bool(waits or options.get("app_label"))
        if changes:
            lift_search_index()
        try:
            super().handle(*args, **options)
        finally:
            install_search_index(anew=changes)
