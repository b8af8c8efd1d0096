"""The capture table: how many people were seen on exactly which lists."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.errors import BadInput

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Masks = npt.NDArray[np.bool_]

MIN_LISTS, MAX_LISTS = 2, 10
"""Two lists are the least that can overlap; ten make 1,023 cells, more than any table fills."""


@dataclass(frozen=True, eq=False)
class Captures:
    """Counts by capture history. `counts[c - 1]` belongs to cell `c`, whose bit i means list i."""

    lists: tuple[str, ...]
    counts: Ints

    def __post_init__(self) -> None:
        if self.counts.shape != (2 ** len(self.lists) - 1,):
            raise ValueError("one count for each non-empty combination of lists")

    @property
    def k(self) -> int:
        """How many lists."""
        return len(self.lists)

    @property
    def seen(self) -> int:
        """M: how many different people were seen."""
        return int(self.counts.sum())

    @cached_property
    def cells(self) -> Ints:
        """The cells' bit masks, 1 … 2^k − 1."""
        return np.arange(1, 2**self.k, dtype=np.int64)

    @cached_property
    def on_lists(self) -> Ints:
        """How many lists each cell is on."""
        return np.asarray([int(cell).bit_count() for cell in self.cells], dtype=np.int64)

    @property
    def overlaps(self) -> int:
        """People on two lists or more."""
        return int(self.counts[self.on_lists >= 2].sum())

    def on_exactly(self, times: int) -> int:
        """f_j: people on exactly that many lists."""
        return int(self.counts[self.on_lists == times].sum())

    def on_all(self, members: int) -> int:
        """People on every list of the bit mask `members`, whatever else they are on."""
        return int(self.counts[(self.cells & members) == members].sum())

    def pairs(self) -> list[tuple[int, int]]:
        """Pairs of list numbers in lexicographic order."""
        return list(itertools.combinations(range(self.k), 2))

    def without(self, dropped: int) -> Captures:
        """The same people without one list; those on that list alone are no longer seen."""
        kept = [i for i in range(self.k) if i != dropped]
        return self._onto([[i] for i in kept], tuple(self.lists[i] for i in kept))

    def merged(self, first: int, second: int) -> Captures:
        """Two lists as one."""
        groups = [[first, second]] + [[i] for i in range(self.k) if i not in (first, second)]
        names = tuple(" + ".join(self.lists[i] for i in group) for group in groups)
        return self._onto(groups, names)

    def within(self, known: int) -> Captures:
        """The members of one list, as the other lists saw them; others drop out."""
        members = np.where((self.cells >> known) & 1, self.counts, 0)
        return Captures(self.lists, members.astype(np.int64)).without(known)

    def _onto(self, groups: list[list[int]], names: tuple[str, ...]) -> Captures:
        target = np.zeros_like(self.cells)
        for bit, group in enumerate(groups):
            inside = np.zeros(len(self.cells), dtype=bool)
            for member in group:
                inside |= ((self.cells >> member) & 1).astype(bool)
            target |= inside.astype(np.int64) << bit
        counts = np.bincount(target, weights=self.counts, minlength=2 ** len(groups))[1:]
        return Captures(names, counts.astype(np.int64))

    def table(self) -> pl.DataFrame:
        """The observed histories: a 0/1 column per list and `count`."""
        shown = self.counts > 0
        columns: dict[str, Ints] = {
            name: (self.cells[shown] >> i) & 1 for i, name in enumerate(self.lists)
        }
        return pl.DataFrame({**columns, "count": self.counts[shown]})


def from_capture_table(frame: pl.DataFrame, *, where: str = "capture table") -> Captures:
    """Captures from one 0/1 column per list and `count`; repeated histories are added up.

    Raises `BadInput` for a missing count, fewer than two or more than ten lists, values other than
    0 and 1, negative or fractional counts, and a row on no list (the unseen are not data).
    """
    if "count" not in frame.columns:
        raise BadInput("there is no column `count`", where=where, mend=_CAPTURE_HELP)
    lists = tuple(name for name in frame.columns if name != "count")
    _check_number_of_lists(lists, where)
    flags = [_zero_or_one(frame[name], where) for name in lists]
    counts = _whole(frame["count"], where)
    cell = np.zeros(frame.height, dtype=np.int64)
    for bit, column in enumerate(flags):
        cell |= column << bit
    unseen = np.flatnonzero((cell == 0) & (counts > 0))
    if unseen.size:
        raise BadInput(
            f"row {unseen[0] + 2} is on no list but counts {counts[unseen[0]]}",
            where=where,
            mend="Take the row out: people on no list are what is to be estimated.",
        )
    totals = np.bincount(cell, weights=counts, minlength=2 ** len(lists))[1:]
    return Captures(lists, totals.astype(np.int64))


def from_membership(frame: pl.DataFrame, *, where: str = "lists") -> Captures:
    """Captures from rows `person_id, list`; a person twice on one list counts once.

    Raises `BadInput` for missing columns, blanks, and fewer than two or more than ten lists.
    """
    for column in ("person_id", "list"):
        if column not in frame.columns:
            raise BadInput(f"there is no column `{column}`", where=where, mend=_ROWS_HELP)
        if frame[column].null_count():
            raise BadInput(
                f"`{column}` is blank in {frame[column].null_count()} rows",
                where=where,
                mend="Fill it in or leave the rows out.",
            )
    lists = tuple(frame["list"].unique(maintain_order=True).sort().to_list())
    _check_number_of_lists(lists, where)
    numbered = pl.DataFrame({"list": lists, "bit": [1 << i for i in range(len(lists))]})
    cells = (
        frame.select("person_id", "list")
        .unique()
        .join(numbered, on="list")
        .group_by("person_id")
        .agg(pl.col("bit").sum())["bit"]
        .to_numpy()
    )
    counts = np.bincount(cells.astype(np.int64), minlength=2 ** len(lists))[1:]
    return Captures(lists, counts.astype(np.int64))


_CAPTURE_HELP = "Give one column of 0 and 1 for each list, and `count`."
_ROWS_HELP = "Give one row for each person on each list: person_id, list."


def _check_number_of_lists(lists: tuple[str, ...], where: str) -> None:
    if not MIN_LISTS <= len(lists) <= MAX_LISTS:
        advice = (
            "One list says nothing of those it missed."
            if len(lists) < MIN_LISTS
            else "Merge lists that are kept by the same organisation."
        )
        raise BadInput(
            f"{len(lists)} lists, where {MIN_LISTS} to {MAX_LISTS} are needed",
            where=where,
            mend=advice,
        )
    if any(not name.strip() for name in lists):
        raise BadInput("a list has no name", where=where, mend="Name every column.")


def _zero_or_one(column: pl.Series, where: str) -> Ints:
    values = column.cast(pl.Float64, strict=False)
    bad = (values.is_null() | ~values.is_in([0.0, 1.0])).arg_true()
    if len(bad):
        raise BadInput(
            f"row {bad[0] + 2}, list `{column.name}`: {column[bad[0]]!r} is neither 0 nor 1",
            where=where,
            mend=_CAPTURE_HELP,
        )
    return values.cast(pl.Int64).to_numpy()


def _whole(column: pl.Series, where: str) -> Ints:
    values = column.cast(pl.Float64, strict=False)
    bad = (values.is_null() | (values < 0) | (values != values.floor())).arg_true()
    if len(bad):
        raise BadInput(
            f"row {bad[0] + 2}: count {column[bad[0]]!r} is not a whole number of people",
            where=where,
            mend="Counts are persons: 0, 1, 2, …",
        )
    return values.cast(pl.Int64).to_numpy()
