"""Tables that the server puts in order: which columns may be asked for, and their heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

ORDER = "order"
"""The name in the address: `?order=born`, or `?order=-born` for last first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list: its head, and the name it is sorted by where that is allowed."""

    text: str
    key: str = ""
    format: str = ""
    """`numeric` where numbers stand to the right."""


def chosen(columns: Sequence[Column], asked: str, *, otherwise: str) -> str:
    """The order asked for where it is of a sortable column; else the list's own."""
    allowed = {one.key for one in columns if one.key}
    return asked if asked.removeprefix("-") in allowed else otherwise


def head(columns: Sequence[Column], order: str, *, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Heads as `sortable-head` takes them: each links to its order, or turns the one in force."""
    return [_head(one, order, kept) for one in columns]


def _head(column: Column, order: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": column.text, "format": column.format}
    if not column.key:
        return shown
    in_force = order.removeprefix("-") == column.key
    now = "none" if not in_force else "descending" if order.startswith("-") else "ascending"
    following = f"-{column.key}" if now == "ascending" else column.key
    return shown | {"sort": now, "href": "?" + urlencode({**kept, ORDER: following})}
