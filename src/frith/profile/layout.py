"""A document as plain values in reading order: the one thing both renderers draw.

Sentences, numbers and order are settled here or before; a template only decides how they look.
"""

from __future__ import annotations

import re
from typing import Any

from frith.errors import Fault
from frith.profile.content import (
    PRINT_ROWS,
    Block,
    Bullets,
    Caution,
    Facts,
    Figure,
    Form,
    Heading,
    Paragraph,
    Table,
)
from frith.profile.document import Built, Document
from frith.profile.words import MASKED, cell, day, number

Plain = dict[str, Any]

_VIEW_BOX = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')

PAGE_CHARACTERS = 96.0
"""Characters of the tables' type that fit across a printed page."""
WIDEST = 44.0
"""Characters beyond which a printed column wraps rather than crowd out the others."""
OPEN_ROWS = 20
"""Tables up to this long stand open on the page; longer ones are folded."""
MASK_NOTE = "[c] is a count of 1 to 4, or one that would give such a count away: not shown."
ROUND_NOTE = "Counts are rounded to the nearest 5."


def lay_out(document: Document) -> Plain:
    """The document as dictionaries, lists and strings."""
    numbering = _Numbering(document.file_prefix)
    parts = [_part(part, numbering) for part in document.parts]
    return {
        "title": document.title,
        "area": document.area_name,
        "banner": document.banner,
        "synthetic": document.synthetic,
        "on": day(document.on),
        "on_parts": [document.on.year, document.on.month, document.on.day],
        "version": document.version,
        "description": (
            f"{document.banner}. {document.title}. {day(document.on)}, frith {document.version}."
        ),
        "parts": parts,
    }


class _Numbering:
    """Figures and tables numbered in order of appearance, and how their files' names begin."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.figures = 0
        self.tables = 0

    def figure(self) -> int:
        self.figures += 1
        return self.figures

    def table(self) -> int:
        self.tables += 1
        return self.tables


def _part(part: Built, numbering: _Numbering) -> Plain:
    blocks = [_block(block, numbering) for block in part.content.blocks]
    extra = [_table(table, numbering) for table in part.content.extra_tables]
    return {
        "id": part.name,
        "title": part.title,
        "status": part.status,
        "elsewhere": _elsewhere(extra),
        "blocks": blocks,
        "extra_tables": extra,
    }


def _elsewhere(extra: list[Plain]) -> str:
    """Where the tables are that the PDF leaves out."""
    if not extra:
        return ""
    what = "table" if len(extra) == 1 else "tables"
    numbers = [table["caption"].split(".")[0].removeprefix("Table ") for table in extra]
    named = numbers[0] if len(extra) == 1 else f"{numbers[0]} to {numbers[-1]}"
    return (
        f"{what.capitalize()} {named}: in the HTML edition, and as CSV files in the folder tables."
    )


def _block(block: Block, numbering: _Numbering) -> Plain:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "text": block.text}
    if isinstance(block, Caution):
        return {"kind": "caution", "text": block.text}
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": list(block.items)}
    if isinstance(block, Facts):
        return {"kind": "facts", "items": [list(pair) for pair in block.items]}
    if isinstance(block, Table):
        return _table(block, numbering)
    return _figure(block, numbering)


def _figure(figure: Figure, numbering: _Numbering) -> Plain:
    numbered = numbering.figure()
    return {
        "kind": "figure",
        "id": f"figure-{figure.name}",
        "title": f"Figure {numbered}. {figure.title}",
        "sentence": figure.sentence,
        "pictures": [
            {"svg": one.svg, "alt": one.alt, "aspect": _aspect(one.svg)} for one in figure.pictures
        ],
        "table": _table(figure.table, numbering),
        "source": f"Source: {figure.source}",
        "notes": list(figure.notes),
    }


def _aspect(svg: str) -> float:
    """Width over height of a picture."""
    found = _VIEW_BOX.search(svg)
    if found is None:
        raise Fault("a picture has no viewBox")
    return round(float(found[1]) / float(found[2]), 4)


def _table(table: Table, numbering: _Numbering) -> Plain:
    rows = [
        [cell(value, column) for value, column in zip(row, table.columns, strict=True)]
        for row in table.frame.select([column.name for column in table.columns]).iter_rows()
    ]
    labels = [column.label for column in table.columns]
    headers = [
        {"label": column.label, "numeric": column.form not in (Form.TEXT, Form.MONTH)}
        for column in table.columns
    ]
    printed = table.printed and len(rows) <= PRINT_ROWS
    return {
        "kind": "table",
        "id": f"table-{table.name}",
        "caption": f"Table {numbering.table()}. {table.caption}",
        "headers": headers,
        "rows": rows,
        "n_rows": number(len(rows)),
        "folded": table.folded or len(rows) > OPEN_ROWS,
        "file": f"{numbering.prefix}{table.name}.csv",
        "printed": printed,
        "widths": _widths(labels, rows) if printed else [],
        "note": _mask_note(table, rows) if table.masked else "",
    }


def _mask_note(table: Table, rows: list[list[str]]) -> str:
    """What was done to this table's counts: only what a reader can see in it."""
    hidden = any(MASKED in row for row in rows)
    counted = any(column.form is Form.COUNT for column in table.columns)
    if hidden:
        return f"{MASK_NOTE} Other counts are rounded to the nearest 5." if counted else MASK_NOTE
    return ROUND_NOTE if counted else ""


def _widths(labels: list[str], rows: list[list[str]]) -> list[float]:
    """Shares of the page's width: as much as each column would like, or what its words need.

    No column falls below its longest word; what is left goes to those that would like more.
    """
    columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [() for _ in labels]
    least, wished = [], []
    for label, column in zip(labels, columns, strict=True):
        words = [word for value in (label, *column) for word in value.split()]
        least.append(max(len(word) for word in words) + 2.0)
        longest = max((len(value) for value in column), default=0)
        wished.append(max(min(longest + 2.0, WIDEST), least[-1]))
    room = PAGE_CHARACTERS - sum(least)
    if sum(wished) <= PAGE_CHARACTERS or room <= 0:
        return [round(width, 2) for width in (wished if room > 0 else least)]
    given = room / (sum(wished) - sum(least))
    return [
        round(small + given * (large - small), 2)
        for small, large in zip(least, wished, strict=True)
    ]
