"""Roles in an event, and who may ever stand in a network."""

from __future__ import annotations

from frith.reference.catalogue import known, load

PROJECTABLE_ROLES = frozenset({"suspect", "charged", "convicted"})
"""The only roles that may become a line between two people. It stands in code, not only in the
list, so that editing a file cannot project a victim, a witness or a subject."""

PROTECTED_ROLES = frozenset({"victim", "possible_victim"})
"""Roles that protect their bearer where the theme is one of exploitation."""


def may_be_projected(role: str) -> bool:
    """Whether a role may be projected into a network; `UnknownName` for a role that does not exist.

    Necessary, never sufficient: a possible victim stays out whatever else they are recorded as.
    """
    return known(role, load("roles").keys, what="role", where="roles") in PROJECTABLE_ROLES
