"""Figures of Rotherham and South Yorkshire that are published or follow from published counts."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from frith.sources.build import Built, build
from frith.sources.folder import look_through
from frith.sources.months import months_between
from frith.sources.police_uk.forces import find_force
from support import shared

ROTHERHAM = "E08000018"
SOUTH_YORKSHIRE = ("E08000016", "E08000017", ROTHERHAM, "E08000019")


@cache
def made(first: str, last: str, *areas: str) -> Built:
    folder = look_through(shared("data"))
    months = months_between(first, last)
    force = find_force("south-yorkshire")
    return build(folder, force=force, areas=areas, months=months)


@pytest.fixture
def rotherham() -> Built:
    return made("2024-01", "2025-10", ROTHERHAM)


@pytest.fixture
def county() -> Built:
    return made("2024-01", "2025-10", *SOUTH_YORKSHIRE)


def street_rows(month: str, *, district: str = "", place: bool = True) -> int:
    """Rows of a street file counted by hand: by the district in the LSOA name, or with no place."""
    path: Path = shared(f"data/street/{month}-south-yorkshire-street.csv.gz")
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()[1:]
    if not place:
        return sum(",No Location,,," in line for line in lines)
    return sum(f",{district} 0" in line for line in lines)


def test_lsoas_of_both_censuses(rotherham: Built) -> None:
    """167 LSOAs in 2011, 170 in 2021 (ONS lookup of 2011 to 2021; MHCLG, IoD2019 and IoD2025)."""
    lookups = rotherham.tables["lookups"].filter(pl.col("from_vintage") == "lsoa11")
    assert lookups["from_code"].n_unique() == 167
    assert lookups["to_code"].n_unique() == 170
    outlines = [one["properties"] for one in rotherham.outlines["areas"]["features"]]
    assert sum(one["vintage"] == "lsoa21" for one in outlines) == 170
    assert sum(one["vintage"] == "ward22" for one in outlines) == 25  # wards since 2021


def test_south_yorkshire_has_860_lsoas(county: Built) -> None:
    """148 Barnsley, 199 Doncaster, 170 Rotherham, 343 Sheffield (ONS, LSOA 2021 to LAD 2024)."""
    outlines = [one["properties"] for one in county.outlines["areas"]["features"]]
    assert sum(one["vintage"] == "lsoa21" for one in outlines) == 148 + 199 + 170 + 343 == 860


def test_residents_and_households(rotherham: Built) -> None:
    """265,788 residents and 113,922 households: sums of ONS, Census 2021, TS001 and TS041."""
    rows = rotherham.tables["population"]
    for what, n in (("residents", 265_788), ("households", 113_922)):
        kept = rows.filter(pl.col("denominator") == what)
        assert kept.filter(pl.col("code") == ROTHERHAM)["n"].to_list() == [n]
        assert kept.filter(pl.col("area_vintage") == "lsoa21")["n"].sum() == n


@pytest.mark.parametrize(
    ("edition", "domain", "lsoas"),
    [
        ("2025", "imd", 36),  # MHCLG, IoD2025 file 7
        ("2025", "income", 33),  # as above; the domain that does not contain crime
        ("2019", "imd", 36),  # MHCLG, IoD2019; Rotherham MBC quotes the same
    ],
)
def test_most_deprived_tenth(rotherham: Built, edition: str, domain: str, lsoas: int) -> None:
    rows = rotherham.tables["deprivation"].filter(
        (pl.col("edition") == edition) & (pl.col("domain") == domain) & (pl.col("decile") == 1)
    )
    assert rows.height == lsoas


@pytest.mark.parametrize("month", ["2024-01", "2024-12", "2025-10"])
def test_events_are_the_rows_of_the_files(rotherham: Built, month: str) -> None:
    """Counted by hand from the published file: district in the LSOA name, or "No Location"."""
    events = rotherham.tables["events"].filter(
        pl.col("occurred_from").dt.strftime("%Y-%m") == month
    )
    placed = events.filter(pl.col("area").is_not_null())
    assert placed.height == street_rows(month, district="Rotherham")
    assert events.height - placed.height == street_rows(month, place=False)


def test_counts_of_the_other_districts_are_the_rows_of_the_files(rotherham: Built) -> None:
    counts = rotherham.tables["counts"].filter(pl.col("month") == "2025-01")
    for code, name in (("E08000016", "Barnsley"), ("E08000019", "Sheffield")):
        n = counts.filter(pl.col("code") == code)["n"].sum()
        assert n == street_rows("2025-01", district=name)


def test_counts_and_events_agree(rotherham: Built, county: Built) -> None:
    """Sheffield counted from the files and Sheffield as events are the same crimes."""
    sheffield = county.tables["lookups"].filter(pl.col("to_code") == "E08000019")["from_code"]
    events = county.tables["events"].filter(pl.col("area").is_in(sheffield.implode()))
    counts = rotherham.tables["counts"].filter(pl.col("code") == "E08000019")
    assert events.height == counts["n"].sum()
    by_type = dict(events.group_by("crime_type").len().iter_rows())
    assert by_type == dict(counts.group_by("crime_type").agg(pl.col("n").sum()).iter_rows())


def test_other_districts_that_can_be_compared(rotherham: Built) -> None:
    """The file of 2025 lacks four forces (Metropolitan, West Midlands, West Yorkshire, Greater
    Manchester): 32 + 7 + 5 + 10 = 54 districts of the 296 in England cannot be compared."""
    (note,) = (n for n in rotherham.notes if n.code == "districts-without-home-force")
    assert note.text.startswith("54 districts")
    english = {code for code in rotherham.tables["counts"]["code"] if code.startswith("E")}
    assert len(english) == 296 - 54 - 1  # all but those and Rotherham, whose events are held
    assert not any(n.code == "district-names-unmatched" for n in rotherham.notes)


def test_referrals_by_the_force(rotherham: Built) -> None:
    """27, 22, 28, 28, 20, 21, 22 from 2022-Q2 to 2023-Q4 (Home Office, NRM statistics)."""
    rows = rotherham.tables["measure_values"].filter(
        (pl.col("measure") == "nrm_referrals") & (pl.col("area") == "E23000011")
    )
    assert rows.sort("period")["numerator"].to_list() == [27, 22, 28, 28, 20, 21, 22]


def test_months_coded_to_2011_are_moved_whole() -> None:
    """Rotherham in 2018-10 to 2019-02: each of the 12,817 rows moves to an LSOA of 2021."""
    old = made("2018-10", "2019-02", ROTHERHAM)
    events = old.tables["events"]
    assert events["area_vintage"].drop_nulls().unique().to_list() == ["lsoa21"]
    placed = events.filter(pl.col("area").is_not_null())
    assert placed.height == 12_817
    assert placed.height == sum(
        street_rows(month, district="Rotherham") for month in months_between("2018-10", "2019-02")
    )
    assert any("12,817 were moved" in note.text for note in old.notes)


def test_events_lie_where_their_code_says(county: Built) -> None:
    """96.1% of points of 2025 lie in the outline of their stated LSOA; the rest at its edges."""
    import shapely
    from shapely.geometry import shape

    outlines = {
        one["properties"]["code"]: shape(one["geometry"])
        for one in county.outlines["areas"]["features"]
        if one["properties"]["vintage"] == "lsoa21"
    }
    sample = (
        county.tables["events"]
        .filter(pl.col("area").is_not_null() & (pl.col("occurred_from").dt.year() == 2025))
        .gather_every(40)
    )
    inside = [
        outlines[code].covers(shapely.Point(x, y))
        for code, x, y in sample.select("area", "longitude", "latitude").iter_rows()
    ]
    assert sum(inside) / len(inside) == pytest.approx(0.961, abs=0.01)
