"""How this room's records are searched, kept, erased, and told to the person they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from frith_web.core.registry import Kind
from frith_web.pole.models import (
    Batch,
    EqualityRecord,
    Event,
    EventRole,
    Location,
    Nominal,
    ObjectLink,
    RecordedObject,
)

NAMES = ("given_names", "family_name", "aliases", "phone", "email", "address", "postcode")


def _nominal_itself(found: Any, nominal: str) -> Iterable[Any]:
    return found.filter(reference=nominal)


def _by_nominal(found: Any, nominal: str) -> Iterable[Any]:
    return found.filter(nominal__reference=nominal)


def _nominal(one: Nominal) -> dict[str, Any]:
    return {
        "Recorded by": one.source,
        "Name": one.name,
        "Other names": one.aliases,
        "Date of birth": one.date_of_birth,
        "Sex": one.sex,
        "Phone": one.phone,
        "Email": one.email,
        "Address": one.address,
        "Postcode": one.postcode,
    }


def _role(one: EventRole) -> dict[str, Any]:
    return {"Recorded as": one.get_role_display()}


def _equality(one: EqualityRecord) -> dict[str, Any]:
    return {one.attribute: one.value}


def _object_link(one: ObjectLink) -> dict[str, Any]:
    return {"From": one.from_date, "To": one.to_date}


KINDS = (
    Kind(model=Batch, name="import batch", retention_group="group_4"),
    Kind(
        model=Nominal,
        name="nominal",
        page="pole:nominal",
        searched=(*NAMES, "source_id", "police_id"),
        spaced=("phone", "postcode", "police_id"),
        names=("given_names", "family_name", "aliases"),
        born=("date_of_birth",),
        retention_group="group_4",
        about=_nominal_itself,
        extract=_nominal,
        erases=(*NAMES, "source_id", "police_id", "date_of_birth", "address_id"),
    ),
    Kind(
        model=Event,
        name="event",
        page="pole:event",
        searched=("source_id", "crime_type", "occasion_ref", "arrest_ref", "retailer"),
        retention_group="group_3",
        erases=("source_id", "occasion_ref", "arrest_ref"),
    ),
    Kind(
        model=EventRole,
        name="role in an event",
        retention_group="group_3",
        about=_by_nominal,
        extract=_role,
    ),
    Kind(
        model=Location,
        name="location",
        page="pole:location",
        searched=("label", "postcode", "address_id", "source_id"),
        spaced=("postcode",),
        retention_group="group_4",
        erases=("label", "postcode", "address_id", "source_id"),
    ),
    Kind(
        model=RecordedObject,
        name="object",
        page="pole:object",
        searched=("identifier", "source_id"),
        spaced=("identifier",),
        retention_group="group_4",
        erases=("identifier", "source_id"),
    ),
    Kind(
        model=ObjectLink,
        name="link of an object",
        retention_group="group_4",
        about=_by_nominal,
        extract=_object_link,
    ),
    Kind(
        model=EqualityRecord,
        name="equality record",
        retention_group="group_4",
        about=_by_nominal,
        extract=_equality,
        erases=("value",),
    ),
)
