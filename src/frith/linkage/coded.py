"""Texts as numbers: each distinct text of a column stands once, and records hold its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.linkage.compiled import compiled

Codes = npt.NDArray[np.int32]
BLANK = -1
"""The code of what is not known."""
THREADS = 2
"""How many threads work side by side; more would ask for more memory at six million records."""


@dataclass(frozen=True, kw_only=True)
class Coded:
    """A column: `codes` by record, each the place of its text in `values`, or `BLANK`."""

    codes: Codes
    values: pl.Series

    def series(self, name: str) -> pl.Series:
        """The column as it would stand in a table."""
        return self.values.gather(_places(self.codes)).alias(name)

    def through(self, values: pl.Series) -> Coded:
        """The column with each distinct text turned into another: `values` in the same places."""
        if values.equals(self.values):
            return self
        turned = coded(values)
        return Coded(codes=followed(self.codes, turned.codes), values=turned.values)

    def in_order(self, order: npt.NDArray[np.int64]) -> Coded:
        """The column of the records in this order, its texts in order of their first record."""
        codes, count = self.codes[order], self.values.len()
        number, first = np.full(count, BLANK, np.int32), np.empty(count, np.int32)
        _renumber(codes, number, first)
        return Coded(codes=codes, values=self.values.gather(first))

    def among(self, said: pl.Series) -> Coded:
        """The column with `values` replaced by `said`, lists or texts, uncoded; blanks dropped."""
        known = np.where(said.is_null().to_numpy(), BLANK, np.arange(said.len())).astype(np.int32)
        return Coded(codes=followed(self.codes, known), values=said)


def coded(column: pl.Series) -> Coded:
    """A column of texts with each distinct text once."""
    own = pl.Categorical(pl.Categories.random())
    codes = as_codes(column.cast(own).to_physical())
    first = np.zeros(int(codes.max(initial=BLANK)) + 1, dtype=np.int64)
    _find_first(codes, first)
    return Coded(codes=codes, values=column.gather(first))


@compiled
def _find_first(codes: np.ndarray, first: np.ndarray) -> None:
    """Write the first record that bears each text."""
    for at in range(codes.size - 1, -1, -1):
        if codes[at] != BLANK:
            first[codes[at]] = at


@compiled
def _renumber(codes: np.ndarray, number: np.ndarray, first: np.ndarray) -> None:
    """Number the texts anew, in order of the first record that bears each."""
    size = 0
    for at in range(codes.size):
        code = codes[at]
        if code == BLANK:
            continue
        if number[code] == BLANK:
            number[code] = size
            first[size] = code
            size += 1
        codes[at] = number[code]


def followed(codes: Codes, to: Codes) -> Codes:
    """Where each code leads by the list `to`; blank stays blank."""
    found: Codes = np.append(to, np.int32(BLANK))[codes]
    return found


def as_codes(numbers: pl.Series) -> Codes:
    """A column of whole numbers, blank where null."""
    found: Codes = numbers.cast(pl.Int32).fill_null(BLANK).to_numpy()
    return found


def _places(codes: Codes) -> pl.Series:
    """Places to gather from, null where blank."""
    places = pl.Series(codes)
    return places.set(places == BLANK, None)


def one_vocabulary(columns: Sequence[Coded]) -> tuple[list[Coded], pl.Series]:
    """The columns with codes of one common list of texts, and that list."""
    joined = coded(pl.concat([column.values for column in columns]))
    ends = np.cumsum([column.values.len() for column in columns])[:-1]
    parts = np.split(joined.codes, ends)
    shared = [
        Coded(codes=followed(column.codes, part), values=joined.values)
        for column, part in zip(columns, parts, strict=True)
    ]
    return shared, joined.values


class Letters(NamedTuple):
    """Texts for compiled code: the letters of text `k` are `letters[start[k]:start[k + 1]]`.

    `mask` has a bit for each letter that a text holds; letters may share a bit.
    """

    letters: npt.NDArray[np.uint16]
    start: npt.NDArray[np.int64]
    mask: npt.NDArray[np.uint64]


def letters(values: pl.Series) -> Letters:
    """A list of texts as letters side by side (code points; those beyond 65,535 wrap around)."""
    joined = values.str.join("").item() if values.len() else ""
    wide = "ascii" if joined.isascii() else "utf-32-le"
    points = np.frombuffer(joined.encode(wide), dtype=np.uint8 if joined.isascii() else np.uint32)
    sizes = values.str.len_chars().to_numpy().astype(np.int64)
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    mask = np.zeros(values.len(), np.uint64)
    _add_bits(points, start, mask)
    return Letters(letters=points.astype(np.uint16), start=start, mask=mask)


@compiled
def _add_bits(points: np.ndarray, start: np.ndarray, mask: np.ndarray) -> None:
    """Set the bit of each letter that a text holds."""
    for text in range(mask.size):
        for at in range(start[text], start[text + 1]):
            mask[text] |= np.uint64(1) << np.uint64(points[at] % 64)


@dataclass(frozen=True, kw_only=True)
class Records:
    """Cleaned nominals in order of their identifier; the place in it is a record's `uid`.

    `columns` are the coded texts by name, `numbers` the parts of the date of birth, `aliases` the
    list of each record's other names, `data_hash` says what was read, in whatever order it stood.
    """

    nominal_id: pl.Series
    source: pl.Series
    columns: Mapping[str, Coded]
    numbers: Mapping[str, Codes]
    aliases: Coded
    readings: Coded
    data_hash: str = ""

    @property
    def height(self) -> int:
        """How many records there are."""
        return self.nominal_id.len()

    def text(self, name: str) -> pl.Series:
        """A column of texts, null where not known."""
        return self.columns[name].series(name)

    def text_of_days(self) -> pl.Series:
        """Whole dates of birth as YYYYMMDD, null where not known."""
        days = pl.Series("dob", self.numbers["dob"])
        return days.set(days == BLANK, None).cast(pl.String)

    def filled(self, *names: str) -> npt.NDArray[np.bool_]:
        """Which records know at least one of these columns."""
        known = np.zeros(self.height, dtype=bool)
        for name in names:
            known |= self.code(name) != BLANK
        return known

    def code(self, name: str) -> Codes:
        """A column's codes, or its numbers."""
        return self.numbers[name] if name in self.numbers else self.columns[name].codes
