"""Parquet and Excel files are read as the same table that the CSV file would give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook
from polars.testing import assert_frame_equal

from frith.errors import BadInput
from frith.tables import TABLES, read_table

EVENTS = TABLES["events"]
HEADER = ["event_id", "source", "kind", "occurred_from", "loss_gbp", "police_led"]


def _sheet(path: Path, *rows: list[Any], extra_sheet: bool = False) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if extra_sheet:
        book.create_sheet("Notes").append(["nothing"])
    book.save(path)
    return path


def test_a_workbook_gives_the_table_that_its_csv_gives(
    events: Callable[..., Path], tmp_path: Path
) -> None:
    book = _sheet(
        tmp_path / "events.xlsx",
        HEADER,
        [101, "police", "crime", date(2024, 1, 5), 12.5, True],
        ["E2", "police", "crime", datetime(2024, 1, 5, 22, 10), 3, "no"],
        [None] * 6,
        ["E3", "police", "crime", "2024-02", None, None],
    )
    text = events(
        "101,police,crime,2024-01-05,12.5,true",
        "E2,police,crime,2024-01-05T22:10,3,no",
        ",,,,,",
        "E3,police,crime,2024-02,,",
        more="loss_gbp,police_led",
    )
    from_book, from_text = read_table(book, EVENTS).frame, read_table(text, EVENTS).frame
    assert from_book["source_row"].to_list() == [2, 3, 5]
    assert_frame_equal(from_book.drop("source_file"), from_text.drop("source_file"))


def test_a_formula_refuses_its_row_by_row_and_column(tmp_path: Path) -> None:
    book = _sheet(
        tmp_path / "events.xlsx",
        HEADER,
        ["E1", "police", "crime", "2024-01", "=1+2", None],
        ["E2", "police", "crime", "2024-01", 3, None],
        ['=HYPERLINK("x")', "police", "crime", "2024-01", "#N/A", None],
    )
    reading = read_table(book, EVENTS, rejects=tmp_path / "mend")
    assert reading.frame["event_id"].to_list() == ["E2"]
    assert [tuple(row) for row in reading.report.refusals.iter_rows()] == [
        (2, "loss_gbp", "=1+2", "holds a formula; put its value in its place"),
        (4, "event_id", '=HYPERLINK("x")', "holds a formula; put its value in its place"),
        (4, "loss_gbp", "#N/A", "is an error value of a spreadsheet"),
    ]
    assert (tmp_path / "mend" / "events.csv").read_text().count("\n") == 3


def test_values_beside_the_table_refuse_their_row(tmp_path: Path) -> None:
    rows = ["E1", "police", "crime", "2024-01", None, None, "see note"]
    reading = read_table(_sheet(tmp_path / "events.xlsx", HEADER, rows), EVENTS)
    assert reading.report.refusals.row(0)[1:] == (
        "(column 7)", "see note", "stands in a column without a header",
    )  # fmt: skip


def test_only_the_first_sheet_is_read_and_it_says_so(tmp_path: Path) -> None:
    book = _sheet(tmp_path / "events.xlsx", HEADER, extra_sheet=True)
    assert "other_sheets" in [note.code for note in read_table(book, EVENTS).report.notes]


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is empty"):
        read_table(_sheet(tmp_path / "events.xlsx"), EVENTS)


def _parquet(tmp_path: Path, **columns: Any) -> Path:
    path = tmp_path / "events.parquet"
    basics = {"event_id": ["E1", "E2"], "source": ["p", "p"], "kind": ["crime", "crime"]}
    pl.DataFrame({**basics, **columns}).write_parquet(path)
    return path


def test_parquet_columns_of_the_declared_type_are_taken_as_they_are(tmp_path: Path) -> None:
    moments = [datetime(2024, 1, 1), datetime(2024, 1, 2)]
    path = _parquet(tmp_path, occurred_from=moments, loss_gbp=[1.5, None])
    frame = read_table(path, EVENTS).frame
    assert frame["occurred_from"].to_list() == moments
    assert frame["date_precision"].to_list() == ["day", "day"]
    assert frame["loss_gbp"].to_list() == [1.5, None]


def test_parquet_values_are_held_to_the_same_bounds(tmp_path: Path) -> None:
    path = _parquet(tmp_path, occurred_from=[date(2024, 1, 1)] * 2, loss_gbp=[-1.0, float("inf")])
    reading = read_table(path, EVENTS)
    assert reading.report.refusals["row"].to_list() == [2, 3]
    assert reading.report.refusals["column"].to_list() == ["loss_gbp"] * 2


def test_parquet_of_other_types_is_refused_by_row_with_a_reason(tmp_path: Path) -> None:
    path = _parquet(tmp_path, occurred_from=[20240101, 20240102])
    reading = read_table(path, EVENTS, rejects=tmp_path / "mend")
    assert reading.report.accepted == 0
    assert set(reading.report.refusals["reason"]) == {
        "is not a moment; write YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM"
    }
    assert "E1,p,crime,20240101,2," in (tmp_path / "mend" / "events.csv").read_text()


def test_parquet_with_a_nested_column_is_refused(tmp_path: Path) -> None:
    path = _parquet(tmp_path, occurred_from=[[date(2024, 1, 1)], []])
    with pytest.raises(BadInput, match="not one value a row"):
        read_table(path, EVENTS)


def test_parquet_categories_and_zones_are_read_as_text_and_local_time(tmp_path: Path) -> None:
    moments = pl.Series([datetime(2024, 6, 30, 23, 30)] * 2).dt.replace_time_zone("UTC")
    path = _parquet(
        tmp_path, occurred_from=moments, theme=pl.Series(["drugs", None], dtype=pl.Categorical)
    )
    frame = read_table(path, EVENTS).frame
    assert frame["theme"].to_list() == ["drugs", None]
    assert frame["occurred_from"].to_list() == [datetime(2024, 7, 1, 0, 30)] * 2


def test_a_stated_precision_is_kept_where_it_fits_the_moment(tmp_path: Path) -> None:
    path = _parquet(
        tmp_path,
        occurred_from=[datetime(2024, 1, 1), datetime(2024, 1, 2)],
        date_precision=["month", "month"],
    )
    reading = read_table(path, EVENTS)
    assert reading.frame["date_precision"].to_list() == ["month"]
    assert reading.report.refusals["column"].to_list() == ["date_precision"]
