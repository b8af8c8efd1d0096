"""The database's wrapper, as Django looks for it in an engine's folder."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from frith_web.core.searching import words

FUNCTION = "frith_terms"


class DatabaseWrapper(base.DatabaseWrapper):
    """Each connection knows `frith_terms`; without it a record cannot be changed at all."""

    def get_new_connection(self, conn_params: Any) -> Any:
        """As Django's, and our function."""
        made = super().get_new_connection(conn_params)
        made.create_function(FUNCTION, -1, words.terms, deterministic=True)
        return made
