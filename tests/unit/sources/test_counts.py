"""Counts of other forces' districts: home forces only, whole months only, names told by lookup."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from frith.sources.folder import look_through
from frith.sources.ons.lookups import Geography
from frith.sources.police_uk.counting import read_counts
from frith.sources.police_uk.counts import OtherCounts, other_counts, own_districts
from frith.sources.police_uk.forces import find_force
from unit.sources.little import table

MONTHS = [f"2025-{number:02d}" for number in range(1, 13)]
SOUTH_YORKSHIRE = find_force("south-yorkshire")


@pytest.fixture
def geography() -> Geography:
    """Three districts of ten LSOAs; Newshire was made of Oldham and Newham since 2021."""
    names = ["Oldshire"] * 10 + ["Newham"] * 5 + ["Oldham"] * 5 + ["Lonely"] * 10
    lads = ["E07000001"] * 10 + ["E06000002"] * 10 + ["E09000003"] * 10
    rows = [
        (f"E01{number:06d}", f"{name} {number:03d}A", "E05000001", lad, lad)
        for number, (name, lad) in enumerate(zip(names, lads, strict=True))
    ]
    schema = ["lsoa21", "lsoa21_name", "ward24", "lad24", "lad24_name"]
    changes = pl.DataFrame(schema={"lsoa11": pl.String, "lsoa21": pl.String, "change": pl.String})
    districts = pl.DataFrame(rows, schema=schema, orient="row")
    return Geography(districts=districts, changes=changes, reports=())


@pytest.fixture
def census(geography: Geography) -> pl.DataFrame:
    return geography.districts.select(
        pl.col("lsoa21").alias("code"), pl.lit(1000).alias("residents")
    )


def counted(
    tmp_path: Path, geography: Geography, census: pl.DataFrame, rows: list[list[object]]
) -> OtherCounts:
    header = ["month", "force", "la_name", "crime_type", "n"]
    (tmp_path / "counts.csv").write_bytes(table(header, rows))
    found = look_through(tmp_path).need("police_counts")
    made, report = read_counts(found)
    assert report.refused == 0
    return other_counts(made, census, geography, force=SOUTH_YORKSHIRE, months=MONTHS)


def a_year(force: str, name: str, n: int, *, months: list[str] = MONTHS) -> list[list[object]]:
    return [[month, force, name, "Burglary", n] for month in months]


def test_a_district_is_counted_by_its_home_force_alone(
    tmp_path: Path, geography: Geography, census: pl.DataFrame
) -> None:
    rows = a_year("Kent Police", "Oldshire", 60) + a_year("Essex Police", "Oldshire", 3)
    rows += a_year("British Transport Police", "Oldshire", 70)
    made = counted(tmp_path, geography, census, rows)
    assert made.rows["n"].unique().to_list() == [60]
    assert made.rows.height == 12


def test_districts_merged_since_are_summed(
    tmp_path: Path, geography: Geography, census: pl.DataFrame
) -> None:
    rows = a_year("Kent Police", "Newham", 40) + a_year("Kent Police", "Oldham", 20)
    made = counted(tmp_path, geography, census, rows)
    assert made.rows.select("code", "n").unique().rows() == [("E06000002", 60)]


def test_strays_do_not_stand_for_a_force_that_is_absent(
    tmp_path: Path, geography: Geography, census: pl.DataFrame
) -> None:
    rows = a_year("Kent Police", "Oldshire", 60) + a_year("Kent Police", "Lonely", 1)
    made = counted(tmp_path, geography, census, rows)
    assert made.without_home == ("E09000003",)
    assert "E09000003" not in made.rows["code"].to_list()


def test_a_month_that_looks_incomplete_is_left_out_and_named(
    tmp_path: Path, geography: Geography, census: pl.DataFrame
) -> None:
    rows = a_year("Kent Police", "Oldshire", 60, months=MONTHS[:11])
    rows += a_year("Kent Police", "Oldshire", 10, months=MONTHS[11:])
    made = counted(tmp_path, geography, census, rows)
    assert made.incomplete == (("Kent Police", "2025-12"),)
    assert made.rows["month"].max() == "2025-11"


def test_names_that_nothing_bears_are_told(
    tmp_path: Path, geography: Geography, census: pl.DataFrame
) -> None:
    rows = a_year("Kent Police", "Oldshire", 60) + a_year("Kent Police", "Atlantis", 60)
    assert counted(tmp_path, geography, census, rows).unmatched == ("Atlantis",)


def test_the_asked_force_is_left_to_its_own_files(
    tmp_path: Path, geography: Geography, census: pl.DataFrame
) -> None:
    made = counted(tmp_path, geography, census, a_year("South Yorkshire Police", "Oldshire", 60))
    assert made.rows.is_empty()


def test_own_districts_are_those_covered(geography: Geography) -> None:
    inside = geography.districts["lsoa21"].to_list()
    placed = pl.DataFrame({"lsoa21": inside[:9] + inside[20:22]})  # 9 of 10, and 2 strays of 10
    assert own_districts(placed, geography) == ("E07000001",)
