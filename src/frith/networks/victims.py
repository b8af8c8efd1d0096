"""Possible victims beside a group: counted and kept apart, never among its people."""

from __future__ import annotations

import polars as pl


def possible_victims(
    members: pl.DataFrame,
    suspect_events: pl.DataFrame,
    recorded: pl.DataFrame,
    *,
    protected: pl.DataFrame,
) -> pl.DataFrame:
    """Protected people recorded, in any role, in events in which a group's people were suspects.

    `members`: group_id, person_id. `suspect_events`: event_id, person. `recorded`: event_id,
    person, role. `protected`: person, why. Returns group_id, person_id, why, events. They are for
    safeguarding: whoever shows signs of exploitation is a possible victim, whatever else they are
    recorded for.
    """
    beside = recorded.join(protected, on="person").select("event_id", "person", "why").unique()
    at = (
        members.select("group_id", person="person_id")
        .join(suspect_events.join(beside, on="event_id", how="semi"), on="person")
        .select("group_id", "event_id")
        .unique()
    )
    return (
        at.join(beside, on="event_id")
        .group_by("group_id", "person", "why")
        .agg(pl.len().cast(pl.Int64).alias("events"))
        .select("group_id", pl.col("person").alias("person_id"), "why", "events")
        .sort("group_id", "person_id")
    )
