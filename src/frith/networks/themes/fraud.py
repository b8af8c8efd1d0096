"""Fraud: what is lost to groups and to others, by the middle loss and by the mean."""

from __future__ import annotations

import polars as pl

from frith.networks.groups import Groups
from frith.networks.themes.scene import events_of_groups
from frith.results import Flag, Result, Severity, Status

GROUPS, OTHERS, UNKNOWN = "candidate groups", "other suspects", "no suspect known"


def fraud_losses(
    found: Groups,
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
) -> Result:
    """Losses of recorded fraud: median, mean and quarters, for groups, others and unknown.

    `events`: theme, loss_gbp. Table `losses`: by, events, with_loss, median, mean, lower_quarter,
    upper_quarter, total, all in pounds. A few great losses carry the mean, so the median stands
    beside it. Losses not recorded are left out, never nought.
    """
    frauds = events.filter(pl.col("theme") == "fraud")
    linked = events_of_groups(found, roles, persons).select("event_id").unique()
    suspected = roles.filter(pl.col("role").is_in(["suspect", "charged", "convicted"]))
    loss = pl.col("loss_gbp").cast(pl.Float64)
    table = (
        frauds.with_columns(
            by=pl.when(pl.col("event_id").is_in(linked["event_id"].implode()))
            .then(pl.lit(GROUPS))
            .when(pl.col("event_id").is_in(suspected["event_id"].unique().implode()))
            .then(pl.lit(OTHERS))
            .otherwise(pl.lit(UNKNOWN))
        )
        .group_by("by")
        .agg(
            pl.len().cast(pl.Int64).alias("events"),
            loss.count().cast(pl.Int64).alias("with_loss"),
            loss.median().alias("median"),
            loss.mean().alias("mean"),
            loss.quantile(0.25, "linear").alias("lower_quarter"),
            loss.quantile(0.75, "linear").alias("upper_quarter"),
            loss.sum().alias("total"),
        )
        .sort("by")
    )
    count = dict(table.select("by", "events").iter_rows())
    whole = max(frauds.height, 1)
    lo = count.get(GROUPS, 0) / whole
    hi = (count.get(GROUPS, 0) + count.get(UNKNOWN, 0)) / whole
    return Result(
        method="losses of fraud by candidate groups",
        status=Status.DONE,
        flags=(
            Flag("loss-recorded", "Only frauds with a recorded loss are averaged.", Severity.NOTE),
        ),
        sentence=(
            f"{_loss(table)}Between {lo:.0%} and {hi:.0%} of recorded fraud is linked to candidate "
            "groups; the range is as wide as the share without a known suspect."
        ),
        tables={"losses": table},
    )


def _loss(table: pl.DataFrame) -> str:
    """The groups' middle and mean loss, where any was recorded."""
    rows = table.filter((pl.col("by") == GROUPS) & (pl.col("with_loss") > 0))
    if rows.is_empty():
        return ""
    row = rows.row(0, named=True)
    return (
        f"A fraud linked to candidate groups took £{row['median']:,.0f} at the median and "
        f"£{row['mean']:,.0f} on average ({row['with_loss']} with a recorded loss). "
    )
