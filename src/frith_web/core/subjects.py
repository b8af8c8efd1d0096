"""What rooms know of the people behind references, for the report of unusual access alone.

A room that keeps records of people says how to look up what they bear: a name, an email address, an
address. The report compares that with whose account looked; it shows references and never a name.
Where no room says so, the report says that it cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bears:
    """What one record says of its person, in small letters; empty where it says nothing."""

    full_name: str = ""
    family_name: str = ""
    email: str = ""
    address: str = ""
    """Address and postcode as one text; empty where either is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """How one kind of record is known. Each looks past the gate, which its caller has opened."""

    of: Callable[[Collection[str]], Mapping[str, Bears]]
    """From references to what each bears."""
    named: Callable[[Collection[str], Collection[str]], Mapping[str, Bears]]
    """From full names and email addresses to the records that bear one of them."""
    share: Callable[[Collection[str]], Mapping[str, float]]
    """From family names to the share of all records that bear each."""


_PEOPLE: dict[str, People] = {}


def declare(kind: str, people: People) -> None:
    """How records of a kind are known, from the room's `apps.py`."""
    _PEOPLE[kind] = people


def people() -> dict[str, People]:
    """The look-ups, by kind of record."""
    return dict(_PEOPLE)
