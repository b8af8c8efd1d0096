"""What the method needs of the tables it is given: columns, and nominals turned into persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from frith.errors import BadInput
from frith.reference import may_be_projected

EVENT_COLUMNS: Mapping[str, Any] = {
    "event_id": pl.String,
    "occurred_from": pl.Datetime("us"),
    "area": pl.String,
    "occasion_ref": pl.String,
    "arrest_ref": pl.String,
    "longitude": pl.Float64,
    "latitude": pl.Float64,
    "date_precision": pl.String,
    "theme": pl.String,
    "offence_code": pl.String,
    "crime_type": pl.String,
}


def filled(frame: pl.DataFrame, columns: Mapping[str, Any]) -> pl.DataFrame:
    """The frame with each of these columns; those it lacks are null."""
    absent = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
        if name not in frame.columns
    ]
    return frame.with_columns(absent) if absent else frame


def event_table(events: pl.DataFrame) -> pl.DataFrame:
    """The columns of `events` that this room reads, one row an event.

    Raises `BadInput` where an id or a date column is missing, or an id stands twice.
    """
    for needed in ("event_id", "occurred_from"):
        if needed not in events.columns:
            raise BadInput(f"events have no column `{needed}`", where="events", mend="Give it.")
    if events["event_id"].n_unique() != events.height:
        raise BadInput("an event_id stands twice", where="events", mend="Give each event once.")
    return filled(events, EVENT_COLUMNS).select(
        pl.col(name).cast(kind) for name, kind in EVENT_COLUMNS.items()
    )


def recorded_roles(roles: pl.DataFrame, persons: pl.DataFrame | None) -> pl.DataFrame:
    """event_id, person, role, with nominals turned into persons where a map is given.

    Raises `BadInput` for a missing column, `UnknownName` for a role that does not exist.
    """
    for needed in ("event_id", "nominal_id", "role"):
        if needed not in roles.columns:
            raise BadInput(f"roles have no column `{needed}`", where="roles", mend="Give it.")
    for role in roles["role"].drop_nulls().unique().sort():
        may_be_projected(role)  # raises UnknownName: a role never met before is nobody's guess
    return roles.select(
        pl.col("event_id").cast(pl.String),
        person_of(roles["nominal_id"].cast(pl.String), persons).alias("person"),
        "role",
    ).drop_nulls()


def person_of(nominals: pl.Series, persons: pl.DataFrame | None) -> pl.Series:
    """Each nominal's person; a nominal without one, or without a map, is itself.

    `persons`: nominal_id, person_id. Raises `BadInput` where a nominal has two persons.
    """
    if persons is None:
        return nominals
    for needed in ("nominal_id", "person_id"):
        if needed not in persons.columns:
            raise BadInput(f"persons have no column `{needed}`", where="persons", mend="Give it.")
    link = persons.select(pl.col("nominal_id", "person_id").cast(pl.String)).unique()
    if link["nominal_id"].n_unique() != link.height:
        raise BadInput(
            "a nominal belongs to two persons", where="persons", mend="Give each nominal once."
        )
    joined = (
        nominals.rename("nominal_id")
        .to_frame()
        .join(link, on="nominal_id", how="left", maintain_order="left")
    )
    return joined.select(pl.col("person_id").fill_null(pl.col("nominal_id"))).to_series()


def with_records(people: pl.Series, persons: pl.DataFrame | None) -> pl.Series:
    """Persons and every record joined to them, as one series of identifiers."""
    if persons is None:
        return people
    records = persons.filter(pl.col("person_id").cast(pl.String).is_in(people.implode()))
    return pl.concat([people, records["nominal_id"].cast(pl.String).rename(people.name)])
