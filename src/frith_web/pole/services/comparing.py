"""How two nominals stand to each other, fact by fact, as the library's linkage explains a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frith_web.pole.models import Nominal

if TYPE_CHECKING:
    from frith.linkage import Evidence

    Fact = Evidence

COMPARED = (
    *("given_names", "family_name", "aliases", "date_of_birth", "sex", "phone", "email"),
    *("address", "address_id", "postcode", "police_id"),
)
"""All that is handed over: neither what they were recorded as, nor equality monitoring."""


def facts_about(one: Nominal, other: Nominal) -> tuple[Fact, ...]:
    """What agrees and differs between two records that the reader has been shown to see.

    It writes nothing and proposes nothing: whether they are one person is for a named person.
    """
    from frith.linkage import explain_pair

    left, right = ({name: getattr(each, name) for name in COMPARED} for each in (one, other))
    return explain_pair(left, right)
