"""What a section says: paragraphs, facts, tables and figures, as data for any renderer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from frith.charts import Picture
from frith.results import Flag, Result


class Form(StrEnum):
    """How the cells of a column are written for a reader; the CSV keeps the plain number."""

    TEXT = "text"
    COUNT = "count"  # 1,204
    RATE = "rate"  # 12.3
    PERCENT = "percent"  # a share between 0 and 1, written 12.3%
    RATIO = "ratio"  # 2.31
    CHANGE = "change"  # a share, written +12.3% or −4.0%
    MONTH = "month"  # 2025-03, written March 2025


class Guard(StrEnum):
    """What a column can give away about few people, and so how it is masked."""

    FREE = "free"  # says nothing about a count
    COUNT = "count"  # is a count of records
    FROM_COUNT = "from count"  # can be turned back into a count: rates, shares, limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table: its name in the frame, its heading, and how its cells are written."""

    name: str
    label: str
    form: Form = Form.TEXT
    guard: Guard = Guard.FREE
    blank: str = "not known"
    """What a reader sees where there is no value."""


def text(name: str, label: str) -> Column:
    """A column of words."""
    return Column(name=name, label=label)


def month(name: str, label: str) -> Column:
    """A column of months, YYYY-MM."""
    return Column(name=name, label=label, form=Form.MONTH)


def count(name: str, label: str, *, guard: Guard = Guard.COUNT, blank: str = "not known") -> Column:
    """A column of whole numbers; counts of records unless said otherwise."""
    return Column(name=name, label=label, form=Form.COUNT, guard=guard, blank=blank)


def rate(name: str, label: str, *, blank: str = "not known") -> Column:
    """A column of rates, which a reader could turn back into counts."""
    return Column(name=name, label=label, form=Form.RATE, guard=Guard.FROM_COUNT, blank=blank)


def ratio(name: str, label: str, *, blank: str = "not known") -> Column:
    """A column of ratios of rates."""
    return Column(name=name, label=label, form=Form.RATIO, guard=Guard.FROM_COUNT, blank=blank)


def percent(name: str, label: str, *, blank: str = "not known") -> Column:
    """A column of shares, which a reader could turn back into counts."""
    return Column(name=name, label=label, form=Form.PERCENT, guard=Guard.FROM_COUNT, blank=blank)


def change(name: str, label: str, *, blank: str = "not known") -> Column:
    """A column of changes as shares of what was before."""
    return Column(name=name, label=label, form=Form.CHANGE, guard=Guard.FROM_COUNT, blank=blank)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table to read and to download. The first column heads its rows.

    `name` is the stem of its CSV file. `folded` tables are closed until the reader opens them;
    `printed` ones appear in the PDF as well, where they have at most `PRINT_ROWS` rows.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    folded: bool = False
    printed: bool = True
    masked: bool = False
    """True where small counts were masked, so that the reader is told what [c] means."""


PRINT_ROWS = 100
"""Longer tables are left to the HTML edition and the CSV file; the PDF says where they are."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Something shown: always with its table, a sentence that says it, and its source line."""

    name: str
    title: str
    sentence: str
    table: Table
    source: str
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part in ("name", "title", "sentence", "source"):
            if not getattr(self, part).strip():
                raise ValueError(f"a figure needs a {part}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of plain English."""

    text: str


@dataclass(frozen=True, slots=True)
class Caution:
    """A paragraph that must not be missed."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values: what the reader looks up first."""

    items: tuple[tuple[str, str], ...]


Block = Paragraph | Caution | Heading | Bullets | Facts | Figure | Table


@dataclass(frozen=True, kw_only=True)
class Content:
    """A section's content. `headlines` are the sentences the front page lifts from it."""

    blocks: Sequence[Block]
    headlines: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    results: tuple[Result, ...] = ()
    extra_tables: tuple[Table, ...] = field(default_factory=tuple)
    """Tables written as CSV files beside the document and shown in the HTML edition only."""
    refused: bool = False
    """True where the section could be tried, and the data turned out too thin for an answer."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, shown or extra, in order."""
        shown = [
            block.table if isinstance(block, Figure) else block
            for block in self.blocks
            if isinstance(block, Figure | Table)
        ]
        return (*shown, *self.extra_tables)
