"""docs/reference/lists.md is what the lists say, and the lists are small, typed and whole."""

from __future__ import annotations

from frith.reference import document, lists, load
from support import ROOT

FOLDER = ROOT / "src" / "frith" / "reference" / "lists"


def test_the_page_is_what_the_lists_say() -> None:
    page = (ROOT / "docs" / "reference" / "lists.md").read_text("utf-8")
    assert page == document(), "run `make docs`"


def test_the_page_names_every_list_and_every_key() -> None:
    page = document()
    for name in lists():
        assert f"### {name}\n" in page
        for key in load(name).keys:
            assert f"**{key}**" in page or f"| {key} |" in page, f"{name}: {key}"


def test_every_list_is_two_files_and_there_are_no_others() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {f"{name}.{end}" for name in lists() for end in ("csv", "toml")}


def test_lists_are_small() -> None:
    """A publisher's whole file is downloaded, never typed in here."""
    for path in FOLDER.glob("*.csv"):
        assert path.stat().st_size < 40_000, path.name
        assert len(load(path.stem)) < 300, path.name
