"""What the tests of the audit log share: rows to write, guards to lift, and a log as a file."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from django.db import connection, transaction

from frith_web.core import guards
from frith_web.core.canonical import canonical
from frith_web.core.models import AuditEntry, EntryKind, User
from frith_web.core.services.audit import append
from support import ROOT

TABLES = (guards.ENTRY, guards.HEAD, guards.ROOT)


def alone() -> ModuleType:
    """The verifier that knows no frith."""
    spec = importlib.util.spec_from_file_location("verify_log", ROOT / "tools" / "verify_log.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def add(act: str = "core.test", **given: Any) -> AuditEntry:
    """One row."""
    with transaction.atomic():
        return append(**{"kind": EntryKind.ADMINISTRATION, "act": act, "actor": None, **given})


def write(many: int, *, actor: User | None = None, start: int = 0) -> None:
    """Rows as a site writes them: pages, searches, exports, signing in."""
    for n in range(start, start + many):
        match n % 4:
            case 0:
                add("core.sign_in", kind=EntryKind.ACCESS, actor=actor)
            case 1:
                add(
                    "pole:nominal",
                    kind=EntryKind.CONSULTATION,
                    actor=actor,
                    records={"pole.nominal": [f"N-{n}", f"N-{n + 1}"], "pole.event": [f"E-{n}"]},
                    detail={"method": "GET", "status": 200, "counts": {"pole.event": 2}},
                )
            case 2:
                add("pole:search", kind=EntryKind.CONSULTATION, purpose="Zoë's “case” №7")
            case 3:
                add(
                    "pole:export",
                    kind=EntryKind.DISCLOSURE,
                    records={"pole.nominal": [f"N-{n}"]},
                    recipient="Regional unit",
                    detail={"a": None, "b": [True, -3]},
                )


def lift() -> None:
    """Take the database's guards away, as its administrator could."""
    with connection.cursor() as cursor:
        guards.lift(lambda sql: cursor.execute(sql, None), vendor=connection.vendor)


def dump() -> dict[str, list[list[Any]]]:
    """The log's tables as SQLite holds them, whichever database they lie in."""
    held = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            as_text = {"at", "signed_at", "handed_at"} if connection.vendor == "sqlite" else set()
            names = [f"CAST({one} AS text)" if one in as_text else one for one in columns(table)]
            order = "tree_size" if table == guards.ROOT else "n"
            cursor.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY {order}")
            held[table] = [list(map(_as_sqlite, row)) for row in cursor.fetchall()]
    return held


def _as_sqlite(value: Any) -> Any:
    """A value of PostgreSQL as SQLite would keep it; SQLite's own as they are."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if connection.vendor == "postgresql" and isinstance(value, str) and value[:1] in ("{", "["):
        return canonical(json.loads(value))
    return value


def kill_the_sink() -> None:
    """From now on the database refuses every new row of the log, as a read-only table would."""
    body = "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
            )
            body = "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        cursor.execute(f"CREATE TRIGGER full_disk BEFORE INSERT ON {guards.ENTRY} {body}")


def columns(table: str) -> list[str]:
    """The names of a table's columns, in order."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        return [one[0] for one in cursor.description]


def restore(held: dict[str, list[list[Any]]]) -> None:
    """Put tables into the test's own database, guards lifted."""
    with connection.cursor() as cursor:
        for table, rows in held.items():
            cursor.execute(f"DELETE FROM {table}")
            if rows:
                marks = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def as_file(held: dict[str, list[list[Any]]], path: Path) -> Path:
    """The tables as a SQLite file of their own."""
    path.unlink(missing_ok=True)
    made = sqlite3.connect(path)
    made.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF")  # a test's file may go
    for table, rows in held.items():
        made.execute(f"CREATE TABLE {table} ({', '.join(columns(table))})")
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            made.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    made.commit()
    made.close()
    return path
