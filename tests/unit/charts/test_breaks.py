"""Class breaks: every value in exactly one class, whose printed range holds it as printed."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frith.charts.breaks import classify
from frith.errors import Fault

finite = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
values = st.lists(st.one_of(st.none(), finite, st.integers(0, 5).map(float)), max_size=60)


@given(values, st.integers(1, 7))
def test_every_value_is_in_the_class_that_its_printed_number_says(
    held: list[float | None], classes: int
) -> None:
    sorted_in = classify(held, classes=classes)
    assert len(sorted_in.items) <= classes
    for value, index in zip(held, sorted_in.index, strict=True):
        if value is None:
            assert index == -1
        else:
            item, printed = sorted_in.items[index], round(value, sorted_in.decimals)
            assert item.lo <= printed <= item.hi


@given(values, st.integers(1, 7))
def test_classes_rise_without_overlap_and_none_is_empty(
    held: list[float | None], classes: int
) -> None:
    items = classify(held, classes=classes).items
    assert sum(item.n for item in items) == sum(v is not None for v in held)
    assert all(item.n > 0 for item in items)
    assert all(a.hi < b.lo for a, b in pairwise(items))


@given(
    st.lists(finite, min_size=1, max_size=40),
    st.lists(st.integers(-1000, 1000), min_size=1, max_size=6, unique=True),
)
def test_given_breaks_hold_every_value(held: list[float], breaks: list[int]) -> None:
    sorted_in = classify(held, breaks=sorted(breaks))
    assert len(sorted_in.items) == len(breaks) + 1
    for value, index in zip(held, sorted_in.index, strict=True):
        printed = round(value, sorted_in.decimals)
        assert sorted_in.items[index].lo <= printed <= sorted_in.items[index].hi


def test_ties_stay_together() -> None:
    sorted_in = classify([1, 1, 1, 1, 1, 1, 2, 3], classes=4)
    assert len({sorted_in.index[i] for i in range(6)}) == 1
    assert sorted_in.items[0].label == "1"


@pytest.mark.parametrize("held", [[4.0], [4.0] * 9, [0.0] * 9])
def test_one_value_is_one_class(held: list[float]) -> None:
    sorted_in = classify(held)
    assert len(sorted_in.items) == 1
    assert sorted_in.items[0].label == str(int(held[0]))
    assert set(sorted_in.index) == {0}


def test_nothing_is_no_class() -> None:
    assert classify([]).items == ()
    assert classify([None, math.nan]).index == (-1, -1)


def test_many_zeros_are_a_class_of_their_own() -> None:
    sorted_in = classify([0] * 50 + list(range(1, 51)), classes=5)
    assert sorted_in.items[0].label == "0"
    assert [item.n for item in sorted_in.items] == [50, 13, 12, 13, 12]


def test_quantile_classes_are_of_like_size() -> None:
    assert [item.n for item in classify(list(range(100)), classes=5).items] == [20] * 5


def test_given_breaks_are_lower_bounds_and_an_empty_class_is_kept() -> None:
    items = classify([0, 1, 4, 25, 1500], breaks=[1, 5, 10, 20]).items
    assert [item.label for item in items] == ["0", "1 to 4", "5 to 9", "10 to 19", "20 to 1,500"]
    assert [item.n for item in items] == [1, 2, 0, 0, 2]


def test_a_value_is_sorted_as_it_is_printed() -> None:
    # 4.96 prints as 5.0, so a reader looks for it in the class that starts at 5.0.
    sorted_in = classify([12.0, 4.96, 4.94], breaks=[5.0])
    assert sorted_in.decimals == 1
    assert sorted_in.index == (1, 1, 0)


def test_a_half_is_sorted_the_way_it_is_printed() -> None:
    # 0.15 is a little under in binary and prints as 0.1, not 0.2.
    sorted_in = classify([10.0, 0.15, 0.25], breaks=[0.2])
    assert sorted_in.decimals == 1
    assert sorted_in.index == (1, 0, 1)
    assert sorted_in.items[0].label == "0.1"


@pytest.mark.parametrize("breaks", [[1, 1], [2, 1], list(range(7))])
def test_breaks_must_rise_and_be_few(breaks: list[float]) -> None:
    with pytest.raises(Fault):
        classify([1.0], breaks=breaks)
