"""The index in SQLite: one FTS5 table a kind, which triggers keep in step with the records.

FTS5 leaves words of deleted entries in its segments until they are merged; `forget` merges them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db import DatabaseError, OperationalError, connection
from django.db.models.expressions import RawSQL

from frith.errors import Mendable
from frith_web.core.searching.index import Indexed, Match, Wanted
from frith_web.core.sqlite.base import FUNCTION

PREFIX = "frith_search_"
MADE = "fts5(terms, tokenize='ascii', detail=none, columnsize=0, prefix='3 4')"
"""Terms are folded already; FTS5 keeps no places in them and no lengths, which nothing asks for."""


class SqliteIndex:
    """See `index.Index`."""

    def lift(self) -> None:
        """Drop every trigger of the search."""
        found = _rows(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
            [f"{PREFIX}%"],
        )
        for (name,) in found:
            _run(f"DROP TRIGGER {_quoted(name)}")

    def follow(self, of: Indexed) -> None:
        """Make the table where there is none, and the triggers anew."""
        try:
            _run(f"CREATE VIRTUAL TABLE IF NOT EXISTS {_name(of)} USING {MADE}")
        except OperationalError as error:
            if "no such module" not in str(error):
                raise
            raise Mendable(
                "this SQLite has no full-text search",
                mend="Use a Python whose SQLite is built with FTS5, or PostgreSQL.",
            ) from None
        for name, statement in _triggers(of).items():
            _run(f"DROP TRIGGER IF EXISTS {_quoted(name)}")
            _run(statement)

    def is_whole(self, of: Indexed) -> bool:
        """The table is there, and the triggers say what they would say today."""
        said = dict(
            _rows(
                "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'trigger')"
                " AND substr(name, 1, %s) = %s",
                [len(PREFIX), PREFIX],
            )
        )
        there = PREFIX + of.table in said
        return there and all(said.get(name) == text for name, text in _triggers(of).items())

    def sizes(self, of: Indexed) -> tuple[int, int]:
        """As `Index` says."""
        table = _quoted(of.table)
        wanted = f"SELECT count(*) FROM {table} r WHERE {_open('r')}"  # noqa: S608
        return _one(wanted), _one(f"SELECT count(*) FROM {_quoted(_content(of))}")  # noqa: S608

    def fill(self, of: Indexed) -> int:
        """A table of its own anew: nothing of the old one stays in it."""
        _run(f"DROP TABLE IF EXISTS {_name(of)}")
        _run(f"CREATE VIRTUAL TABLE {_name(of)} USING {MADE}")
        _run(
            f"INSERT INTO {_name(of)} (rowid, terms) SELECT r.id, {_terms(of, 'r')} "  # noqa: S608
            f"FROM {_quoted(of.table)} r WHERE {_open('r')}"
        )
        _optimize(of)
        return self.sizes(of)[1]

    def differing(self, of: Indexed) -> list[int]:
        """Entries against records; where FTS5 finds its own tables at odds, every record."""
        table = _quoted(of.table)
        try:
            _run(f"INSERT INTO {_name(of)} ({_name(of)}) VALUES ('integrity-check')")  # noqa: S608
        except DatabaseError:
            return [pk for (pk,) in _rows(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608
        found = _rows(
            f"SELECT r.id FROM {table} r LEFT JOIN {_name(of)} f ON f.rowid = r.id "  # noqa: S608
            f"WHERE CASE WHEN {_open('r')} THEN f.terms IS NOT {_terms(of, 'r')} "
            "ELSE f.rowid IS NOT NULL END "
            f"UNION SELECT rowid FROM {_name(of)} WHERE rowid NOT IN (SELECT id FROM {table}) "
            "ORDER BY 1"
        )
        return [pk for (pk,) in found]

    def find(self, wanted: Sequence[Wanted], *, reader: int, most: int) -> list[Match]:
        """One statement: the reader's terms once, then an arm for each kind and tier."""
        terms: dict[tuple[str, tuple[Any, ...]], str] = {}

        def named(query: Any) -> str:
            return terms.setdefault((query.sql, tuple(query.params)), f"terms_{len(terms)}")

        arms, values = [], []
        for at, one in enumerate(wanted):
            seen = f"r.protection_id IN (SELECT id FROM {named(one.seen)})"  # noqa: S608
            mine: list[Any] = []
            if one.own is not None:
                owned = f"r.protection_id IN (SELECT id FROM {named(one.own)})"  # noqa: S608
                seen = f"({seen} OR r.created_by_id = %s AND {owned})"
                mine = [reader]
            for tier, asked in enumerate(one.tiers):
                # Joined crosswise, SQLite begins with the words and looks the records up by them.
                arms.append(
                    f"SELECT * FROM (SELECT {at} AS kind, f.rowid AS record, {tier} AS tier "  # noqa: S608
                    f"FROM {_name(one.of)} f CROSS JOIN {_quoted(one.of.table)} r "
                    f"ON r.id = f.rowid WHERE {_name(one.of)} MATCH %s AND {seen} LIMIT %s)"
                )
                values += [asked.fts5(), *mine, most]
        if not arms:
            return []
        listed = ", ".join(
            f"{name}(id) AS MATERIALIZED ({sql})" for (sql, _), name in terms.items()
        )
        before = [value for (_, given) in terms for value in given]
        found = _rows(f"WITH {listed} {' UNION ALL '.join(arms)}", [*before, *values])
        return [
            Match(kind=wanted[at].of.kind.kind, record=record, tier=tier)
            for at, record, tier in found
        ]

    def among(self, numbers: Collection[int]) -> Any:
        """As `Index` says."""
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(numbers))])

    def forget(self, of: Indexed, records: Collection[int]) -> None:
        """Delete the entries and merge every segment, so that none keeps their words."""
        with connection.cursor() as cursor:
            cursor.executemany(
                f"DELETE FROM {_name(of)} WHERE rowid = %s",  # noqa: S608
                [(one,) for one in records],
            )
        _optimize(of)

    def sweep(self, of: Indexed) -> None:
        """Nothing: `forget` has merged, and disposal writes the file anew."""


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(query: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def _one(query: str) -> int:
    return int(_rows(query)[0][0])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _name(of: Indexed) -> str:
    return _quoted(PREFIX + of.table)


def _content(of: Indexed) -> str:
    """FTS5's own table of what was put in, which counts quicker."""
    return f"{PREFIX}{of.table}_content"


def _optimize(of: Indexed) -> None:
    _run(f"INSERT INTO {_name(of)} ({_name(of)}) VALUES ('optimize')")  # noqa: S608


def _open(row: str) -> str:
    """That a row's terms are neither sealed nor restricted."""
    return (
        f"NOT EXISTS (SELECT 1 FROM core_protection p WHERE p.id = {row}.protection_id "  # noqa: S608
        "AND (p.sealed OR p.restricted))"
    )


def _terms(of: Indexed, row: str) -> str:
    listed = ", ".join(f"{row}.{_quoted(one)}" for one in of.columns)
    return f"{FUNCTION}('{of.rules}', {listed})"


def _triggers(of: Indexed) -> dict[str, str]:
    """Name to statement."""
    name, table = PREFIX + of.table, _quoted(of.table)
    put = (
        f"INSERT INTO {_name(of)} (rowid, terms) SELECT NEW.id, {_terms(of, 'NEW')} "
        f"WHERE {_open('NEW')};"
    )
    out = f"DELETE FROM {_name(of)} WHERE rowid = "  # noqa: S608
    listed = ", ".join(map(_quoted, ("id", "protection_id", *of.columns)))
    acts = {
        "made": (f"AFTER INSERT ON {table}", f"{out}NEW.id; {put}"),
        "changed": (f"AFTER UPDATE OF {listed} ON {table}", f"{out}OLD.id; {out}NEW.id; {put}"),
        "gone": (f"AFTER DELETE ON {table}", f"{out}OLD.id;"),
    }
    return {
        f"{name}_{act}": f"CREATE TRIGGER {_quoted(f'{name}_{act}')} {when} BEGIN {does} END"
        for act, (when, does) in acts.items()
    }
