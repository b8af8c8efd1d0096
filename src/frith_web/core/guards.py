"""What the database itself refuses: rows of the log that change, vanish or jump the queue.

Triggers on both databases; on PostgreSQL the application's role lacks the rights as well. Migration
0002 runs `install`. What stands there is never edited, only followed by a later migration; one that
alters these tables lifts the guards first and installs them after, because SQLite makes the table
anew and drops its triggers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ENTRY, HEAD, ROOT, POLICY = (
    "core_auditentry",
    "core_audithead",
    "core_logroot",
    "core_auditpolicy",
)
SIGNED = (
    *("id", "n_from", "n_to", "tree_size", "root", "frontier", "signed_at"),
    *("public_key", "signature"),
)
HANDED = ("handed_to", "handed_at")
Execute = Callable[[str], Any]

ENTRY_FOLLOWS = "NEW.n <> head.n + 1 OR NEW.previous_hash <> head.hash"
HEAD_FOLLOWS = "NEW.id <> OLD.id OR NEW.n <> OLD.n + 1 OR NOT EXISTS"
OF_ITS_ENTRY = f"(SELECT 1 FROM {ENTRY} e WHERE e.n = NEW.n AND e.hash = NEW.hash)"  # noqa: S608


def install(execute: Execute, *, vendor: str) -> None:
    """Put every guard in place; `execute` runs one statement."""
    for statement in {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]():
        execute(statement)


def lift(execute: Execute, *, vendor: str) -> None:
    """Take every guard away: migrating backwards, and emptying a test's database."""
    for name, table in _names(vendor):
        on = f" ON {table}" if vendor == "postgresql" else ""
        execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    if vendor == "postgresql":
        for function in ("refuses", "entry_follows", "head_follows"):
            execute(f"DROP FUNCTION IF EXISTS frith_log_{function}()")


def application_rights(role: str) -> list[str]:
    """The statements that leave PostgreSQL's application role only what the log needs of it.

    Run them as the tables' owner, which must be another role than the application's: an owner can
    give itself any right back.
    """
    name = '"' + role.replace('"', '""') + '"'
    tables = f"{ENTRY}, {HEAD}, {ROOT}, {POLICY}"
    return [
        f"REVOKE ALL ON {tables} FROM PUBLIC, {name}",
        f"GRANT SELECT ON {tables} TO {name}",
        f"GRANT INSERT ON {ENTRY}, {ROOT}, {POLICY} TO {name}",
        f"GRANT UPDATE (n, hash) ON {HEAD} TO {name}",
        f"GRANT UPDATE ({', '.join(HANDED)}) ON {ROOT} TO {name}",
        f"GRANT USAGE ON SEQUENCE {ROOT}_id_seq, {POLICY}_id_seq TO {name}",
    ]


def _names(vendor: str) -> list[tuple[str, str]]:
    """Every trigger and its table."""
    names = [
        *(
            (f"{table}_no_{verb}", table)
            for table in (ENTRY, POLICY)
            for verb in ("update", "delete")
        ),
        *((f"{table}_no_delete", table) for table in (HEAD, ROOT)),
        (f"{ENTRY}_follows", ENTRY),
        (f"{HEAD}_follows", HEAD),
        (f"{ROOT}_signed", ROOT),
        (f"{ROOT}_handed_once", ROOT),
    ]
    if vendor == "postgresql":
        return names + [(f"{table}_no_truncate", table) for table in (ENTRY, HEAD, ROOT, POLICY)]
    return names + [(f"{table}_adds", table) for table in (HEAD, ROOT, POLICY)]


