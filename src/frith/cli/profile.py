"""`frith profile`: the local profile of a data set, as HTML, PDF and CSV files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.weights_file import read_weights

if TYPE_CHECKING:
    from frith.profile import Document, Written
    from frith.tables.dataset import Dataset

_DATASET = typer.Argument(help="Folder of the data set.", show_default=False)
_OUT = typer.Option("--out", help="Folder to write to.", show_default=False)
_WEIGHTS = typer.Option(
    "--weights", help="Weights of offences, where the data set holds none.", show_default=False
)
_DATE = typer.Option(
    "--date",
    help="The date the document bears, YYYY-MM-DD; today where it is not given.",
    show_default=False,
)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("profile")
    def profile(
        dataset: Annotated[Path, _DATASET],
        out: Annotated[Path, _OUT],
        on: Annotated[str, _DATE] = "",
        weights: Annotated[Path | None, _WEIGHTS] = None,
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Write the local profile of a data set: one HTML file, one PDF, and every table as CSV.

        What the data set holds decides which sections appear; the others are listed with the data
        they need and who usually has it. The same data, date and seed give the same files.

        Example: frith profile rotherham --out rotherham-profile --date 2026-11-21
        """
        from frith.profile import build_profile, write_profile
        from frith.profile.sections import REGISTRY
        from frith.tables.load import load_dataset

        day = _day(on)
        run = Run("profile", as_json=as_json, quiet=quiet, seed=seed)
        run.parameters = {"dataset": dataset.name, "date": day}
        with run.progress() as bar:
            task = bar.add_task("Reading", total=len(REGISTRY) + 5)

            def step(text: str) -> None:
                bar.update(task, description=text, advance=1)

            held = load_dataset(dataset)
            if weights is not None:
                tables = {**held.tables, "weights": read_weights(weights)}
                held = replace(held, tables=tables)
            document = build_profile(held, on=day, seed=seed, step=step)
            written = write_profile(document, out, step=step)
        run.write_record(out, [*_inputs(held), *([] if weights is None else [weights])])
        payload = _payload(document, written, held)
        refused = bool(payload["rows_refused"]) or any(
            one["status"] == "refused" for one in payload["sections"]
        )
        run.answer(payload, _text(payload), refused=refused)


def _day(given: str) -> date:
    """The date given, or the reader's own today; `BadInput` where it is no date."""
    from frith.errors import BadInput

    if not given:
        return date.today()  # noqa: DTZ011 - the day where the reader is
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput(
            f"{given!r} is not a date",
            where="--date",
            mend="Write it as YYYY-MM-DD, such as 2026-11-21.",
        ) from error


def _inputs(held: Dataset) -> list[Path]:
    files = [held.folder / report.file for report in held.reports.values()]
    return [held.folder / "dataset.toml", *files]


def _payload(document: Document, written: Written, held: Dataset) -> dict[str, Any]:
    built = [
        {
            "name": one.name,
            "title": one.title,
            "status": one.status,
            "figures": [figure.name for figure in one.content.figures],
        }
        for one in document.sections
    ]
    missing = [
        {
            "name": one.name,
            "title": one.title,
            "status": one.status,
            "figures": [],
            "needs": [
                {"table": need.table, "lacking": reason, "why": need.why, "holder": need.holder}
                for need, reason in one.reasons
            ],
        }
        for one in document.missing
    ]
    return {
        "title": document.title,
        "marking": document.marking,
        "sections": [*built, *missing],
        "html": written.html,
        "pdf": written.pdf,
        "tables": written.tables,
        "rows_refused": {
            name: report.refused for name, report in held.reports.items() if report.refused
        },
    }


def _text(payload: dict[str, Any]) -> str:
    lines = [payload["title"]]
    lines += [f"  {one['status']:8} {one['title']}" for one in payload["sections"]]
    lines += [
        f"  rows refused in {name}: {n:,}. frith check says which and why."
        for name, n in payload["rows_refused"].items()
    ]
    lines += [f"HTML {payload['html']}", f"PDF  {payload['pdf']}"]
    return "\n".join(lines)
