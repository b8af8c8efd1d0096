"""The index in PostgreSQL: a tsvector with a GIN index for each kind, in a schema of its own.

Row-level security looks at every row before any condition that might tell of it, and so keeps GIN
from being used on a table it guards. The index is therefore asked by one function a kind, which
belongs to the tables' owner and puts the reader's terms to every row itself; the serving account
has no right to the schema, and the tables' own row security shows it no more than the records'.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any

from django.db import ProgrammingError, connection
from django.db.models.expressions import RawSQL

from frith.errors import Mendable
from frith_web.core.searching.index import Indexed, Match, Wanted
from frith_web.core.searching.words_sql import functions

SCHEMA = "frith_search"
ACTS = ("made", "changed", "gone", "emptied")
SAFE = "SECURITY DEFINER SET search_path = public, pg_temp"
PENDING_KIB = 256
"""What GIN may keep unsorted and read through at each search; its default is 4,096."""


class PostgresqlIndex:
    """See `index.Index`."""

    def lift(self) -> None:
        """Drop every trigger of the search."""
        found = _rows(
            "SELECT tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE tgname LIKE %s AND relnamespace = 'public'::regnamespace",
            [f"{SCHEMA}%"],
        )
        for name, table in found:
            _run(f"DROP TRIGGER {_quoted(name)} ON {_quoted(table)}")

    def follow(self, of: Indexed) -> None:
        """Table, functions and triggers, again and again without harm."""
        for statement in _statements(of):
            _run(statement)
        _run(f"COMMENT ON TABLE {_name(of)} IS '{_digest(of)}'")

    def is_whole(self, of: Indexed) -> bool:
        """The table bears this release's mark, and the triggers work."""
        found = _rows(
            "SELECT obj_description(c.oid, 'pg_class'), (SELECT count(*) FROM pg_trigger t "
            "JOIN pg_class r ON r.oid = t.tgrelid WHERE r.relname = c.relname "
            "AND r.relnamespace = 'public'::regnamespace "
            "AND t.tgname LIKE %s AND t.tgenabled <> 'D'), c.relrowsecurity "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relname = %s AND c.relkind = 'r'",
            [f"{SCHEMA}%", SCHEMA, of.table],
        )
        return found == [(_digest(of), len(ACTS), True)]

    def sizes(self, of: Indexed) -> tuple[int, int]:
        """As `Index` says."""
        found = _as_owner(
            f"SELECT (SELECT count(*) FROM {_rows_of(of)}), "  # noqa: S608
            f"(SELECT count(*) FROM {_name(of)})"
        )
        return int(found[0][0]), int(found[0][1])

    def fill(self, of: Indexed) -> int:
        """Emptied, filled, and its GIN index made anew."""
        index = f"{SCHEMA}.{_quoted(of.table + '_terms')}"
        _as_owner(f"TRUNCATE {_name(of)}")
        _run(f"DROP INDEX IF EXISTS {index}")
        _run(f"INSERT INTO {_name(of)} SELECT {_entry(of)} FROM {_rows_of(of)}")  # noqa: S608
        _run(_gin(of))
        return self.sizes(of)[1]

    def differing(self, of: Indexed) -> list[int]:
        """Entries against records."""
        found = _as_owner(
            f"SELECT coalesce(s.record_id, w.id) FROM (SELECT {_entry(of)} FROM {_rows_of(of)}) "  # noqa: S608
            f"w (id, protection_id, created_by_id, terms) FULL JOIN {_name(of)} s "
            "ON s.record_id = w.id WHERE (s.protection_id, s.created_by_id, s.terms) "
            "IS DISTINCT FROM (w.protection_id, w.created_by_id, w.terms) ORDER BY 1"
        )
        return [pk for (pk,) in found]

    def find(self, wanted: Sequence[Wanted], *, reader: int, most: int) -> list[Match]:
        """One statement; each kind's function reads who asks from the connection."""
        del reader  # the database knows: core/database.py
        arms, values = [], []
        for at, one in enumerate(wanted):
            arms.append(
                f"SELECT {at}, record, tier FROM {_function(of=one.of, act='find')}"  # noqa: S608
                "(%s::text[]::tsquery[], %s)"
            )
            values += [[asked.tsquery() for asked in one.tiers], most]
        found = _rows(" UNION ALL ".join(arms), values) if arms else []
        return [
            Match(kind=wanted[at].of.kind.kind, record=record, tier=tier)
            for at, record, tier in found
        ]

    def among(self, numbers: Collection[int]) -> Any:
        """As `Index` says."""
        return RawSQL("SELECT unnest(%s::bigint[])", [list(numbers)])

    def forget(self, of: Indexed, records: Collection[int]) -> None:
        """Nothing now: the records' own deletion takes their entries, and `sweep` the rest."""

    def sweep(self, of: Indexed) -> None:
        """GIN never gives up a word that it once held: make it anew."""
        _rows(f"SELECT {_function(of=of, act='sweep')}()")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(query: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall()) if cursor.description else []


