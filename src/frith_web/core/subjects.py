"""What rooms know of the people behind references, for the report of unusual access alone.

A room that keeps names says how to look family names up; a room that knows which records are of
the partnership's own people says so. Where none does, the report says that it cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

FamilyNames = Callable[[Collection[str]], Mapping[str, str]]
"""From references to the family name of each, where one is recorded."""
OwnPeople = Callable[[], Mapping[str, int]]
"""References of records that are about an account's own holder, to that account."""

_FAMILY_NAMES: dict[str, FamilyNames] = {}
_OWN_PEOPLE: dict[str, OwnPeople] = {}


def declare(
    kind: str, *, family_names: FamilyNames | None = None, own_people: OwnPeople | None = None
) -> None:
    """How records of a kind are known, from the room's `apps.py`."""
    if family_names is not None:
        _FAMILY_NAMES[kind] = family_names
    if own_people is not None:
        _OWN_PEOPLE[kind] = own_people


def family_names() -> dict[str, FamilyNames]:
    """The look-ups of family names, by kind of record."""
    return dict(_FAMILY_NAMES)


def own_people() -> dict[str, OwnPeople]:
    """The look-ups of the partnership's own people, by kind of record."""
    return dict(_OWN_PEOPLE)
