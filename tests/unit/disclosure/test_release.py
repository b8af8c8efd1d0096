"""Publishing: what is masked, what is not, what is refused, and what the reader loses."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.disclosure import MASK, Correction, CountTable, Protected, attack, count_table, protect
from frith.disclosure.suppress import Masks, Wanted
from frith.disclosure.system import System
from frith.errors import BadInput


def table(columns: dict[str, list[object]], **rest: object) -> CountTable:
    text = pl.DataFrame({k: list(map(str, v)) for k, v in columns.items()})
    return count_table(text, **rest)  # type: ignore[arg-type]


def square(a: np.ndarray) -> CountTable:
    columns: dict[str, list[object]] = {"ward": [f"W{i}" for i in range(len(a))] + ["Total"]}
    for j in range(a.shape[1]):
        columns[f"c{j}"] = [*a[:, j], a[:, j].sum()]
    columns["Total"] = [*a.sum(axis=1), a.sum()]
    return table(columns)


SMALL = square(np.array([[3, 9, 6], [8, 17, 11], [16, 12, 25]]))


def masks(result: Protected) -> int:
    return sum((result.published[c] == MASK).sum() for c in result.published.columns)


def test_a_small_count_and_a_square_around_it_are_masked() -> None:
    result = protect(SMALL)
    assert (result.suppressed, result.secondary) == (1, 3)
    assert result.published["c0"][0] == MASK
    assert masks(result) == 4
    assert result.published["Total"].to_list() == ["18", "36", "53", "107"]


def test_masking_small_cells_only_is_undone_by_the_attacker() -> None:
    result = protect(SMALL)
    ways = {way.way: way for way in result.loss}
    assert ways["small cells only"].recovered == 1
    assert ways["this release"].recovered == 0
    assert ways["this release"].share_hidden > ways["small cells only"].share_hidden
    assert ways["plain rounding to 5"].altered > 0


def test_nothing_small_means_nothing_masked() -> None:
    result = protect(square(np.array([[30, 9], [8, 17]])))
    assert masks(result) == 0
    assert "shown whole" in result.sentence


def test_zeros_are_shown_unless_asked() -> None:
    zeros = square(np.array([[0, 9, 6], [8, 17, 11], [16, 12, 25]]))
    assert masks(protect(zeros)) == 0
    result = protect(zeros, mask_zeros=True)
    assert result.published["c0"][0] == MASK
    assert result.secondary >= 3
    assert result.flagged("ZEROS")


def test_the_threshold_is_respected() -> None:
    assert protect(SMALL, threshold=3).suppressed == 0
    assert protect(SMALL, threshold=8).suppressed == 2
    with pytest.raises(BadInput, match="hides nothing"):
        protect(SMALL, threshold=2)


def test_percentages_are_masked_with_their_counts() -> None:
    result = protect(
        table(
            {
                "ward": ["A", "B", "C", "D", "Total"],
                "n": [3, 9, 28, 40, 80],
                "%": [3.8, 11.3, 35.0, 50.0, 100.0],
            }
        )
    )
    assert result.published["n"].to_list() == [MASK, MASK, "28", "40", "80"]
    assert result.published["%"].to_list() == [MASK, MASK, "35.0", "50.0", "100.0"]
    assert {a.kind for a in result.attacks} >= {"totals", "small cells known", "percentages"}


def test_a_share_of_something_else_that_hides_a_small_number_is_masked() -> None:
    """2 per cent of 100 charged is two people, whom the table nowhere counts."""
    result = protect(table({"ward": ["A", "B"], "n": [100, 80], "charged %": [2, 40]}))
    assert result.published["charged %"].to_list() == [MASK, "40"]


def test_an_earlier_release_is_not_undone() -> None:
    """The later table shows the months' total, the earlier all but the last month."""
    first = protect(SMALL)
    assert first.table is not None
    a = np.array([[3, 9, 6, 8], [8, 17, 11, 1], [16, 12, 25, 14]])
    second = protect(square(a), against=[first.table])
    assert not second.refused
    assert second.table is not None
    found = attack(second.table, against=[first.table])
    assert found.tried > 0
    assert not found.recovered


def test_a_count_that_is_public_already_blocks_the_release() -> None:
    result = protect(SMALL, against=[SMALL])
    assert result.refused
    assert result.flagged("RECOVERED")
    assert result.published.is_empty()
    assert result.table is None
    assert "W0 × c0 (exactly)" in result.sentence


