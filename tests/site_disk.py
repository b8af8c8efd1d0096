"""A site on a real disk that fills up: its database as a file, and ways to leave it no room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection, connections, transaction

from frith_web.core.models import EntryKind
from frith_web.core.services.audit import append

SIZES = (2000, 500, 120, 40, 8, 0)
"""Bytes of what fills the last free places of the database's pages, the large ones first."""


@contextmanager
def as_a_file(path: Path) -> Iterator[Path]:
    """The tests' database as a SQLite file with a write-ahead log, as an installation has it."""
    before = connections["default"]
    before.ensure_connection()
    path.write_bytes(before.connection.serialize())
    held = type(before)({**before.settings_dict, "NAME": str(path)}, "default")
    connections["default"] = held
    try:
        yield path
    finally:
        held.close()
        connections["default"] = before


@contextmanager
def full() -> Iterator[None]:
    """Within, the database has no room for another row of the log.

    SQLite gets no more pages and its free places are filled; PostgreSQL answers every new row of
    the log with the error that it has for a full disk.
    """
    if connection.vendor == "postgresql":
        with _refusing():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        for size in SIZES:
            _fill(size)
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def _fill(size: int) -> None:
    for _ in range(100_000):
        try:
            with transaction.atomic():
                append(
                    kind=EntryKind.ADMINISTRATION,
                    act="core.test.fill",
                    actor=None,
                    detail={"x": "x" * size},
                )
        except DatabaseError:
            return
    raise AssertionError("the database never filled up")


@contextmanager
def _refusing() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON core_auditentry "
            "FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER no_room ON core_auditentry")
            cursor.execute("DROP FUNCTION no_room()")


def integrity() -> str:
    """What SQLite says of its own file; `ok` on PostgreSQL, which has no such question."""
    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return str(cursor.fetchone()[0])
