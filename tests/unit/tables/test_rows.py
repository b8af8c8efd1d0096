"""Rows that are refused, each with its row number, column, value and reason; the others go in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from frith.errors import BadInput
from frith.tables import TABLES, Codebook, Reading, read_plain, read_table

Events = Callable[..., Path]
EVENTS = TABLES["events"]
GOOD = "E1,police,crime,2024-01-05"


def _refusals(reading: Reading) -> list[tuple[int, str, str | None, str]]:
    return [tuple(row) for row in reading.report.refusals.iter_rows()]  # type: ignore[misc]


def _only(reading: Reading) -> tuple[int, str, str | None, str]:
    (refusal,) = _refusals(reading)
    return refusal


def test_good_rows_go_in_and_every_declared_column_is_there(events: Events) -> None:
    reading = read_table(events(GOOD), EVENTS)
    assert reading.frame.columns == list(EVENTS.names)
    assert reading.frame.schema["occurred_from"] == pl.Datetime("us")
    assert reading.frame.schema["longitude"] == pl.Float64
    assert reading.frame.schema["police_led"] == pl.Boolean
    assert reading.frame.row(0, named=True)["occurred_from"] == datetime(2024, 1, 5)
    assert (reading.report.rows, reading.report.accepted, reading.report.refused) == (1, 1, 0)


def test_headers_only_is_an_empty_table_that_says_so(events: Events) -> None:
    reading = read_table(events(), EVENTS)
    assert reading.frame.height == 0
    assert reading.frame.columns == list(EVENTS.names)
    assert [note.code for note in reading.report.notes] == ["no_rows"]


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2024-02", datetime(2024, 2, 1), "month"),
        ("2024-02-29", datetime(2024, 2, 29), "day"),
        ("2024-02-29T23:05", datetime(2024, 2, 29, 23, 5), "minute"),
        ("2024-02-29 23:05:59", datetime(2024, 2, 29, 23, 5, 59), "minute"),
        ("2024-02-29T23:05:59.25", datetime(2024, 2, 29, 23, 5, 59, 250_000), "minute"),
        ("2024-01-31T23:30:00+00:00", datetime(2024, 1, 31, 23, 30), "minute"),
        ("2024-06-30T23:30:00Z", datetime(2024, 7, 1, 0, 30), "minute"),
        ("2024-06-30T23:30+01:00", datetime(2024, 6, 30, 23, 30), "minute"),
    ],
)
def test_a_moment_keeps_its_precision_and_becomes_local_time(
    events: Events, text: str, moment: datetime, precision: str
) -> None:
    row = read_table(events(f"E1,police,crime,{text}"), EVENTS).frame.row(0, named=True)
    assert (row["occurred_from"], row["date_precision"]) == (moment, precision)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-02-31", "is not a day in the calendar"),
        ("2023-02-29", "is not a day in the calendar"),
        ("2024-13-01", "is not a day in the calendar"),
        ("31/01/2024", "is not a moment; write YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM"),
        ("2024-13", "is not a moment; write YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM"),
        ("2024", "is not a moment; write YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM"),
        ("yesterday", "is not a moment; write YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM"),
        ("0204-01-05", "is outside the years 1900 to 2100"),
        ("2024-01-05T25:00", "is not a day in the calendar, or its time is not on the clock"),
        ("", "is blank, and every row needs it"),
    ],
)
def test_a_date_that_cannot_be_is_refused(events: Events, text: str, reason: str) -> None:
    reading = read_table(events(f"E1,police,crime,{text}", "E2,police,crime,2024-01"), EVENTS)
    assert _only(reading) == (2, "occurred_from", text or None, reason)
    assert reading.frame["event_id"].to_list() == ["E2"]


def test_closed_lists_are_read_in_any_case_and_spelling(tmp_path: Path) -> None:
    path = tmp_path / "roles.csv"
    path.write_text("event_id,nominal_id,role\nE1,N1,Possible Victim\nE1,N2,SUSPECT\nE1,N3,boss\n")
    reading = read_table(path, TABLES["roles"])
    assert reading.frame["role"].to_list() == ["possible_victim", "suspect"]
    row, column, value, reason = _only(reading)
    assert (row, column, value) == (4, "role", "boss")
    assert reason.startswith("is not one of: suspect, charged")


@pytest.mark.parametrize(
    ("longitude", "latitude", "reason"),
    [
        ("53.4", "-1.3", "has longitude and latitude swapped"),
        ("0", "0", "is the point 0,0, which stands for no place; leave both blank"),
        ("2.35", "48.86", "lies outside the United Kingdom"),
        ("1.5", "54.5", "lies in the sea or outside the United Kingdom"),
        ("-6.26", "53.35", "lies in the sea or outside the United Kingdom"),
        ("-1.3", "", "has only one of longitude and latitude"),
    ],
)
def test_a_point_that_cannot_be_is_refused(
    events: Events, longitude: str, latitude: str, reason: str
) -> None:
    path = events(f"{GOOD},{longitude},{latitude}", more="longitude,latitude")
    row, column, _, why = _only(read_table(path, EVENTS))
    assert (row, column, why) == (2, "longitude, latitude", reason)


@pytest.mark.parametrize(("text", "reason"), [("445000", "-180 and 180"), ("nan", "not a number")])
def test_a_coordinate_that_is_no_degree_has_one_reason(
    events: Events, text: str, reason: str
) -> None:
    path = events(f"{GOOD},{text},53.4", more="longitude,latitude")
    row, column, value, why = _only(read_table(path, EVENTS))
    assert (row, column, value) == (2, "longitude", text)
    assert reason in why


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(-6.3, 49.92), (1.76, 52.48), (-0.885, 60.85), (-8.09, 54.48), (-1.357, 53.43), (0.12, 53.58)],
    ids=["Scilly", "Lowestoft", "Muckle Flugga", "Belleek", "Rotherham", "Spurn"],
)
def test_points_at_the_ends_of_the_kingdom_go_in(
    events: Events, longitude: float, latitude: float
) -> None:
    path = events(f"{GOOD},{longitude},{latitude}", more="longitude,latitude")
    assert read_table(path, EVENTS).report.refused == 0


def test_a_row_without_a_place_goes_in_and_is_counted(events: Events) -> None:
    path = events(
        f"{GOOD},,,", "E2,p,crime,2024-01,-1.3,53.4,", "E3,p,crime,2024-01,,,E01007776",
        more="longitude,latitude,area",
    )  # fmt: skip
    report = read_table(path, EVENTS).report
    assert (report.accepted, report.without_place) == (3, 1)


def test_the_second_and_later_row_of_a_key_is_refused(events: Events) -> None:
    reading = read_table(events(GOOD, "E2,police,crime,2024-01", GOOD, GOOD), EVENTS)
    assert _refusals(reading) == [
        (4, "event_id", "E1", "repeats row 2"),
        (5, "event_id", "E1", "repeats row 2"),
    ]


def test_a_key_counts_only_rows_that_are_accepted(events: Events) -> None:
    reading = read_table(events("E1,police,murder,2024-01", GOOD), EVENTS)
    assert [row for row, *_ in _refusals(reading)] == [2]
    assert reading.frame["event_id"].to_list() == ["E1"]


def test_one_row_may_have_several_faults(events: Events) -> None:
    reading = read_table(events(",police,murder,2024-02-31"), EVENTS)
    assert [(row, column) for row, column, *_ in _refusals(reading)] == [
        (2, "event_id"),
        (2, "kind"),
        (2, "occurred_from"),
    ]
    assert reading.report.refused == 1


@pytest.mark.parametrize(
    ("first", "last", "accepted"),
    [
        ("2024-01-15", "2024-01-14", 0),
        ("2024-01-15", "2024-01-15", 1),
        ("2024-01-15", "2024-01", 1),
        ("2024-01-15T10:00", "2024-01-15", 1),
        ("2024-02-01", "2024-01", 0),
        ("2024-01-15T10:00", "2024-01-15T09:59", 0),
    ],
)
def test_an_end_may_not_lie_before_its_beginning(
    events: Events, first: str, last: str, accepted: int
) -> None:
    reading = read_table(events(f"E1,police,crime,{first},{last}", more="occurred_to"), EVENTS)
    assert reading.report.accepted == accepted


def test_a_stated_precision_may_be_coarser_but_not_finer(events: Events) -> None:
    path = events("E1,p,crime,2024-01-01,month", "E2,p,crime,2024-01,minute", more="date_precision")
    reading = read_table(path, EVENTS)
    assert reading.frame["date_precision"].to_list() == ["month"]
    assert _only(reading)[:3] == (3, "date_precision", "minute")


def test_ragged_rows_are_refused_by_row_and_the_others_go_in(events: Events) -> None:
    reading = read_table(events(GOOD, "E2,police", "E3,police,crime,2024-01,extra,more"), EVENTS)
    assert _refusals(reading) == [
        (3, "", "E2,police", "too few fields: 2, where the header has 4"),
        (4, "", "E3,police,crime,2024-01,extra,more", "too many fields: 6, where the header has 4"),
    ]
    assert reading.report.rows == 3


def test_an_unbalanced_quotation_mark_costs_its_own_row(events: Events) -> None:
    reading = read_table(
        events(GOOD, 'E2,"police,crime,2024-01', "E3,police,crime,2024-01"), EVENTS
    )
    assert reading.frame["event_id"].to_list() == ["E1", "E3"]
    row, _, value, reason = _only(reading)
    assert (row, value) == (3, 'E2,"police,crime,2024-01')
    assert "quotation mark" in reason


def test_quoted_commas_quotes_and_line_ends_are_values(events: Events) -> None:
    path = events('E1,"a, ""b""\nc",crime,2024-01', "E2,police,crime,2024-02-30")
    reading = read_table(path, EVENTS)
    assert reading.frame["source"].to_list() == ['a, "b"\nc']
    assert _only(reading)[0] == 3  # a record is a row, however many lines it takes


def test_blank_lines_count_as_rows_but_are_not_refused(events: Events) -> None:
    reading = read_table(events(GOOD, "", ",,,", "E2,police,crime,2024-02-30"), EVENTS)
    assert reading.report.rows == 2
    assert _only(reading)[0] == 5


def test_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(b"event_id,source,kind,occurred_from\nE1,Caf\xe9 \x96 log,crime,2024-01\n")
    reading = read_table(path, EVENTS)
    assert reading.frame["source"].to_list() == ["Café – log"]
    assert [note.code for note in reading.report.notes] == ["windows_1252"]


def test_a_byte_order_mark_and_old_line_ends_do_not_matter(tmp_path: Path) -> None:
    header = "event_id,source,kind,occurred_from"
    for end in ("\n", "\r\n", "\r"):
        path = tmp_path / "events.csv"
        path.write_bytes(f"\ufeff{header}{end}{GOOD}{end}".encode())
        assert read_table(path, EVENTS).frame["event_id"].to_list() == ["E1"]


def test_unknown_columns_are_set_aside_and_names_match_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("Event ID,SOURCE,Kind,Occurred-From,Beat,Officer\nE1,p,crime,2024-01,7,x\n")
    report = read_table(path, EVENTS).report
    assert (report.accepted, report.set_aside) == (1, ("Beat", "Officer"))


@pytest.mark.parametrize(
    ("said", "read"), [("Yes", True), ("0", False), ("TRUE", True), ("n", False), ("", None)]
)
def test_true_and_false_are_read_in_their_usual_spellings(
    events: Events, said: str, read: bool | None
) -> None:
    frame = read_table(events(f"{GOOD},{said}", more="police_led"), EVENTS).frame
    assert frame["police_led"].to_list() == [read]


@pytest.mark.parametrize(("text", "accepted"), [("12", 1), ("-1", 0), ("1,5", 0), ("1e3", 1)])
def test_numbers_are_read_within_their_bounds(events: Events, text: str, accepted: int) -> None:
    path = events(f'{GOOD},"{text}"', more="loss_gbp")
    assert read_table(path, EVENTS).report.accepted == accepted


def test_a_date_of_birth_keeps_the_precision_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "nominals.csv"
    births = ("1990", "1990-02", "1990-02-28", "1990-02-30", "1890", "28/02/1990", "")
    rows = [f"N{i},police,{birth}" for i, birth in enumerate(births)]
    path.write_text("\n".join(["nominal_id,source,date_of_birth", *rows]))
    reading = read_table(path, TABLES["nominals"])
    assert reading.frame["date_of_birth"].to_list() == ["1990", "1990-02", "1990-02-28", None]
    assert [row for row, *_ in _refusals(reading)] == [5, 6, 7]


def test_dates_months_and_whole_numbers_become_their_types(tmp_path: Path) -> None:
    path = tmp_path / "responses.csv"
    path.write_text(
        "response_id,kind,start,end,code,part\n"
        "R1,patrol,2024-01-05,2024-02-01,e01007776,treated\n"
        "R1,patrol,2024-01-05,2024-01-01,E01007777,control\n"
    )
    reading = read_table(path, TABLES["responses"])
    assert reading.frame.row(0) == (
        "R1", "patrol", date(2024, 1, 5), date(2024, 2, 1), "E01007776", "treated", None,
    )  # fmt: skip
    assert _only(reading)[1:] == ("end", "2024-01-01", "lies before start, 2024-01-05")


def test_a_code_of_another_vintage_is_refused(events: Events) -> None:
    book = Codebook(
        {
            "lsoa11": frozenset({"E01007776", "E01007700"}),
            "lsoa21": frozenset({"E01007776", "E01033999"}),
        }
    )
    path = events(
        f"{GOOD},E01007776,",
        "E2,p,crime,2024-01,e01007700,",
        "E3,p,crime,2024-01,E01007700,lsoa11",
        "E4,p,crime,2024-01,E01000001,",
        more="area,area_vintage",
    )
    reading = read_table(path, EVENTS, vintage="lsoa21", codes=book)
    assert reading.frame["event_id"].to_list() == ["E1", "E3", "E4"]
    assert reading.frame["area_vintage"].to_list() == ["lsoa21", "lsoa11", "lsoa21"]
    row, column, value, reason = _only(reading)
    assert (row, column, value) == (3, "area", "e01007700")
    assert "a code of lsoa11, not of lsoa21" in reason


def test_a_code_new_in_2021_cannot_be_of_2011_even_without_a_lookup(events: Events) -> None:
    path = events(f"{GOOD},E01033769", "E2,p,crime,2024-01,E01033768", more="area")
    reading = read_table(path, EVENTS, vintage="lsoa11")
    assert reading.frame["event_id"].to_list() == ["E2"]
    assert "a code of lsoa21, not of lsoa11" in _only(reading)[3]


def test_a_plain_file_is_trimmed_text_under_lower_case_names(tmp_path: Path) -> None:
    path = tmp_path / "series.csv"
    path.write_text("Period, Value\n2024-01, 3 \n2024-02,\n")
    assert read_plain(path).to_dicts() == [
        {"period": "2024-01", "value": "3"},
        {"period": "2024-02", "value": None},
    ]
    path.write_text("Period,Value\n2024-01\n")
    with pytest.raises(BadInput, match=r"series.csv, row 2.*too few fields"):
        read_plain(path)
