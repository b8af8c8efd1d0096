"""Rates by area: who is listed, who has a rate, and what is said."""

from __future__ import annotations

import polars as pl
import pytest

from frith.errors import BadInput
from frith.places.neighbours import from_rows
from frith.places.rates import area_rates

COUNTS = pl.DataFrame({"code": ["b", "a", "z"], "n": [3, 10, 2]})
PEOPLE = pl.DataFrame({"code": ["a", "b", "c", "d"], "n": [1000, 1500, 900, 0]})


def test_the_population_drives_the_list_and_zeros_are_there() -> None:
    areas = area_rates(COUNTS, PEOPLE).tables["areas"]
    assert areas["code"].to_list() == ["a", "b", "c", "d", "z"]
    quiet = areas.filter(pl.col("code") == "c").row(0, named=True)
    assert (quiet["count"], quiet["rate"], quiet["rate_lo"]) == (0, 0.0, 0.0)
    assert quiet["rate_hi"] == pytest.approx(3.688879 / 0.9, rel=1e-6)


def test_no_population_no_rate_but_a_flag() -> None:
    result = area_rates(COUNTS, PEOPLE)
    areas = result.tables["areas"]
    assert areas.filter(pl.col("flags").list.contains("DENOM"))["code"].to_list() == ["d", "z"]
    assert areas.filter(pl.col("rate").is_null())["code"].to_list() == ["d", "z"]
    assert result.flagged("DENOM")
    assert result.flagged("UNMATCHED")


def test_without_any_denominator_there_are_counts_and_no_rates() -> None:
    result = area_rates(COUNTS, None)
    assert result.value is None
    assert result.flagged("DENOM")
    assert result.tables["areas"]["rate"].null_count() == 3
    assert "No rate" in result.sentence


def test_the_rate_of_the_whole_is_over_areas_with_people() -> None:
    result = area_rates(COUNTS, PEOPLE, per=1000)
    assert result.value == pytest.approx(1000 * 13 / 3400)
    assert result.interval is not None
    assert result.interval.lo < result.value < result.interval.hi


def test_another_denominator_is_named() -> None:
    said = area_rates(COUNTS, PEOPLE, per=100, denominator="premises")
    assert "for every 100 premises" in said.sentence
    assert not said.flagged("RESIDENTS")


def test_neighbours_add_a_local_rate() -> None:
    near = from_rows([[1], [0, 2], [1], [2]], codes=["a", "b", "c", "d"], kind="queen")
    areas = area_rates(COUNTS, PEOPLE, neighbours=near).tables["areas"]
    assert areas["smoothed_local"].null_count() == 2


def test_row_order_changes_nothing() -> None:
    first = area_rates(COUNTS, PEOPLE)
    second = area_rates(COUNTS.reverse(), PEOPLE.reverse())
    assert first.tables["areas"].equals(second.tables["areas"])
    assert first.data_hash == second.data_hash


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (pl.DataFrame({"code": ["a"]}), "missing"),
        (pl.DataFrame({"code": ["a", "a"], "n": [1, 2]}), "more than one row"),
        (pl.DataFrame({"code": ["a"], "n": [-1]}), "negative"),
        (
            pl.DataFrame({"code": ["a"], "n": [None]}, schema={"code": pl.String, "n": pl.Int64}),
            "gap",
        ),
        (
            pl.DataFrame({"code": [None], "n": [1]}, schema={"code": pl.String, "n": pl.Int64}),
            "blank",
        ),
    ],
)
def test_what_is_not_a_count_is_refused(counts: pl.DataFrame, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        area_rates(counts, PEOPLE)


def test_nobody_and_nothing_is_no_crash() -> None:
    empty = pl.DataFrame(schema={"code": pl.String, "n": pl.Int64})
    result = area_rates(empty, empty)
    assert result.tables["areas"].is_empty()
