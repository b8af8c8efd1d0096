"""Coding forms out and back: CSV and a workbook that runs nothing, and row-level refusals."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from frith.study.criteria import REQUIRED, WORDS, contradiction
from frith.tables import read_table
from frith.tables.declared.study import ANSWERS, CODING, CRITERIA, JUDGEMENTS_OF_CODERS
from frith.tables.report import TableReport

ANSWERED = (*(one.name for one in CRITERIA), "judgement")
"""What a coder fills in for every crime."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would run rather than show."""
_WIDTHS = {"event_id": 22, "note": 48, "judgement": 16, "neighbourhood": 24}


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A coder's form as read: `judged` rows (as declared), its report, and what was left blank."""

    coder: str
    judged: pl.DataFrame
    report: TableReport
    untouched: int


def blank_form(sample: pl.DataFrame, *, coder: str, definition: str) -> pl.DataFrame:
    """The rows one coder is to fill in: the crime, then a blank for every answer.

    `sample`: `event_id`, `theme`, `neighbourhood` of the crimes for this coder. Weights and what
    the other coder reads are left out: a coder who knew them could be swayed.
    """
    return sample.select(
        "event_id",
        "theme",
        "neighbourhood",
        coder=pl.lit(coder),
        definition=pl.lit(definition),
        **{name: pl.lit("") for name in (*ANSWERED, "note")},
    )


def guidance(definition: str) -> tuple[str, ...]:
    """What a coder reads first, line by line."""
    needed = ", ".join(REQUIRED[definition])
    return (
        f"Organised means here: {WORDS[definition]}.",
        "Read the whole record of each crime. Judge the crime, never a person: somebody who took "
        "part may have been made to.",
        "Answer every criterion with yes, no or unknown, then judge: organised, not organised or "
        "cannot tell.",
        "Unknown is an answer. Where the record does not say, write unknown, not no.",
        *(f"{one.name}: {one.meaning} {one.caveat}".rstrip() for one in CRITERIA),
        f"Organised needs yes to: {needed}. A row that says otherwise is refused.",
        "Not organised is refused where all of these are yes and it was planned or continuing.",
        "Cannot tell is right where the record leaves a needed answer unknown. It is never "
        "counted as not organised alone: the report shows both ends.",
        "Do not talk about a crime with the other coder before both forms are back.",
        "Put no name in the note.",
    )


def write_form(form: pl.DataFrame, folder: Path, *, stem: str, guidance: Sequence[str]) -> None:
    """The form as `stem.csv` and `stem.xlsx`; the workbook offers the answers as lists.

    Text that a spreadsheet would run is written so that it does not: in CSV behind an apostrophe,
    which reading takes off again; in the workbook as text.
    """
    folder.mkdir(parents=True, exist_ok=True)
    form.select(_shown(name) for name in form.columns).write_csv(folder / f"{stem}.csv")
    _write_workbook(form, folder / f"{stem}.xlsx", guidance)


def _shown(name: str) -> pl.Expr:
    value = pl.col(name).cast(pl.String)
    runs = pl.any_horizontal(value.str.starts_with(mark) for mark in _FORMULA)
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), value)).otherwise(value).alias(name)


def _write_workbook(form: pl.DataFrame, path: Path, guidance: Sequence[str]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "form"
    for at, name in enumerate(form.columns, 1):
        cell = sheet.cell(1, at, name)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS.get(name, 14)
    for line, row in enumerate(form.iter_rows(), 2):
        for at, value in enumerate(row, 1):
            if value:
                cell = sheet.cell(line, at, str(value))
                cell.data_type = "s"  # text, whatever it begins with
    for name in ANSWERED:
        choices = JUDGEMENTS_OF_CODERS if name == "judgement" else ANSWERS
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        letter = get_column_letter(form.columns.index(name) + 1)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{max(form.height, 1) + 1}")
    sheet.freeze_panes = "B2"
    page = book.create_sheet("guidance")
    page.column_dimensions["A"].width = 110
    for line, text in enumerate(guidance, 1):
        cell = page.cell(line, 1, text)
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)


def read_form(path: Path, *, definition: str, expected: Collection[str]) -> Returned:
    """A returned form: good rows, refused rows with their reasons, and how many stayed blank.

    `definition`: the study's; `expected`: the crimes of this coder. A row is refused that is not
    filled in whole, names another definition, is of a crime that was not this coder's to read,
    or whose answers contradict its judgement. A row left blank throughout is counted, not
    refused. Raises BadInput where the file as a whole cannot be read.
    """
    reading = read_table(path, CODING)
    refusals, untouched = _without_untouched(reading.report.refusals)
    judged = reading.frame.with_columns(pl.col("event_id").str.replace(r"^'([=+\-@])", "$1"))
    wrong = _faults(judged, definition=definition, expected=set(expected))
    kept = judged.filter(~pl.col("source_row").is_in(wrong["row"].to_list()))
    report = dataclasses.replace(
        reading.report,
        rows=reading.report.rows - untouched,
        accepted=kept.height,
        refusals=pl.concat([refusals, wrong]).sort("row"),
        notes=tuple(note for note in reading.report.notes if note.code != "other_sheets"),
    )
    coders = kept["coder"].unique().sort().to_list()
    return Returned(coder=" and ".join(coders), judged=kept, report=report, untouched=untouched)


def _without_untouched(refusals: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Refusals without those of rows in which no answer at all was given."""
    blanks = (
        refusals.filter(pl.col("column").is_in(list(ANSWERED)) & pl.col("value").is_null())
        .group_by("row")
        .agg(n=pl.col("column").n_unique())
        .filter(pl.col("n") == len(ANSWERED))
    )
    return refusals.join(blanks, on="row", how="anti"), blanks.height


def _faults(judged: pl.DataFrame, *, definition: str, expected: set[str]) -> pl.DataFrame:
    """Rows that are well formed and yet cannot stand, with the reason."""
    found: list[tuple[int, str, str, str]] = []
    for row in judged.iter_rows(named=True):
        if row["event_id"] not in expected:
            found.append(
                (row["source_row"], "event_id", row["event_id"], "was not drawn for this coder")
            )
        elif row["definition"] != definition:
            reason = f"is not the study's definition, {definition}: one study, one definition"
            found.append((row["source_row"], "definition", row["definition"], reason))
        elif reason := contradiction(definition, row):
            found.append((row["source_row"], "judgement", row["judgement"], reason))
    return pl.DataFrame(
        found,
        schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String},
        orient="row",
    )
