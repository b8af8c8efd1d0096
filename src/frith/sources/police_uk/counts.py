"""Counts by district, month and crime type: for comparing, where events are not held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from frith.sources.ons.lookups import Geography
from frith.sources.police_uk.counting import district_in_name
from frith.sources.police_uk.forces import TRANSPORT_POLICE, Force

OWN_DISTRICT_COVER = 0.5
"""A district is a force's own where the force recorded a crime in at least this share of its LSOAs.
A force records stray crimes in many districts, each in a handful of LSOAs; in its own it is nearly
all of them: in South Yorkshire in 2024-25 all, against 0.28 in the district with most strays."""
HOME_RATE_PER_1000 = 0.5
"""A month's recorded crimes per 1,000 residents under which a force is not at home in a district.
In 2025 strays reach 0.06 and the quietest district that a force polices has 3.2."""
INCOMPLETE_SHARE = 0.5
"""A force's month with under this share of the force's median month is taken for incomplete."""
NAME_SHARE = 0.95
"""Share of a name's LSOAs in one district from which the name stands for that district. Best fit
puts one of the 238 LSOAs named West Northamptonshire into the district next door."""
SCHEMA = {
    "code": pl.String,
    "month": pl.String,
    "crime_type": pl.String,
    "n": pl.Int64,
    "area_vintage": pl.String,
}


@dataclass(frozen=True, kw_only=True)
class OtherCounts:
    """Counts of other districts, and what was left out and why."""

    rows: pl.DataFrame
    unmatched: tuple[str, ...]
    """Names that no district of the lookup has."""
    without_home: tuple[str, ...]
    """Districts whose own force is not in the file."""
    incomplete: tuple[tuple[str, str], ...]
    """(force, month) left out because the month looks incomplete."""


def own_districts(placed: pl.DataFrame, geography: Geography) -> tuple[str, ...]:
    """Codes of the force's own districts. `placed` has a row an event, with `lsoa21`."""
    seen = placed.select("lsoa21").unique()
    cover = (
        geography.districts.join(seen.with_columns(seen=True), on="lsoa21", how="left")
        .group_by("lad24")
        .agg(pl.col("seen").fill_null(value=False).mean())
        .filter(pl.col("seen") >= OWN_DISTRICT_COVER)
    )
    return tuple(cover["lad24"].sort())


def own_counts(
    placed: pl.DataFrame, geography: Geography, *, districts: Sequence[str]
) -> pl.DataFrame:
    """`counts` of the districts from the force's own street files.

    `placed` has a row an event: `lsoa21, month, crime_type`. Types without a crime in a month that
    was found are noughts, so that a month that is missing can be told from a quiet one.
    """
    counted = (
        placed.join(geography.districts, on="lsoa21")
        .filter(pl.col("lad24").is_in(list(districts)))
        .group_by(pl.col("lad24").alias("code"), "month", "crime_type")
        .len("n")
    )
    return with_noughts(counted)


def other_counts(
    counted: pl.DataFrame,
    census: pl.DataFrame,
    geography: Geography,
    *,
    force: Force,
    months: Sequence[str],
) -> OtherCounts:
    """`counts` of the districts of other forces, each counted by its home force alone.

    `counted` has month, force, district (a name), crime_type, n; `census` code and residents.
    A district's name becomes its code through the names of its LSOAs (which keep the district names
    of 2021), so districts merged since are summed into their successor. A district is left out
    where its home force is not in the file; a force's month where it looks incomplete.
    """
    coded = counted.join(_codes_of_names(geography), on="district", how="left")
    unmatched = coded.filter(pl.col("code").is_null() & pl.col("district").is_not_null())
    by_force = (
        coded.drop_nulls("code")
        .filter(pl.col("force") != TRANSPORT_POLICE)
        .group_by("code", "force", "month", "crime_type")
        .agg(pl.col("n").sum())
    )
    homes = _homes(by_force, census, geography)
    at_home = by_force.join(homes.filter("at_home"), on=["code", "force"])
    incomplete = _incomplete(at_home)
    rows = (
        at_home.join(incomplete, on=["force", "month"], how="anti")
        .filter(pl.col("month").is_in(list(months)) & (pl.col("force") != force.name))
        .select("code", "month", "crime_type", "n")
    )
    names = dict(geography.districts.select("lad24", "lad24_name").unique().iter_rows())
    homeless = homes.filter(~pl.col("at_home"))["code"].to_list()
    return OtherCounts(
        rows=with_noughts(rows),
        unmatched=tuple(unmatched["district"].unique().sort()),
        without_home=tuple(sorted(names[code] for code in homeless)),
        incomplete=tuple(incomplete.select("force", "month").sort("force", "month").iter_rows()),
    )


def with_noughts(counted: pl.DataFrame) -> pl.DataFrame:
    """Every crime type for every district and month that is there at all."""
    if counted.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    grid = (
        counted.select("code", "month")
        .unique()
        .join(counted.select("crime_type").unique(), how="cross")
    )
    return (
        grid.join(counted, on=["code", "month", "crime_type"], how="left")
        .with_columns(
            pl.col("n").fill_null(0).cast(pl.Int64), pl.lit("lad24").alias("area_vintage")
        )
        .select(list(SCHEMA))
        .sort("code", "month", "crime_type")
    )


def _codes_of_names(geography: Geography) -> pl.DataFrame:
    """District name as in LSOA names ("Carlisle 001A"), to the district those LSOAs lie in."""
    district = district_in_name("lsoa21_name").alias("district")
    return (
        geography.districts.group_by(district, pl.col("lad24").alias("code"))
        .len()
        .with_columns(share=pl.col("len") / pl.col("len").sum().over("district"))
        .filter(pl.col("share") >= NAME_SHARE)
        .select("district", "code")
    )


def _homes(by_force: pl.DataFrame, census: pl.DataFrame, geography: Geography) -> pl.DataFrame:
    """For each district the force that recorded most there, and whether it is at home."""
    residents = (
        census.join(geography.districts, left_on="code", right_on="lsoa21")
        .group_by("lad24")
        .agg(pl.col("residents").sum())
    )
    return (
        by_force.group_by("code", "force")
        .agg(pl.col("n").sum(), pl.col("month").n_unique().alias("months"))
        .sort("n", "force", descending=[True, False])
        .unique("code", keep="first", maintain_order=True)
        .join(residents, left_on="code", right_on="lad24")
        .with_columns(
            at_home=1000 * pl.col("n") / pl.col("months") / pl.col("residents")
            >= HOME_RATE_PER_1000
        )
        .select("code", "force", "at_home")
        .sort("code")
    )


def _incomplete(at_home: pl.DataFrame) -> pl.DataFrame:
    months = at_home.group_by("force", "month").agg(pl.col("n").sum())
    usual = months.group_by("force").agg(pl.col("n").median().alias("usual"))
    return months.join(usual, on="force").filter(pl.col("n") < INCOMPLETE_SHARE * pl.col("usual"))
