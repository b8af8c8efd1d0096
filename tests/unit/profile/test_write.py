"""The files written: names, CSV content, and the same bytes from the same data."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from frith.profile import build_profile, write_profile
from frith.profile.content import Table, count, text
from frith.profile.document import Document
from frith.profile.local_profile import as_csv
from frith.tables.dataset import Dataset


def test_one_html_one_pdf_and_a_csv_for_every_table(opened: Document, tmp_path: Path) -> None:
    written = write_profile(opened, tmp_path)
    assert written.html.name == "profile.html"
    assert written.pdf.read_bytes().startswith(b"%PDF")
    assert [path.stem for path in written.tables] == [table.name for table in opened.tables]
    html = written.html.read_text("utf-8")
    assert all(f'href="tables/{path.name}"' in html for path in written.tables)


def test_files_of_synthetic_data_say_so_in_their_names(synthetic: Document, tmp_path: Path) -> None:
    written = write_profile(synthetic, tmp_path)
    for path in (written.html, written.pdf, *written.tables):
        assert path.name.startswith("SYNTHETIC-"), path


def test_the_same_data_date_and_seed_give_the_same_bytes(
    make: Callable[..., Dataset], tmp_path: Path
) -> None:
    folders = []
    for name in ("a", "b"):
        document = build_profile(make(), on=date(2026, 11, 21), seed=5)
        write_profile(document, tmp_path / name)
        folders.append(tmp_path / name)
    files = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*") if path.is_file())
    assert len(files) > 20
    for file in files:
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes(), file


def test_the_date_is_the_document_s_own(make: Callable[..., Dataset], tmp_path: Path) -> None:
    document = build_profile(make(), on=date(2030, 2, 3), seed=1)
    written = write_profile(document, tmp_path)
    assert "3 February 2030" in written.html.read_text("utf-8")


def test_csv_holds_plain_numbers_under_the_shown_headings(opened: Document, tmp_path: Path) -> None:
    write_profile(opened, tmp_path)
    with (tmp_path / "tables" / "crime-by-type.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert rows[0]["Crime type"] == "All recorded crime"
    assert float(rows[0]["Share of recorded crime"]) == 1.0
    assert int(rows[0]["Records"]) > 1000


def test_a_cell_that_a_spreadsheet_would_run_is_defused() -> None:
    frame = pl.DataFrame({"a": ["=1+1", "@x", "+44", "-3.5", "plain"], "n": [1, 2, 3, 4, 5]})
    table = Table(name="t", caption="T", columns=(text("a", "A"), count("n", "N")), frame=frame)
    cells = [row["A"] for row in csv.DictReader(as_csv(table).splitlines())]
    assert cells == ["'=1+1", "'@x", "+44", "-3.5", "plain"]