BEFORE = square(np.array([[30, 9, 6], [8, 17, 11], [16, 12, 25]]))
ONE_MORE = square(np.array([[31, 9, 6], [8, 17, 11], [16, 12, 25]]))


def test_a_figure_that_grew_by_a_few_is_refused() -> None:
    """31 less 30 is one person, in one ward, between the two releases."""
    result = protect(ONE_MORE, against=[BEFORE])
    assert result.refused
    assert result.published.is_empty()
    assert "W0 × c0 (exactly)" in result.sentence
    tried = {attempt.kind: attempt for attempt in result.attacks}["difference of releases"]
    assert (tried.tried, len(tried.recovered)) == (16, 4)  # the cell, and three totals with it


def test_a_figure_that_fell_by_a_few_is_refused_too() -> None:
    assert protect(BEFORE, against=[ONE_MORE]).flagged("DIFFERENCE")


def test_a_named_person_may_take_a_difference_for_a_correction() -> None:
    by = Correction(by="A. Hussain", reason="one crime was recorded in the wrong ward")
    result = protect(ONE_MORE, against=[BEFORE], accept=by)
    assert not result.refused
    assert result.accepted == by
    assert any(f.code == "CORRECTION" and "A. Hussain" in f.text for f in result.flags)
    assert protect(BEFORE, accept=by).accepted is None  # nothing to accept


@pytest.mark.parametrize("who", [("", "a reason"), ("A. Hussain", " ")])
def test_a_correction_needs_a_person_and_a_reason(who: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match="named person"):
        Correction(by=who[0], reason=who[1])


def test_figures_that_grew_by_many_are_said_to_differ() -> None:
    later = square(np.array([[40, 9, 6], [8, 17, 11], [16, 12, 35]]))
    result = protect(later, against=[BEFORE])
    assert not result.refused
    assert result.flagged("REVISED")


def test_what_was_masked_before_stays_masked_where_nothing_was_added() -> None:
    """W0 and W2's first months are as they were: shown now, they would tell the masked 3."""
    first = protect(square(np.array([[30, 9, 6], [8, 17, 11], [16, 12, 3]])))
    assert first.table is not None
    later = square(np.array([[30, 9, 6], [8, 27, 11], [16, 12, 13]]))
    result = protect(later, against=[first.table])
    assert not result.refused
    assert result.published["c2"].to_list()[2] == MASK
    assert result.suppressed == 0
    assert "hidden so that what was hidden before stays so" in result.sentence


def test_the_difference_of_masked_cells_is_worked_out_too() -> None:
    """Neither release shows A and B; that they have 2 more between them follows from the totals."""
    before = square_of(["[c]", "[c]", "40"], "60")
    result = protect(square_of(["4", "18", "40"], "62"), against=[before])
    tried = {attempt.kind: attempt for attempt in result.attacks}["difference of releases"]
    assert {found.key for found in tried.recovered} == {("A",), ("B",), ("Total",)}
    many = protect(square_of(["3", "30", "40"], "73"), against=[before])
    assert not many.flagged("DIFFERENCE")  # 13 to the two of them together


def square_of(counts: list[str], total: str) -> CountTable:
    columns: dict[str, list[object]] = {"ward": ["A", "B", "C", "Total"], "n": [*counts, total]}
    return table(columns, published=MASK in [*counts, total])


def test_one_column_of_several_is_known_by_its_name() -> None:
    """An earlier table of thefts alone is of the thefts, not of everything, in a wider one."""
    first = table({"ward": ["A", "B", "C"], "theft": [30, 20, 12]})
    wide = table({"ward": ["A", "B", "C"], "theft": [31, 20, 12], "fraud": [9, 9, 20]})
    assert protect(wide, against=[first]).flagged("DIFFERENCE")
    assert protect(first, against=[wide]).flagged("DIFFERENCE")


def test_where_nothing_would_be_left_it_says_what_to_do() -> None:
    result = protect(square(np.array([[1, 2], [0, 3]])))
    assert result.flagged("NOTHING-LEFT")
    assert "Publish the total only, or combine" in result.sentence


def test_rounding_masks_the_small_and_rounds_the_rest() -> None:
    result = protect(SMALL, rounding=5)
    assert result.published["c0"].to_list() == [MASK, "10", "15", "25"]
    assert "rounding" in {a.kind for a in result.attacks}
    with pytest.raises(BadInput, match="hides nothing"):
        protect(SMALL, rounding=1)


