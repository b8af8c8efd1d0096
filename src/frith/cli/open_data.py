"""`frith open-data`: a dataset from open data, from the publishers or from files already here."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import Json, Quiet, Run

if TYPE_CHECKING:
    from frith.sources.build import Built
    from frith.sources.folder import Folder
    from frith.sources.police_uk.forces import Force

_OUT = typer.Argument(help="Folder to write the data set to.", show_default=False)
_FORCE = typer.Option("--force", help="The force's short name, such as south-yorkshire.")
_AREA = typer.Option("--area", help="District code, such as E08000018; may be given several times.")
_FROM = typer.Option("--from", help="First month, YYYY-MM.")
_TO = typer.Option("--to", help="Last month, YYYY-MM.")
_FILES = typer.Option("--from-files", help="Folder of downloads; then nothing is fetched.")
_CACHE = typer.Option("--cache", help="Where downloads are kept; FRITH_CACHE says so too.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("open-data")
    def open_data(
        out: Annotated[Path, _OUT],
        *,
        force: Annotated[str, _FORCE],
        area: Annotated[list[str], _AREA],
        first: Annotated[str, _FROM],
        last: Annotated[str, _TO],
        from_files: Annotated[Path | None, _FILES] = None,
        cache: Annotated[Path | None, _CACHE] = None,
        as_json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        """Build a data set from what the police, ONS, MHCLG, the Home Office and GeoNames publish.

        With --from-files nothing leaves this machine. Without it, the publishers are asked; an
        archive of police.uk is about 1.6 GB and is kept, so that a second run fetches nothing.
        Months that were asked for and are not there are told; they are not months without crime.

        Example: frith open-data rotherham --force south-yorkshire --area E08000018
        --from 2024-01 --to 2025-10 --from-files downloads
        """
        from frith.sources.folder import look_through
        from frith.sources.months import months_between, read_month
        from frith.sources.police_uk.forces import find_force

        began = time.monotonic()
        of_force = find_force(force)
        months = months_between(read_month(first, option="--from"), read_month(last, option="--to"))
        run = Run("open-data", as_json=as_json, quiet=quiet)
        _refuse_target(out)
        folder = (
            look_through(from_files)
            if from_files is not None
            else _from_publishers(run, cache, force=of_force, months=months, areas=area)
        )
        built, written = _build(run, out, folder, force=of_force, months=months, areas=area)
        payload = _payload(built, written, out=out, seconds=time.monotonic() - began)
        refused = any(report.refused for report in built.reports)
        run.answer(payload, _text(built, out), refused=refused)


def _refuse_target(out: Path) -> None:
    """A data set is written to a new or empty folder, or over one that this command wrote and
    nobody has touched since: nothing of anybody else's is ever overwritten.
    """
    from frith.errors import BadInput
    from frith.results import file_hash

    if out.exists() and not out.is_dir():
        raise BadInput("it is a file", where=str(out), mend="Name a folder to write to.")
    own = _written_before(out)
    for path in sorted(out.iterdir()) if out.is_dir() else ():
        if path.name == "run.json" and own:
            continue
        if path.name not in own:
            raise BadInput(
                f"the folder holds other files, such as {path.name}",
                where=str(out),
                mend="Name a new or empty folder.",
            )
        if file_hash(path) != own[path.name]:
            raise BadInput(
                f"{path.name} was changed after this command wrote it",
                where=str(out),
                mend="Name another folder, or delete this one if nothing in it is needed.",
            )


def _written_before(out: Path) -> dict[str, str]:
    """Files and SHA-256 that an earlier run of this command left in the folder."""
    try:
        record = json.loads((out / "run.json").read_text("utf-8"))
        return dict(record["parameters"]["written"]) if record["command"] == "open-data" else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _build(
    run: Run,
    out: Path,
    folder: Folder,
    *,
    force: Force,
    months: tuple[str, ...],
    areas: list[str],
) -> tuple[Built, list[Path]]:
    """Build and write, saying where it is."""
    from frith.errors import BadInput
    from frith.sources.build import build

    with run.progress() as bar:
        task = bar.add_task("Reading", total=None)

        def say(text: str) -> None:
            bar.update(task, description=text)

        built = build(folder, force=force, areas=areas, months=months, say=say)
        say("Writing")
        try:
            return built, _write(run, out, built, force=force.slug)
        except OSError as error:
            raise BadInput(
                f"it cannot be written to ({error.strerror})",
                where=str(out),
                mend="Name another folder.",
            ) from error


def _from_publishers(
    run: Run, cache: Path | None, *, force: Force, months: tuple[str, ...], areas: list[str]
) -> Folder:
    """A folder of downloads filled from the publishers, with a bar for each download."""
    from frith.sources.download import Downloader
    from frith.sources.gather import gather
    from frith.sources.store import Store, default_folder

    store = Store(cache or default_folder())
    run.say(f"Downloads are kept in {store.folder}")
    with store.alone(), run.progress() as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        return gather(
            Downloader(store=store, report=report), force=force, months=months, areas=areas
        )


def _write(run: Run, out: Path, built: Built, *, force: str) -> list[Path]:
    """The data set and `run.json`; what an earlier run wrote goes first."""
    from frith.results import file_hash
    from frith.sources.account import as_comments
    from frith.tables.about import ABOUT_FILE
    from frith.tables.write import write_dataset

    for name in _written_before(out):
        (out / name).unlink(missing_ok=True)
    written = write_dataset(out, about=built.about, tables=built.tables, outlines=built.outlines)
    about = out / ABOUT_FILE
    about.write_text(as_comments(built.months, built.notes) + about.read_text("utf-8"), "utf-8")
    run.parameters = {
        "force": force,
        "area": built.about.area.split(),
        "months": built.months,
        "notes": [{"code": note.code, "text": note.text} for note in built.notes],
        "written": {path.name: file_hash(path) for path in written},
    }
    run.write_record(out, built.inputs)
    return written


def _payload(built: Built, written: list[Path], *, out: Path, seconds: float) -> dict[str, Any]:
    return {
        "tables": [report.as_json() for report in built.reports],
        "months": built.months,
        "rows": {name: frame.height for name, frame in built.tables.items()}
        | {name: len(whole["features"]) for name, whole in built.outlines.items()},
        "files": [path.name for path in written],
        "not_read": [path.name for path in built.unknown],
        "notes": [
            {"code": note.code, "text": note.text, "severity": note.severity}
            for note in built.notes
        ],
        "out": out,
        "seconds": round(seconds, 2),
    }


def _text(built: Built, out: Path) -> str:
    lines = [f"{built.about.name}: written to {out}"]
    for name, frame in built.tables.items():
        lines.append(f"  {name:<15}{frame.height:>9,} rows")
    for name, whole in built.outlines.items():
        lines.append(f"  {name:<15}{len(whole['features']):>9,} outlines or points")
    for report in built.reports:
        if report.refused:
            lines.append(f"  refused: {report.refused:,} of {report.rows:,} rows of {report.file}")
    lines += [f"  {note.text}" for note in built.notes]
    return "\n".join(lines)
