"""`frith check`: validates a dataset or one file, and says which rows were refused and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import Json, Quiet, Run, Seed

if TYPE_CHECKING:
    from frith.results import Flag
    from frith.tables.load import Loading
    from frith.tables.report import Reading, TableReport


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    path: Annotated[Path, typer.Argument(help="A dataset folder, or one file.")],
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Folder for the refused rows as they stood.")
    ] = None,
    table: Annotated[
        str, typer.Option("--table", help="The table one file is read as; else told from its name.")
    ] = "",
    json: Json = False,
    quiet: Quiet = False,
    seed: Seed = 1,
) -> None:
    """Validate a dataset or a file: rows accepted, rows refused and why, columns set aside.

    Nothing is changed. Exit 0: all well. Exit 1: rows or files were refused, and it says which.
    Exit 2: it could not be read at all.

    Example: frith check data/rotherham --rejects data/to-mend
    """
    run = Run("check", as_json=json, quiet=quiet, seed=seed)
    if path.is_dir():
        _check_folder(run, path, rejects=rejects)
    else:
        _check_file(run, path, rejects=rejects, table=table)


def _check_folder(run: Run, folder: Path, *, rejects: Path | None) -> None:
    """Every file of a folder; one that is refused as a whole does not hide the others."""
    from frith.tables.load import read_folder

    with run.progress() as bar:
        bar.add_task(f"Reading {folder.name}", total=None)
        loading = read_folder(folder, rejects=rejects)
    if not loading.reports:
        raise next(iter(loading.errors.values()))
    tables = [report.as_json() for report in loading.reports.values()]
    tables += [_refused_file(name, error.line()) for name, error in loading.errors.items()]
    payload = {
        "path": folder.as_posix(),
        "tables": tables,
        "synthetic": any(n.regime.value == "synthetic" for n in loading.about.files.values()),
        "notes": [{"code": note.code, "text": note.text} for note in loading.notes],
    }
    refused = bool(loading.errors) or any(r.refused for r in loading.reports.values())
    run.answer(payload, _folder_text(loading), refused=refused)


def _check_file(run: Run, path: Path, *, rejects: Path | None, table: str) -> None:
    """One file as the table it is named after, or as what data.police.uk publishes."""
    with run.progress() as bar:
        bar.add_task(f"Reading {path.name}", total=None)
        reading = _read_file(path, rejects=rejects, table=table)
    report = reading.report
    payload = {"path": path.as_posix(), "tables": [report.as_json()], "notes": []}
    run.answer(payload, _account(report), refused=report.refused > 0)


def _read_file(path: Path, *, rejects: Path | None, table: str) -> Reading:
    """Told from --table, then from the header (data.police.uk), then from the file's name."""
    from frith.errors import BadInput, UnknownName
    from frith.tables import TABLES, police_uk
    from frith.tables.csv_text import header_of
    from frith.tables.files import stem_of, suffix_of
    from frith.tables.load import read_one

    if not path.exists():
        raise BadInput("there is no such file or folder", where=str(path))
    if table and table not in TABLES:
        raise UnknownName(f"there is no table {table!r}", mend=f"Known are {', '.join(TABLES)}.")
    if not table and suffix_of(path) in (".csv", ".csv.gz"):
        kind = police_uk.kind_of(header_of(path))
        if kind == "street":
            return police_uk.read_street([path], rejects=rejects)
        if kind == "outcomes":
            return police_uk.read_outcomes([path], rejects=rejects)
        if kind == "stop_and_search":
            return police_uk.read_stop_and_search([path], rejects=rejects)
    name = table or stem_of(path)
    if name not in TABLES:
        raise BadInput(
            "its name is not a table's, and its header is not one of data.police.uk's",
            where=path.name,
            mend=f"Say which it is: --table with one of {', '.join(TABLES)}.",
        )
    return read_one(path, name, rejects=rejects)


def _refused_file(name: str, line: str) -> dict[str, Any]:
    """The contract's shape for a file that was refused as a whole."""
    refusal = {"row": None, "column": None, "value": None, "reason": line}
    counts = {"rows": 0, "accepted": 0, "refused": 0, "without_place": 0}
    return {
        "table": name,
        **counts,
        "refusals": [refusal],
        "set_aside": [],
        "notes": [],
        "error": line,
    }


def _folder_text(loading: Loading) -> str:
    parts = [f"{loading.about.name} ({loading.about.area_name}, {loading.about.area_vintage})"]
    parts += [_account(report) for report in loading.reports.values()]
    parts += [f"{name}: the file was refused.\n  {e.line()}" for name, e in loading.errors.items()]
    parts += list(_note_lines(loading.notes, indent=""))
    return "\n\n".join(parts)


def _account(report: TableReport) -> str:
    """A readable account of one file."""
    from frith.tables.report import SHOWN_REFUSALS

    lines = [
        f"{report.table} ({report.file}): {report.rows:,} rows, {report.accepted:,} accepted, "
        f"{report.refused:,} refused."
    ]
    if report.without_place:
        lines.append(f"  {report.without_place:,} accepted rows have no place.")
    if report.set_aside:
        lines.append(f"  Set aside, not read: {', '.join(report.set_aside)}.")
    lines += _note_lines(report.notes, indent="  ")
    shown = report.refusals.head(SHOWN_REFUSALS)
    for row, column, value, reason in shown.select("row", "column", "value", "reason").iter_rows():
        named = f", {column}" if column else ""
        said = f" {value!r}" if value is not None else ""
        lines.append(f"  row {row}{named}:{said} {reason}")
    if report.refusals.height > SHOWN_REFUSALS:
        more = report.refusals.height - SHOWN_REFUSALS
        lines.append(f"  … and {more:,} more; --rejects DIR writes all of them.")
    return "\n".join(lines)


def _note_lines(notes: Iterable[Flag] | Sequence[Flag], *, indent: str) -> list[str]:
    return [f"{indent}Note: {note.text}" for note in notes]