def test_rounded_percentages_are_worked_out_from_rounded_counts() -> None:
    result = protect(
        table({"ward": ["A", "B", "Total"], "n": [32, 49, 81], "%": [39.5, 60.5, 100.0]}),
        rounding=10,
    )
    assert result.published["%"].to_list() == ["38", "62", "100"]


def test_overlapping_areas_are_protected() -> None:
    lookup = {"North": frozenset(["L1", "L2", "L3"]), "Beat": frozenset(["L1", "L2"])}
    first = table({"area": ["North", "Beat"], "n": [40, 38]})
    now = table({"area": ["L3", "L4", "L5", "Total"], "n": [2, 30, 31, 63]})
    blocked = protect(now, against=[first], lookup=lookup)
    assert blocked.refused
    assert "L3" in blocked.sentence
    assert not protect(now, lookup=lookup).refused


def test_the_same_input_gives_the_same_answer() -> None:
    a = np.random.default_rng(7).integers(0, 20, size=(6, 5))
    one, two = protect(square(a)), protect(square(a))
    assert one.published.equals(two.published)
    assert one.data_hash == two.data_hash


def test_larger_areas_may_stand_in_the_same_column() -> None:
    lookup = {"North": frozenset(["A", "B"]), "South": frozenset(["C", "D"])}
    rows = {
        "area": ["North", "A", "B", "South", "C", "D", "Total"],
        "n": [12, 3, 9, 40, 20, 20, 52],
    }
    result = protect(table(rows, lookup=lookup), lookup=lookup)
    assert result.published["n"].to_list() == ["12", MASK, MASK, "40", "20", "20", "52"]
    rows["n"][0] = 13
    with pytest.raises(BadInput, match="larger areas"):
        protect(table(rows, lookup=lookup), lookup=lookup)


def test_a_sum_under_another_name_is_one_in_earlier_releases_too() -> None:
    now = table({"ward": ["A", "B", "C", "Town"], "x": [3, 9, 20, 32], "y": [9, 9, 20, 38]})
    first = count_table(
        pl.DataFrame({"ward": ["A", "C", "Town"], "x": [MASK, "20", "32"]}), published=True
    )
    result = protect(now, against=[first])
    assert result.flagged("UNNAMED-TOTAL")
    assert not result.refused
    assert result.published["x"].to_list()[:2] == [MASK, MASK]


def test_earlier_masks_may_be_noughts_where_noughts_are_masked() -> None:
    zeros = square(np.array([[0, 9, 6], [8, 17, 11], [16, 12, 25]]))
    first = protect(zeros, mask_zeros=True)
    assert first.table is not None
    again = protect(zeros, mask_zeros=True, against=[first.table])
    assert not again.refused
    assert not again.flagged("REVISED")


def test_what_is_written_says_no_more_than_what_was_attacked() -> None:
    a = np.random.default_rng(3).integers(0, 15, size=(6, 5))
    result = protect(square(a))
    assert result.table is not None
    read = count_table(result.published, published=True)
    assert [(c.key, c.lo, c.hi) for c in read.cells] == [
        (c.key, c.lo, c.hi) for c in result.table.cells
    ]
    assert result.table.frame.is_empty()


def test_the_attack_blocks_what_a_broken_masking_lets_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The gate is the attack, not the masking's own word."""

    def small_only(system: System, wanted: Wanted) -> Masks:
        return Masks(masked=wanted.primary, exposed=())

    monkeypatch.setattr("frith.disclosure.release.choose_masks", small_only)
    result = protect(SMALL)
    assert result.refused
    assert [len(tried.recovered) for tried in result.attacks] == [1, 1, 1]


def test_small_counts_that_hide_each_other_need_no_secondary_cell() -> None:
    """Four small counts in a square, each of which can be anything from 1 to 4."""
    result = protect(square(np.array([[2, 3, 40], [3, 2, 50], [70, 80, 90]])))
    assert (result.suppressed, result.secondary) == (4, 0)


def test_small_counts_that_pin_each_other_need_more() -> None:
    """If the 3 were 4, the 4 would be 5, and a reader told that it is small knows better."""
    result = protect(square(np.array([[3, 2, 40], [2, 4, 50], [70, 80, 90]])))
    assert result.suppressed == 4
    assert result.secondary > 0


def test_the_sentence_counts_in_english() -> None:
    one = protect(table({"ward": ["A", "B"], "n": [3, 40]}))
    assert one.sentence == (
        "Of 2 figures, 1 is hidden for counting fewer than 5; "
        "we tried to work it out and could not."
    )
