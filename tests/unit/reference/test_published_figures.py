"""The lists agree with the publishers' files that frith reads."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from frith.reference import crime_types, load, lookup, offence_theme
from support import shared

ROTHERHAM = "E08000018"


def rows(relative: str) -> list[dict[str, str]]:
    path: Path = shared(f"data/{relative}")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig") as handle:
        return list(csv.DictReader(handle))


def test_crime_types_are_worded_as_in_the_files_of_2018_and_2025() -> None:
    ours = {kind.name for kind in crime_types()}
    for month in ("2018-10", "2025-10"):
        theirs = {
            row["Crime type"] for row in rows(f"street/{month}-south-yorkshire-street.csv.gz")
        }
        assert theirs == ours


def test_crime_types_are_named_as_in_the_api() -> None:
    theirs = {
        row["api_slug"]: row["crime_type"] for row in rows("weights/police_uk_crime_types_cchi.csv")
    }
    assert {kind.slug: kind.name for kind in crime_types()} == theirs


def test_every_outcome_in_the_files_has_a_group_and_those_verified_were_seen() -> None:
    seen: set[str] = set()
    for month in ("2018-10", "2024-09", "2024-12", "2025-10"):
        file = rows(f"street/{month}-south-yorkshire-street.csv.gz")
        seen |= {row["Last outcome category"] for row in file}
    for month in ("2024-09", "2024-10", "2024-11", "2024-12"):
        file = rows(f"street/{month}-south-yorkshire-outcomes.csv.gz")
        seen |= {row["Outcome type"] for row in file}
    listed = {str(row["name"]): bool(row["verified_by"]) for row in load("outcome_types")}
    assert seen - {""} <= set(listed)
    assert {name for name, verified in listed.items() if verified} <= seen


def test_recorded_crime_codes_are_worded_and_grouped_as_published() -> None:
    theirs = {
        row["offence_code"]: (row["offence"], row["offence_subgroup"], row["offence_group"])
        for row in rows("weights/home_office_offence_hierarchy_2018.csv")
    }
    for row in load("offence_codes"):
        if row["scheme"] == "recorded crime":
            assert (row["offence"], row["subgroup"], row["group"]) == theirs[str(row["key"])]
    groups = {(row["name"], row["group"]) for row in load("home_office_offence_groups")}
    assert groups == {(subgroup, group) for _, subgroup, group in theirs.values()}


def test_no_code_of_the_courts_takes_a_theme_from_a_number_that_means_something_else() -> None:
    file = rows("weights/home_office_offence_codes_moj.csv")
    gaming = [row["ho_code"] for row in file if row["ho_code"].startswith("106/")]
    assert len(gaming) > 50
    assert {offence_theme(code) for code in gaming} == {None}
    classes = {row["category"] for row in file} | {row["ho_code"].lstrip("0") for row in file}
    for row in load("offence_codes"):
        if row["scheme"] == "court":
            assert row["key"] in classes
    slavery = [row["ho_code"] for row in file if offence_theme(row["ho_code"]) == "modern_slavery"]
    words = ("traffick", "slavery", "servitude", "forced", "exploitation", "departure", "travel")
    text = {row["ho_code"]: row["sub_category_description"].lower() for row in file}
    assert slavery
    assert all(any(word in text[code] for word in words) for code in slavery)


def test_areas_are_as_many_as_published() -> None:
    change = rows("lookups/lsoa11_lsoa21_lad22_england_wales.csv.gz")
    best_fit = rows("lookups/lsoa21_ward24_lad24_england_wales.csv.gz")
    south = rows("lookups/lsoa11_ward17_msoa11_lad_south_yorkshire.csv.gz")
    counted = {
        "lsoa11": (change, "lsoa11_code", "ltla22_code"),
        "lsoa21": (change, "lsoa21_code", "ltla22_code"),
        "lad22": (change, "ltla22_code", "ltla22_code"),
        "ward24": (best_fit, "ward24_code", "ltla24_code"),
        "lad24": (best_fit, "ltla24_code", "ltla24_code"),
    }
    for vintage, (file, column, district) in counted.items():
        codes = {row[column] for row in file}
        here = {row[column] for row in file if row[district] == ROTHERHAM}
        row = lookup("area_vintages", vintage)
        assert row["number_england_wales"] == len(codes), vintage
        assert row["number_england"] == sum(code.startswith("E") for code in codes), vintage
        assert row["number_rotherham"] == len(here), vintage
    ours = [row for row in south if row["lad_code"] == ROTHERHAM]
    for vintage in ("ward17", "msoa11"):
        here = {row[f"{vintage}_code"] for row in ours}
        assert lookup("area_vintages", vintage)["number_rotherham"] == len(here)


def test_editions_rank_as_many_areas_as_published() -> None:
    for edition, file in (
        ("2019", "deprivation/imd2019_lsoa11_england.csv.gz"),
        ("2025", "deprivation/imd2025_lsoa21_england.csv.gz"),
    ):
        assert lookup("deprivation_editions", edition)["areas"] == len(rows(file))


def test_the_words_of_the_partnership_are_quoted_as_published() -> None:
    page = "".join(
        path.read_text("utf-8") for path in sorted(shared("seeds").glob("*.txt"))
    ).casefold()
    for row in load("four_ps"):
        assert str(row["wording"]).casefold() in page
    for row in load("themes"):
        for part in str(row["wording"]).split(", "):
            assert part.casefold() in page, row["key"]
    for row in load("measures"):
        if row["published_measure"]:
            assert str(row["aim"]).casefold() in page
