"""Shop theft by crews: which retailers, routes and hours, and how much of it is theirs."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import binom

from frith.networks.defaults import Q
from frith.networks.groups import Groups
from frith.networks.themes.scene import ANY, TOGETHER, events_of_groups
from frith.results import Flag, Result, Severity, Status
from frith.stats.fdr import benjamini_hochberg

SHOPLIFTING = "Shoplifting"
DAYS = 7


def shop_theft(
    found: Groups,
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
) -> Result:
    """Crews by retailer, route and time, and the share of shop theft they account for.

    `events`: crime_type, retailer, area, occurred_from, loss_gbp. Table `crews`: group_id, thefts,
    retailers, areas, route_days (days with two or more shops), hour (middle, null where times are
    unknown), weekday (null unless beyond chance against the days of all shop theft), loss_gbp.
    Table `shares`: rule, of, linked, total, share. The rule decides the share, so every rule is
    shown; thefts without a suspect may be anybody's, so the share of all is a lower bound. Whoever
    is made to steal counts as a possible victim, not in a crew.
    """
    thefts = events.filter((pl.col("crime_type") == SHOPLIFTING) | pl.col("retailer").is_not_null())
    of_groups = events_of_groups(found, roles, persons)
    linked = of_groups.join(thefts, on="event_id")
    day = pl.col("occurred_from").dt.date()
    by_day = linked.group_by("group_id", day.alias("day")).agg(
        pl.struct("retailer", "area").n_unique().alias("shops")
    )
    routes = by_day.group_by("group_id").agg(route_days=(pl.col("shops") >= 2).sum())
    timed = pl.col("occurred_from").filter(pl.col("date_precision") == "minute").dt.hour()
    crews = (
        linked.group_by("group_id")
        .agg(
            pl.len().cast(pl.Int64).alias("thefts"),
            pl.col("retailer").drop_nulls().unique().sort().alias("retailers"),
            pl.col("area").drop_nulls().unique().sort().alias("areas"),
            timed.median().alias("hour"),
            pl.col("loss_gbp").sum().alias("loss_gbp"),
        )
        .join(routes, on="group_id", how="left")
        .join(_weekdays(thefts, linked), on="group_id", how="left")
        .sort("thefts", "group_id", descending=[True, False])
    )
    shares = _shares(thefts, linked, roles)
    together = shares.filter((pl.col("rule") == TOGETHER) & (pl.col("of") == "with a suspect"))
    share = together["share"].item()
    return Result(
        method="shop theft by candidate groups",
        status=Status.DONE,
        value=share,
        flags=(
            Flag(
                "controlled",
                "People who steal for a group may be controlled by it: exploitation first.",
                Severity.NOTE,
            ),
        ),
        sentence=(
            f"{crews.height} candidate groups are recorded for shop theft; two or more of one "
            f"group were suspects in {share or 0:.0%} of the thefts that have a suspect."
        ),
        tables={"crews": crews, "shares": shares},
    )


def _weekdays(thefts: pl.DataFrame, linked: pl.DataFrame) -> pl.DataFrame:
    """Each crew's weekday, only where it keeps to one more than all shop theft does.

    Binomial tail of its commonest day against that day's share of all thefts, seven days and all
    crews allowed for. A commonest day there always is; mostly it is chance.
    """
    day = pl.col("occurred_from").dt.strftime("%A").alias("weekday")
    share = dict(thefts.group_by(day).agg(pl.len() / thefts.height).iter_rows())
    best = (
        linked.group_by("group_id", day)
        .agg(pl.len().alias("n"))
        .with_columns(pl.col("n").sum().over("group_id").alias("of"))
        .sort("n", "weekday", descending=[True, False])
        .unique("group_id", keep="first", maintain_order=True)
        .sort("group_id")
    )
    p = np.array(
        [
            min(1.0, DAYS * float(binom.sf(n - 1, of, share[name])))
            for _, name, n, of in best.iter_rows()
        ]
    )
    telling = benjamini_hochberg(p) <= Q if p.size else np.empty(0, dtype=bool)
    return best.select(
        "group_id", weekday=pl.when(pl.Series(telling, dtype=pl.Boolean)).then(pl.col("weekday"))
    )


def _shares(thefts: pl.DataFrame, linked: pl.DataFrame, roles: pl.DataFrame) -> pl.DataFrame:
    solved = roles.filter(pl.col("role").is_in(["suspect", "charged", "convicted"]))
    known = thefts.join(solved, on="event_id", how="semi").height
    rules = {
        TOGETHER: linked.filter(pl.col("people") >= 2)["event_id"].n_unique(),
        ANY: linked["event_id"].n_unique(),
    }
    rows = [
        (rule, of, count, total, count / total if total else None)
        for rule, count in rules.items()
        for of, total in (("with a suspect", known), ("all recorded", thefts.height))
    ]
    return pl.DataFrame(
        rows,
        schema={
            "rule": pl.String,
            "of": pl.String,
            "linked": pl.Int64,
            "total": pl.Int64,
            "share": pl.Float64,
        },
        orient="row",
    )
