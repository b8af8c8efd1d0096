"""People at risk of sexual or criminal exploitation: how many stand beside a group; none named."""

from __future__ import annotations

from typing import Any

import polars as pl

from frith.networks.groups import Groups
from frith.networks.inputs import recorded_roles
from frith.networks.themes.scene import events_of_groups
from frith.reference import PROTECTED_ROLES
from frith.results import Flag, Result, Severity, Status
from frith.stats.intervals import wilson_interval

THEMES = ("cse", "cce")


def at_risk(
    found: Groups,
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
) -> Result:
    """Of the people recorded as harmed by CSE and by CCE, how many stand beside a candidate group.

    Table `themes`: theme, at_risk, beside_a_group, share, lo, hi, groups; the two are kept apart
    and `overlap` counts people of both. No person is named, here or in any table. A share describes
    those who are known; most are not, so it is not the share of all who are at risk.
    """
    harmed = recorded_roles(roles, persons).filter(pl.col("role").is_in(sorted(PROTECTED_ROLES)))
    themed = harmed.join(events.select("event_id", "theme"), on="event_id").filter(
        pl.col("theme").is_in(THEMES)
    )
    beside = themed.join(events_of_groups(found, roles, persons), on="event_id")
    rows = []
    for theme in THEMES:
        known = themed.filter(pl.col("theme") == theme)["person"].n_unique()
        near = beside.filter(pl.col("theme") == theme)
        count = near["person"].n_unique()
        lo, hi = wilson_interval(count, known) if known else (None, None)
        share = count / known if known else None
        rows.append(
            (theme, known, count, share, _number(lo), _number(hi), near["group_id"].n_unique())
        )
    both = themed.group_by("person").agg(pl.col("theme").n_unique().alias("n"))
    table = pl.DataFrame(
        rows,
        schema={
            "theme": pl.String,
            "at_risk": pl.Int64,
            "beside_a_group": pl.Int64,
            "share": pl.Float64,
            "lo": pl.Float64,
            "hi": pl.Float64,
            "groups": pl.Int64,
        },
        orient="row",
    )
    overlap = both.filter(pl.col("n") == len(THEMES)).height
    said = "; ".join(_said(row) for row in table.iter_rows(named=True))
    return Result(
        method="people at risk beside candidate groups",
        status=Status.DONE,
        flags=(Flag("known-only", "Only people already recorded are counted.", Severity.NOTE),),
        sentence=f"{said}; {overlap} people are recorded under both.",
        tables={"themes": table, "overlap": pl.DataFrame({"people": [overlap]})},
    )


def _said(row: dict[str, Any]) -> str:
    theme = row["theme"].upper()
    if not row["at_risk"]:
        return f"nobody is recorded at risk of {theme}, which does not mean that nobody is"
    return (
        f"{row['beside_a_group']} of {row['at_risk']} people recorded at risk of {theme} stand "
        "beside a candidate group"
    )


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
