"""Taking a filled site's database back to its first release and forward again.

    python tests/migrating.py --folder FOLDER

Fills a site, goes back one migration at a time to `FIRST`, and forward to the newest. Prints as
JSON which columns changed after each move. What a later migration added goes with it on the way
back; nothing else may change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

FIRST = {"core": "0009_tokens", "pole": "0001_initial", "objective": "0001_initial"}
"""What the first release brings; each later migration must be able to go back to here."""
NOT_RECORDS = ("django_migrations", "django_content_type", "auth_permission")
"""Django's own bookkeeping, which a migration is meant to change."""


def digests() -> dict[str, dict[str, str]]:
    """Table → column → SHA-256 over its values, in the order of the table's key."""
    from django.db import connection, transaction

    from frith_web.core.models import opened

    found: dict[str, dict[str, str]] = {}
    with transaction.atomic(), opened("a test of migrations"), connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in NOT_RECORDS or not _is_ours(table):
                continue
            cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
            columns = [one[0] for one in cursor.description]
            key = "id" if "id" in columns else columns[0]
            found[table] = {}
            for column in columns:
                cursor.execute(f'SELECT "{column}" FROM "{table}" ORDER BY "{key}"')
                told = repr([str(value) for (value,) in cursor.fetchall()])
                found[table][column] = hashlib.sha256(told.encode()).hexdigest()
    return found


def _is_ours(table: str) -> bool:
    """Tables of models; an index's own tables are made again by their migration."""
    from django.apps import apps

    return table in {model._meta.db_table for model in apps.get_models(include_auto_created=True)}


def _changed(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[str]:
    return [
        f"{table}.{column}"
        for table, columns in before.items()
        for column, digest in columns.items()
        if column in after.get(table, {}) and after[table][column] != digest
    ]


def main() -> None:
    """Say what changed that should not have."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    folder = parser.parse_args().folder
    os.environ["FRITH_WEB_DATA"] = str(folder)
    os.environ["FRITH_WEB_DEMONSTRATION"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "frith_web.settings"
    from frith_web.core.services.data_folder import prepare_data_folder

    prepare_data_folder(folder)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    import site_demo
    from frith_web.core.services.audit_verify import verify
    from frith_web.core.services.roles import install_roles
    from frith_web.core.services.row_security import install_row_security

    def migrate(*to: str) -> None:
        call_command("migrate", *to, verbosity=0, interactive=False)

    migrate()
    install_row_security()
    install_roles()
    site_demo.load(folder / "borough")
    full = digests()
    moves: list[dict[str, Any]] = []
    graph = MigrationLoader(connection).graph
    for app, first in FIRST.items():
        line = [name for at, name in graph.forwards_plan(graph.leaf_nodes(app)[0]) if at == app]
        for name in reversed(line[line.index(first) : -1]):
            migrate(app, name)
            moves.append({"to": f"{app} {name}", "changed": _changed(full, digests())})
    migrate()
    install_row_security()
    moves.append({"to": "newest", "changed": _changed(full, digests())})
    kept = sum(map(len, full.values()))
    faults = list(verify().faults)
    sys.stdout.write(json.dumps({"moves": moves, "columns": kept, "faults of the log": faults}))


if __name__ == "__main__":
    main()
