"""Reading a table of counts: what is a label, a total, a percentage; and what is refused."""

from __future__ import annotations

import polars as pl
import pytest

from frith.disclosure import TOTAL, count_table
from frith.errors import BadInput, UnknownName


def frame(text: str) -> pl.DataFrame:
    head, *rows = [line.split(",") for line in text.strip().splitlines()]
    return pl.DataFrame(rows, schema=head, orient="row")


WIDE = "ward,Jan,Feb,Total\nA,3,9,12\nB,7,6,13\nTotal,10,15,25"


def test_a_wide_table_has_a_dimension_of_columns() -> None:
    table = count_table(frame(WIDE))
    assert table.layout.labels == ("ward",)
    assert table.layout.counts == ("Jan", "Feb", "Total")
    assert [c.key for c in table.cells][-1] == (TOTAL, TOTAL)


def test_a_long_table_has_its_labels_and_one_count() -> None:
    table = count_table(frame("ward,year,n\nA,2024,3\nA,2025,9\nTotal,Total,12"))
    assert table.dimensions == ("ward", "year")


def test_columns_of_ward_counts_are_not_labels() -> None:
    table = count_table(frame("month,Ward A,Ward B\n2024-01,3,4\n2024-02,3,9"))
    assert table.layout.counts == ("Ward A", "Ward B")


def test_percentages_are_worked_out_columns_and_know_their_count() -> None:
    table = count_table(frame("ward,Jan,Jan %,Feb,share\nA,3,30,9,1\nB,7,70,6,1"))
    assert table.layout.ratios == {"Jan %": "Jan", "share": ""}


@pytest.mark.parametrize("label", ["total", "TOTAL", "Grand total", "Totals"])
def test_a_total_is_known_by_its_name(label: str) -> None:
    table = count_table(frame(f"ward,n\nA,3\nB,4\n{label},7"))
    assert table.cells[-1].is_total


def test_a_subtotal_beside_its_district_is_a_total() -> None:
    table = count_table(frame("district,ward,n\nN,A,3\nN,B,4\nN,N total,7\nTotal,,7"))
    assert [c.key for c in table.cells][2:] == [("N", TOTAL), (TOTAL, TOTAL)]


def test_a_subtotal_without_parts_is_a_leaf_of_the_grand_total() -> None:
    table = count_table(frame("district,ward,n\nN,A,3\nN,B,4\nN,Total,7\nS,Total,9\nTotal,,16"))
    assert set(table.own_leaves()) == {("N", "A"), ("N", "B"), ("S", TOTAL)}


def test_a_sum_under_another_name_is_treated_as_a_total() -> None:
    table = count_table(frame("ward,x,y\nA,3,1\nB,4,5\nC,2,2\nRotherham,9,8"))
    assert table.layout.unnamed_totals == (("ward", "Rotherham"),)
    assert table.cells[-1].key == (TOTAL, "y")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ward,n\nA,3\nB,4\nTotal,9", "row 4, column n says 9 but its parts add up to 7 (2 fewer)"),
        ("ward,n\nA,-3\nB,4", "row 2, column n: -3 is less than nothing"),
        ("ward,n\nA,12a\nB,4", "“12a” is not a count"),
        ("ward,n\nA,3.5\nB,4", "3.5 is not a whole number"),
        ("ward,n\nA,\nB,4", "the count is blank"),
        ("ward,n\nA,[c]\nB,4", "masked already"),
        ("ward,n\nA,3\nA,4", "rows 2 and 3 have the same labels: A"),
        ("ward,n\nTotal,4", "only a total"),
        ("ward,n\nA,4\n,5", "the label “ward” is blank"),
        ("ward,n\nA,4\nNorth total,4", "looks like a subtotal"),
        ("ward,place\nA,x\nB,y", "no column of counts"),
        ("n,count\n4,5", "no column of labels"),
    ],
)
def test_bad_input_is_refused_saying_what_and_where(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        count_table(frame(text), name="t.csv")
    assert said in caught.value.line()


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(BadInput, match="no rows"):
        count_table(pl.DataFrame(schema={"ward": pl.String, "n": pl.String}))


def test_labels_can_be_named() -> None:
    table = count_table(frame("ward,zone,n\nA,1,3\nA,2,4"), labels=["ward", "zone"])
    assert table.layout.labels == ("ward", "zone")
    with pytest.raises(UnknownName):
        count_table(frame(WIDE), labels=["wards"])


def test_a_published_table_may_hold_masks_and_rounded_figures() -> None:
    table = count_table(frame("ward,a,b,Total\nA,[c],10,15\nB,5,10,20\nC,5,15,25"), published=True)
    assert table.rounded_to == 5
    first, second = table.cells[0], table.cells[1]
    assert first.masked
    assert (second.lo, second.hi) == (8, 12)
