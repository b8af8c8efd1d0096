"""Sex-market venues: events, adverts, phones and addresses that are one place of work."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from frith.networks.themes.scene import people_by_event
from frith.results import Flag, Result, Severity, Status

TYING = ("phone", "advert", "address")
MOST_EVENTS = 50
"""An object tied to more events than this is a service everybody uses, and ties nothing."""


def venues(
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    object_links: pl.DataFrame,
    objects: pl.DataFrame,
    protected: pl.Series,
    persons: pl.DataFrame | None = None,
) -> Result:
    """Distinct venues of the sex market, resolved by shared phones, adverts and addresses.

    `object_links`: object_id, event_id. `protected`: ids of people who count as possible victims.
    Two sex-market events are one venue where they share such an object. Table `venues`: venue,
    events, phones, adverts, addresses, areas, first, last, suspects, possible_victims. Suspects and
    possible victims are counts; selling sex is no offence. A venue that moves keeps its phone and
    its adverts, so one venue may have several areas.
    """
    market = events.filter(pl.col("theme") == "sex_market")
    ties = (
        object_links.filter(pl.col("event_id").is_not_null())
        .join(market.select("event_id"), on="event_id", how="semi")
        .join(objects.filter(pl.col("kind").is_in(TYING)), on="object_id")
        .select("event_id", "object_id", "kind")
        .unique()
        .filter(pl.len().over("object_id") <= MOST_EVENTS)
    )
    placed = ties.select("event_id", "object_id", "kind").with_columns(venue=_venue(ties))
    people = people_by_event(roles, persons=persons, protected=protected).join(
        placed.select("event_id", "venue").unique(), on="event_id"
    )
    counted = people.group_by("venue").agg(
        suspects=pl.col("person").filter(~pl.col("possible_victim")).n_unique(),
        possible_victims=pl.col("person").filter(pl.col("possible_victim")).n_unique(),
    )
    table = (
        placed.join(market.select("event_id", "area", "occurred_from"), on="event_id")
        .group_by("venue")
        .agg(
            pl.col("event_id").n_unique().alias("events"),
            *(
                pl.col("object_id").filter(pl.col("kind") == kind).n_unique().alias(name)
                for kind, name in zip(TYING, ("phones", "adverts", "addresses"), strict=True)
            ),
            pl.col("area").drop_nulls().unique().sort().alias("areas"),
            pl.col("occurred_from").min().alias("first"),
            pl.col("occurred_from").max().alias("last"),
        )
        .join(counted, on="venue", how="left")
        .with_columns(pl.col("suspects", "possible_victims").fill_null(0))
        .sort("events", "venue", descending=[True, False])
    )
    untied = market.height - placed["event_id"].n_unique()
    return Result(
        method="venues by shared phones, adverts and addresses",
        status=Status.DONE,
        value=float(table.height),
        flags=(
            Flag(
                "untied",
                f"{untied} of {market.height} sex-market records name no phone, advert or address: "
                "they may be of these venues or of others.",
                Severity.NOTE,
            ),
        ),
        sentence=f"{table.height} distinct venues of the sex market can be told apart.",
        tables={"venues": table},
    )


def _venue(ties: pl.DataFrame) -> pl.Series:
    """A number for each row's venue, in the order of the venues' first event ids."""
    if ties.is_empty():
        return pl.Series("venue", [], dtype=pl.Int64)
    event = (ties["event_id"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    thing = (ties["object_id"].rank("dense").cast(pl.Int64) - 1).to_numpy() + event.max() + 1
    n = int(thing.max()) + 1
    graph = sparse.coo_array((np.ones(event.size), (event, thing)), shape=(n, n))
    component = connected_components(graph, directed=False)[1]
    return pl.Series("venue", component[event].astype(np.int64)) + 1
