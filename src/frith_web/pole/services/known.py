"""What nominals bear, for the report of unusual access: its caller has opened the gate."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Q, Value
from django.db.models.functions import Concat, Lower

from frith_web.core.subjects import Bears, People
from frith_web.pole.models import Nominal

AT_ONCE = 500
"""SQLite takes so many values in one question without complaint."""
FIELDS = ("reference", "given_names", "family_name", "email", "address", "postcode")


def bears_of(references: Collection[str]) -> Mapping[str, Bears]:
    """What each of these nominals bears."""
    found: dict[str, Bears] = {}
    for some in _some([one for one in references if _is_reference(one)]):
        found |= _bears(Nominal.objects.filter(reference__in=some))
    return found


def named(names: Collection[str], emails: Collection[str]) -> Mapping[str, Bears]:
    """The nominals that bear one of these full names or email addresses, in small letters."""
    full = Concat("given_names", Value(" "), "family_name", output_field=CharField())
    held = Nominal.objects.annotate(full_low=Lower(full), email_low=Lower("email"))
    found: dict[str, Bears] = {}
    for some in _some(names):
        found |= _bears(held.filter(full_low__in=some))
    for some in _some(emails):
        found |= _bears(held.filter(email_low__in=some))
    return found


def share(family_names: Collection[str]) -> Mapping[str, float]:
    """The share of all nominals that bears each of these family names."""
    total = Nominal.objects.count()
    held = Nominal.objects.annotate(low=Lower("family_name")).order_by()
    found: dict[str, float] = {}
    for some in _some(family_names):
        counted = held.filter(Q(low__in=some)).values_list("low").annotate(n=Count("pk"))
        found |= {name: n / total for name, n in counted}
    return found


def _some(values: Collection[str]) -> Iterator[list[str]]:
    held = sorted(values)
    for start in range(0, len(held), AT_ONCE):
        yield held[start : start + AT_ONCE]


def _is_reference(text: str) -> bool:
    """False for what the log names and is no reference of ours."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _bears(rows: Any) -> dict[str, Bears]:
    return {
        str(reference): Bears(
            full_name=_low((given, family)),
            family_name=_low((family,)),
            email=email.lower(),
            address=_low((address, postcode)) if address and postcode else "",
        )
        for reference, given, family, email, address, postcode in rows.values_list(*FIELDS)
    }


def _low(parts: Iterable[str]) -> str:
    return " ".join(" ".join(parts).lower().split())


NOMINALS = People(of=bears_of, named=named, share=share)
