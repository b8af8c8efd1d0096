"""What the site tells PostgreSQL of the reader, for row-level security; nothing on SQLite.

The reader is set at the start of every request and job and cleared after it. A service that must
see past the gate says so for its transaction alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

READER = "frith.reader"
PERMISSIONS = "frith.permissions"
PURPOSES = "frith.purposes"
"""Lists in JSON, to which the reader's roles are narrowed; empty where they are not."""
STEWARD = "frith.steward"


def on_postgresql() -> bool:
    """True where the site's database is PostgreSQL."""
    return connection.vendor == "postgresql"


def _set(values: Mapping[str, str], *, local: bool) -> None:
    """Set each by its name, in one question."""
    asked = ", ".join(["set_config(%s, %s, %s)"] * len(values))
    given = [part for name, value in values.items() for part in (name, value, local)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}", given)


def _value(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchall()[0][0] or ""


@contextmanager
def reader(
    user_id: int | None,
    *,
    permissions: Iterable[str] | None = None,
    purposes: Iterable[str] | None = None,
) -> Iterator[None]:
    """Within, the database shows what this account may read, and nothing where it is None.

    `permissions` and `purposes` narrow its roles, as `Standing.narrowed` does; an empty list leaves
    nothing, None everything.
    """
    if not on_postgresql():
        yield
        return
    said = {
        PERMISSIONS: _listed(permissions),
        PURPOSES: _listed(purposes),
        READER: str(user_id or ""),
    }
    _set(said, local=False)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.needs_rollback:
            _set(dict.fromkeys(said, ""), local=False)


def _listed(names: Iterable[str] | None) -> str:
    return "" if names is None else json.dumps(sorted(names))


@contextmanager
def steward() -> Iterator[None]:
    """Within, and until the transaction ends, a service sees past row-level security."""
    if not on_postgresql():
        yield
        return
    if not connection.in_atomic_block:
        raise RuntimeError("opened() stands within a transaction, with its row in the log")
    before = _value(STEWARD)
    _set({STEWARD: "on"}, local=True)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _set({STEWARD: before}, local=True)  # one inside another leaves the outer as it was
