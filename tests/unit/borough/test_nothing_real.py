"""Nobody and nowhere: numbers that ring nowhere, codes, plates and postcodes that cannot exist."""

from __future__ import annotations

import csv
import json
import re

import polars as pl
import pyarrow.parquet as pq
import pytest

from frith.borough import names, phones
from frith.borough.words import table
from frith.tables.points import land
from support import shared

UK_SHORES = {"Margate": (1.39, 51.39), "Clacton": (1.155, 51.79), "Walton": (1.27, 51.85)}
"""The nearest shores, longitude and latitude, from the Ordnance Survey's published gazetteer."""
POSTCODE_AREAS_START = set("ABCDEFGHIJKLMNOPRSTUWYZ")
"""Royal Mail: Q, V and X never stand first."""


def test_every_file_says_synthetic(folder):
    for path in folder.rglob("*.parquet"):
        metadata = pq.read_metadata(path).metadata
        assert metadata[b"synthetic"] == b"true", path
        assert b"SYNTHETIC" in metadata[b"note"], path
    for path in folder.rglob("*.geojson"):
        found = json.loads(path.read_text("utf-8"))
        assert found["synthetic"] is True
        assert "SYNTHETIC" in found["note"]
    for path in [folder / "README.md", folder / "dataset.toml", folder / "truth" / "about.json"]:
        assert "SYNTHETIC" in path.read_text("utf-8"), path
    csv_path = folder / "intelligence" / "intelligence_reports.csv"
    with csv_path.open(encoding="utf-8") as handle:
        assert all(row["mark"] == "SYNTHETIC" for row in csv.DictReader(handle))


def test_telephones_are_of_the_ranges_for_drama_or_cannot_be_dialled(made):
    numbers = [
        *made.table("nominals")["phone"].drop_nulls(),
        *made.table("objects").filter(pl.col("kind") == "phone")["identifier"],
    ]
    assert len(numbers) > 100
    for number in numbers:
        assert phones.is_drama(number) or re.fullmatch(r"SYNTHETIC 0000 \d{7}", number), number


def test_drama_numbers_are_ofcoms():
    assert phones.is_drama("07700 900123")
    assert phones.is_drama("01632 960999")
    assert not phones.is_drama("07700 901123")
    assert not phones.is_drama("07911 123456")
    assert not phones.is_drama("01632 961000")


def test_no_text_holds_another_telephone_number(made):
    reports = pl.read_parquet(made.summary.folder / "intelligence" / "intelligence_reports.parquet")
    text = " ".join(reports["fact"]) + " ".join(reports["how_known_words"])
    for found in re.findall(r"(?:\+44|\b0)\d[\d ]{8,}", text):
        assert found.replace(" ", "").startswith("0000"), found


def test_postcodes_start_with_a_letter_that_none_starts_with(made):
    for postcode in made.table("nominals")["postcode"].drop_nulls().unique():
        assert re.fullmatch(r"QX\d{1,3} \d[A-Z]{2}", postcode)
        assert postcode[0] not in POSTCODE_AREAS_START


def test_plates_are_never_issued(made):
    plates = made.table("objects").filter(pl.col("kind") == "vehicle")["identifier"]
    assert plates.len() > 5
    assert plates.str.contains(r"^QI\d{2} [A-Z]{3}$").all()


def test_emails_go_nowhere(made):
    emails = made.table("nominals")["email"].drop_nulls()
    assert emails.str.ends_with("@synthetic.example").all()


def test_area_codes_are_no_real_ones(made, folder):
    codes = set(made.table("lookups")["from_code"]) | set(made.table("lookups")["to_code"])
    features = json.loads((folder / "areas.geojson").read_text("utf-8"))["features"]
    codes |= {feature["properties"]["code"] for feature in features}
    assert all(re.fullmatch(r"E99(01|02|05|08)\d{4}", code) for code in codes)
    assert set(made.table("events")["area"].drop_nulls()) <= codes


@pytest.mark.parametrize(
    "known",
    [
        "lookups/lsoa21_ward24_lad24_england_wales.csv.gz",
        "lookups/lsoa11_lsoa21_lad22_england_wales.csv.gz",
    ],
)
def test_area_codes_are_not_in_the_register(made, known):
    real = pl.read_csv(shared(f"data/{known}"), infer_schema=False)
    codes = set(made.table("lookups")["from_code"])
    for column in real.columns:
        assert not codes & set(real[column].drop_nulls())


def test_the_borough_lies_in_the_sea(made):
    import shapely

    points = made.table("events").select("longitude", "latitude").drop_nulls().to_numpy()
    assert shapely.contains_xy(land(), points[:, 0], points[:, 1]).all()  # the rough outline
    for longitude, latitude in UK_SHORES.values():
        gap = (
            ((points[:, 0] - longitude) * 69_100) ** 2 + ((points[:, 1] - latitude) * 111_320) ** 2
        ) ** 0.5
        assert gap.min() > 5_000


def test_place_names_are_no_towns():
    words = table("places.toml")
    invented = {f"{first}{last}".lower() for first in words["first"] for last in words["last"]}
    path = shared("data/basemap/place_names.csv")
    real = {name.lower() for name in pl.read_csv(path)["name"]}
    assert not invented & real


def test_nobody_bears_a_well_known_name(made):
    famous, short = names.famous(), names.nicknames()
    people = made.truth("people")
    for given, family in people.select("given_name", "family_name").iter_rows():
        assert f"{given} {family}" not in famous
        assert f"{short.get(given, given)} {family}" not in famous
    assert "Paul Gallagher" in famous


def test_no_column_tells_of_ethnicity_or_health(made):
    for name in ("nominals", "lists", "referrals"):
        columns = " ".join(made.table(name).columns)
        assert not re.search("ethnic|national|religio|health|disab", columns)
    assert not re.search("ethnic|national|community", " ".join(made.truth("people").columns))
