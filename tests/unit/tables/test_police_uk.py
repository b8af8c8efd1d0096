"""data.police.uk files as they are published: nothing lost, nothing doubled."""

from __future__ import annotations

import gzip
import random
from datetime import datetime
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from frith.errors import BadInput, ForbiddenData, VintageMismatch
from frith.tables import (
    TABLES,
    Codebook,
    read_outcomes,
    read_stop_and_search,
    read_street,
)
from frith.tables.police_uk import OUTCOME_COLUMNS, STREET_COLUMNS, kind_of
from frith.tables.stops import STOP_COLUMNS
from support import shared

FORCE = "South Yorkshire Police"
PLACE = "-1.36,53.43,On or near High Street,E01007776,Rotherham 008B"


def _crime(
    crime_id: str = "", *, month: str = "2024-01", type_: str = "Drugs", place: str = PLACE
) -> str:
    return f"{crime_id},{month},{FORCE},{FORCE},{place},{type_},Under investigation,"


def _asb(place: str = PLACE, month: str = "2024-01") -> str:
    return f",{month},{FORCE},{FORCE},{place},Anti-social behaviour,,"


def _street(tmp_path: Path, *rows: str, name: str = "2024-01-south-yorkshire-street.csv") -> Path:
    path = tmp_path / name
    text = "\n".join([",".join(STREET_COLUMNS), *rows]) + "\n"
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def test_a_crime_becomes_an_event_at_the_precision_it_has(tmp_path: Path) -> None:
    reading = read_street([_street(tmp_path, _crime("a1"), _asb())], vintage="lsoa21")
    assert reading.frame.columns == list(TABLES["events"].names)
    crime, asb = reading.frame.rows(named=True)
    assert crime["event_id"] == "a1"
    assert crime["source"] == "data.police.uk: South Yorkshire Police"
    assert (crime["kind"], asb["kind"]) == ("crime", "incident")
    assert crime["crime_type"] == "Drugs"
    assert (crime["occurred_from"], crime["date_precision"]) == (datetime(2024, 1, 1), "month")
    assert (crime["area"], crime["area_vintage"]) == ("E01007776", "lsoa21")
    assert (crime["longitude"], crime["latitude"]) == (-1.36, 53.43)
    assert crime["point_precision"] == "snapped"
    assert crime["police_led"] is None
    assert (crime["source_row"], asb["source_row"]) == (2, 3)
    assert crime["source_file"] == "2024-01-south-yorkshire-street.csv"
    assert reading.also["outcomes"].rows() == [("a1", "Under investigation", None)]


def test_the_same_file_twice_adds_nothing_and_true_repeats_stay(tmp_path: Path) -> None:
    rows = (_crime("a1"), _asb(), _asb(), _asb())
    one = _street(tmp_path, *rows)
    zipped = _street(tmp_path, *rows, name="copy.csv.gz")
    once, twice = read_street([one]), read_street([one, zipped])
    assert once.frame.height == 4
    assert once.frame["event_id"].n_unique() == 4
    assert_frame_equal(once.frame, twice.frame)
    assert "read_already" in [note.code for note in twice.report.notes]
    assert twice.report.rows == 8


def test_identity_does_not_hang_on_the_order_of_files_or_on_what_else_is_read(
    tmp_path: Path,
) -> None:
    january = _street(tmp_path, _crime("a1"), _asb(), _asb())
    february = _street(tmp_path, _asb(month="2024-02"), name="2024-02-x-street.csv")
    both, turned = read_street([january, february]), read_street([february, january])
    assert set(both.frame["event_id"]) == set(turned.frame["event_id"])
    assert set(read_street([january]).frame["event_id"]) < set(both.frame["event_id"])


def test_a_later_edition_of_a_month_adds_only_what_is_new(tmp_path: Path) -> None:
    moved = PLACE.replace("-1.36", "-1.37")
    first = _street(tmp_path, _crime("a1"), _crime("a2"), name="first.csv")
    later = _street(tmp_path, _crime("a2", place=moved), _crime("a1"), _crime("a3"), name="l.csv")
    assert read_street([first, later]).frame["event_id"].to_list() == ["a1", "a2", "a3"]


def test_a_crime_id_twice_in_one_file_is_two_events(tmp_path: Path) -> None:
    elsewhere = PLACE.replace("E01007776", "E01007777")
    path = _street(tmp_path, _crime("a1"), _crime("a1", place=elsewhere), _crime("a2"))
    reading = read_street([path, path])
    assert reading.frame["event_id"].to_list() == ["a1", "a1~2", "a2"]
    assert "crime_id_repeats" in [note.code for note in reading.report.notes]


