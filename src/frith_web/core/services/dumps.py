"""The database as files, at one moment: SQLite's own copy, or PostgreSQL's tables one by one.

PostgreSQL's tables are copied in one REPEATABLE READ transaction, past row-level security, by the
application's own role: pg_dump refuses where a policy binds its role too, and must be as new as the
server.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from frith_web.core.database import on_postgresql, steward

SQLITE_FILE = "site.sqlite3"
COPY = ".copy"
PAGES = 4096
BATCH = 5000


@dataclass(kw_only=True)
class Dump:
    """What was written: each table's rows and hash, and where PostgreSQL's counters stand."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)


def dump(into: Path) -> Dump:
    """Write the database into a folder, as it stands at one moment, while others write to it."""
    return _dump_postgresql(into) if on_postgresql() else _dump_sqlite(into)


def content() -> dict[str, dict[str, Any]]:
    """Each table's rows and hash, of the database as it is now."""
    if not on_postgresql():
        return sqlite_content(Path(str(connection.settings_dict["NAME"])))
    with transaction.atomic(), steward():
        return {table: _copied(table, None) for table in tables()}


def _dump_sqlite(into: Path) -> Dump:
    """SQLite's online backup in one step: in a write-ahead log, reading stops no writer."""
    target = into / SQLITE_FILE
    source = f"file:{connection.settings_dict['NAME']}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True, timeout=60)) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return Dump(tables=sqlite_content(target))


def sqlite_content(path: Path) -> dict[str, dict[str, Any]]:
    """Each table's rows and hash, of a SQLite file."""
    with closing(sqlite3.connect(path, timeout=60)) as database:
        database.text_factory = bytes
        # The index of the search follows from the records; its own tables have no order to compare.
        listed = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name NOT LIKE 'frith_search_%'"
        )
        names = sorted(one[0].decode() for one in database.execute(listed))
        return {name: _sqlite_table(database, name) for name in names}


def _sqlite_table(database: sqlite3.Connection, name: str) -> dict[str, Any]:
    digest, rows = sha256(), 0
    found = database.execute(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608
    while batch := found.fetchmany(BATCH):
        rows += len(batch)
        for row in batch:
            digest.update(repr(row).encode())
    return {"rows": rows, "sha256": digest.hexdigest()}


def tables() -> list[str]:
    """The site's tables in PostgreSQL, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def columns(table: str) -> list[str]:
    """A table's own columns, in order: none that PostgreSQL computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
            [quoted(table)],
        )
        return [name for (name,) in cursor.fetchall()]


def quoted(name: str) -> str:
    """A name as PostgreSQL takes it."""
    return connection.ops.quote_name(name)


def _dump_postgresql(into: Path) -> Dump:
    connection.close()  # a transaction of its own, whatever came before
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        with steward():
            made = Dump(sequences=_sequences())
            for table in tables():
                made.tables[table] = _copied(table, into / f"{table}{COPY}")
    return made


def _copied(table: str, path: Path | None) -> dict[str, Any]:
    """One table as PostgreSQL's own text, in the order of its key; hashed, and kept where asked."""
    listed = ", ".join(map(quoted, columns(table)))
    query = f"COPY (SELECT {listed} FROM {quoted(table)} ORDER BY {_key(table)}) TO STDOUT"  # noqa: S608
    digest, rows = sha256(), 0
    out = path.open("wb") if path else None
    try:
        with connection.cursor() as cursor, cursor.copy(query) as copy:
            for piece in copy:
                digest.update(piece)
                rows += bytes(piece).count(b"\n")
                if out:
                    out.write(piece)
    finally:
        if out:
            out.close()
    return {"rows": rows, "sha256": digest.hexdigest()}


def _key(table: str) -> str:
    """What a table's rows are put in order by: its primary key, else the whole row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
            " WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY a.attnum",
            [quoted(table)],
        )
        found = [quoted(name) for (name,) in cursor.fetchall()]
    return ", ".join(found) or ", ".join(map(quoted, columns(table)))


def _sequences() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        )
        return dict(cursor.fetchall())
