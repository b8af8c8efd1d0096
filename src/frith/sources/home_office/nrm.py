"""Referrals to the National Referral Mechanism: counts by force and quarter, never a person.

A rise may be more exploitation, more awareness, or a change of practice; it is never bad news by
itself. Counts of a force are of referrals its officers made, wherever the exploitation was.
"""

from __future__ import annotations

import polars as pl

from frith.sources.found import Found, read_table
from frith.sources.police_uk.forces import Force
from frith.tables.report import TableReport

TOTAL = "Total"
UK = "K02000001"
"""ONS code of the United Kingdom."""
TYPES = ("Criminal", "Labour", "Sexual", "Domestic", "Organ Harvesting")
AGES = {"Child (17 or under)": "children", "Adult (18 or over)": "adults"}
SCHEMA = {
    "measure": pl.String,
    "period": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "area": pl.String,
    "source": pl.String,
}


def force_rows(found: Found, force: Force) -> tuple[pl.DataFrame, TableReport]:
    """`measure_values` of the force: all referrals, children, adults, each type of exploitation.

    A referral may name several types, so the types add up to more than the total: a type counts
    every referral that names it, alone or with others.
    """
    types = {
        "quarter": pl.String,
        "first_responder": pl.String,
        "exploitation_type": pl.String,
        "age": pl.String,
        "people": pl.Int64,
    }
    frame, report = read_table(found, types, table="measure_values")
    own = frame.filter(pl.col("first_responder") == force.name)
    of_every_age, by_type = pl.col("age") == TOTAL, pl.col("exploitation_type") != TOTAL
    kept = {"nrm_referrals": of_every_age & ~by_type}
    for age, word in AGES.items():
        kept[f"nrm_referrals_{word}"] = (pl.col("age") == age) & by_type
    for kind in TYPES:
        names_it = pl.col("exploitation_type").str.contains(kind, literal=True)
        kept[f"nrm_referrals_{kind.lower().replace(' ', '_')}"] = of_every_age & names_it
    quarters = own.select("quarter").unique()
    parts = [_measure(own.filter(which), key, quarters) for key, which in kept.items()]
    return _rows(pl.concat(parts), force.pfa_code, found), report


def uk_rows(found: Found) -> tuple[pl.DataFrame, TableReport]:
    """`measure_values` of the United Kingdom: every referral by quarter, for scale."""
    types = {
        "year": pl.String,
        "quarter": pl.String,
        "location": pl.String,
        "people": pl.Int64,
    }
    frame, report = read_table(found, types, table="measure_values")
    totals = frame.filter(pl.col("location") == TOTAL).with_columns(
        quarter=pl.col("year") + "-" + pl.col("quarter")
    )
    quarters = totals.select("quarter").unique()
    return _rows(_measure(totals, "nrm_referrals", quarters), UK, found), report


def _measure(frame: pl.DataFrame, key: str, quarters: pl.DataFrame) -> pl.DataFrame:
    """Referrals by quarter; a quarter that was published without any is a nought, not a gap."""
    counted = frame.group_by("quarter").agg(pl.col("people").sum().cast(pl.Float64))
    return (
        quarters.join(counted, on="quarter", how="left")
        .select(
            pl.lit(key).alias("measure"),
            pl.col("quarter").alias("period"),
            pl.col("people").fill_null(0.0).alias("numerator"),
        )
        .sort("period")
    )


def _rows(frame: pl.DataFrame, area: str, found: Found) -> pl.DataFrame:
    return frame.select(
        "measure",
        "period",
        "numerator",
        pl.lit(None, dtype=pl.Float64).alias("denominator"),
        pl.lit(area or None, dtype=pl.String).alias("area"),
        pl.lit(found.source.publisher).alias("source"),
    ).cast(SCHEMA)  # type: ignore[arg-type]
