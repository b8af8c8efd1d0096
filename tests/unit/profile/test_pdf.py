"""The PDF, read back: tagged PDF/UA-1, titled, in English, marked on each page."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from frith.profile import pdf as module
from frith.profile import render_pdf
from frith.profile.document import Document


@pytest.fixture(scope="module")
def reader(opened: Document) -> PdfReader:
    return PdfReader(BytesIO(render_pdf(opened)))


def _root(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def _tags(node: Any, found: dict[str, int], alts: list[str]) -> None:
    """Every structure tag with how often it occurs, and the alternative texts of figures."""
    node = node.get_object()
    if isinstance(node, list):
        for one in node:
            _tags(one, found, alts)
        return
    if not isinstance(node, dict):
        return
    if "/S" in node:
        tag = str(node["/S"])
        found[tag] = found.get(tag, 0) + 1
        if tag == "/Figure":
            alts.append(str(node.get("/Alt", "")))
    if "/K" in node:
        _tags(node["/K"], found, alts)


def test_title_language_and_version_are_in_the_metadata(reader: PdfReader) -> None:
    title = "Recorded crime in Little: context for a local profile of serious and organised crime"
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert _root(reader)["/Lang"] == "en-GB"
    assert _root(reader)["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - a PDF object
    assert b"pdfuaid" in _root(reader)["/Metadata"].get_object().get_data()


def test_it_is_tagged_with_headings_tables_and_alternative_texts(
    reader: PdfReader, opened: Document
) -> None:
    assert _root(reader)["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF object
    found: dict[str, int] = {}
    alts: list[str] = []
    _tags(_root(reader)["/StructTreeRoot"]["/K"], found, alts)
    pictures = sum(len(f.pictures) for part in opened.parts for f in part.content.figures)
    assert found["/Table"] >= 10
    assert found["/TH"] > found["/Table"]
    assert found["/H1"] >= len(opened.parts)
    assert len([alt for alt in alts if alt]) == pictures


def test_every_page_carries_the_marking_at_head_and_foot_and_its_number(reader: PdfReader) -> None:
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text()
        assert text.count("OFFICIAL") >= 2, number
        assert f"Page {number} of {len(reader.pages)}" in text


def test_there_is_an_outline_of_every_part(reader: PdfReader, opened: Document) -> None:
    titles = [one.title for one in reader.outline if not isinstance(one, list)]
    assert set(titles) >= {part.title for part in opened.parts}


def test_no_page_is_empty(reader: PdfReader) -> None:
    for number, page in enumerate(reader.pages, 1):
        assert len(page.extract_text()) > 200, number


def test_synthetic_data_say_so_on_every_page_and_in_the_metadata(synthetic: Document) -> None:
    reader = PdfReader(BytesIO(render_pdf(synthetic)))
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("SYNTHETIC: ")
    assert "SYNTHETIC" in str(reader.metadata["/Keywords"])
    for page in reader.pages:
        assert page.extract_text().count("SYNTHETIC DATA") >= 2


def test_restricted_data_are_marked_sensitive(restricted: Document) -> None:
    reader = PdfReader(BytesIO(render_pdf(restricted)))
    assert all("OFFICIAL-SENSITIVE" in page.extract_text() for page in reader.pages)


def test_the_same_document_gives_the_same_bytes(opened: Document) -> None:
    assert render_pdf(opened) == render_pdf(opened)


def test_it_is_legible_with_the_fonts_typst_carries_alone(
    opened: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "font", lambda: "Libertinus Serif")
    reader = PdfReader(BytesIO(render_pdf(opened)))
    assert "What was recorded" in reader.pages[0].extract_text()
