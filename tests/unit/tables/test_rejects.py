"""Refused rows are written as they stood, can be mended, and go in when read again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from frith.errors import BadInput
from frith.tables import TABLES, read_table

EVENTS = TABLES["events"]
Events = Callable[..., Path]


def test_rejects_hold_the_rows_as_they_stood_and_every_reason(
    events: Events, tmp_path: Path
) -> None:
    path = events(
        "E1,police,crime,2024-01", ' E2 ,"po,lice",murder,2024-02-31', "E3,short", "E1,a,crime,2024"
    )
    read_table(path, EVENTS, rejects=tmp_path / "mend")
    rejects = tmp_path / "mend" / "events.csv"
    lines = rejects.read_text().splitlines()
    assert lines[0] == "event_id,source,kind,occurred_from,refused_row,refused_because"
    assert lines[1].startswith(' E2 ,"po,lice",murder,2024-02-31,3,"kind: is not one of')
    assert "occurred_from: is not a day in the calendar" in lines[1]
    assert lines[2].startswith("E3,short,4,")
    assert len(lines) == 4
    assert rejects.stat().st_mode & 0o777 == 0o600


def test_mended_rows_go_in_and_unmended_ones_are_refused_again(
    events: Events, tmp_path: Path
) -> None:
    path = events("E1,police,crime,2024-02-31", "E2,police,murder,2024-01", "E3,police,crime")
    read_table(path, EVENTS, rejects=tmp_path / "mend")
    mended = tmp_path / "mend" / "events.csv"
    mended.write_text(mended.read_text().replace("2024-02-31", "2024-02-29"))
    reading = read_table(mended, EVENTS)
    assert reading.frame["event_id"].to_list() == ["E1"]
    assert sorted(reading.report.refusals["row"].to_list()) == [3, 4]
    assert reading.report.set_aside == ()


def test_rejects_of_rejects_do_not_pile_up_reasons(events: Events, tmp_path: Path) -> None:
    read_table(events("E1,police,murder,2024-01"), EVENTS, rejects=tmp_path / "once")
    first = tmp_path / "once" / "events.csv"
    read_table(first, EVENTS, rejects=tmp_path / "twice")
    second = tmp_path / "twice" / "events.csv"
    header, row = csv.reader(second.open())
    assert header.count("refused_because") == 1
    assert len(header) == len(row) == 6


def test_rejects_never_overwrite_the_file_they_come_from(events: Events) -> None:
    path = events("E1,police,murder,2024-01")
    with pytest.raises(BadInput, match="would overwrite"):
        read_table(path, EVENTS, rejects=path.parent)


def test_nothing_refused_writes_nothing(events: Events, tmp_path: Path) -> None:
    read_table(events("E1,police,crime,2024-01"), EVENTS, rejects=tmp_path / "mend")
    assert not (tmp_path / "mend").exists()
