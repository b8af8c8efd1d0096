"""Who was, or may have been, under 18 with a group: looked up after the groups are found."""

from __future__ import annotations

import polars as pl

from frith.networks.inputs import filled, person_of

UNDER_18 = "under 18"
POSSIBLY = "possibly under 18"
ADULT = "18 or over"
UNKNOWN = "age not known"
ADULT_YEARS = "18y"
CHILD_PROMPT = (
    "A child here is to be read as exploited until shown otherwise: safeguarding first, and a "
    "referral to the National Referral Mechanism, which needs no consent. A person whose age is in "
    "doubt and who may be under 18 is treated as a child, Modern Slavery Act 2015 s.51 (to be "
    "verified locally)."
)


def ages(
    members: pl.DataFrame,
    grid: pl.DataFrame,
    nominals: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """group_id, person_id, age: in words only, on the person's first occasion with the group.

    `members`: group_id, person_id. `grid`: group_id, occasion_id, first, person_id. `nominals`:
    nominal_id, date_of_birth (YYYY-MM-DD, YYYY-MM or YYYY). `persons`: nominal_id, person_id. A
    date of 1 January counts as its year alone, for it often means that no more was known. Under 18
    where every record says so; possibly where any record leaves it open. Neither date nor age is
    given: the flag protects, and nothing in the statistics knows it.
    """
    first = grid.group_by("group_id", "person_id").agg(pl.col("first").dt.date().min())
    asked = members.select("group_id", "person_id").join(
        first, on=["group_id", "person_id"], how="left", maintain_order="left"
    )
    born = _born(nominals, persons, asked["person_id"].unique())
    known = asked.join(born, on="person_id", how="inner")
    surely = pl.col("earliest").dt.offset_by(ADULT_YEARS) > pl.col("first")
    perhaps = pl.col("latest").dt.offset_by(ADULT_YEARS) > pl.col("first")
    judged = known.group_by("group_id", "person_id").agg(
        age=pl.when(surely.all())
        .then(pl.lit(UNDER_18))
        .when(perhaps.any())
        .then(pl.lit(POSSIBLY))
        .otherwise(pl.lit(ADULT))
    )
    return asked.join(
        judged, on=["group_id", "person_id"], how="left", maintain_order="left"
    ).select("group_id", "person_id", pl.col("age").fill_null(UNKNOWN))


def _born(nominals: pl.DataFrame, persons: pl.DataFrame | None, people: pl.Series) -> pl.DataFrame:
    """person_id, earliest, latest: the span of days on which each record's person was born."""
    rows = filled(nominals, {"nominal_id": pl.String, "date_of_birth": pl.String})
    who = person_of(rows["nominal_id"].cast(pl.String), persons).rename("person_id")
    text = pl.col("date_of_birth").cast(pl.String).str.strip_chars()
    dated = (
        rows.select(who, text)
        .filter(pl.col("person_id").is_in(people.implode()))
        .with_columns(
            date_of_birth=pl.when(text.str.ends_with("-01-01"))
            .then(text.str.head(4))
            .otherwise(text)
        )
    )
    given = pl.col("date_of_birth")
    size = given.str.len_chars()
    start = (
        pl.when(size == 4)
        .then(given + "-01-01")
        .when(size == 7)
        .then(given + "-01")
        .otherwise(given.str.head(10))
        .str.to_date("%Y-%m-%d", strict=False)
    )
    end = (
        pl.when(size == 4)
        .then(start.dt.offset_by("1y").dt.offset_by("-1d"))
        .when(size == 7)
        .then(start.dt.month_end())
        .otherwise(start)
    )
    return dated.select("person_id", earliest=start, latest=end).drop_nulls()
