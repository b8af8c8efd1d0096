"""What work there is: each body is declared by name in `frith_web/jobs`, and asked for by name.

Services ask for work without importing what does it: the bodies stand above every room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frith_web.core.services.job_runs import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One kind of work."""

    name: str
    words: str
    """What it does, as its page says it: `Bring in a data set`."""
    run: Callable[[Run], None]
    permission: str = ""
    """What whoever asked must still hold at each step; empty where any open account may ask."""
    every: timedelta | None = None
    """How often the site asks for it by itself; None where only people ask."""
    page: str = ""
    """Where its result is shown: a URL name that takes `result["reference"]`."""


_DECLARED: dict[str, Body] = {}


def declare(body: Body) -> None:
    """Declare a kind of work."""
    _DECLARED[body.name] = body


def bodies() -> list[Body]:
    """Every kind of work, by name."""
    return [_DECLARED[name] for name in sorted(_DECLARED)]


def body_of(name: str) -> Body:
    """The body of that name. Raises `LookupError` where nothing declares it."""
    if name not in _DECLARED:
        raise LookupError(f"{name}: no such job is declared")
    return _DECLARED[name]
