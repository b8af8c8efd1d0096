"""What a leaver hands over: each room declares, by name, how its open work passes to a colleague.

    handover.declare("actions", words="Open actions", move=services.actions.hand_over)

A room also declares what else lets somebody in, such as API tokens, so that closing an account
ends that at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from frith_web.core.models import User


class Move(Protocol):
    """Moves open work in the transaction of the caller; answers how many pieces it was."""

    def __call__(self, *, leaver: User, colleague: User, by: User) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One kind of work that can be handed over."""

    name: str
    words: str
    """In plain English, plural, as the page lists it: `Open actions`."""
    move: Move
    count: Callable[[User], int]
    """How many pieces somebody holds, for the page that asks before it is done."""


_WORK: dict[str, Work] = {}
_WAYS_IN: dict[str, Callable[[User], int]] = {}


def declare(name: str, *, words: str, count: Callable[[User], int], move: Move) -> None:
    """Declare a kind of work, from the room's `apps.py`."""
    _WORK[name] = Work(name=name, words=words, count=count, move=move)


def declare_way_in(name: str, end: Callable[[User], int]) -> None:
    """Declare what else lets an account in; `end` ends it and answers how many there were."""
    _WAYS_IN[name] = end


def work() -> list[Work]:
    """Every kind of work, by name."""
    return [_WORK[name] for name in sorted(_WORK)]


def ways_in() -> dict[str, Callable[[User], int]]:
    """What else lets an account in, by name."""
    return dict(sorted(_WAYS_IN.items()))
