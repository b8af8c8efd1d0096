"""Events and roles while they are being made, before anybody records them under an identifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Ints

EVENT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "offence_code": pl.String,
    "crime_type": pl.String,
    "theme": pl.String,
    "day": pl.Int64,  # days from the first of the period
    "minute": pl.Int64,  # of the day; null where only the day is known
    "hours_long": pl.Int64,  # null where it happened at one moment
    "area": pl.Int64,
    "x": pl.Float64,  # metres; null where no point was recorded
    "y": pl.Float64,
    "occasion_ref": pl.String,
    "arrest_ref": pl.String,
    "premises_type": pl.String,
    "retailer": pl.String,
    "police_led": pl.Boolean,
    "loss_gbp": pl.Float64,
    "source": pl.String,
    "origin": pl.String,  # everyday, near_repeat, sweep, spree, group
    "origin_ref": pl.String,  # which sweep, spree or group
}
ROLE_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "event": pl.Int64,  # row of the events
    "person": pl.Int64,
    "role": pl.String,
}
POLICE = "police"


@dataclass(frozen=True)
class Happenings:
    """Events (`EVENT_SCHEMA`) and roles (`ROLE_SCHEMA`) of one origin."""

    events: pl.DataFrame
    roles: pl.DataFrame


def events_frame(size: int, **columns: object) -> pl.DataFrame:
    """A frame of `EVENT_SCHEMA`; a column left out is null, a single value fills the column."""
    given = {name: _series(name, values, size) for name, values in columns.items()}
    blank = pl.DataFrame({"_": np.zeros(size, dtype=np.int8)})
    return blank.select(
        given[name].alias(name) if name in given else pl.lit(None, dtype=kind).alias(name)
        for name, kind in EVENT_SCHEMA.items()
    )


def _series(name: str, values: object, size: int) -> pl.Series:
    """A column of `EVENT_SCHEMA` from an array, a list or one value for all."""
    if isinstance(values, np.ndarray):
        values = values.tolist() if values.dtype == object else pl.Series(values)
    if isinstance(values, pl.Series):
        return values.cast(EVENT_SCHEMA[name])
    if not isinstance(values, list):
        values = [values] * size
    return pl.Series(name, values, dtype=EVENT_SCHEMA[name], strict=False)


def roles_frame(event: Ints, person: Ints, role: str) -> pl.DataFrame:
    """A frame of `ROLE_SCHEMA` with one role for all."""
    return pl.DataFrame(
        {"event": event.astype(np.int64), "person": person.astype(np.int64)}
    ).with_columns(role=pl.lit(role))


def gather(parts: Sequence[Happenings]) -> Happenings:
    """Several origins in one: rows of events follow each other and the roles follow them."""
    offsets = np.cumsum([0, *(part.events.height for part in parts)])
    events = pl.concat([part.events for part in parts])
    roles = pl.concat(
        part.roles.with_columns(pl.col("event") + int(offset))
        for part, offset in zip(parts, offsets, strict=False)
    )
    return Happenings(events, roles.unique(maintain_order=True))
