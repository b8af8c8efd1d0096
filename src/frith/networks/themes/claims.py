"""Benefit fraud: many claimants behind one address or account, and who else is tied to it."""

from __future__ import annotations

import polars as pl

from frith.networks.groups import Groups
from frith.networks.inputs import person_of, recorded_roles
from frith.networks.themes.scene import candidates
from frith.results import Flag, Result, Severity, Status

LEAST_CLAIMANTS = 3
KINDS = ("address", "account")


def shared_claims(
    found: Groups,
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    object_links: pl.DataFrame,
    objects: pl.DataFrame,
    protected: pl.Series,
    persons: pl.DataFrame | None = None,
    least: int = LEAST_CLAIMANTS,
) -> Result:
    """Addresses and accounts behind which `least` or more people of benefit-fraud records stand.

    Table `shared`: object_id, kind, people (a count), possible_victims (of them), groups (candidate
    groups with somebody tied to it). Those behind one controller are often exploited: accounts
    opened for them, cards held by another. A hostel or a family home may look the same.
    """
    benefit = events.filter(pl.col("theme") == "benefit_fraud").select("event_id")
    involved = recorded_roles(roles, persons).join(benefit, on="event_id", how="semi")
    claimants = involved.filter(pl.col("role") != "witness")["person"].unique()
    known = object_links.filter(pl.col("nominal_id").is_not_null())
    who = person_of(known["nominal_id"].cast(pl.String), persons)
    ties = (
        known.select("object_id", who.alias("person"))
        .unique()
        .join(objects.filter(pl.col("kind").is_in(KINDS)), on="object_id")
        .select("object_id", "kind", "person")
    )
    behind = ties.filter(pl.col("person").is_in(claimants.implode()))
    groups = (
        ties.join(candidates(found), on="person")
        .group_by("object_id")
        .agg(pl.col("group_id").unique().sort().alias("groups"))
    )
    table = (
        behind.group_by("object_id", "kind")
        .agg(
            pl.col("person").n_unique().cast(pl.Int64).alias("people"),
            pl.col("person")
            .is_in(protected.implode())
            .sum()
            .cast(pl.Int64)
            .alias("possible_victims"),
        )
        .filter(pl.col("people") >= least)
        .join(groups, on="object_id", how="left")
        .sort("people", "object_id", descending=[True, False])
    )
    return Result(
        method="claims behind one address or account",
        status=Status.DONE,
        value=float(table.height),
        parameters={"least": least},
        flags=(
            Flag(
                "innocent-sharing",
                "Families, hostels and refuges share addresses: look before concluding.",
                Severity.NOTE,
            ),
        ),
        sentence=(
            f"{table.height} addresses or accounts stand behind {least} or more people of "
            "benefit-fraud records."
        ),
        tables={"shared": table},
    )
