"""The service navigation: each room declares its own entries in its `apps.py`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.urls import reverse


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the service navigation."""

    url_name: str
    text: str
    order: int
    permission: str = ""
    """Who sees it: holders of this permission; everybody signed in where empty."""


_DECLARED: dict[str, Entry] = {}


def declare(url_name: str, *, text: str, order: int, permission: str = "") -> None:
    """Put an entry in the service navigation; a later `order` stands further right."""
    _DECLARED[url_name] = Entry(url_name=url_name, text=text, order=order, permission=permission)


def entries() -> list[Entry]:
    """Every entry, left to right."""
    return sorted(_DECLARED.values(), key=lambda entry: entry.order)


@cache
def address(url_name: str) -> str:
    """Where an entry leads: the same on every page, so looked up once."""
    return reverse(url_name)