def test_a_crime_id_of_another_month_is_another_event(tmp_path: Path) -> None:
    january = _street(tmp_path, _crime("a1"))
    march = _street(tmp_path, _crime("a1", month="2024-03"), name="2024-03-x-street.csv")
    reading = read_street([january, march, january])
    assert reading.frame["event_id"].to_list() == ["a1", "a1~2024-03"]
    assert "crime_id_elsewhere" in [note.code for note in reading.report.notes]


def test_a_row_without_a_place_goes_in_and_is_counted(tmp_path: Path) -> None:
    reading = read_street([_street(tmp_path, _crime("a1", place=",,No Location,,"))])
    assert (reading.report.accepted, reading.report.without_place) == (1, 1)
    row = reading.frame.row(0, named=True)
    assert (row["area"], row["area_vintage"], row["point_precision"]) == (None, None, None)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (_crime("a1", month="2024-13"), "Month", "is not a month; write YYYY-MM"),
        (_crime("a1", month=""), "Month", "is blank, and every row needs it"),
        (_crime("a1", type_=""), "Crime type", "is blank, and every row needs it"),
        (_crime("a1", place="x,53.4,,E01007776,"), "Longitude", "is not a number"),
        (_crime("a1", place="inf,53.4,,E01007776,"), "Longitude", "is not a number"),
        (_crime("a1", place="53.4,-1.3,,E01007776,"), "Longitude", "has longitude and latitude sw"),
        (_crime("a1", place="-1.3,,,E01007776,"), "Longitude", "has only one of"),
        (_crime("a1", place="-1.3,53.4,,Rotherham,"), "LSOA code", "is not an area code, such as"),
        ("a1,2024-01", "", "too few fields: 2, where the header has 12"),
    ],
)
def test_a_bad_row_is_refused_by_file_and_row(
    tmp_path: Path, row: str, column: str, reason: str
) -> None:
    good = _street(tmp_path, _crime("g1"))
    bad = _street(tmp_path, _crime("g2"), row, name="bad-street.csv")
    reading = read_street([good, bad], rejects=tmp_path / "mend")
    assert reading.frame["event_id"].to_list() == ["g1", "g2"]
    ((number, where, _, why, file),) = reading.report.refusals.iter_rows()
    assert (number, where, file) == (3, column, "bad-street.csv")
    assert why.startswith(reason)
    assert [part.refused for part in reading.parts] == [0, 1]
    assert (tmp_path / "mend" / "bad-street.csv").read_text().splitlines()[1].startswith(row)


def test_the_vintage_is_told_from_the_codes_or_left_open(tmp_path: Path) -> None:
    shared_code = _street(tmp_path, _crime("a1"))
    assert read_street([shared_code]).frame["area_vintage"].to_list() == [None]
    assert "vintage_unknown" in [n.code for n in read_street([shared_code]).report.notes]
    new = _street(tmp_path, _crime("a1"), _crime("a2", place="-1.3,53.4,,E01033999,"), name="n.csv")
    assert read_street([new]).frame["area_vintage"].to_list() == ["lsoa21", "lsoa21"]
    book = Codebook({"lsoa11": frozenset({"E01007776", "E01007700"}), "lsoa21": frozenset()})
    old = _street(tmp_path, _crime("a1", place="-1.3,53.4,,E01007700,"), name="o.csv")
    assert read_street([old], codes=book).frame["area_vintage"].to_list() == ["lsoa11"]


def test_codes_of_two_vintages_in_one_file_are_refused(tmp_path: Path) -> None:
    book = Codebook({"lsoa11": frozenset({"E01007700"}), "lsoa21": frozenset({"E01033999"})})
    rows = [_crime(f"a{c[-1]}", place=f"-1.3,53.4,,{c},") for c in ("E01007700", "E01033999")]
    path = _street(tmp_path, *rows)
    with pytest.raises(VintageMismatch, match="E01007700"):
        read_street([path], codes=book)
    reading = read_street([path], codes=book, vintage="lsoa21")  # stated: the other is refused
    assert reading.report.refusals["value"].to_list() == ["E01007700"]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Crime ID,Month\na,2024-01\n")
    with pytest.raises(BadInput, match="lacks the column 'Reported by'"):
        read_street([path])
    with pytest.raises(BadInput, match="no files"):
        read_street([])


def test_a_forbidden_column_refuses_a_published_file_too(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join([*STREET_COLUMNS, "Religion"]) + "\n")
    with pytest.raises(ForbiddenData, match="religion or belief"):
        read_street([path])


