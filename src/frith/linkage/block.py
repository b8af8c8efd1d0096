"""Which pairs are looked at at all: those that agree on enough for one person's records."""

from __future__ import annotations

import duckdb

from frith.linkage.patterns import RECORDS

RULES: tuple[str, ...] = (
    "l.police_id = r.police_id",
    "l.email = r.email",
    "l.phone = r.phone",
    "l.dob = r.dob AND l.family = r.family",
    "l.dob = r.dob AND l.root = r.root",
    "l.root = r.root AND l.family = r.family AND l.birth_year = r.birth_year",
    "l.root = r.root AND l.family = r.family AND l.birth_md = r.birth_md",
    "l.root = r.root AND l.postcode = r.postcode",
    "l.root = r.root AND l.address_id = r.address_id",
    "l.root = r.root AND l.street = r.street",
    "l.dob = r.dob AND l.postcode = r.postcode",
    "l.dob = r.dob AND l.street = r.street",
    "l.family = r.family AND l.street = r.street",
    "l.given = r.family AND l.family = r.given AND l.birth_year = r.birth_year",
)
"""A pair is compared where any rule holds. Each rule names facts that two records of one person
mostly share and two people seldom do; together they leave no single fact that, being wrong on one
record, would hide a pair."""

WIDE: tuple[tuple[str, ...], ...] = (
    ("dob",),
    ("street",),
    ("root", "family"),
    ("root", "birth_year"),
    ("family", "birth_year"),
    ("family", "postcode"),
    ("birth_year", "postcode"),
    ("email_user",),
    ("birth_md", "birth_year // 10"),
    ("root", "initial_of_family"),
    ("family", "initial"),
)
"""Wider keys, each used only where it brings few pairs: in small files they find records that
agree on little, in large ones they would compare every John Smith with every other."""

MOST_PAIRS_WIDE = 100_000
"""A wider key is used where it brings at most this many pairs, or half a pair for each record."""


def rules(connection: duckdb.DuckDBPyConnection, *, records: int) -> tuple[str, ...]:
    """The rules for these records: all of `RULES`, and of `WIDE` those that bring few pairs."""
    found = list(RULES)
    for key in WIDE:
        parts = [_column(name) for name in key]
        filled = " AND ".join(f"({part}) IS NOT NULL" for part in parts)
        [(pairs,)] = connection.execute(
            f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM {RECORDS} "
            f"WHERE {filled} GROUP BY {', '.join(parts)})"
        ).fetchall()
        if float(pairs) <= max(MOST_PAIRS_WIDE, records / 2):
            sides = (f"{_column(name, 'l.')} = {_column(name, 'r.')}" for name in key)
            found.append(" AND ".join(sides))
    return tuple(found)


def _column(name: str, side: str = "") -> str:
    """A key's part as SQL, of the left or the right record."""
    if name == "initial_of_family":
        return f"left({side}family, 1)"
    return f"{side}{name}"
