"""What was made becomes the declared tables: identifiers given, moments written, rows sorted."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough.draws import Ints, Texts, kept_or_none, labels
from frith.borough.happenings import POLICE, Happenings
from frith.borough.outline import to_degrees
from frith.borough.setting import Setting
from frith.borough.systems import SYSTEMS, Records, pick_rows

EVENT_COLUMNS = (
    "event_id",
    "source",
    "kind",
    "offence_code",
    "crime_type",
    "theme",
    "occurred_from",
    "occurred_to",
    "area",
    "longitude",
    "latitude",
    "point_precision",
    "occasion_ref",
    "arrest_ref",
    "premises_type",
    "retailer",
    "police_led",
    "loss_gbp",
)


def number_events(happenings: Happenings) -> Texts:
    """An identifier for each happening, by order of time."""
    when = happenings.events.select("day", pl.col("minute").fill_null(-1)).to_numpy()
    order = np.lexsort((when[:, 1], when[:, 0]))
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.arange(order.size) + 1
    return labels("SYN-E", number, width=7)


def events_table(happenings: Happenings, setting: Setting, ids: Texts) -> pl.DataFrame:
    """The `events` table."""
    events, period = happenings.events, setting.period
    day = events["day"].to_numpy()
    date = pl.Series("date", period.dates(day)).cast(pl.Date)
    end = pl.col("minute") + 60 * pl.col("hours_long")
    degrees = to_degrees(events.select("x", "y").to_numpy())
    codes = pl.Series(setting.place.codes.tolist())
    return (
        events.with_columns(
            date,
            event_id=pl.Series(ids.tolist()),
            area=codes.gather(events["area"]),
            longitude=pl.Series(degrees[:, 0]).fill_nan(None),
            latitude=pl.Series(degrees[:, 1]).fill_nan(None),
        )
        .with_columns(
            occurred_from=_moment(pl.col("date"), pl.col("minute")),
            occurred_to=pl.when(pl.col("hours_long").is_not_null()).then(
                _moment(pl.col("date").dt.offset_by(pl.format("{}d", end // 1440)), end % 1440)
            ),
            point_precision=pl.when(pl.col("longitude").is_not_null())
            .then(pl.lit("exact"))
            .otherwise(pl.lit("area")),
        )
        .select(EVENT_COLUMNS)
        .sort("event_id")
    )


def _moment(date: pl.Expr, minute: pl.Expr) -> pl.Expr:
    """A day, or a minute where one is known, as text; precision is told from how it is written."""
    day = date.dt.strftime("%Y-%m-%d")
    clock = pl.format(
        "{}T{}:{}",
        day,
        (minute // 60).cast(pl.String).str.zfill(2),
        (minute % 60).cast(pl.String).str.zfill(2),
    )
    return pl.when(minute.is_null()).then(day).otherwise(clock)


def roles_table(
    rng: np.random.Generator,
    roles: pl.DataFrame,
    happenings: Happenings,
    records: Records,
    ids: Texts,
) -> pl.DataFrame:
    """The `roles` table: each person's part under one of their records in the event's system."""
    names = [one.name for one in SYSTEMS]
    source = happenings.events["source"].gather(roles["event"])
    system = source.replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()
    ref = happenings.events.select(pl.coalesce("occasion_ref", "arrest_ref")).to_series()
    case = ref.rank("dense").fill_null(0).cast(pl.Int64).gather(roles["event"]) - 1
    person = roles["person"].to_numpy()
    rows = pick_rows(rng, records, system, person, together=case.to_numpy())
    return (
        pl.DataFrame(
            {
                "event_id": ids[roles["event"].to_numpy()].tolist(),
                "nominal_id": records.nominals["nominal_id"].gather(rows),
                "role": roles["role"],
            }
        )
        .unique()
        .sort("event_id", "nominal_id", "role")
    )


def outcomes_table(outcomes: pl.DataFrame, setting: Setting, ids: Texts) -> pl.DataFrame:
    """The `outcomes` table."""
    day = outcomes["day"].fill_null(0).to_numpy()
    date = pl.Series(setting.period.dates(day)).cast(pl.Date)
    return (
        outcomes.with_columns(
            event_id=pl.Series(ids[outcomes["event"].to_numpy()].tolist()),
            decided_on=pl.when(pl.col("day").is_not_null()).then(date.dt.strftime("%Y-%m-%d")),
        )
        .select("event_id", "outcome", "decided_on")
        .sort("event_id", "decided_on", "outcome")
    )


def counts_table(events: pl.DataFrame) -> pl.DataFrame:
    """The `counts` table: police events by area, month and crime type."""
    return (
        events.filter(pl.col("crime_type").is_not_null(), pl.col("source") == POLICE)
        .group_by(
            code="area", month=pl.col("occurred_from").str.slice(0, 7), crime_type="crime_type"
        )
        .agg(n=pl.len().cast(pl.Int64))
        .sort("code", "month", "crime_type")
    )


def first_police_nominal(records: Records) -> Texts:
    """Each person's first police record; None for people police do not know."""
    first: Ints = records.first[0]
    ids = np.array(records.nominals["nominal_id"].to_list(), dtype=object)
    return kept_or_none(ids[np.maximum(first, 0)], first >= 0)
