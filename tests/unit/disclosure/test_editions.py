"""Editions: five, and what may not stand in the open ones."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from frith.disclosure import (
    attack,
    check_edition,
    count_table,
    edition,
    editions,
    in_editions,
)
from frith.errors import UnknownName

TODAY = date(2026, 4, 20)


def codes(column: str, label: str, *, name: str = "public") -> set[str]:
    frame = pl.DataFrame({column: [label, "other"], "n": ["9", "12"]})
    flags = check_edition(count_table(frame), edition(name), as_of=TODAY)
    assert all(flag.severity == "refuse" for flag in flags)
    return {flag.code for flag in flags}


def test_there_are_five_and_the_more_open_masks_no_less() -> None:
    names = ["restricted", "board", "councillor-exempt", "councillor-open", "public"]
    assert list(editions()) == names
    thresholds = [editions()[name].threshold for name in names]
    assert thresholds == sorted(thresholds)
    assert [name for name in names if editions()[name].open] == ["councillor-open", "public"]
    with pytest.raises(UnknownName, match="no edition"):
        edition("secret")


@pytest.mark.parametrize(
    ("column", "label", "code"),
    [
        ("nominal_id", "N1", "NAMED-PERSON"),
        ("suspect", "x", "NAMED-PERSON"),
        ("operation", "x", "NAMED-GROUP"),
        ("theme", "Operation Lantern", "NAMED-GROUP"),
        ("theme", "OCG 14", "NAMED-GROUP"),
        ("postcode", "x", "EXACT-PLACE"),
        ("place", "S60 1AE", "EXACT-PLACE"),
        ("place", "12 Made Up Street", "EXACT-PLACE"),
        ("place", "53.4302", "EXACT-PLACE"),
        ("area", "E01007753", "SMALL-AREA"),
        ("when", "2024-03-05", "DAYS"),
        ("when", "05/03/2024", "DAYS"),
        ("month", "2026-02", "TOO-FRESH"),
    ],
)
def test_the_public_edition_refuses(column: str, label: str, code: str) -> None:
    assert code in codes(column, label)


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("ward", "E05013245"),
        ("ward", "Boston Castle"),
        ("theme", "drugs"),
        ("month", "2025-12"),
        ("place", "Operational base"),
    ],
)
def test_the_public_edition_accepts(column: str, label: str) -> None:
    assert codes(column, label) == set()


def test_closed_editions_may_hold_more() -> None:
    assert codes("operation", "Operation Lantern", name="restricted") == set()
    assert codes("area", "E01007753", name="board") == set()
    assert codes("month", "2026-03", name="councillor-exempt") == set()
    assert codes("operation", "x", name="councillor-exempt") == {"NAMED-GROUP"}


def test_each_edition_is_safe_from_those_who_hold_the_more_open_ones() -> None:
    frame = pl.DataFrame(
        {
            "ward": ["A", "B", "C", "Total"],
            "x": ["3", "9", "16", "28"],
            "y": ["8", "2", "12", "22"],
            "z": ["7", "4", "6", "17"],
            "Total": ["18", "15", "34", "67"],
        }
    )
    done = in_editions(count_table(frame), as_of=TODAY)
    assert list(done) == ["public", "councillor-open", "councillor-exempt", "board"]
    held = []
    for outcome in done.values():
        assert outcome.released is not None
        assert outcome.released.table is not None
        found = attack(outcome.released.table, against=held, high=outcome.edition.threshold - 1)
        assert not found.recovered
        held.append(outcome.released.table)
    assert done["board"].released.suppressed < done["public"].released.suppressed  # type: ignore[union-attr]


def test_an_edition_that_may_not_hold_the_table_is_left_out_and_says_why() -> None:
    frame = pl.DataFrame({"area": ["E01007753", "E01007754"], "n": ["30", "40"]})
    done = in_editions(count_table(frame), ["board", "public"], as_of=TODAY)
    assert done["public"].released is None
    assert [flag.code for flag in done["public"].refusals] == ["SMALL-AREA"]
    assert done["board"].released is not None
    with pytest.raises(UnknownName):
        in_editions(count_table(frame), ["secret"], as_of=TODAY)
