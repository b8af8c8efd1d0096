"""What people can be told of: each room declares its kinds of notification in its `apps.py`."""

from __future__ import annotations

_DECLARED: dict[str, str] = {}


def declare(kind: str, words: str) -> None:
    """Declare a kind, with the words by which people choose it: `A job of yours ended`."""
    _DECLARED[kind] = words


def kinds() -> dict[str, str]:
    """Every kind of notification and its words."""
    return dict(sorted(_DECLARED.items()))
