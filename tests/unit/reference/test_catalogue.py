"""Lists by name and by date; near names; and that the files load from a zipped package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from frith.errors import Fault, UnknownName
from frith.reference import lists, load, lookup
from frith.reference.declare import Column, Kind, checked, is_valid_on
from frith.reference.reading import _rows
from support import ROOT

COLUMNS = (
    Column(name="key", kind=Kind.TEXT, meaning="k", required=True),
    Column(name="n", kind=Kind.INTEGER, meaning="n"),
)
DEFAULTS = {
    "source": "the list's",
    "licence": "frith",
    "valid_from": None,
    "valid_to": None,
    "standing": "read in source",
    "verified_by": "somebody",
    "verified_on": date(2026, 1, 1),
}


def test_every_list_loads_and_names_itself() -> None:
    assert len(lists()) >= 20
    assert list(lists()) == sorted(lists())
    for name in lists():
        assert load(name).name == name
        assert len(load(name)) > 0


@pytest.mark.parametrize(
    ("wrong", "near"), [("ofence_codes", "offence_codes"), ("power", "powers"), ("5x5", "5x5x5")]
)
def test_a_wrong_name_is_answered_with_the_near_ones(wrong: str, near: str) -> None:
    with pytest.raises(UnknownName, match=near):
        load(wrong)


def test_a_name_near_to_nothing_is_answered_with_all_of_them() -> None:
    with pytest.raises(UnknownName, match=r"There are: .*powers"):
        load("zzzz")
    with pytest.raises(UnknownName):
        load("")


def test_lookup_finds_the_row_or_says_what_is_near() -> None:
    assert lookup("offence_codes", "106")["offence"] == "Modern slavery"
    with pytest.raises(UnknownName, match="Did you mean suspect"):
        lookup("roles", "suspekt")


def test_rows_of_another_day_are_left_out() -> None:
    before = load("partner_bodies", on=date(2024, 1, 1)).keys
    after = load("partner_bodies", on=date(2025, 1, 1)).keys
    assert "commissioner" in before
    assert "commissioner" not in after
    assert "mayor" in after
    assert "mayor" not in before
    assert {"police", "council"} <= set(before) & set(after)
    with pytest.raises(UnknownName, match="2025-01-01"):
        lookup("partner_bodies", "commissioner", on=date(2025, 1, 1))


def test_both_ends_of_a_period_belong_to_it() -> None:
    row = lookup("partner_bodies", "commissioner")
    last = row["valid_to"]
    assert isinstance(last, date)
    assert is_valid_on(row, last)
    assert not is_valid_on(row, date.fromordinal(last.toordinal() + 1))


def test_a_row_cannot_be_changed() -> None:
    row = lookup("roles", "possible_victim")
    with pytest.raises(TypeError):
        row["projectable"] = True  # type: ignore[index]


def test_a_blank_cell_takes_the_lists_source_but_never_its_verification() -> None:
    text = "key,n,source,verified_by,verified_on\na,1,,,\nb,,own,me,2026-02-02\n"
    first, second = _rows("x", text, COLUMNS, DEFAULTS)
    assert first["source"] == "the list's"
    assert first["verified_by"] == ""
    assert checked(first) == "unverified: to be verified locally"
    assert (second["n"], second["source"]) == (None, "own")
    assert checked(second) == "checked by me on 2026-02-02"


def test_a_list_that_states_it_once_states_it_for_every_row() -> None:
    (row,) = _rows("x", "key,n\na,1\n", COLUMNS, DEFAULTS)
    assert row["verified_by"] == "somebody"
    assert row["n"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "key,n\na,one\n",
        "key\na\n",
        "key,n,colour\na,1,red\n",
        "key,n\na\n",
        "key,n\na,1,2\n",
        "key,n,valid_from\na,1,2026\n",
    ],
)
def test_a_file_that_does_not_fit_its_declaration_is_a_fault_of_ours(text: str) -> None:
    with pytest.raises(Fault, match=r"x\.csv"):
        _rows("x", text, COLUMNS, DEFAULTS)


def test_lists_load_from_a_package_that_is_not_a_folder(tmp_path: Path) -> None:
    source = ROOT / "src" / "frith"
    package = tmp_path / "frith.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for path in (source / "__init__.py", source / "errors.py", *source.glob("reference/**/*")):
            archive.write(path, path.relative_to(source.parent))
    code = (
        "import frith.reference as r, sys;"
        "print('frith.zip' in r.__file__, sum(len(r.load(n)) for n in r.lists()),"
        "sorted({'polars', 'numpy', 'duckdb', 'typer', 'rich'} & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == f"True {sum(len(load(name)) for name in lists())} []"
