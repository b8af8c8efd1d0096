"""What every file format becomes before its values are read: rows of text with row numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.results import Flag

SHOWN_CHARACTERS = 80
"""How much of a refused value or line a report quotes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row: `row` as in the file, where the header is row 1."""

    row: int
    column: str
    value: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A file as rows of text (or of its own types, from Parquet), before any value is read.

    `frame` holds the rows whose shape is right, under the file's own column names; `rows` their
    row numbers; `faults` the rows whose shape is wrong. `lines` gives rows as they stood, by row
    number, as comma-separated text; it may go back to the file, so ask only when needed.
    """

    path: Path
    frame: pl.DataFrame
    rows: pl.Series
    header_line: str
    lines: Callable[[Collection[int]], Mapping[int, str]]
    faults: tuple[Fault, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def total(self) -> int:
        """Rows in the file, right or wrong in shape; blank lines are not rows."""
        return self.frame.height + len({fault.row for fault in self.faults})


def shorten(text: str) -> str:
    """As much of a value or line as a report quotes."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_CHARACTERS else flat[: SHOWN_CHARACTERS - 1] + "…"


def check_header(names: list[str], *, path: Path) -> list[str]:
    """Column names trimmed; nameless ones called by their place. Refuses names that repeat."""
    tidy = [name.strip().strip("\ufeff") or f"(column {i})" for i, name in enumerate(names, 1)]
    folded = [name.casefold() for name in tidy]
    twice = sorted(
        {name for name, fold in zip(tidy, folded, strict=True) if folded.count(fold) > 1}
    )
    if twice:
        raise BadInput(
            f"the column {twice[0]!r} stands in the header more than once",
            where=path.name,
            mend="Rename or delete one of them.",
        )
    return tidy