def _sqlite() -> list[str]:
    def trigger(name: str, when: str, condition: str, words: str) -> str:
        test = f" WHEN {condition}" if condition else ""
        return f"CREATE TRIGGER {name} {when}{test} BEGIN SELECT RAISE(ABORT, '{words}'); END"

    made = [
        trigger(f"{table}_no_update", f"BEFORE UPDATE ON {table}", "", f"{table}: rows stay")
        for table in (ENTRY, POLICY)
    ]
    made += [
        trigger(f"{table}_no_delete", f"BEFORE DELETE ON {table}", "", f"{table}: rows stay")
        for table in (ENTRY, POLICY, HEAD, ROOT)
    ]
    # INSERT OR REPLACE would delete past the triggers above, so no row may take another's key.
    taken = dict.fromkeys((HEAD, ROOT, POLICY), "t.id = NEW.id")
    taken[ROOT] += " OR t.tree_size >= NEW.tree_size"
    made += [
        trigger(
            f"{table}_adds",
            f"BEFORE INSERT ON {table}",
            f"EXISTS (SELECT 1 FROM {table} t WHERE {key})",  # noqa: S608
            f"{table}: rows stay",
        )
        for table, key in taken.items()
    ]
    ahead = f"EXISTS (SELECT 1 FROM {HEAD} head WHERE {ENTRY_FOLLOWS})"  # noqa: S608
    none = f"NOT EXISTS (SELECT 1 FROM {HEAD})"  # noqa: S608
    return [
        *made,
        trigger(
            f"{ENTRY}_follows", f"BEFORE INSERT ON {ENTRY}", f"{ahead} OR {none}", "out of turn"
        ),
        trigger(
            f"{HEAD}_follows",
            f"BEFORE UPDATE ON {HEAD}",
            f"{HEAD_FOLLOWS} {OF_ITS_ENTRY}",
            "the head moves with its entry",
        ),
        trigger(
            f"{ROOT}_signed",
            f"BEFORE UPDATE OF {', '.join(SIGNED)} ON {ROOT}",
            "",
            "what is signed stays",
        ),
        trigger(
            f"{ROOT}_handed_once",
            f"BEFORE UPDATE OF {', '.join(HANDED)} ON {ROOT}",
            "OLD.handed_at IS NOT NULL",
            "a root is handed outside once",
        ),
    ]


def _postgresql() -> list[str]:
    def function(name: str, body: str) -> str:
        return (
            f"CREATE FUNCTION frith_log_{name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} END $$"
        )

    def trigger(name: str, when: str, function: str, *, each: str = "ROW", test: str = "") -> str:
        condition = f" WHEN ({test})" if test else ""
        return (
            f"CREATE TRIGGER {name} {when} FOR EACH {each}{condition} "
            f"EXECUTE FUNCTION frith_log_{function}()"
        )

    made = [
        function("refuses", "RAISE EXCEPTION '%: rows of the log stay', TG_TABLE_NAME;"),
        function(
            "entry_follows",
            f"IF NOT EXISTS (SELECT 1 FROM {HEAD} head WHERE NOT ({ENTRY_FOLLOWS})) "  # noqa: S608
            "THEN RAISE EXCEPTION 'out of turn'; END IF; RETURN NEW;",
        ),
        function(
            "head_follows",
            f"IF {HEAD_FOLLOWS} {OF_ITS_ENTRY} "
            "THEN RAISE EXCEPTION 'the head moves with its entry'; END IF; RETURN NEW;",
        ),
    ]
    made += [
        trigger(f"{table}_no_update", f"BEFORE UPDATE ON {table}", "refuses")
        for table in (ENTRY, POLICY)
    ]
    for table in (ENTRY, POLICY, HEAD, ROOT):
        made += [
            trigger(f"{table}_no_delete", f"BEFORE DELETE ON {table}", "refuses"),
            trigger(
                f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table}", "refuses", each="STATEMENT"
            ),
        ]
    signed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in SIGNED)
    return [
        *made,
        trigger(f"{ENTRY}_follows", f"BEFORE INSERT ON {ENTRY}", "entry_follows"),
        trigger(f"{HEAD}_follows", f"BEFORE UPDATE ON {HEAD}", "head_follows"),
        trigger(f"{ROOT}_signed", f"BEFORE UPDATE ON {ROOT}", "refuses", test=signed),
        trigger(
            f"{ROOT}_handed_once",
            f"BEFORE UPDATE ON {ROOT}",
            "refuses",
            test="OLD.handed_at IS NOT NULL",
        ),
    ]
