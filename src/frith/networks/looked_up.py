"""What records of people add once the groups stand: who was a child, who lives together."""

from __future__ import annotations

import polars as pl

from frith.networks.ages import POSSIBLY, UNDER_18, UNKNOWN, ages
from frith.networks.households import households
from frith.networks.inputs import filled

AGE_SCHEMA = pl.Schema({"group_id": pl.String, "person_id": pl.String, "age": pl.String})


def of_people(
    members: pl.DataFrame,
    grid: pl.DataFrame,
    nominals: pl.DataFrame | None,
    persons: pl.DataFrame | None,
) -> dict[str, pl.DataFrame]:
    """Ages in words, and for each group how many were children and whether it is a household.

    `members`, `grid`: of the run. `nominals`, `persons`: the dataset's. Returns `ages` (group_id,
    person_id, age) and `groups` (group_id, under_18, age_unknown, household), null where no
    nominals were given. No name, date or address is kept.
    """
    ids = members.select(pl.col("group_id").unique(maintain_order=True))
    if nominals is None:
        blank = {"under_18": pl.Int64, "age_unknown": pl.Int64, "household": pl.String}
        return {
            "ages": pl.DataFrame(schema=AGE_SCHEMA),
            "groups": filled(ids, blank),
        }
    aged = ages(members, grid, nominals, persons=persons)
    counted = aged.group_by("group_id").agg(
        under_18=pl.col("age").is_in([UNDER_18, POSSIBLY]).sum().cast(pl.Int64),
        age_unknown=(pl.col("age") == UNKNOWN).sum().cast(pl.Int64),
    )
    together = households(members, nominals, persons=persons)
    return {
        "ages": aged,
        "groups": ids.join(counted, on="group_id", how="left").join(
            together, on="group_id", how="left"
        ),
    }
