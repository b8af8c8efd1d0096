"""Places of cannabis growing, begging or servitude: suspects and the exploited counted apart."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from frith.networks.groups import Groups, known_theme
from frith.networks.themes.scene import events_of_groups, people_by_event
from frith.results import Flag, Result, Severity, Status

POINT_DECIMALS = 5
"""Degrees to five places: events within about a metre are at one site."""


def sites(
    found: Groups,
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    theme: str,
    premises: Collection[str] | None = None,
    protected: pl.Series,
    persons: pl.DataFrame | None = None,
) -> Result:
    """Sites of one theme, each with its suspects, its possible victims and its groups.

    `theme`: drugs (with `premises` such as dwelling, for cannabis growing), begging,
    domestic_servitude, … `protected`: ids of people who count as possible victims. `events`:
    longitude, latitude, point_precision, premises_type. Only exact points make a site; others are
    counted in a flag. Table `sites`: site, longitude, latitude, area, premises_type, events, first,
    last, suspects, possible_victims, groups. A possible victim is never among the suspects. Raises
    `UnknownName` for a theme that does not exist.
    """
    known_theme(theme)
    themed = events.filter(pl.col("theme") == theme)
    if premises is not None:
        themed = themed.filter(pl.col("premises_type").is_in(sorted(premises)))
    exact = themed.filter(
        pl.col("longitude").is_not_null()
        & pl.col("latitude").is_not_null()
        & (pl.col("point_precision") == "exact")
    )
    spot = [pl.col(c).round(POINT_DECIMALS) for c in ("longitude", "latitude")]
    at = exact.select("event_id", "area", "premises_type", "occurred_from", *spot)
    keys = ["longitude", "latitude"]
    people = people_by_event(roles, persons=persons, protected=protected).join(at, on="event_id")
    counted = people.group_by(keys).agg(
        suspects=pl.col("person").filter(~pl.col("possible_victim")).n_unique(),
        possible_victims=pl.col("person").filter(pl.col("possible_victim")).n_unique(),
    )
    linked = events_of_groups(found, roles, persons).join(at, on="event_id")
    groups = linked.group_by(keys).agg(pl.col("group_id").unique().sort().alias("groups"))
    table = (
        at.group_by(keys)
        .agg(
            pl.col("area").drop_nulls().first(),
            pl.col("premises_type").drop_nulls().first(),
            pl.len().cast(pl.Int64).alias("events"),
            pl.col("occurred_from").min().alias("first"),
            pl.col("occurred_from").max().alias("last"),
        )
        .join(counted, on=keys, how="left")
        .join(groups, on=keys, how="left")
        .with_columns(pl.col("suspects", "possible_victims").fill_null(0))
        .sort("events", *keys, descending=[True, False, False])
        .with_row_index("site", offset=1)
    )
    apart = people.filter(pl.col("possible_victim"))["person"].n_unique()
    left_out = themed.height - exact.height
    return Result(
        method="sites by exact point",
        status=Status.DONE,
        value=float(table.height),
        parameters={"theme": theme, "premises": premises},
        flags=(
            Flag(
                "no-exact-point",
                f"{left_out} of {themed.height} events have no exact point and make no site.",
                Severity.NOTE,
            ),
        ),
        sentence=(
            f"{table.height} places, {table.filter(pl.col('events') >= 2).height} of them with two "
            f"or more records; {apart} possible victims recorded at them are counted apart from "
            "the suspects."
        ),
        tables={"sites": table},
    )
