"""What ends on a day, so that people are reminded before it does: each room declares its own.

    reminding.declare(Source(name="vetting", words="…", endings=endings_of_vetting))

The daily job asks every source and tells whom it names, 28, 7 and 1 days before; each once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from frith_web.core import notices

if TYPE_CHECKING:
    from frith_web.core.models import User

DAYS = (28, 7, 1)
"""So many days before; the partnership's own rule, as short as somebody can still act on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One person to tell, in which words, and where they can do something about it."""

    to: User
    text: str
    """Without the day, which is put before it: `Your account stops working`."""
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Something that ends: its last day, and who is told."""

    subject: str
    """Its number or reference, never its name."""
    ends_on: date
    told: Sequence[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of ending."""

    name: str
    words: str
    """By which people choose whether they are told: `Your vetting is about to run out`."""
    endings: Callable[[date, date], Iterable[Ending]]
    """From the first day and the last to what ends between them, both included."""


_DECLARED: dict[str, Source] = {}


def declare(source: Source) -> None:
    """Declare a kind of ending, from the room's `apps.py`; it is a kind of notification too."""
    _DECLARED[source.name] = source
    notices.declare(notice_of(source.name), source.words)


def sources() -> list[Source]:
    """Every kind of ending, by name."""
    return [_DECLARED[name] for name in sorted(_DECLARED)]


def notice_of(name: str) -> str:
    """The kind of notification of a kind of ending."""
    return f"ends-{name}"
