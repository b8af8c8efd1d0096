"""The capture table: what is read, what is refused, and lists left out or merged."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.prevalence.captures import Captures, from_capture_table, from_membership
from frith.prevalence.links import comparable


def table(**columns: list[object]) -> pl.DataFrame:
    return pl.DataFrame(columns, strict=False)


def test_rows_and_capture_table_agree() -> None:
    rows = pl.DataFrame(
        {
            "person_id": ["p1", "p1", "p2", "p3", "p3", "p3", "p3"],
            "list": ["police", "mash", "mash", "police", "mash", "charity", "charity"],
        }
    )
    found = from_membership(rows)
    assert found.lists == ("charity", "mash", "police")
    assert (found.seen, found.overlaps) == (3, 2)
    assert from_capture_table(found.table()).counts.tolist() == found.counts.tolist()


def test_repeated_histories_are_added_up_whatever_the_lists_are_called() -> None:
    # R packages paste list names into formulas and break on names like these.
    odd = table(**{"a+b": [1, 1, 0], "~list 2": [0, 0, 1], "count": [3, 4, 5]})
    found = from_capture_table(odd)
    assert found.on_all(1) == 7
    assert found.seen == 12


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"a": [1], "b": [1]}, "no column `count`"),
        ({"a": [1], "count": [3]}, "1 lists, where 2 to 10 are needed"),
        ({f"l{i}": [1] for i in range(11)} | {"count": [3]}, "11 lists"),
        ({"a": [1, 2], "b": [0, 1], "count": [3, 4]}, "row 3, list `a`: 2 is neither 0 nor 1"),
        ({"a": [1], "b": [0], "count": [-3]}, "row 2: count -3 is not a whole number"),
        ({"a": [1], "b": [0], "count": [2.5]}, "count 2.5 is not a whole number"),
        ({"a": [1, 0], "b": [0, 0], "count": [3, 9]}, "row 3 is on no list but counts 9"),
        ({" ": [1], "b": [0], "count": [3]}, "a list has no name"),
        ({"a": ["yes"], "b": ["0"], "count": ["3"]}, "'yes' is neither 0 nor 1"),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_why(
    columns: dict[str, list[object]], says: str
) -> None:
    with pytest.raises(BadInput, match=says.replace("(", r"\(")):
        from_capture_table(table(**columns))


def test_blank_ids_are_refused() -> None:
    rows = pl.DataFrame({"person_id": ["p", None], "list": ["a", "b"]})
    with pytest.raises(BadInput, match="`person_id` is blank in 1 rows"):
        from_membership(rows)


def example() -> Captures:
    # Cells 1 … 7 of three lists: A, B, AB, C, AC, BC, ABC.
    return Captures(("A", "B", "C"), np.asarray([10, 20, 3, 30, 4, 5, 1]))


def test_without_a_list_those_on_it_alone_are_no_longer_seen() -> None:
    fewer = example().without(0)
    assert fewer.lists == ("B", "C")
    assert fewer.counts.tolist() == [20 + 3, 30 + 4, 5 + 1]


def test_merged_lists_count_a_person_once() -> None:
    both = example().merged(0, 1)
    assert both.lists == ("A + B", "C")
    assert both.counts.tolist() == [10 + 20 + 3, 30, 4 + 5 + 1]
    assert both.seen == example().seen


def test_within_a_list_only_its_members_seen_elsewhere_remain() -> None:
    inside = example().within(0)
    assert inside.counts.tolist() == [3, 4, 1]


def test_lists_of_other_areas_or_times_are_remarked_on() -> None:
    rows = pl.DataFrame(
        {
            "person_id": ["p1", "p2", "p3"],
            "list": ["a", "b", "c"],
            "area": ["X", "X", "Y"],
            "date": [date(2024, 1, 1), date(2024, 1, 1), date(2020, 1, 1)],
        }
    )
    said = comparable(rows)
    assert [reason.rule for reason in said] == ["R12", "R12"]
    assert "“c”" in said[0].text
    assert "“a” and “c”; “b” and “c”" in said[1].text
    assert comparable(rows.select("person_id", "list")) == ()
