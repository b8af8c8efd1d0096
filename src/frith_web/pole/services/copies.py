"""Which columns a copy of a list has."""

from __future__ import annotations

from typing import Any

COLUMNS: dict[str, tuple[str, ...]] = {
    "nominals": (
        "reference",
        "source",
        "source_id",
        "given_names",
        "family_name",
        "aliases",
        "date_of_birth",
        "sex",
        "phone",
        "email",
        "address",
        "postcode",
        "police_id",
    ),
    "events": (
        "reference",
        "source",
        "source_id",
        "sort",
        "offence_code",
        "crime_type",
        "theme",
        "occurred_from",
        "occurred_to",
        "area",
        "area_vintage",
        "occasion_ref",
        "premises_type",
        "retailer",
        "police_led",
        "loss_gbp",
    ),
    "objects": ("reference", "source_id", "sort", "identifier"),
    "locations": (
        "reference",
        "source",
        "label",
        "postcode",
        "area",
        "area_vintage",
        "longitude",
        "latitude",
        "point_precision",
        "premises_type",
    ),
}


def row_of(name: str, record: Any) -> list[object]:
    """A record as a row of its copy."""
    return [getattr(record, column) for column in COLUMNS[name]]
