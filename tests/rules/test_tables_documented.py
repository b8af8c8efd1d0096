"""The reference page of the tables is exactly what their declarations say."""

from __future__ import annotations

from frith.tables import TABLES, document
from support import ROOT

PAGE = ROOT / "docs" / "reference" / "tables.md"


def test_the_page_is_what_the_declarations_say() -> None:
    assert PAGE.read_text("utf-8") == document(), (
        "docs/reference/tables.md has fallen behind: write frith.tables.document() to it"
    )


def test_every_column_says_what_it_means_and_every_table_stands_on_the_page() -> None:
    page = document()
    for table in TABLES.values():
        assert f"\n## {table.name}\n" in page
        assert table.meaning.endswith(".")
        for column in table:
            assert column.meaning, (table.name, column.name)
            assert f"| `{column.name}` |" in page
