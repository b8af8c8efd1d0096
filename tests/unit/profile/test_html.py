"""The HTML file: self-contained, accessible, under its own content policy; and its fragment."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from io import BytesIO

import polars as pl
import pytest
from pypdf import PdfReader

from frith.charts import Picture
from frith.errors import Fault
from frith.profile import build_profile, render_fragment, render_html, render_pdf
from frith.profile.content import Content, Paragraph, Table, text
from frith.profile.document import Document
from frith.tables.dataset import Dataset

VOID = {"meta", "link", "br", "hr", "img", "input", "col"}
FETCHES = {"src", "href", "xlink:href", "srcset", "poster", "data", "action"}


class Page(HTMLParser):
    """What the tests ask of a page: tags balanced, headings, links, ids, styles."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.fetched: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.tables: list[dict[str, bool]] = []
        self.labelled: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes |= set(given)
        self.fetched += [(tag, value) for name, value in given.items() if name in FETCHES]
        self.ids += [given["id"]] if "id" in given else []
        self.labelled += given.get("aria-labelledby", "").split()
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append({"caption": False, "scope": True})
        if tag == "caption":
            self.tables[-1]["caption"] = True
        if tag == "th" and "scope" not in given:
            self.tables[-1]["scope"] = False
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def html(opened: Document) -> str:
    return render_html(opened)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_every_tag_is_closed(page: Page) -> None:
    assert page.open == []


def test_nothing_is_fetched_from_outside(html: str, page: Page) -> None:
    for tag, address in page.fetched:
        assert tag == "a", (tag, address)
        assert address.startswith(("#", "tables/")), address
    assert "@import" not in html
    assert not re.search(r"url\((?!#|\"?#)", html)


def test_no_script_and_no_inline_style(page: Page) -> None:
    assert "script" not in page.tags
    assert page.tags.count("style") == 1
    assert "style" not in page.attributes
    assert not [name for name in page.attributes if name.startswith("on")]


def test_the_policy_allows_this_style_sheet_and_nothing_else(html: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    allowed = policy[1].replace("&#39;", "'")
    sheet = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert sheet is not None
    digest = base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode()
    assert allowed.startswith("default-src 'none';")
    assert f"'sha256-{digest}'" in allowed
    assert "unsafe" not in allowed


def test_headings_descend_without_a_gap(page: Page) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        assert after <= before + 1


def test_landmarks_language_and_skip_link(html: str, page: Page) -> None:
    assert '<html lang="en-GB">' in html
    assert {"header", "main", "footer", "nav"} <= set(page.tags)
    assert html.index('class="skip" href="#main"') < html.index("<header")
    assert "main" in page.ids


def test_identifiers_are_unique_and_labels_lead_somewhere(page: Page) -> None:
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.labelled) <= set(page.ids)
    assert {one[1:] for _, one in page.fetched if one.startswith("#")} <= set(page.ids)


def test_every_table_has_a_caption_and_scoped_headings(page: Page) -> None:
    assert len(page.tables) > 10
    assert all(table["caption"] and table["scope"] for table in page.tables)


def test_pictures_have_a_role_and_words(html: str) -> None:
    for tag in re.findall(r"<svg[^>]*>", html):
        assert 'role="img"' in tag
        assert 'aria-label="' in tag


def test_marking_stands_at_head_and_foot_and_on_each_printed_sheet(html: str) -> None:
    assert html.count("<p>OFFICIAL</p>") == 2
    assert re.search(r'@top-center \{ content: "OFFICIAL"', html)
    assert re.search(r'@bottom-center \{ content: "OFFICIAL"', html)


def test_the_title_is_exact(html: str) -> None:
    title = "Recorded crime in Little: context for a local profile of serious and organised crime"
    assert f"<title>{title}</title>" in html
    assert f"<h1>{title}</h1>" in html


def test_synthetic_data_say_so_everywhere(synthetic: Document) -> None:
    html = render_html(synthetic)
    assert "<title>SYNTHETIC: Recorded crime" in html
    assert html.count("OFFICIAL – SYNTHETIC DATA</p>") == 2
    assert "<h1>SYNTHETIC: " in html
    assert 'content: "OFFICIAL – SYNTHETIC DATA"' in html
    assert 'name="classification" content="OFFICIAL – SYNTHETIC DATA"' in html
    assert "a computer made them for practice" in html


def test_the_fragment_fits_a_strict_page(opened: Document) -> None:
    fragment = render_fragment(opened, tables_at=None)
    found = Page(fragment.body)
    assert found.open == []
    assert "style" not in found.attributes
    assert "style" not in found.tags
    assert '.csv"' not in fragment.body
    selectors = re.findall(r"^([^@}\s][^{]*)\{", fragment.css, re.MULTILINE)
    assert all(part.strip().startswith(".profile") for s in selectors for part in s.split(","))


def test_text_from_the_data_is_escaped(make: Callable[..., Dataset]) -> None:
    nasty = '<script>alert("x")</script> & #let x = 1 $y$ *z* \\'
    held = make()
    named = dataclasses.replace(
        held,
        about=dataclasses.replace(held.about, area_name=nasty),
        tables={
            **held.tables,
            "events": held.tables["events"].with_columns(
                crime_type=pl.col("crime_type").replace("Drugs", nasty)
            ),
        },
    )
    document = build_profile(named, on=date(2026, 11, 21), seed=1)
    html = render_html(document)
    assert "<script" not in html.lower()
    assert "&lt;script&gt;" in html
    assert Page(html).open == []
    pages = PdfReader(BytesIO(render_pdf(document))).pages
    assert "*z*" in " ".join(page.extract_text() for page in pages)


def test_a_picture_that_would_fetch_is_refused(opened: Document) -> None:
    figure = next(f for part in opened.sections for f in part.content.figures if f.pictures)
    picture: Picture = dataclasses.replace(
        figure.pictures[0],
        svg='<svg viewBox="0 0 1 1"><image href="http://x.example/a.png"/></svg>',
    )
    bad = dataclasses.replace(figure, pictures=(picture,))
    part = dataclasses.replace(opened.sections[0], content=Content(blocks=[bad]))
    with pytest.raises(Fault, match="refuses"):
        render_fragment(dataclasses.replace(opened, sections=(part,)))


def test_an_empty_table_says_so(opened: Document) -> None:
    table = Table(
        name="none",
        caption="None",
        columns=(text("a", "A"),),
        frame=pl.DataFrame(schema={"a": pl.String}),
    )
    part = dataclasses.replace(opened.sections[0], content=Content(blocks=[Paragraph("x"), table]))
    body = render_fragment(dataclasses.replace(opened, sections=(part,))).body
    assert "No rows." in body
