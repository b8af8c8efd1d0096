"""What one table says of another: roles without their event or nominal, links to nothing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from frith.results import Flag

REFERENCES: tuple[tuple[str, str, str, str], ...] = (
    ("roles", "event_id", "events", "event_id"),
    ("roles", "nominal_id", "nominals", "nominal_id"),
    ("outcomes", "event_id", "events", "event_id"),
    ("object_links", "object_id", "objects", "object_id"),
    ("object_links", "nominal_id", "nominals", "nominal_id"),
    ("object_links", "event_id", "events", "event_id"),
    ("persons", "nominal_id", "nominals", "nominal_id"),
    ("identity_history", "nominal_id", "nominals", "nominal_id"),
)
"""Table and column, and the table and column where its values should be found."""

SHOWN = 3


def cross_notes(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[Flag, ...]]:
    """Notes by table on values that point to nothing, where both tables are there."""
    notes: dict[str, list[Flag]] = {}
    for table, column, other, key in REFERENCES:
        if table not in tables or other not in tables:
            continue
        flag = _dangling(tables[table], column, tables[other], key, table=table, other=other)
        if flag is not None:
            notes.setdefault(table, []).append(flag)
    for flag in _links_to_nothing(tables):
        notes.setdefault("object_links", []).append(flag)
    return {name: tuple(flags) for name, flags in notes.items()}


def _dangling(
    frame: pl.DataFrame, column: str, there: pl.DataFrame, key: str, *, table: str, other: str
) -> Flag | None:
    said = frame.select(column).drop_nulls()
    lost = said.join(there.select(key), left_on=column, right_on=key, how="anti")
    if lost.is_empty():
        return None
    names = lost[column].unique(maintain_order=True)
    shown = ", ".join(names.head(SHOWN)) + ("…" if names.len() > SHOWN else "")
    return Flag(
        f"{table}_{column}_not_found",
        f"{lost.height:,} of {said.height:,} rows of {table} name a {column} that is not in "
        f"{other}: {shown}",
    )


def _links_to_nothing(tables: Mapping[str, pl.DataFrame]) -> list[Flag]:
    """Object links that name neither a nominal nor an event."""
    if "object_links" not in tables:
        return []
    empty = tables["object_links"].filter(
        pl.col("nominal_id").is_null() & pl.col("event_id").is_null()
    )
    if empty.is_empty():
        return []
    text = f"{empty.height:,} rows of object_links name neither a nominal nor an event."
    return [Flag("object_link_to_nothing", text)]