def _as_owner(query: str) -> list[tuple[Any, ...]]:
    try:
        return _rows(query)
    except ProgrammingError as error:
        if "permission denied" not in str(error):
            raise
        raise Mendable(
            "this database account may not look into the index of the search",
            mend="Run it as the account that owns the tables, as for frith-web prepare.",
        ) from None


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _name(of: Indexed) -> str:
    return f"{SCHEMA}.{_quoted(of.table)}"


def _function(*, of: Indexed, act: str) -> str:
    return _quoted(f"{SCHEMA}_{of.table}_{act}")


def _rows_of(of: Indexed, source: str = "") -> str:
    """The records that belong in the index, as rows `r`."""
    return (
        f"{source or _quoted(of.table)} r JOIN core_protection p ON p.id = r.protection_id "
        "AND NOT (p.sealed OR p.restricted)"
    )


def _entry(of: Indexed) -> str:
    """A record's entry, from its row `r`."""
    listed = ", ".join(f"r.{_quoted(one)}" for one in of.columns)
    return f"r.id, r.protection_id, r.created_by_id, frith_terms('{of.rules}', {listed})"


def _gin(of: Indexed) -> str:
    return (
        f"CREATE INDEX IF NOT EXISTS {_quoted(of.table + '_terms')} ON {_name(of)} "
        f"USING gin (terms) WITH (gin_pending_list_limit = {PENDING_KIB})"
    )


def _digest(of: Indexed) -> str:
    said = "\n".join((*functions(), *_statements(of)))
    return sha256(said.encode()).hexdigest()[:16]


def _statements(of: Indexed) -> list[str]:
    name = _name(of)
    return [
        f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
        *functions(),
        f"CREATE TABLE IF NOT EXISTS {name} (record_id bigint PRIMARY KEY, "
        "protection_id bigint NOT NULL, created_by_id bigint NOT NULL, terms tsvector NOT NULL)",
        # The planner's statistics would list the commonest words of all records.
        f"ALTER TABLE {name} ALTER COLUMN terms SET STATISTICS 0",
        _gin(of),
        *_policy(of),
        *_find(of),
        *_followers(of),
    ]


def _policy(of: Indexed) -> list[str]:
    """What the record's own policy says; the owner's functions alone stand above it."""
    name, kind = _name(of), of.permission
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS frith_need_to_know ON {name}",
        f"CREATE POLICY frith_need_to_know ON {name} FOR SELECT USING (frith_is_steward() "
        f"OR protection_id IN (SELECT frith_visible_protections('{kind}:read')) "
        "OR (created_by_id = frith_reader() "
        f"AND protection_id IN (SELECT frith_visible_protections('{kind}:read-own'))))",
        f"REVOKE ALL ON {name} FROM PUBLIC",
    ]


