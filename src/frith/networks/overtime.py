"""Groups of one run and of an earlier one: new, continuing, changed, gone."""

from __future__ import annotations

import polars as pl

from frith.networks.defaults import MATCH_JACCARD

NEW, CONTINUING, CHANGED, GONE = "new", "continuing", "changed", "gone"
SCHEMA = pl.Schema(
    {
        "group_id": pl.String,
        "previous_group_id": pl.String,
        "change": pl.String,
        "shared": pl.Int64,
        "joined": pl.Int64,
        "left": pl.Int64,
        "overlap": pl.Float64,
    }
)


def over_time(
    members: pl.DataFrame, previous: pl.DataFrame, *, least: float = MATCH_JACCARD
) -> pl.DataFrame:
    """Each group of either run, with what became of it.

    `members`, `previous`: group_id, person_id. Groups are matched by overlap, for membership
    drifts: one in five groups reoffended with unchanged members. Best overlap first, each group
    once; matched from a Jaccard overlap of `least`, or where half of the smaller one is in the
    larger. Identical people: continuing; else changed. Returns group_id, previous_group_id, change,
    shared, joined, left, overlap (Jaccard).
    """
    now, then = _sizes(members), _sizes(previous)
    shared = (
        members.select("group_id", "person_id")
        .join(previous.select(previous_group_id="group_id", person_id="person_id"), on="person_id")
        .group_by("group_id", "previous_group_id")
        .agg(pl.len().cast(pl.Int64).alias("shared"))
    )
    ranked = sorted(
        (
            -row["shared"] / (now[g] + then[p] - row["shared"]),
            g,
            p,
            row["shared"],
        )
        for row in shared.iter_rows(named=True)
        for g, p in [(row["group_id"], row["previous_group_id"])]
        if row["shared"] >= least * min(now[g], then[p]) and row["shared"] >= 2
    )
    taken: dict[str, str] = {}
    rows = []
    for overlap, g, p, both in ranked:
        if g in taken or p in taken.values():
            continue
        taken[g] = p
        change = CONTINUING if both == now[g] == then[p] else CHANGED
        rows.append((g, p, change, both, now[g] - both, then[p] - both, -overlap))
    rows += [(g, None, NEW, 0, now[g], 0, 0.0) for g in now if g not in taken]
    rows += [(None, p, GONE, 0, 0, then[p], 0.0) for p in then if p not in taken.values()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort(
        "group_id", "previous_group_id", nulls_last=True
    )


def _sizes(members: pl.DataFrame) -> dict[str, int]:
    sizes = members.group_by("group_id").agg(pl.col("person_id").n_unique()).sort("group_id")
    return dict(sizes.iter_rows())
