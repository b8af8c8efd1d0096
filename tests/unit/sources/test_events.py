"""Street files become events: what lies inside, what has no place, what could not be moved."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from frith.errors import BadInput
from frith.sources.build import Built, build
from frith.sources.folder import look_through
from frith.sources.months import months_between
from frith.sources.ons.lookups import read_geography
from frith.sources.ons.outlines import area_features
from frith.sources.police_uk.forces import find_force
from frith.sources.police_uk.vintage import to_lsoa21
from frith.tables import TABLES
from unit.sources.little import FAR, LITTLE, OTHER, STREET, crime, middle, table, write_folder

MONTHS = months_between("2024-01", "2024-03")
FORCE = find_force("south-yorkshire")


def built(folder: Path, *areas: str) -> Built:
    return build(look_through(folder), force=FORCE, areas=areas or (LITTLE,), months=MONTHS)


def test_events_of_the_area_and_those_without_a_place(tmp_path: Path) -> None:
    made = built(write_folder(tmp_path))
    events = made.tables["events"]
    assert events.height == 9  # 7 in January inside, 1 in March, 1 without a place
    assert events["area"].null_count() == 1
    assert events.filter(pl.col("area").is_null())["crime_type"].to_list() == ["Drugs"]
    assert "E01900005" not in events["area"].to_list()
    (note,) = (note for note in made.notes if note.code == "events-without-place")
    assert note.text.startswith("1 of 12 events")


def test_missing_months_are_told_and_not_filled(tmp_path: Path) -> None:
    made = built(write_folder(tmp_path))
    assert made.months["found"] == ("2024-01", "2024-03")
    assert made.months["missing"] == ("2024-02",)
    assert any(n.code == "months-missing" and "2024-02" in n.text for n in made.notes)
    assert "2024-02" not in made.tables["counts"]["month"].to_list()


def test_true_repeats_stay(tmp_path: Path) -> None:
    events = built(write_folder(tmp_path)).tables["events"]
    repeats = events.filter(pl.col("crime_type") == "Anti-social behaviour")
    assert repeats.height == 2
    assert repeats["event_id"].n_unique() == 2


def test_counts_are_of_other_districts_with_noughts_in_found_months(tmp_path: Path) -> None:
    counts = built(write_folder(tmp_path)).tables["counts"]
    assert counts["code"].unique().sort().to_list() == [OTHER, FAR]
    assert counts["area_vintage"].unique().to_list() == ["lad24"]
    far = counts.filter(code=FAR).select("month", "crime_type", "n")
    n = {(month, kind): n for month, kind, n in far.iter_rows()}
    assert n == {
        ("2024-01", "Burglary"): 2, ("2024-01", "Drugs"): 0,
        ("2024-03", "Burglary"): 0, ("2024-03", "Drugs"): 1,
    }  # fmt: skip


def test_other_forces_districts_are_counted_from_their_own_files(tmp_path: Path) -> None:
    counts = built(write_folder(tmp_path)).tables["counts"]
    # Kent's stray crime in Littleborough is in no count; Kent published January alone.
    assert counts.filter(code=OTHER).select("month", "crime_type", "n").rows() == [
        ("2024-01", "Burglary", 1),
        ("2024-01", "Drugs", 1),
    ]


def test_several_districts_leave_nothing_to_count(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "street" / "2024-01-kent-street.csv.gz").unlink()
    made = built(folder, FAR, LITTLE)
    assert any(note.code == "no-other-forces" for note in made.notes)
    assert made.about.area == f"{FAR} {LITTLE}"
    assert made.tables["events"].height == 12
    assert made.tables["counts"].is_empty()
    assert set(made.tables["counts"].columns) <= set(TABLES["counts"].names)


def test_outcomes_from_their_file_else_the_last_known(tmp_path: Path) -> None:
    made = built(write_folder(tmp_path))
    outcomes = made.tables["outcomes"]
    first = outcomes.filter(pl.col("event_id") == f"{1:064x}")
    assert first["outcome"].to_list() == ["Suspect charged"]
    assert first["decided_on"].dt.strftime("%Y-%m").to_list() == ["2024-01"]
    second = outcomes.filter(pl.col("event_id") == f"{2:064x}")
    assert second["outcome"].to_list() == ["Under investigation"]
    assert second["decided_on"].to_list() == [None]
    assert f"{99:064x}" not in outcomes["event_id"].to_list()
    (note,) = (note for note in made.notes if note.code == "outcomes-of-other-events")
    assert note.text.startswith("2 of 3 rows")


def test_a_refused_row_is_counted(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    wrong = list(crime(50, "2024-01", "E01900001"))
    wrong[4] = "12.5"  # in the sea
    path = folder / "street" / "2024-01-south-yorkshire-street.csv.gz"
    body = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(body + table(STREET, [wrong]).split(b"\n", 1)[1]))
    made = built(folder)
    (report,) = (report for report in made.reports if report.refused)
    assert (report.file, report.refused) == ("2024-01-south-yorkshire-street.csv.gz", 1)
    assert made.tables["events"].height == 9


def test_no_street_file_at_all_is_refused(tmp_path: Path) -> None:
    folder = look_through(write_folder(tmp_path))
    with pytest.raises(BadInput, match="no street file of South Yorkshire Police from 2022-01"):
        build(folder, force=FORCE, areas=[LITTLE], months=months_between("2022-01", "2022-02"))


def test_an_area_of_another_force_is_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    for month in ("2024-01", "2024-03"):
        path = folder / "street" / f"{month}-south-yorkshire-street.csv.gz"
        path.write_bytes(gzip.compress(table(STREET, [crime(1, month, "E01900005")])))
    made = built(folder)
    assert any(note.code == "area-of-another-force" for note in made.notes)


def test_every_table_says_who_published_it_and_that_it_is_open(tmp_path: Path) -> None:
    about = built(write_folder(tmp_path)).about
    assert set(about.files) >= {"events", "counts", "population", "areas", "places"}
    for note in about.files.values():
        assert note.regime == "open"
        assert note.publisher
        assert note.licence
        assert note.retrieved_on is not None


@pytest.fixture
def old_events() -> pl.DataFrame:
    """One event of each kind: unchanged, merged, split (either part), split just outside, stuck."""
    east_of_all = (middle("E01900003")[0] + 0.0051, middle("E01900003")[1])
    rows = [
        ("unchanged", "E01900001", *middle("E01900001")),
        ("merged", "E01900007", *middle("E01900004")),
        ("west part", "E01900009", *middle("E01900002")),
        ("east part", "E01900009", *middle("E01900003")),
        ("just outside", "E01900009", *east_of_all),
        ("no point", "E01900009", None, None),
        ("unknown", "E01900099", *middle("E01900001")),
        ("no place", None, None, None),
    ]
    schema = ["event_id", "area", "longitude", "latitude"]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        area_vintage=pl.when(pl.col("area").is_not_null()).then(pl.lit("lsoa11"))
    )


def test_codes_of_2011_are_moved_and_what_cannot_be_is_told(
    old_events: pl.DataFrame, tmp_path: Path
) -> None:
    folder = look_through(write_folder(tmp_path))
    geography = read_geography(folder.need("lsoa21_districts"), folder.need("lsoa11_lsoa21"))
    features, _ = area_features(folder, geography, [LITTLE])
    moved = to_lsoa21(old_events, geography, features)
    now = {
        name: (area, vintage)
        for name, area, vintage in moved.frame.select(
            "event_id", "area", "area_vintage"
        ).iter_rows()
    }
    assert now == {
        "unchanged": ("E01900001", "lsoa21"),
        "merged": ("E01900004", "lsoa21"),
        "west part": ("E01900002", "lsoa21"),
        "east part": ("E01900003", "lsoa21"),
        "just outside": ("E01900003", "lsoa21"),
        "no point": ("E01900009", "lsoa11"),
        "unknown": ("E01900099", "lsoa11"),
        "no place": (None, None),
    }
    (note,) = moved.notes
    assert "7 events were coded to LSOAs of 2011; 5 were moved" in note.text
    assert "2 could not be" in note.text
    assert note.severity == "warn"


def test_a_split_area_without_all_its_outlines_is_not_guessed(
    old_events: pl.DataFrame, tmp_path: Path
) -> None:
    folder = look_through(write_folder(tmp_path))
    geography = read_geography(folder.need("lsoa21_districts"), folder.need("lsoa11_lsoa21"))
    features, _ = area_features(folder, geography, [LITTLE])
    some = [one for one in features if one["properties"]["code"] != "E01900003"]
    moved = to_lsoa21(old_events, geography, some)
    split = moved.frame.filter(pl.col("event_id").is_in(["west part", "east part"]))
    assert split["area_vintage"].to_list() == ["lsoa11", "lsoa11"]


def test_codes_of_2021_are_left_alone(old_events: pl.DataFrame, tmp_path: Path) -> None:
    folder = look_through(write_folder(tmp_path))
    geography = read_geography(folder.need("lsoa21_districts"), folder.need("lsoa11_lsoa21"))
    new = old_events.with_columns(area_vintage=pl.lit(None, pl.String))
    moved = to_lsoa21(new, geography, [])
    assert moved.frame["area"].to_list() == new["area"].to_list()
    assert moved.notes == ()


def test_areas_without_people_or_deprivation_are_told(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    for name in ("census.csv", "iod2025.csv"):
        lines = (folder / name).read_text().splitlines(keepends=True)
        (folder / name).write_text("".join(one for one in lines if "E01900002" not in one))
    told = [note.text for note in built(folder).notes if note.code == "areas-not-in-table"]
    assert told == [
        "1 of 4 small areas have no population: E01900002, …",
        "1 of 4 small areas have no deprivation 2025: E01900002, …",
    ]
