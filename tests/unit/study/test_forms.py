"""Forms go out safe to open and come back with every bad row named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from openpyxl import load_workbook

from frith.study.criteria import contradiction
from frith.study.forms import ANSWERED, blank_form, guidance, read_form, write_form
from unit.study.coders import fill, judged

EVENTS = [f"e{i}" for i in range(12)]
SAMPLE = pl.DataFrame({"event_id": ["=cmd|x", *EVENTS], "theme": "drugs", "neighbourhood": "North"})


@pytest.fixture
def form(tmp_path: Path) -> Path:
    blank = blank_form(SAMPLE, coder="A", definition="3+")
    write_form(blank, tmp_path, stem="form", guidance=guidance("3+"))
    return tmp_path / "form.csv"


def filled(form: Path, **changes: str) -> pl.DataFrame:
    """The form filled in; `changes` go into its second row."""
    rows = judged(
        ["'=cmd|x", *EVENTS],
        set(EVENTS[:4]),
        rng=np.random.default_rng(1),
        coder="AB",
        definition="3+",
        error=0,
        unsure=0,
    )
    fill(form, rows)
    table = pl.read_csv(form, infer_schema=False)
    for column, value in changes.items():
        at = pl.int_range(pl.len()) == 1
        table = table.with_columns(pl.when(at).then(pl.lit(value)).otherwise(column).alias(column))
    table.write_csv(form)
    return table


def read(form: Path, *, definition: str = "3+", expected: list[str] | None = None):  # type: ignore[no-untyped-def]
    return read_form(form, definition=definition, expected=expected or ["=cmd|x", *EVENTS])


def test_a_full_form_comes_back_whole_with_its_identifiers_as_they_were(form: Path) -> None:
    filled(form)
    found = read(form)
    assert found.judged["event_id"].to_list() == ["=cmd|x", *EVENTS]
    assert found.report.refused == 0
    assert found.coder == "AB"


def test_the_workbook_runs_nothing_and_offers_the_answers(form: Path) -> None:
    sheet = load_workbook(form.with_suffix(".xlsx")).worksheets[0]
    assert sheet["A2"].value == "=cmd|x"
    assert sheet["A2"].data_type == "s"
    offered = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered == {'"yes,no,unknown"', '"organised,not organised,cannot tell"'}
    assert form.read_text("utf-8").splitlines()[1].startswith("'=cmd")


def test_a_workbook_filled_in_is_read_like_a_csv(form: Path) -> None:
    path = form.with_suffix(".xlsx")
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for name in ANSWERED:
        sheet.cell(3, columns[name], "not organised" if name == "judgement" else "no")
    book.save(path)
    found = read(path)
    assert found.judged["event_id"].to_list() == ["e0"]
    assert found.untouched == 12
    assert found.report.refused == 0
    assert not [note for note in found.report.notes if note.code == "other_sheets"]


def test_a_blank_form_is_untouched_not_refused(form: Path) -> None:
    found = read(form)
    assert (found.judged.height, found.untouched, found.report.refused) == (0, 13, 0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"people": ""}, "is blank"),
        ({"judgement": "perhaps"}, "is not one of"),
        ({"definition": "2+"}, "one study, one definition"),
        ({"event_id": "someone-elses"}, "was not drawn for this coder"),
        ({"people": "no", "judgement": "organised"}, "people is no"),
        ({"people": "unknown", "judgement": "organised"}, "people is unknown"),
        ({"judgement": "not organised", "people": "yes", "planned": "yes"}, "change an answer"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_row_is_refused_by_number_with_its_reason(
    form: Path, changes: dict[str, str], reason: str
) -> None:
    filled(form, **changes)
    found = read(form)
    assert found.report.refused == 1
    assert found.judged.height == 12
    row = found.report.refusals.row(0, named=True)
    assert row["row"] == 3
    assert reason in row["reason"]


def test_the_statutory_definition_asks_for_gain_and_seriousness() -> None:
    answers = dict.fromkeys(ANSWERED, "yes") | {"judgement": "organised"}
    assert contradiction("statutory", answers) == ""
    assert "serious is unknown" in contradiction("statutory", answers | {"serious": "unknown"})
    assert contradiction("2+", answers | {"serious": "unknown"}) == ""


def test_coders_are_told_that_a_judgement_is_of_a_crime_and_unknown_is_an_answer() -> None:
    told = " ".join(guidance("statutory"))
    assert "never a person" in told
    assert "Unknown is an answer" in told
    assert "to be verified locally" in told