def test_the_kind_of_a_file_is_told_from_its_header() -> None:
    assert kind_of(STREET_COLUMNS) == "street"
    assert kind_of(OUTCOME_COLUMNS) == "outcomes"
    assert kind_of(STOP_COLUMNS) == "stop_and_search"
    assert kind_of(TABLES["events"].names) == ""


def _outcomes(tmp_path: Path, *rows: str, name: str = "2024-01-x-outcomes.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([",".join(OUTCOME_COLUMNS), *rows]) + "\n")
    return path


def test_outcomes_keep_true_repeats_and_add_nothing_twice(tmp_path: Path) -> None:
    row = f"a1,2024-01,{FORCE},{FORCE},{PLACE},Suspect charged"
    path = _outcomes(tmp_path, row, row, row.replace("a1,", ","))
    reading = read_outcomes([path, path])
    assert reading.frame.rows() == [("a1", "Suspect charged", datetime(2024, 1, 1))] * 2
    assert [part.refused for part in reading.parts] == [1, 1]


def _stops(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "2022-06-south-yorkshire-stop-and-search.csv"
    path.write_text("\n".join([",".join(STOP_COLUMNS), *rows]) + "\n")
    return path


def test_a_stop_becomes_an_event_and_ethnicity_is_split_off(tmp_path: Path) -> None:
    stop = (
        "Person search,2022-06-01T23:20:00+00:00,False,,53.4,-1.3,Male,18-24,{said},White,"
        "s23,Controlled drugs,{outcome},False,"
    )
    one = stop.format(said="White - Any other", outcome="Arrest")
    other = stop.format(said="Black", outcome="")
    reading = read_stop_and_search([_stops(tmp_path, one, other)])
    first, second = reading.frame.rows(named=True)
    assert first["kind"] == "stop"
    assert first["source"] == "data.police.uk: south-yorkshire"
    assert (first["occurred_from"], first["date_precision"]) == (
        datetime(2022, 6, 2, 0, 20), "minute",
    )  # fmt: skip
    assert (first["longitude"], first["point_precision"]) == (-1.3, "snapped")
    # Two stops that differ in ethnicity and outcome alone differ in identity by their order only.
    assert first["event_id"].replace("~1", "~2") == second["event_id"]
    split = reading.also["equality_monitoring"]
    assert split.filter(split["attribute"] == "self_defined_ethnicity")["value"].to_list() == [
        "White - Any other", "Black",
    ]  # fmt: skip
    assert "White" not in str(reading.frame.rows())
    assert reading.also["outcomes"].rows() == [(first["event_id"], "Arrest", None)]
    assert not any("ethnicity" in name for name in reading.report.set_aside)


def test_stops_with_an_impossible_time_are_refused(tmp_path: Path) -> None:
    path = _stops(tmp_path, "Person search,2022-06-31T23:20:00+00:00" + "," * 13)
    assert read_stop_and_search([path]).report.refusals["column"].to_list() == ["Date"]


# The published files themselves.


def test_one_published_month_goes_in_whole() -> None:
    path = shared("data/street/2024-02-south-yorkshire-street.csv.gz")
    reading = read_street([path])
    assert (reading.report.rows, reading.report.accepted) == (13_851, 13_851)
    assert reading.frame["event_id"].n_unique() == 13_851
    assert reading.frame["area_vintage"].drop_nulls().unique().to_list() == ["lsoa21"]
    # One Crime ID stands twice in this month, as two thefts from shops at two places.
    assert reading.frame["event_id"].str.ends_with("~2").sum() >= 1
    shown = read_street([path, path])
    assert_frame_equal(shown.frame, reading.frame)


def test_published_outcomes_go_in_whole() -> None:
    path = shared("data/street/2024-12-south-yorkshire-outcomes.csv.gz")
    reading = read_outcomes([path])
    assert (reading.report.rows, reading.report.accepted, reading.frame.height) == (11_930,) * 3
    assert reading.report.without_place == 628


def test_published_stops_go_in_whole() -> None:
    path = shared("data/street/south_yorkshire_stop_and_search_sample.csv")
    reading = read_stop_and_search([path], force="South Yorkshire Police")
    assert (reading.report.accepted, reading.report.without_place) == (8, 8)


def test_a_month_in_another_order_gives_the_same_identities(tmp_path: Path) -> None:
    path = shared("data/street/2025-02-south-yorkshire-street.csv.gz")
    header, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    random.Random(1).shuffle(rows)
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([header, *rows]) + "\n")
    first, second = read_street([path]), read_street([turned])
    assert set(first.frame["event_id"]) == set(second.frame["event_id"])
