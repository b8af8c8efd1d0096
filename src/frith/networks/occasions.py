"""Events that were one happening become one occasion; who was on it, after every exclusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from frith.errors import Fault
from frith.networks.defaults import MAX_EVENT_SIZE, OCCASION_HOURS
from frith.networks.fingerprint import Ints, gathered, mixed
from frith.reference import PROJECTABLE_ROLES, PROTECTED_ROLES

DROPPED_SCHEMA = pl.Schema({"what": pl.String, "why": pl.String, "id": pl.String})


@dataclass(frozen=True, kw_only=True)
class Occasions:
    """Occasions of two or more suspects, who was on them, and what was left out.

    `table`: occasion_id (its first event's), event_ids, first, last, area, longitude, latitude,
    suspects. `people`: occasion_id, person. `suspect_events`: every event and person that may be
    projected, also alone. `dropped`: what, why, id.
    """

    table: pl.DataFrame
    people: pl.DataFrame
    suspect_events: pl.DataFrame
    dropped: pl.DataFrame


def occasions(
    recorded: pl.DataFrame,
    events: pl.DataFrame,
    *,
    protected: pl.Series,
    max_event_size: int = MAX_EVENT_SIZE,
    occasion_hours: int = OCCASION_HOURS,
) -> Occasions:
    """Occasions on which two or more people were recorded as suspects together.

    `recorded`: event_id, person, role. `events`: as `inputs.event_table`. `protected`: persons who
    are never projected. Only suspects, the charged and the convicted are kept, before any join;
    whoever is also victim or possible victim on the occasion is left out of it. Events are one
    occasion where they share an occasion or arrest reference, or name the same suspects within
    `occasion_hours`. An occasion of more than `max_event_size` suspects is dropped and listed.
    """
    suspects, dual = _projectable(recorded, events, protected)
    joined = _joined(suspects, events, occasion_hours)
    links = suspects.join(joined, on="event_id").select("occasion", "person").unique()
    harmed = _harmed(recorded, joined)
    caught = links.join(harmed, on=["occasion", "person"], how="semi")
    links = links.join(harmed, on=["occasion", "person"], how="anti")
    sizes = links.group_by("occasion").agg(pl.len().cast(pl.Int64).alias("suspects"))
    kept = sizes.filter((pl.col("suspects") >= 2) & (pl.col("suspects") <= max_event_size))
    table = _described(kept, joined, events)
    people = links.join(table.select("occasion", "occasion_id"), on="occasion").select(
        "occasion_id", "person"
    )
    if people["person"].is_in(protected.implode()).any():
        raise Fault("a protected person reached the projection")
    crowds = sizes.filter(pl.col("suspects") > max_event_size).join(
        joined.group_by("occasion").agg(pl.col("event_id").min().alias("id")), on="occasion"
    )
    return Occasions(
        table=table.drop("occasion"),
        people=people,
        suspect_events=suspects,
        dropped=pl.concat([_crowds(crowds, max_event_size), _duals(dual, caught, joined)]),
    )


def _projectable(
    recorded: pl.DataFrame, events: pl.DataFrame, protected: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Suspects by event, without the protected; and those who were also harmed in the event."""
    suspects = (
        recorded.filter(pl.col("role").is_in(sorted(PROJECTABLE_ROLES)))
        .select("event_id", "person")
        .unique()
        .join(events.select("event_id"), on="event_id", how="semi")
    )
    suspects = suspects.filter(~pl.col("person").is_in(protected.implode()))
    harmed = recorded.filter(pl.col("role").is_in(sorted(PROTECTED_ROLES))).select(
        "event_id", "person"
    )
    dual = suspects.join(harmed, on=["event_id", "person"], how="semi")
    return suspects.join(dual, on=["event_id", "person"], how="anti"), dual


def _joined(suspects: pl.DataFrame, events: pl.DataFrame, hours: int) -> pl.DataFrame:
    """event_id, occasion (a number), for events that can be part of an occasion of two or more."""
    counted = suspects.group_by("event_id").agg(pl.len().alias("suspects"))
    referred = pl.col("occasion_ref").is_not_null() | pl.col("arrest_ref").is_not_null()
    rows = (
        events.select("event_id", "occurred_from", "occasion_ref", "arrest_ref")
        .join(counted, on="event_id")
        .filter((pl.col("suspects") >= 2) | referred)
        .sort("occurred_from", "event_id")
        .with_row_index("e")
        .with_columns(pl.col("e").cast(pl.Int64))
    )
    edges = [
        _chained(rows.filter(pl.col(column).is_not_null()).select("e", key=pl.col(column)))
        for column in ("occasion_ref", "arrest_ref")
    ]
    edges.append(_same_suspects(suspects, rows, hours))
    left, right = (np.concatenate(side) for side in zip(*edges, strict=True))
    n = rows.height
    graph = sparse.coo_array((np.ones(left.size, dtype=np.int8), (left, right)), shape=(n, n))
    component = connected_components(graph, directed=False)[1] if n else np.empty(0, np.int64)
    return rows.select("event_id", occasion=pl.Series(component.astype(np.int64)))


def _chained(rows: pl.DataFrame) -> tuple[Ints, Ints]:
    """Each event tied to the next one with the same key."""
    ordered = rows.sort("key", "e")
    same = (ordered["key"] == ordered["key"].shift(-1)).fill_null(value=False).to_numpy()
    e = ordered["e"].to_numpy()
    at = np.flatnonzero(same)
    return e[at], e[at + 1] if at.size else e[:0]


def _same_suspects(suspects: pl.DataFrame, rows: pl.DataFrame, hours: int) -> tuple[Ints, Ints]:
    """Each event tied to the next one that names exactly the same suspects within the hours."""
    links = suspects.join(rows.select("event_id", "e"), on="event_id")
    e, code = links["e"].to_numpy(), links["person"].hash().to_numpy()
    n = rows.height
    # Two independent 64-bit sums: that two different sets agree in both is out of reach of chance.
    one = gathered(mixed(code), into=e, n=n)
    two = gathered(mixed(mixed(code) ^ np.uint64(hours + 1)), into=e, n=n)
    order = np.lexsort((np.arange(n), two, one))
    when = rows["occurred_from"].dt.epoch("s").to_numpy()[order]
    near = np.zeros(n, dtype=bool)
    if n > 1:
        near[:-1] = (
            (one[order][1:] == one[order][:-1])
            & (two[order][1:] == two[order][:-1])
            & (np.diff(when) <= hours * 3600)
        )
    at = np.flatnonzero(near)
    return order[at], order[at + 1] if at.size else order[:0]


def _harmed(recorded: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    return (
        recorded.filter(pl.col("role").is_in(sorted(PROTECTED_ROLES)))
        .join(joined, on="event_id")
        .select("occasion", "person")
        .unique()
    )


def _described(kept: pl.DataFrame, joined: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """One row an occasion: named after its first event; place and time of the earliest event."""
    rows = joined.join(kept, on="occasion").join(events, on="event_id")
    rows = rows.sort("occurred_from", "area", "event_id", nulls_last=True)
    return (
        rows.group_by("occasion", maintain_order=True)
        .agg(
            pl.col("event_id").min().alias("occasion_id"),
            pl.col("event_id").sort().alias("event_ids"),
            pl.col("occurred_from").min().alias("first"),
            pl.col("occurred_from").max().alias("last"),
            pl.col("area").drop_nulls().first(),
            pl.col("longitude", "latitude").drop_nulls().first(),
            pl.col("suspects").first(),
        )
        .sort("first", "occasion_id")
    )


def _crowds(crowds: pl.DataFrame, limit: int) -> pl.DataFrame:
    why = pl.format("{} suspects, more than {}: a sweep or a crowd", "suspects", pl.lit(limit))
    return crowds.sort("id").select(what=pl.lit("occasion"), why=why, id=pl.col("id"))


def _duals(dual: pl.DataFrame, caught: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """Roles left out because the person was also harmed; the event is named, the person not."""
    named = joined.group_by("occasion").agg(pl.col("event_id").min().alias("id"))
    events = pl.concat([dual.select(id="event_id"), caught.join(named, on="occasion").select("id")])
    return (
        events.unique()
        .sort("id")
        .select(
            what=pl.lit("role"),
            why=pl.lit("somebody recorded there as suspect and as victim was left out of it"),
            id=pl.col("id"),
        )
    )
