"""Registers that the database lets grow and never change: certificates, decisions, reviews' words.

Triggers on both databases, like those of the log (`guards.py`); migration 0010 runs `install`. What
stands here is never edited, only followed by a later migration; one that alters these tables lifts
the triggers first and installs them after, because SQLite makes a table anew and drops them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CERTIFICATE, DECISION, REVIEWED = "core_certificate", "core_decision", "core_reviewdecision"
CERTIFIED = (
    *("id", "reference", "owner_id", "kind", "record", "schedule_id", "authority", "contact_on"),
    *("due_on", "decided_by_id", "decided_at", "disposed_by_id", "disposed_at", "removed"),
    "digest",
)
SWEPT = "swept_at"
"""The one thing that becomes known later: when freed pages were overwritten. Set once."""
STAYS = (CERTIFICATE, DECISION)
"""Never deleted; the words of a review go with the record that they are about."""
Execute = Callable[[str], Any]


def install(execute: Execute, *, vendor: str) -> None:
    """Put every trigger in place; `execute` runs one statement."""
    for statement in {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]():
        execute(statement)


def lift(execute: Execute, *, vendor: str) -> None:
    """Take every trigger away: migrating backwards, or altering one of the tables."""
    for name, table in names(vendor):
        on = f" ON {table}" if vendor == "postgresql" else ""
        execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if vendor == "postgresql":
        execute("DROP FUNCTION IF EXISTS frith_register_refuses()")


def names(vendor: str) -> list[tuple[str, str]]:
    """Every trigger and its table."""
    found = [
        *((f"{table}_no_update", table) for table in (CERTIFICATE, DECISION, REVIEWED)),
        *((f"{table}_no_delete", table) for table in STAYS),
        (f"{CERTIFICATE}_swept_once", CERTIFICATE),
    ]
    last = "no_truncate" if vendor == "postgresql" else "adds"
    return found + [(f"{table}_{last}", table) for table in STAYS]


def application_rights(role: str) -> list[str]:
    """The statements that leave PostgreSQL's application role only what these registers need.

    Run them as the tables' owner. Locking a row to supersede it asks for the right to change some
    column of it; the trigger refuses the change itself.
    """
    name = '"' + role.replace('"', '""') + '"'
    return [
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(STAYS)} FROM {name}",
        f"GRANT UPDATE ({SWEPT}) ON {CERTIFICATE} TO {name}",
        f"GRANT UPDATE (id) ON {DECISION} TO {name}",
    ]


def _sqlite() -> list[str]:
    def trigger(name: str, when: str, words: str, *, test: str = "") -> str:
        condition = f" WHEN {test}" if test else ""
        return f"CREATE TRIGGER {name} {when}{condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"

    stays = "entries stay as they were written"
    made = [
        trigger(f"{table}_no_delete", f"BEFORE DELETE ON {table}", f"{table}: {stays}")
        for table in STAYS
    ]
    # INSERT OR REPLACE would delete past the triggers above, so no row may take another's key.
    made += [
        trigger(
            f"{table}_adds",
            f"BEFORE INSERT ON {table}",
            f"{table}: {stays}",
            test=f"EXISTS (SELECT 1 FROM {table} t "  # noqa: S608
            "WHERE t.id = NEW.id OR t.reference = NEW.reference)",
        )
        for table in STAYS
    ]
    made += [
        trigger(f"{table}_no_update", f"BEFORE UPDATE ON {table}", f"{table}: {stays}")
        for table in (DECISION, REVIEWED)
    ]
    return [
        *made,
        trigger(
            f"{CERTIFICATE}_no_update",
            f"BEFORE UPDATE OF {', '.join(CERTIFIED)} ON {CERTIFICATE}",
            f"{CERTIFICATE}: {stays}",
        ),
        trigger(
            f"{CERTIFICATE}_swept_once",
            f"BEFORE UPDATE OF {SWEPT} ON {CERTIFICATE}",
            f"{CERTIFICATE}: {stays}",
            test=f"OLD.{SWEPT} IS NOT NULL",
        ),
    ]


def _postgresql() -> list[str]:
    def trigger(name: str, when: str, *, each: str = "ROW", test: str = "") -> str:
        condition = f" WHEN ({test})" if test else ""
        return (
            f"CREATE TRIGGER {name} {when} FOR EACH {each}{condition} "
            "EXECUTE FUNCTION frith_register_refuses()"
        )

    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in CERTIFIED)
    made = [
        "CREATE FUNCTION frith_register_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%: entries stay as they were written', TG_TABLE_NAME; END $$"
    ]
    for table in STAYS:
        made += [
            trigger(f"{table}_no_delete", f"BEFORE DELETE ON {table}"),
            trigger(f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table}", each="STATEMENT"),
        ]
    made += [
        trigger(f"{table}_no_update", f"BEFORE UPDATE ON {table}") for table in (DECISION, REVIEWED)
    ]
    once = f"OLD.{SWEPT} IS NOT NULL"
    return [
        *made,
        trigger(f"{CERTIFICATE}_no_update", f"BEFORE UPDATE ON {CERTIFICATE}", test=changed),
        trigger(f"{CERTIFICATE}_swept_once", f"BEFORE UPDATE ON {CERTIFICATE}", test=once),
    ]
