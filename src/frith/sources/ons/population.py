"""Census 2021 residents and households, by LSOA and summed to districts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from frith.errors import BadInput
from frith.sources.folder import Folder
from frith.sources.found import Found, read_table
from frith.sources.ons.lookups import Geography
from frith.tables.report import TableReport

AS_OF = "Census 2021"
"""Census day was 21 March 2021."""


def read_census(folder: Folder) -> tuple[pl.DataFrame, tuple[Found, ...], tuple[TableReport, ...]]:
    """Residents and households of every LSOA 2021: code, residents, households.

    From one joined table where the folder has it, else from the two Nomis tables.
    Raises `BadInput` where it has neither.
    """
    joined = folder.one_of("census_households_and_residents")
    if joined is not None:
        types = {"code": pl.String, "residents": pl.Int64, "households": pl.Int64}
        frame, report = read_table(joined, types, table="population")
        return frame, (joined,), (report,)
    residents, households = folder.one_of("census_residents"), folder.one_of("census_households")
    if residents is None or households is None:
        raise BadInput(
            "it holds no Census 2021 residents and households by LSOA",
            where=str(folder.path),
            mend="Fetch tables TS001 and TS041 from https://www.nomisweb.co.uk/sources/census_2021.",
        )
    first, of_first = read_table(
        residents, {"code": pl.String, "residents": pl.Int64}, table="population"
    )
    second, of_second = read_table(
        households, {"code": pl.String, "households": pl.Int64}, table="population"
    )
    frame = first.join(second, on="code", how="inner", validate="1:1")
    return frame, (residents, households), (of_first, of_second)


def population_rows(
    census: pl.DataFrame, geography: Geography, *, areas: Sequence[str], districts: Sequence[str]
) -> pl.DataFrame:
    """The `population` table: LSOAs of the areas, and districts as sums of their LSOAs."""
    by_lsoa = census.filter(pl.col("code").is_in(geography.lsoa21_of(areas))).with_columns(
        area_vintage=pl.lit("lsoa21")
    )
    by_district = (
        census.join(geography.districts, left_on="code", right_on="lsoa21")
        .filter(pl.col("lad24").is_in(list(districts)))
        .group_by(pl.col("lad24").alias("code"))
        .agg(pl.col("residents", "households").sum())
        .with_columns(area_vintage=pl.lit("lad24"))
    )
    columns = ["code", "area_vintage", "residents", "households"]
    return (
        pl.concat([part.select(columns) for part in (by_lsoa, by_district)])
        .unpivot(index=columns[:2], variable_name="denominator", value_name="n")
        .select(
            "code",
            pl.col("n").cast(pl.Float64),
            "denominator",
            pl.lit(AS_OF).alias("as_of"),
            "area_vintage",
        )
        .sort("denominator", "code")
    )
