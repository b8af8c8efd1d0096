"""Handling conditions that terms may bear; see `docs/decisions/0026-marking-and-handling.md`."""

from __future__ import annotations

from functools import cache

from frith import reference


@cache
def handling_conditions() -> dict[str, str]:
    """Key to what it asks for, in plain English, from the reference list."""
    rows = reference.load("marking_descriptors").rows
    return {
        str(row["key"]): f"{row['name']}. {row['meaning']}"
        for row in rows
        if row["kind"] == "handling condition"
    }
