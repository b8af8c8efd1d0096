"""The attacker: as clever as trying every table there is, and no easier to fool."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from frith.disclosure import CountTable, Share, attack, count_table
from frith.errors import BadInput

LARGEST = 14


def square(a: np.ndarray) -> CountTable:
    columns: dict[str, list[str]] = {"ward": [f"W{i}" for i in range(len(a))] + ["Total"]}
    for j in range(a.shape[1]):
        columns[f"c{j}"] = [*map(str, a[:, j]), str(a[:, j].sum())]
    columns["Total"] = [*map(str, a.sum(axis=1)), str(a.sum())]
    return count_table(pl.DataFrame(columns))


def mask(table: CountTable, where: set[tuple[int, str]]) -> CountTable:
    cells = tuple(
        dataclasses.replace(c, lo=0, hi=None) if (c.row, c.column) in where else c
        for c in table.cells
    )
    return dataclasses.replace(table, cells=cells)


def every_table(a: np.ndarray, hidden: list[tuple[int, int]]) -> np.ndarray:
    """All ways to fill the hidden inner cells with 1 or more so that the totals stand."""
    ways = np.indices([LARGEST] * len(hidden)).reshape(len(hidden), -1).T + 1
    tables = np.repeat(a[None], len(ways), axis=0)
    for k, (i, j) in enumerate(hidden):
        tables[:, i, j] = ways[:, k]
    rows = (tables.sum(axis=2) == a.sum(axis=1)).all(axis=1)
    return ways[rows & (tables.sum(axis=1) == a.sum(axis=0)).all(axis=1)]


@pytest.mark.parametrize("seed", range(12))
def test_it_finds_the_range_that_trying_every_table_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.integers(1, 7, size=(3, 3))
    hidden = [divmod(int(k), 3) for k in rng.choice(9, size=5, replace=False)]
    fits = every_table(a, hidden)
    shown = mask(square(a), {(i, f"c{j}") for i, j in hidden})
    found = {(f.row, f.column): f for f in attack(shown, exact_ranges=True).found}
    for k, (i, j) in enumerate(hidden):
        cell = found[i, f"c{j}"]
        assert (cell.lo, cell.hi) == (fits[:, k].min(), fits[:, k].max())
        assert cell.recovered == (np.ptp(fits[:, k]) < 3)


A = np.array([[3, 9, 6], [8, 7, 11], [6, 12, 5]])


def test_one_masked_cell_in_a_row_is_worked_out_from_the_total() -> None:
    (cell,) = attack(mask(square(A), {(0, "c0")})).recovered
    assert (cell.lo, cell.hi, cell.exact) == (3, 3, True)


def test_two_masked_cells_in_a_row_fall_to_their_columns() -> None:
    assert len(attack(mask(square(A), {(0, "c0"), (0, "c1")})).recovered) == 2


def test_a_square_of_masks_stands() -> None:
    masks = {(0, "c0"), (0, "c1"), (1, "c0"), (1, "c1")}
    tried = attack(mask(square(A), masks))
    assert tried.tried == 4
    assert not tried.recovered


def test_a_range_too_narrow_counts_as_recovered() -> None:
    a = np.array([[1, 2, 9], [8, 7, 11], [6, 12, 5]])
    masks = {(0, "c0"), (0, "c1"), (1, "c0"), (1, "c1")}
    found = attack(mask(square(a), masks))
    assert {f.key for f in found.recovered} == {
        ("W0", "c0"), ("W0", "c1"), ("W1", "c0"), ("W1", "c1"),
    }  # fmt: skip
    assert not any(f.exact for f in found.recovered)


def test_being_told_which_masks_are_small_helps() -> None:
    a = np.array([[4, 9, 6], [8, 4, 11], [6, 12, 5]])
    masks = {(0, "c0"), (0, "c1"), (1, "c0"), (1, "c1")}
    shown = mask(square(a), masks)
    assert not attack(shown).recovered
    loose, tight = (
        {f.key: f.hi for f in attack(shown, known_small=known, exact_ranges=True).found}
        for known in ([], [(0, "c0"), (1, "c1")])
    )
    assert (loose["W0", "c0"], tight["W0", "c0"]) == (11, 4)


def long(*rows: tuple[str, str]) -> CountTable:
    return count_table(pl.DataFrame(list(rows), schema=["ward", "n"], orient="row"))


def test_the_difference_of_two_releases_is_found() -> None:
    now = mask(long(("A", "3"), ("B", "9"), ("C", "20"), ("Total", "32")), {(0, "n"), (1, "n")})
    before = long(("A", "3"), ("C", "20"), ("Total", "23"))
    before = mask(before, {(0, "n"), (1, "n")})
    assert not attack(now).recovered
    assert not attack(before).recovered
    assert {f.key for f in attack(now, against=[before]).recovered} >= {("A",), ("B",)}


def test_a_release_over_more_labels_is_recognised_by_them() -> None:
    now = count_table(
        pl.DataFrame({"month": ["Jan", "Feb"], "A": ["3", "9"], "B": ["8", "7"]}),
    )
    before = count_table(
        pl.DataFrame({"ward": ["A", "B"], "month": ["Jan", "Jan"], "n": ["3", "8"]})
    )
    found = attack(mask(now, {(0, "A"), (1, "A")}), against=[before])
    assert [f.key for f in found.recovered] == [("Jan", "A")]


def test_a_percentage_gives_its_count_away() -> None:
    shown = mask(long(("A", "3"), ("B", "9"), ("C", "188"), ("Total", "200")), {(0, "n"), (1, "n")})
    share = Share(part=("A",), whole=("Total",), percent=1.5, give=0.05)
    assert not attack(shown).recovered
    assert all(f.exact for f in attack(shown, shares=[share]).found)


def test_overlapping_areas_are_subtracted() -> None:
    """North holds L1 to L3, the beat L1 and L2: the difference is L3, whoever masks it."""
    lookup = {"North": frozenset(["L1", "L2", "L3"]), "Beat": frozenset(["L1", "L2"])}
    rows = pl.DataFrame({"area": ["L3", "L4", "Total"], "n": ["2", "30", "32"]})
    now = mask(count_table(rows), {(0, "n"), (1, "n")})
    before = count_table(pl.DataFrame({"area": ["North", "Beat"], "n": ["40", "38"]}))
    assert not attack(now, lookup=lookup).recovered
    assert attack(now, against=[before], lookup=lookup).recovered


def test_a_revised_figure_is_set_aside_and_the_rest_still_used() -> None:
    now = mask(long(("A", "3"), ("B", "9"), ("C", "20"), ("Total", "32")), {(0, "n"), (1, "n")})
    before = long(("A", "3"), ("C", "19"), ("D", "5"))
    found = attack(now, against=[before])
    assert found.ignored == 1
    assert {f.key for f in found.recovered} == {("A",), ("B",)}


def test_figures_that_no_table_fits_are_an_error() -> None:
    shown = mask(long(("A", "3"), ("B", "9"), ("Total", "12")), {(0, "n"), (1, "n")})
    with pytest.raises(BadInput, match="contradict"):
        attack(shown, low=7)
