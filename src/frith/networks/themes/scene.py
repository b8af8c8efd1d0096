"""What the themes share: whose events a group's are, and who in them is a possible victim."""

from __future__ import annotations

import polars as pl

from frith.networks.gates import CANDIDATE
from frith.networks.groups import Groups
from frith.networks.inputs import recorded_roles
from frith.reference import PROJECTABLE_ROLES, PROTECTED_ROLES

TOGETHER = "two or more of a group"
ANY = "anybody of a group"


def candidates(found: Groups) -> pl.DataFrame:
    """group_id, person of each candidate group."""
    shown = found.tables["groups"].filter(pl.col("status") == CANDIDATE).select("group_id")
    members = found.tables["members"].select("group_id", person="person_id")
    return members.join(shown, on="group_id", how="semi")


def events_of_groups(
    found: Groups, roles: pl.DataFrame, persons: pl.DataFrame | None
) -> pl.DataFrame:
    """group_id, event_id, people: suspects of the group in each event."""
    suspects = recorded_roles(roles, persons).filter(
        pl.col("role").is_in(sorted(PROJECTABLE_ROLES))
    )
    return (
        suspects.select("event_id", "person")
        .unique()
        .join(candidates(found), on="person")
        .group_by("group_id", "event_id")
        .agg(pl.len().cast(pl.Int64).alias("people"))
        .sort("group_id", "event_id")
    )


def people_by_event(
    roles: pl.DataFrame, *, persons: pl.DataFrame | None, protected: pl.Series
) -> pl.DataFrame:
    """event_id, person, possible_victim: each suspect, and whether they count as a victim instead.

    Whoever was harmed in the event, or is `protected`, is a possible victim there.
    """
    recorded = recorded_roles(roles, persons)
    harmed = recorded.filter(pl.col("role").is_in(sorted(PROTECTED_ROLES)))
    kept = recorded.filter(pl.col("role").is_in(sorted(PROJECTABLE_ROLES | PROTECTED_ROLES)))
    at = pl.struct("event_id", "person")
    both = harmed.select(at.alias("at"))["at"].unique()
    return kept.select(
        "event_id",
        "person",
        possible_victim=at.is_in(both.implode()) | pl.col("person").is_in(protected.implode()),
    ).unique()
