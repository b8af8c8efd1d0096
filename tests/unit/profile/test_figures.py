"""Every figure says itself: a table, a sentence with its numbers, a source; and plain English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
import pytest

from frith.profile.content import (
    Bullets,
    Caution,
    Content,
    Facts,
    Figure,
    Heading,
    Paragraph,
    Table,
)
from frith.profile.document import Document
from frith.profile.layout import lay_out

FORBIDDEN = re.compile(
    r"\bsignifican\w*|\bp\s*[<=>]|\bp-value|\bz\b|\bz-score|\bnull hypothesis|\bstatistical\w*"
    r"|\bgang\w*|\bcriminal (?:area|neighbourhood|ward)|\bconfidence interval"
    r"|\bhigh[- ]crime|\bsafe (?:area|neighbourhood)|\btarget",
    re.IGNORECASE,
)
"""Words a board does not need, and words that call a place or a person something."""
_YEARS = re.compile(r"\b(?:19|20)\d\d\b")


def board_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every sentence a board reads: all parts but the appendix, with the pictures' words."""
    parts = [("front", document.front), *((s.name, s.content) for s in document.sections)]
    for name, content in [*parts, ("not-covered", document.not_covered)]:
        for text in _texts(content):
            yield name, text


def _texts(content: Content) -> Iterator[str]:
    for block in content.blocks:
        if isinstance(block, Paragraph | Caution | Heading):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Facts):
            yield from (f"{a}: {b}" for a, b in block.items)
        elif isinstance(block, Figure):
            yield from (block.title, block.sentence, *block.notes, block.table.caption)
            yield from (one.title for one in block.pictures)
            yield from (one.alt for one in block.pictures)
            yield from (column.label for column in block.table.columns)
        elif isinstance(block, Table):
            yield block.caption


@pytest.fixture(params=["opened", "restricted", "synthetic"])
def document(request: pytest.FixtureRequest) -> Document:
    found: Document = request.getfixturevalue(request.param)
    return found


def test_board_text_has_none_of_the_words_it_must_not(document: Document) -> None:
    found = [(name, text) for name, text in board_texts(document) if FORBIDDEN.search(text)]
    assert found == []


def test_no_sentence_is_broken(document: Document) -> None:
    """No empty value, doubled stop or code word slipped into a sentence."""
    broken = re.compile(r"\bNone\b(?! of)|nan\b|\.\.|  |\{|\}|_|: \.|, \.|\bNaN\b|inf\b")
    found = [
        (name, text)
        for name, text in board_texts(document)
        if broken.search(text.replace("tables/", ""))
    ]
    assert found == []


def test_every_figure_has_a_table_a_sentence_with_numbers_and_a_source(document: Document) -> None:
    figures = [figure for part in document.parts for figure in part.content.figures]
    assert len(figures) >= 10
    number = re.compile(
        r"\d|\b(?:no|one|two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE
    )
    for figure in figures:
        assert figure.table.frame.height > 0, figure.name
        assert figure.source.strip(". "), figure.name
        assert number.search(_YEARS.sub("", figure.sentence)), figure.sentence
        assert all(picture.alt for picture in figure.pictures), figure.name


def test_names_of_figures_and_tables_are_their_own(document: Document) -> None:
    figures = [figure.name for part in document.parts for figure in part.content.figures]
    tables = [table.name for table in document.tables]
    assert len(set(figures)) == len(figures)
    assert len(set(tables)) == len(tables)


def test_headings_of_columns_differ_within_a_table(document: Document) -> None:
    for table in document.tables:
        labels = [column.label for column in table.columns]
        assert len(set(labels)) == len(labels), table.name


@pytest.mark.parametrize("name", ["by-type", "by-month", "like-months"])
def test_counts_in_a_sentence_stand_in_its_table(opened: Document, name: str) -> None:
    laid = lay_out(opened)
    figure = next(
        block
        for part in laid["parts"]
        for block in part["blocks"]
        if block.get("id") == f"figure-{name}"
    )
    cells = {cell for row in figure["table"]["rows"] for cell in row}
    said = re.findall(
        r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d%])|(?<=hold )\d+|(?<=against )\d+"
        r"|(?<=from )\d+|(?<=to )\d+(?= \()",
        figure["sentence"],
    )
    counts = [one for one in said if one != "1,000"]
    assert counts, figure["sentence"]
    assert set(counts) <= cells


def test_a_month_not_held_is_a_gap_in_table_and_picture(opened: Document) -> None:
    figure = next(f for part in opened.parts for f in part.content.figures if f.name == "by-month")
    held = figure.table.frame
    assert held.filter(pl.col("month") == "2024-04")["n"].to_list() == [None]
    assert "April 2024 to August 2024" in figure.sentence
    assert "no data held" in figure.pictures[0].svg.lower()


def test_a_figure_without_its_sentence_cannot_be_made() -> None:
    table = Table(name="t", caption="T", columns=(), frame=pl.DataFrame())
    with pytest.raises(ValueError, match="sentence"):
        Figure(name="f", title="F", sentence=" ", table=table, source="S.")


def test_like_months_are_compared_and_no_trend_is_claimed(opened: Document) -> None:
    section = next(one for one in opened.sections if one.name == "like-months")
    said = " ".join(_texts(section.content))
    assert "not a trend" in said
    assert "January 2025 to March 2025" in said


def test_deprivation_uses_the_income_domain_and_says_where_not_why(opened: Document) -> None:
    section = next(one for one in opened.sections if one.name == "deprivation")
    said = " ".join(_texts(section.content))
    assert "income domain" in said
    assert "where, not why" in said


def test_low_counts_are_not_called_safe(opened: Document) -> None:
    said = " ".join(text for _, text in board_texts(opened))
    assert "it does not mean that a place is safe" in said


def test_records_without_a_place_are_told_and_not_counted(opened: Document) -> None:
    quality = next(one for one in opened.sections if one.name == "quality")
    said = " ".join(_texts(quality.content))
    assert "Records without a known place: 9 of" in said
