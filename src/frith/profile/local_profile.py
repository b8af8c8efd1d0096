"""The local profile: a data set in, the document and its files out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from frith.profile.appendix import appendix
from frith.profile.content import Column, Table
from frith.profile.document import Document, assemble
from frith.profile.front import front, title
from frith.profile.html import render_html
from frith.profile.material import Material
from frith.profile.missing import missing_content
from frith.profile.pdf import render_pdf
from frith.profile.section import Section
from frith.profile.sections import REGISTRY
from frith.profile.topics import QUESTIONS, TOPICS
from frith.tables.dataset import Dataset

STEM = "profile"
TABLES = "tables"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run rather than show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the files of a document are."""

    html: Path
    pdf: Path
    tables: tuple[Path, ...]


def build_profile(
    dataset: Dataset,
    *,
    on: date,
    seed: int,
    registry: Sequence[Section] = REGISTRY,
    step: Callable[[str], None] = lambda _: None,
) -> Document:
    """The local profile of a data set, dated `on`; every random draw starts from `seed`.

    Sections whose needs the data set does not meet are listed with what they need. `step` hears
    the title of each section as it begins. Nothing is written.
    """
    material = Material(dataset=dataset, on=on, seed=seed)
    return assemble(
        material,
        title=title(material),
        registry=registry,
        topics=TOPICS,
        front=front,
        not_covered=missing_content,
        appendix=appendix,
        questions=QUESTIONS,
        step=step,
    )


def write_profile(
    document: Document,
    folder: Path,
    *,
    stem: str = STEM,
    step: Callable[[str], None] = lambda _: None,
) -> Written:
    """The document as `profile.html`, `profile.pdf` (or another `stem`) and a CSV a table.

    Files of synthetic data say so in their names. Files of the same names are written over.
    """
    folder.mkdir(parents=True, exist_ok=True)
    step("Writing HTML")
    html = folder / f"{document.file_prefix}{stem}.html"
    html.write_text(render_html(document), "utf-8")
    step("Writing PDF")
    pdf = folder / f"{document.file_prefix}{stem}.pdf"
    pdf.write_bytes(render_pdf(document))
    step("Writing tables")
    tables = folder / TABLES
    tables.mkdir(exist_ok=True)
    written = []
    for table in document.tables:
        path = tables / f"{document.file_prefix}{table.name}.csv"
        path.write_text(as_csv(table), "utf-8")
        written.append(path)
    return Written(html=html, pdf=pdf, tables=tuple(written))


def as_csv(table: Table) -> str:
    """The table's shown columns as CSV with their headings; numbers plain, blanks empty."""
    chosen = table.frame.select(_plain(column, table.frame) for column in table.columns)
    return chosen.write_csv()


def _plain(column: Column, frame: pl.DataFrame) -> pl.Expr:
    value = pl.col(column.name)
    if frame.schema[column.name] == pl.Float64:
        value = value.round_sig_figs(9)
    elif frame.schema[column.name] == pl.String:
        runs = pl.any_horizontal(value.str.starts_with(mark) for mark in _FORMULA)
        is_number = value.cast(pl.Float64, strict=False).is_not_null()
        value = pl.when(runs & ~is_number).then(pl.concat_str(pl.lit("'"), value)).otherwise(value)
    return value.alias(column.label)
