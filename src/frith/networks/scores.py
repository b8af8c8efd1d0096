"""Intent, capability and harm of groups: every component with its evidence, and what is unknown.

A partnership's own scheme, not the national ones, whose scales are not public. Groups only: no
person has a score. Each component is its value and its rank among this run's groups, nought to ten.
Unknown is not nought: it widens the range between `lo` (unknown counted as 0) and `hi` (as 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from frith.reference import PROTECTED_ROLES
from frith.reference.crime import normal_code

AXES = ("intent", "capability", "harm")
DAYS_A_YEAR = 365.25
TOP = 10.0
FIREARMS = "firearms"
PLANNING_CODES = frozenset({"3A", "33", "33A"})
"""Offences that are preparation by their definition: conspiracy to murder, going equipped for
stealing, articles for use in fraud. Source: Home Office Counting Rules for Recorded Crime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of an axis: what it counts, in words, and how much it weighs by default."""

    axis: str
    name: str
    meaning: str
    weight: float = 1.0


COMPONENTS = (
    Component(axis="intent", name="tempo", meaning="occasions a year, from first to last"),
    Component(axis="intent", name="persistence", meaning="share of calendar months with one"),
    Component(
        axis="intent", name="escalation", meaning="later half's occasions less the earlier's"
    ),
    Component(
        axis="intent",
        name="planning",
        meaning="occasions with an offence of preparation (going equipped, articles for fraud, "
        "conspiracy); none recorded is not known",
    ),
    Component(axis="capability", name="size", meaning="people in core and associates"),
    Component(axis="capability", name="reach", meaning="areas in which it met"),
    Component(axis="capability", name="diversity", meaning="different themes recorded"),
    Component(axis="capability", name="objects", meaning="shared objects beyond chance"),
    Component(axis="capability", name="firearms", meaning="occasions with a firearms theme"),
    Component(axis="harm", name="severity", meaning="harm weight of its occasions, in days"),
    Component(axis="harm", name="victims", meaning="different people recorded as harmed"),
    Component(axis="harm", name="repeat", meaning="people harmed on two or more events"),
)


def group_scores(
    groups: pl.DataFrame,
    grid: pl.DataFrame,
    *,
    occasion_events: pl.DataFrame,
    events: pl.DataFrame,
    recorded: pl.DataFrame,
    objects: pl.DataFrame | None = None,
    weights: pl.DataFrame | None = None,
    weighting: Mapping[str, float] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Components and axes for each group.

    `groups`: group_id, n_core, n_associates, areas. `grid`: group_id, occasion_id, first.
    `occasion_events`: occasion_id, event_id. `events`: event_id, theme, offence_code, crime_type.
    `objects`: the test table of shared objects, where objects were recorded. `weights`: key, days.
    `weighting`: a component's name → its weight, instead of 1. Returns (group_id, axis, component,
    meaning, value, rank, weight, events) and (group_id, axis, lo, value, hi, known, unknown).
    Rank is the mid-rank among this run's groups, so a lone group has 5. Do not compare between
    partnerships or runs.
    """
    at = grid.select("group_id", "occasion_id", "first").unique()
    linked = at.join(occasion_events, on="occasion_id").join(events, on="event_id")
    values = _timing(at) | _values(
        groups, linked=linked, recorded=recorded, objects=objects, weights=weights
    )
    listed = dict(linked.group_by("group_id").agg(pl.col("event_id").unique().sort()).iter_rows())
    rows = []
    for part in COMPONENTS:
        column = [values[part.name].get(g) for g in groups["group_id"]]
        weight = (weighting or {}).get(part.name, part.weight)
        for g, value, rank in zip(groups["group_id"], column, _ranks(column), strict=True):
            rows.append(
                (g, part.axis, part.name, part.meaning, value, rank, weight, listed.get(g, []))
            )
    schema: dict[str, Any] = {
        "group_id": pl.String,
        "axis": pl.String,
        "component": pl.String,
        "meaning": pl.String,
        "value": pl.Float64,
        "rank": pl.Float64,
        "weight": pl.Float64,
        "events": pl.List(pl.String),
    }
    items = pl.DataFrame(rows, schema=schema, orient="row")
    return items, _axes(items)


def _axes(items: pl.DataFrame) -> pl.DataFrame:
    weight, rank = pl.col("weight"), pl.col("rank")
    known = rank.is_not_null()
    return (
        items.group_by("group_id", "axis", maintain_order=True)
        .agg(
            lo=(rank.fill_null(0.0) * weight).sum() / weight.sum(),
            value=(rank * weight).sum() / weight.filter(known).sum(),
            hi=(rank.fill_null(TOP) * weight).sum() / weight.sum(),
            known=known.sum().cast(pl.Int64),
            unknown=(~known).sum().cast(pl.Int64),
        )
        .with_columns(value=pl.when(pl.col("known") > 0).then(pl.col("value")))
        .sort("group_id", pl.col("axis").replace_strict(list(AXES), list(range(len(AXES)))))
    )


