"""Small counts are masked under any regime but open, in every table, sentence and picture."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import polars as pl
import pytest

from frith.profile.content import Guard, Table, count, rate, text
from frith.profile.document import Document
from frith.profile.html import render_html
from frith.profile.masking import MASKED, masked, safe, safe_count, withheld
from frith.reference.regimes import Regime
from frith.tables.dataset import Dataset


def _table(counts: list[int]) -> Table:
    frame = pl.DataFrame(
        {
            "area": [f"A{i}" for i in range(len(counts))],
            "n": counts,
            "people": [1000] * len(counts),
            "rate": [float(n) for n in counts],
        }
    )
    columns = (
        text("area", "Area"),
        count("n", "Records"),
        count("people", "Residents", guard=Guard.FREE),
        rate("rate", "Rate"),
    )
    return Table(name="t", caption="T", columns=columns, frame=frame)


def test_one_to_four_are_masked_and_the_rest_rounded() -> None:
    shown = masked(_table([0, 1, 4, 5, 7, 8, 12, 100])).frame
    assert shown["n"].to_list() == ["0", MASKED, MASKED, "5", "5", "10", "10", "100"]


def test_what_follows_from_a_masked_count_is_masked_with_it() -> None:
    shown = masked(_table([3, 10])).frame
    assert shown["rate"].to_list() == [MASKED, "10.0"]
    assert shown["people"].to_list() == [1000, 1000]


def test_masking_twice_changes_nothing() -> None:
    once = masked(_table([0, 2, 9]))
    assert masked(once).frame.equals(once.frame)


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0"), (3, "1 to 4"), (5, "about 5"), (1604, "about 1,605")]
)
def test_counts_in_sentences_are_masked_alike(n: int, said: str) -> None:
    assert safe_count(n) == said


def test_safe_counts_hide_which_small_count_it_was() -> None:
    frame = pl.DataFrame({"n": [1, 2, 3, 4]}).with_columns(n=safe(pl.col("n")))
    assert frame["n"].n_unique() == 1


def _could_be(shown: list[tuple[int, int]], total: int, cell: int) -> set[int]:
    """Every value of a cell that some table with these ranges and this total could have."""
    ranges = [range(lo, hi + 1) for lo, hi in shown]
    return {values[cell] for values in itertools.product(*ranges) if sum(values) == total}


@pytest.mark.parametrize(
    "counts", [[1, 1, 1], [4, 4, 4], [1, 20], [2, 20, 30], [3, 3, 7], [1, 2, 3, 4], [4], [2, 2, 5]]
)
def test_withheld_agrees_with_trying_every_table(counts: list[int]) -> None:
    """The check by bounds against brute force: an attacker who knows the exact total."""
    ranges = []
    for n in counts:
        nearest = 5 * ((n + 2) // 5)
        ranges.append((1, 4) if n <= 4 else (max(5, nearest - 2), nearest + 2))
    cells = [i for i, n in enumerate(counts) if n <= 4]
    narrowed = any(_could_be(ranges, sum(counts), i) != {1, 2, 3, 4} for i in cells)
    assert withheld(pl.DataFrame({"n": counts})) is narrowed


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    assert not withheld(pl.DataFrame({"n": [0, 10, 20]}))


def test_open_data_are_shown_as_published(opened: Document) -> None:
    assert not any(table.masked for table in opened.tables)
    assert MASKED not in {value for table in opened.tables for value in _texts(table.frame)}


@pytest.mark.parametrize("regime", [Regime.LAW_ENFORCEMENT, Regime.UK_GDPR, Regime.SYNTHETIC])
def test_no_small_count_is_left_under_any_other_regime(
    regime: Regime, make: Callable[..., Dataset], build: Callable[[Dataset], Document]
) -> None:
    document = build(make(regime=regime))
    names = {"Records", "Offences", "Outcomes", "Recorded offences", "Year before", "Latest"}
    seen = 0
    for table in document.tables:
        for column in table.columns:
            if column.label in names:
                seen += 1
                for value in table.frame[column.name].drop_nulls():
                    assert value == MASKED or int(value) % 5 == 0, (table.name, column.name, value)
    assert seen > 10


def test_one_file_that_is_not_open_guards_the_whole(
    make: Callable[..., Dataset], build: Callable[[Dataset], Document]
) -> None:
    held = make()
    notes = dict(held.about.files)
    notes["events"] = make(regime=Regime.UK_GDPR).about.files["events"]
    import dataclasses

    mixed = dataclasses.replace(held, about=dataclasses.replace(held.about, files=notes))
    document = build(mixed)
    assert document.guarded
    assert document.marking == "OFFICIAL-SENSITIVE"


def test_a_second_set_of_areas_is_left_out_where_counts_are_masked(restricted: Document) -> None:
    assert not [table for table in restricted.tables if table.name.startswith("ward-")]
    assert [table for table in restricted.tables if table.name.startswith("lsoa-")]


def test_the_reader_is_told(restricted: Document) -> None:
    html = render_html(restricted)
    assert "Counts of 1 to 4 are masked" in html
    assert "rounded to the nearest 5" in html


def test_exact_totals_are_nowhere_in_a_restricted_document(
    restricted: Document, make: Callable[..., Dataset]
) -> None:
    """The true number of crimes is in no sentence, table or picture; the rounded one is."""
    events = make().tables["events"]
    true = events.filter((pl.col("kind") == "crime") & pl.col("area").is_not_null()).height
    assert true % 5, "the fixture must have a total that rounding changes"
    html = render_html(restricted)
    assert f"{true:,}" not in html
    assert f"about {5 * ((true + 2) // 5):,}" in html


def _shown(n: int) -> tuple[bool, int]:
    return (0 < n <= 4, 0 if n == 0 else 5 * ((n + 2) // 5) if n > 4 else 2)


def _moved_unseen(events: pl.DataFrame) -> pl.DataFrame:
    """The events with one crime moved to another place and month, where no masked count shows."""
    month = pl.col("occurred_from").dt.strftime("%Y-%m")
    crimes = events.with_columns(month=month).filter(pl.col("kind") == "crime").drop_nulls("area")
    places = crimes.select("area").unique(maintain_order=True)
    months = crimes.select("month", "occurred_from").unique(maintain_order=True)
    for row in crimes.unique(["area", "month", "crime_type"], maintain_order=True).to_dicts():
        for there in places.join(months, how="cross").to_dicts():
            pairs = [(("area", row["area"]), ("area", there["area"]))]
            pairs.append((("month", row["month"]), ("month", there["month"])))
            if (
                row["area"] != there["area"]
                and row["month"] != there["month"]
                and all(
                    _unseen(crimes.filter(pl.col(c) == v), row["crime_type"], by)
                    for pair in pairs
                    for (c, v), by in zip(pair, (-1, 1), strict=True)
                )
            ):
                moved = pl.col("event_id") == row["event_id"]
                return events.with_columns(
                    pl.when(moved).then(pl.lit(there[name])).otherwise(name).alias(name)
                    for name in ("area", "occurred_from")
                )
    raise AssertionError("the fixture has no event that could be moved unseen")


def _unseen(crimes: pl.DataFrame, kind: str, by: int) -> bool:
    counts = (crimes.filter(pl.col("crime_type") == kind).height, crimes.height)
    return all(_shown(n) == _shown(n + by) for n in counts)


def test_two_districts_that_mask_alike_give_the_same_document(
    make: Callable[..., Dataset], build: Callable[[Dataset], Document]
) -> None:
    """No sentence, picture, hash or table cell depends on more than the masked counts."""
    held = make(regime=Regime.LAW_ENFORCEMENT)
    moved = _moved_unseen(held.tables["events"])
    other = make(regime=Regime.LAW_ENFORCEMENT, replaced={"events": moved})
    assert not other.tables["events"].equals(held.tables["events"])
    assert render_html(build(other)) == render_html(build(held))


def _texts(frame: pl.DataFrame) -> set[str]:
    return {
        value
        for name in frame.columns
        if frame.schema[name] == pl.String
        for value in frame[name]
        if value
    }
