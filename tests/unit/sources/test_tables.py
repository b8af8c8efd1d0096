"""Files of ONS, MHCLG, the Home Office and GeoNames become tables of the contract."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from frith.errors import BadInput, UnknownName
from frith.sources.folder import Folder, look_through
from frith.sources.geonames.places import place_features
from frith.sources.home_office.nrm import force_rows, uk_rows
from frith.sources.mhclg.deprivation import deprivation_rows
from frith.sources.ons.lookups import Geography, check_areas, lookup_rows, read_geography
from frith.sources.ons.outlines import area_features
from frith.sources.ons.population import population_rows, read_census
from frith.sources.police_uk.forces import find_force
from frith.tables import TABLES
from unit.sources.little import (
    FAR,
    HOUSEHOLDS,
    LITTLE,
    LSOAS,
    RESIDENTS,
    features,
    table,
    write_folder,
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return look_through(write_folder(tmp_path))


@pytest.fixture
def geography(folder: Folder) -> Geography:
    return read_geography(folder.need("lsoa21_districts"), folder.need("lsoa11_lsoa21"))


def test_areas_of_both_vintages(geography: Geography) -> None:
    assert geography.lsoa21_of([LITTLE]) == ["E01900001", "E01900002", "E01900003", "E01900004"]
    assert geography.lsoa11_of([LITTLE]) == ["E01900001", "E01900007", "E01900008", "E01900009"]
    assert geography.name_of([LITTLE, FAR]) == "Farborough, Littleborough"


def test_lookups_say_what_is_whole_and_what_is_not_known(geography: Geography) -> None:
    rows = lookup_rows(geography, [LITTLE])
    shares = {
        (old, new): share for old, vintage, new, _, share in rows.iter_rows() if vintage == "lsoa11"
    }
    assert shares == {
        ("E01900001", "E01900001"): 1.0,
        ("E01900007", "E01900004"): 1.0,
        ("E01900008", "E01900004"): 1.0,
        ("E01900009", "E01900002"): None,  # split: how much lies where is not published here
        ("E01900009", "E01900003"): None,
    }
    assert rows.filter(pl.col("to_vintage") == "lad24")["to_code"].to_list() == [LITTLE] * 4
    assert set(rows.columns) == set(TABLES["lookups"].names)


def test_codes_are_tidied_and_wrong_ones_refused(geography: Geography) -> None:
    assert check_areas([" e08000098", LITTLE], geography) == (LITTLE,)
    with pytest.raises(UnknownName, match="E08000098"):
        check_areas(["E08000097"], geography)
    with pytest.raises(BadInput, match="Littleborough is E08000098"):
        check_areas(["littleboro"], geography)
    with pytest.raises(BadInput, match="not the code"):
        check_areas(["E01900001"], geography)


def test_outlines_carry_code_name_vintage_and_centroid(
    folder: Folder, geography: Geography
) -> None:
    made, used = area_features(folder, geography, [LITTLE])
    by_vintage = {
        vintage: [one["properties"] for one in made if one["properties"]["vintage"] == vintage]
        for vintage in ("lsoa21", "ward24", "lad24")
    }
    assert [one["code"] for one in by_vintage["lsoa21"]] == geography.lsoa21_of([LITTLE])
    assert [one["code"] for one in by_vintage["ward24"]] == ["E05900001", "E05900002"]
    assert [one["name"] for one in by_vintage["lad24"]] == ["Littleborough"]
    assert by_vintage["lsoa21"][0]["centroid_longitude"] == pytest.approx(-1.395)
    assert len(used) == 4


def test_an_outline_that_is_missing_is_refused(folder: Folder, geography: Geography) -> None:
    path = folder.need("lsoa21_outlines").path
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features("lsoa")[1:]}))
    with pytest.raises(BadInput, match="1 of the 4 LSOAs of 2021 asked for, such as E01900001"):
        area_features(look_through(folder.path), geography, [LITTLE])


def test_detailed_outlines_go_before_simplified(folder: Folder, geography: Geography) -> None:
    path = folder.need("lsoa21_outlines").path
    coarse = path.with_name("a_simplified.geojson")  # the first by name
    coarse.write_text(path.read_text() + " " * 10_000)
    _, used = area_features(look_through(folder.path), geography, [LITTLE])
    assert used[0].name == path.name


def test_districts_are_sums_of_their_lsoas(folder: Folder, geography: Geography) -> None:
    census, _, _ = read_census(folder)
    rows = population_rows(census, geography, areas=[LITTLE], districts=[LITTLE, FAR])
    n = {(code, what): n for code, n, what, _, _ in rows.iter_rows()}
    inside = geography.lsoa21_of([LITTLE])
    assert n[LITTLE, "residents"] == sum(RESIDENTS[code] for code in inside)
    assert n[FAR, "households"] == HOUSEHOLDS["E01900005"]
    assert n["E01900001", "residents"] == RESIDENTS["E01900001"]
    assert ("E01900005", "residents") not in n  # another district's small areas are not held
    assert set(rows.columns) == set(TABLES["population"].names)


def test_the_two_nomis_tables_do_as_well(folder: Folder) -> None:
    joined, _, _ = read_census(folder)
    folder.need("census_households_and_residents").path.unlink()
    with pytest.raises(BadInput, match="TS001 and TS041"):
        read_census(look_through(folder.path))
    for name, column, values in (
        ("a.csv", "C2021_RESTYPE_3_NAME", RESIDENTS),
        ("b.csv", "C2021_HH_1_NAME", HOUSEHOLDS),
    ):
        rows = [[code, code, "Total", values[code]] for code in LSOAS]
        header = ["GEOGRAPHY_CODE", "GEOGRAPHY_NAME", column, "OBS_VALUE"]
        (folder.path / name).write_bytes(table(header, rows))
    again, used, _ = read_census(look_through(folder.path))
    assert again.equals(joined)
    assert len(used) == 2


def test_deprivation_of_a_published_file_7(folder: Folder, geography: Geography) -> None:
    rows, report, left_out = deprivation_rows(
        folder.need("deprivation_2025"), geography.lsoa21_of([LITTLE]), edition="2025"
    )
    assert left_out == ("idaopi",)
    assert report.refused == 0
    first = rows.filter((pl.col("code") == "E01900002") & (pl.col("domain") == "health"))
    assert first.rows() == [("E01900002", "2025", "health", 2, 105, 49.5, "lsoa21")]
    assert rows["domain"].n_unique() == 9
    older, _, _ = deprivation_rows(
        folder.need("deprivation_2019"), geography.lsoa11_of([LITTLE]), edition="2019"
    )
    assert older["area_vintage"].unique().to_list() == ["lsoa11"]
    assert older["code"].unique().sort().to_list() == geography.lsoa11_of([LITTLE])


def test_a_row_with_a_gap_is_refused_and_told(folder: Folder, geography: Geography) -> None:
    path = folder.need("census_households_and_residents").path
    path.write_text(path.read_text().replace(",1501,", ",,").replace(",1502,", ",many,"))
    _, _, (report,) = read_census(look_through(folder.path))
    assert (report.rows, report.accepted) == (6, 4)
    assert report.refusals.rows() == [
        (3, "census2021_residents", "", "blank, and it may not be"),
        (4, "census2021_residents", "many", "not a number"),
    ]


NRM = ["quarter", "first_responder", "exploitation_type", "age_at_exploitation", "people"]
OWN = "South Yorkshire Police"
NRM_ROWS = [
    ["2023-Q1", OWN, "Total", "Total", 6],
    ["2023-Q1", OWN, "Total", "Child (17 or under)", 3],
    ["2023-Q1", OWN, "Criminal", "Total", 4],
    ["2023-Q1", OWN, "Criminal", "Child (17 or under)", 3],
    ["2023-Q1", OWN, "Criminal", "Adult (18 or over)", 1],
    ["2023-Q1", OWN, "Sexual & Criminal", "Total", 2],
    ["2023-Q1", OWN, "Sexual & Criminal", "Adult (18 or over)", 2],
    ["2023-Q2", OWN, "Total", "Total", 1],
    ["2023-Q2", OWN, "Labour", "Total", 1],
    ["2023-Q2", OWN, "Labour", "Adult (18 or over)", 1],
    ["2023-Q1", "Kent Police", "Total", "Total", 50],
]


def test_referrals_are_counted_without_adding_totals_in(tmp_path: Path) -> None:
    (tmp_path / "nrm.csv").write_bytes(table(NRM, NRM_ROWS))
    found = look_through(tmp_path).need("nrm_by_force")
    rows, _ = force_rows(found, find_force("south-yorkshire"))
    n = {(key, period): value for key, period, value, *_ in rows.iter_rows()}
    assert n["nrm_referrals", "2023-Q1"] == 6
    assert n["nrm_referrals_children", "2023-Q1"] == 3
    assert n["nrm_referrals_adults", "2023-Q1"] == 3
    assert n["nrm_referrals_criminal", "2023-Q1"] == 6  # alone or with another type
    assert n["nrm_referrals_sexual", "2023-Q1"] == 2
    assert n["nrm_referrals_sexual", "2023-Q2"] == 0  # published without one: a nought, no gap
    assert rows["area"].unique().to_list() == ["E23000011"]
    assert rows["denominator"].null_count() == rows.height


def test_referrals_of_the_uk_add_ages_and_only_totals_of_place(tmp_path: Path) -> None:
    header = ["Year", "Quarter", "Age at exploitation", "Location of exploitation", "NRM referrals"]
    rows = [[2023, "Q1", age, place, n] for age in ("Adult", "Child")
            for place, n in (("UK", 3), ("Overseas", 2), ("Total", 5))]  # fmt: skip
    (tmp_path / "uk.csv").write_bytes(table(header, rows))
    made, _ = uk_rows(look_through(tmp_path).need("nrm_uk"))
    assert made.select("measure", "period", "numerator", "area").rows() == [
        ("nrm_referrals", "2023-Q1", 10.0, "K02000001")
    ]


def test_places_near_and_not_far(folder: Folder, geography: Geography) -> None:
    outlines, _ = area_features(folder, geography, [LITTLE])
    made, report = place_features(folder.need("place_names"), outlines)
    assert [one["properties"]["name"] for one in made] == ["Little"]
    assert made[0]["properties"]["inside"] is True
    assert report.rows == 2