def _ranks(column: list[float | None]) -> list[float | None]:
    """Mid-rank among the known values, nought to ten; unknown stays unknown."""
    known = np.array([v for v in column if v is not None])
    return [
        None
        if v is None
        else float(TOP * ((known < v).sum() + 0.5 * (known == v).sum()) / known.size)
        for v in column
    ]


def _values(
    groups: pl.DataFrame,
    *,
    linked: pl.DataFrame,
    recorded: pl.DataFrame,
    objects: pl.DataFrame | None,
    weights: pl.DataFrame | None,
) -> dict[str, dict[str, float]]:
    """Component → group → value; a group that is absent is unknown there."""
    harmed = (
        recorded.filter(pl.col("role").is_in(sorted(PROTECTED_ROLES)))
        .join(linked.select("group_id", "event_id").unique(), on="event_id")
        .group_by("group_id", "person")
        .agg(n=pl.col("event_id").n_unique())
    )
    themed = linked.filter(pl.col("theme").is_not_null())
    return {
        # That no preparation was recorded says nothing of whether anybody planned.
        "planning": _by(
            linked.filter(_prepares(linked["offence_code"])), pl.col("occasion_id").n_unique()
        ),
        "size": _column(groups, pl.col("n_core") + pl.col("n_associates")),
        "reach": {g: float(len(a)) for g, a in groups.select("group_id", "areas").iter_rows() if a},
        "diversity": _by(themed, pl.col("theme").n_unique()),
        "firearms": _by(
            themed, pl.col("occasion_id").filter(pl.col("theme") == FIREARMS).n_unique()
        ),
        "objects": {}
        if objects is None
        else _column(objects, (pl.col("shared") - pl.col("expected")).clip(0.0)),
        # No victim on any of its events may mean none was recorded: that is not known.
        "victims": _by(harmed, pl.len()),
        "repeat": _by(harmed, (pl.col("n") >= 2).sum()),
        "severity": _severity(linked, weights),
    }


def _prepares(codes: pl.Series) -> pl.Series:
    """True where an offence code is one of preparation."""
    known = {code for code in codes.drop_nulls().unique() if normal_code(code) in PLANNING_CODES}
    return codes.is_in(sorted(known)).fill_null(value=False)


def _timing(at: pl.DataFrame) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {"tempo": {}, "persistence": {}, "escalation": {}}
    for (group,), rows in at.group_by("group_id", maintain_order=True):
        days = np.sort(rows["first"].dt.epoch("d").to_numpy())
        months = rows["first"].dt.strftime("%Y-%m").n_unique()
        first, last = rows["first"].min(), rows["first"].max()
        window = (last.year - first.year) * 12 + last.month - first.month + 1  # type: ignore[union-attr]
        span = max(int(days[-1] - days[0]), 1)
        name = str(group)
        found["tempo"][name] = days.size * DAYS_A_YEAR / max(span, DAYS_A_YEAR / 12)
        found["persistence"][name] = months / window
        middle = (days[0] + days[-1]) / 2
        found["escalation"][name] = float((days > middle).sum() - (days < middle).sum()) / days.size
    return found


def _severity(linked: pl.DataFrame, weights: pl.DataFrame | None) -> dict[str, float]:
    """Σ days over events whose offence code or crime type has a weight; none weighed: unknown."""
    if weights is None or weights.is_empty():
        return {}
    table = weights.select(key=pl.col("key").cast(pl.String), days=pl.col("days").cast(pl.Float64))
    table = table.unique("key", keep="first", maintain_order=True)
    weighed = linked.join(table, left_on="offence_code", right_on="key", how="left").join(
        table.rename({"days": "wide"}), left_on="crime_type", right_on="key", how="left"
    )
    days = weighed.with_columns(days=pl.col("days").fill_null(pl.col("wide"))).filter(
        pl.col("days").is_not_null()
    )
    return _by(days, pl.col("days").sum())


def _by(frame: pl.DataFrame, what: pl.Expr) -> dict[str, float]:
    rows = frame.group_by("group_id").agg(value=what.cast(pl.Float64))
    return dict(rows.iter_rows())


def _column(frame: pl.DataFrame, what: pl.Expr) -> dict[str, float]:
    return dict(frame.select("group_id", what.cast(pl.Float64).alias("value")).iter_rows())
