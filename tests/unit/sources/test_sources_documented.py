"""The page of sources says what the addresses say."""

from __future__ import annotations

from frith.sources.catalogue import catalogue
from frith.sources.document import document
from support import ROOT

PAGE = ROOT / "docs" / "reference" / "sources.md"


def test_the_page_is_what_the_addresses_say() -> None:
    assert PAGE.read_text("utf-8") == document(), (
        "docs/reference/sources.md has fallen behind: write frith.sources.document.document() to it"
    )


def test_every_source_is_on_the_page_with_its_licence_and_how_it_was_verified() -> None:
    page = document()
    for one in catalogue().values():
        assert f"### {one.key}\n" in page
        assert one.verified_by in page
        assert one.attribution in page
        assert not one.url or one.url in page
