"""Which acts ask the reader for a purpose: searches and exports, as each room's `apps.py` says.

Not each page: since the Data (Use and Access) Act 2025, s.82 the law asks for no justification,
and a box that appears everywhere is answered without a thought.
"""

from __future__ import annotations

from enum import StrEnum


class Asks(StrEnum):
    """The two kinds of act for which a policy may ask."""

    SEARCH = "search"
    EXPORT = "export"


_DECLARED: dict[str, Asks] = {}


def declare(act: str, *, asks: Asks) -> None:
    """This act is a search or an export."""
    _DECLARED[act] = asks


def asked_of(act: str) -> Asks | None:
    """What kind of asking act this is, or None where it asks for nothing."""
    return _DECLARED.get(act)
