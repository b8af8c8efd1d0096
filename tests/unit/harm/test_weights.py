"""Which weight an event gets, by which key; and that without one its harm is unknown."""

from __future__ import annotations

import polars as pl
import pytest

from frith.errors import BadInput, UnknownName
from frith.harm.weights import FOUND, REPORTED, choose, notes, weigh
from frith.places.harm_map import harm_counts

TABLE = pl.DataFrame(
    [
        ("106", 1000.0, "median", "one", "a"),
        ("106", 2000.0, "mean", "one", "a"),
        ("92A", 5.0, "median", "one", "a"),
        ("92A", 236.0, "mean", "one", "a"),
        ("Violence without injury", 10.0, "median", "one", "a"),
        ("Violence without injury", 437.0, "mean", "one", "a"),
        ("Burglary", 244.0, None, "one", "a"),
        ("106", 7.0, "median", "two", "b"),
    ],
    schema=["key", "days", "statistic", "edition", "source"],
    orient="row",
)


def events(*rows: tuple[str | None, str | None, bool | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [(f"e{i}", *row) for i, row in enumerate(rows)],
        schema={
            "event_id": pl.String,
            "offence_code": pl.String,
            "crime_type": pl.String,
            "police_led": pl.Boolean,
        },
        orient="row",
    )


ONE = choose(TABLE, edition="one")


def test_a_code_comes_before_its_group_and_its_group_before_the_type() -> None:
    found = weigh(
        events(
            ("106", "Burglary", False),
            ("092A", None, False),  # leading noughts do not count
            ("105A", "Burglary", False),  # assault without injury: by its offence group
            (None, "Burglary", False),
            (None, "Shoplifting", False),
        ),
        ONE,
    )
    assert found["median"].to_list() == [1000.0, 5.0, 10.0, 244.0, None]
    assert found["mean"].to_list() == [2000.0, 236.0, 437.0, None, None]
    assert found["by"].to_list() == ["code", "code", "offence group", "crime type", None]


def test_an_event_without_a_weight_is_unknown_and_named_never_nought() -> None:
    found = weigh(events((None, "Shoplifting", False), (None, None, None)), ONE)
    assert found["median"].to_list() == [None, None]
    told = next(flag.text for flag in notes(found, ONE) if flag.code == "NOWEIGHT")
    assert "2 of 2" in told
    assert "Shoplifting" in told
    assert "unknown, not nought" in told


def test_how_an_event_came_to_light_is_the_records_word_else_its_type_and_said() -> None:
    found = weigh(
        events(("106", "Drugs", False), ("106", "Drugs", None), ("106", "Burglary", True)), ONE
    )
    assert found["strand"].to_list() == [REPORTED, FOUND, FOUND]
    assert [flag.code for flag in notes(found, ONE)] == ["EDITION", "GUESSED"]


def test_averages_over_unlike_offences_are_said() -> None:
    found = weigh(events(("105A", None, False)), ONE)
    assert "BROAD" in {flag.code for flag in notes(found, ONE)}


def test_editions_are_never_mixed() -> None:
    with pytest.raises(BadInput, match="never mixed"):
        choose(TABLE)
    with pytest.raises(UnknownName, match="no edition"):
        choose(TABLE, edition="three")
    assert choose(TABLE, edition="two").days["median"] == {"106": 7.0}
    with pytest.raises(BadInput, match="no row"):
        choose(TABLE.head(0))


def test_the_layer_on_the_map_takes_the_same_weights() -> None:
    """places.harm_map sums a table of key and days: one edition and statistic of this one."""
    counts = pl.DataFrame({"code": ["A", "A"], "key": ["106", "92A"], "n": [2, 3]})
    of_one = TABLE.filter((pl.col("edition") == "one") & (pl.col("statistic") == "median"))
    harm, missing = harm_counts(counts, of_one.select("key", "days"))
    assert harm["n"].to_list() == [2015.0]
    assert missing == []