def _find(of: Indexed) -> list[str]:
    """The one way to ask: the gate stands in it, whoever calls."""
    find, sweep = _function(of=of, act="find"), _function(of=of, act="sweep")
    return [
        f"CREATE OR REPLACE FUNCTION {find}(asked tsquery[], most int) "  # noqa: S608
        f"RETURNS TABLE (record bigint, tier int) LANGUAGE plpgsql STABLE {SAFE} AS $frith$ "
        "DECLARE "
        f"seen bigint[] := ARRAY(SELECT frith_visible_protections('{of.permission}:read')); "
        f"own bigint[] := ARRAY(SELECT frith_visible_protections('{of.permission}:read-own')); "
        "me bigint := frith_reader(); given int; BEGIN "
        "FOR at IN 1..coalesce(array_length(asked, 1), 0) LOOP "
        f"RETURN QUERY SELECT s.record_id, at - 1 FROM {_name(of)} s "
        "WHERE s.terms @@ asked[at] AND (s.protection_id = ANY (seen) "
        "OR (s.created_by_id = me AND s.protection_id = ANY (own))) LIMIT most; "
        # A looser tier fits whatever a closer one fits, and nobody counts further.
        "GET DIAGNOSTICS given = ROW_COUNT; EXIT WHEN given >= most; "
        "END LOOP; END $frith$",
        f"CREATE OR REPLACE FUNCTION {sweep}() RETURNS void LANGUAGE plpgsql {SAFE} AS $frith$ "
        f"BEGIN REINDEX INDEX {SCHEMA}.{_quoted(of.table + '_terms')}; END $frith$",
    ]


def _followers(of: Indexed) -> list[str]:
    """Triggers once a statement, however many rows it has."""
    name, table = _name(of), _quoted(of.table)
    compared = ", ".join(
        map(_quoted, ("protection_id", "created_by_id", *of.columns)),
    )

    def said(row: str) -> str:
        return ", ".join(f"{row}.{one}" for one in compared.split(", "))

    missing = f"NOT EXISTS (SELECT 1 FROM {name} s WHERE s.record_id = r.id)"  # noqa: S608
    same = (
        "SELECT 1 FROM made n WHERE n.id = o.id "  # noqa: S608
        f"AND ({said('n')}) IS NOT DISTINCT FROM ({said('o')})"
    )
    bodies = {
        "made": f"INSERT INTO {name} SELECT {_entry(of)} FROM {_rows_of(of, 'made')};",  # noqa: S608
        "changed": f"DELETE FROM {name} s USING was o WHERE s.record_id = o.id "  # noqa: S608
        f"AND NOT EXISTS ({same}); "
        f"INSERT INTO {name} SELECT {_entry(of)} FROM {_rows_of(of, 'made')} WHERE {missing};",
        "gone": f"DELETE FROM {name} s USING was o WHERE s.record_id = o.id;",  # noqa: S608
        "emptied": f"TRUNCATE {name};",
    }
    when = {
        "made": "INSERT|REFERENCING NEW TABLE AS made ",
        "changed": "UPDATE|REFERENCING OLD TABLE AS was NEW TABLE AS made ",
        "gone": "DELETE|REFERENCING OLD TABLE AS was ",
        "emptied": "TRUNCATE|",
    }
    made = []
    for act in ACTS:
        verb, _, tables = when[act].partition("|")
        called = _function(of=of, act=act)
        made += [
            f"CREATE OR REPLACE FUNCTION {called}() RETURNS trigger LANGUAGE plpgsql {SAFE} "
            f"AS $frith$ BEGIN {bodies[act]} RETURN NULL; END $frith$",
            f"DROP TRIGGER IF EXISTS {called} ON {table}",
            f"CREATE TRIGGER {called} AFTER {verb} ON {table} {tables}"
            f"FOR EACH STATEMENT EXECUTE FUNCTION {called}()",
        ]
    return made
