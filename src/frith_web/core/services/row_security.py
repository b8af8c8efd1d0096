"""The second lock: PostgreSQL's row-level security, which says in SQL what `standing.py` says.

Installed by `frith-web prepare` for every kind of protected record. The site's own database role
neither owns the tables nor may look past the policies, so a query that forgot the gate finds
nothing that its reader may not see.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from frith.errors import Mendable
from frith_web.core import insert_only
from frith_web.core.database import on_postgresql
from frith_web.core.guards import ENTRY, application_rights
from frith_web.core.models import ProtectedRecord

FUNCTIONS = Path(__file__).resolve().parent / "row_security.sql"


def protected_models() -> list[type[models.Model]]:
    """Every kind of protected record that is installed."""
    return [model for model in apps.get_models() if issubclass(model, ProtectedRecord)]


@transaction.atomic
def install_row_security() -> int:
    """Put the policies in place, again and again without harm. Returns how many tables have one.

    Does nothing on SQLite, which has no such lock.
    """
    if not on_postgresql():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS.read_text("utf-8"))
        for model in protected_models():
            for statement in _policy(model):
                cursor.execute(statement)
    return len(protected_models())


def tables_without_row_security() -> list[str]:
    """Tables of protected records that PostgreSQL would show to anybody; empty on SQLite."""
    if not on_postgresql():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        locked = {name for (name,) in cursor.fetchall()}
    return sorted({model._meta.db_table for model in protected_models()} - locked)


def owns_its_tables() -> bool:
    """True where the account that serves owns the log's table, or is above every rule."""
    if not on_postgresql():
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(pg_has_role(current_user, c.relowner, 'USAGE')) OR "
            "(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) "
            "FROM pg_class c WHERE c.relname = %s AND c.relkind = 'r'",
            [ENTRY],
        )
        found = cursor.fetchone()
    return bool(found and found[0])


@transaction.atomic
def grant_to(role: str) -> None:
    """Let another database account serve: everything it needs, of the log only adding to it.

    Run as the tables' owner. Raises `Mendable` where there is no such account, or it is the
    owner's own; does nothing on SQLite.
    """
    if not on_postgresql():
        return
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname = current_user FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None or found[0]:
            raise Mendable(
                f"{role} cannot serve: there is no such account, or it owns the tables",
                mend="Make an account for serving alone; see docs/how-to/set-up-a-deployment.md.",
            )
        for statement in (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {name}",
            *application_rights(role),
            *insert_only.application_rights(role),
        ):
            cursor.execute(statement)


def _policy(model: type[models.Model]) -> list[str]:
    """The statements for one table; names are our own models', never a reader's words."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    kind = str(model.permission_kind or model.kind)  # type: ignore[attr-defined]
    seen = (
        f"protection_id IN (SELECT frith_visible_protections('{kind}:read'))"
        f" OR (created_by_id = (SELECT frith_reader())"
        f" AND protection_id IN (SELECT frith_visible_protections('{kind}:read-own')))"
    )
    # The policy of an end's own table decides whether a row of it is found here.
    ends = "".join(f" AND ({_end_is_seen(model, name)})" for name in model.hangs_on)  # type: ignore[attr-defined]
    # What is the same for every row stands in a query of its own, which is asked once.
    seen = f"(SELECT frith_is_steward()) OR (({seen}){ends})"
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS frith_need_to_know ON {table}",
        f"CREATE POLICY frith_need_to_know ON {table} USING ({seen})"
        " WITH CHECK (frith_is_steward() OR frith_reader() IS NOT NULL)",
    ]


def _end_is_seen(model: type[models.Model], name: str) -> str:
    """That the record at one end of a row is there for the reader, or that there is none."""
    quote = connection.ops.quote_name
    field: Any = model._meta.get_field(name)
    end, column = quote(field.related_model._meta.db_table), quote(field.column)
    own = f"{quote(model._meta.db_table)}.{column}"
    found = f"EXISTS (SELECT 1 FROM {end} theirs WHERE theirs.id = {own})"  # noqa: S608 - our own names
    return f"{own} IS NULL OR {found}" if field.null else found
