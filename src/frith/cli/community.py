"""`frith community`: what people feel, beside what is recorded and what is reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import Json, Quiet, Run
from frith.cli.place_frame import DatasetPath, Out

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from frith.charts import Picture
    from frith.measures.community import Community
    from frith.results import Flag
    from frith.tables.dataset import Dataset

_QUESTIONS = typer.Option(
    "--questions", help="What each answer means: question, answer, worried, worry, record."
)
_LEVELS = typer.Option("--levels", help="Names of levels of tension: level, name, rank.")
_FIELDWORK = typer.Option(
    "--fieldwork", help="WAVE=YYYY-MM: the last month it was asked. May be repeated."
)
_LEVEL = typer.Option("--level", help="Larger areas to read by: how their vintage begins.")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="community")(community)


def community(
    dataset: DatasetPath,
    *,
    out: Out,
    questions: Annotated[Path | None, _QUESTIONS] = None,
    levels: Annotated[Path | None, _LEVELS] = None,
    fieldwork: Annotated[list[str] | None, _FIELDWORK] = None,
    level: Annotated[str, _LEVEL] = "ward",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What people say they feel, the gap to the record, and tension; no reports is never calm.

    Shares with their base and interval, by question, wave and ward, weights allowed for; under 50
    answers none is given. A change between waves is named only beyond chance. Worry stands beside
    the record, never answered by it. Writes shares, changes, answers, gaps, drift and tension, as
    CSV and Parquet, with pictures.

    Example: frith community rotherham --out community --fieldwork 2025=2025-07
    """
    from frith.cli.place_frame import load, write_tables
    from frith.measures.community import community as find

    run = Run(
        "community",
        as_json=as_json,
        quiet=quiet,
        parameters={"fieldwork": fieldwork or [], "level": level},
    )
    data = load(dataset, run)
    with run.progress() as bar:
        bar.add_task("Worry beside record", total=None)
        found = find(
            data,
            meanings=_meanings(questions),
            levels=_levels(levels),
            fieldwork=_fieldwork(fieldwork or []),
            level=level,
        )
    tables = {
        **found.perception.tables,
        **found.gaps.tables,
        **({"drift": found.drift} if not found.drift.is_empty() else {}),
        **found.tension.tables,
    }
    written = write_tables(out, tables)
    for picture in pictures(found, _names(data), source=_source(data)):
        (out / f"{picture.name}.svg").write_text(picture.svg, "utf-8")
        (out / f"{picture.name}.png").write_bytes(picture.png())
        written += [f"{picture.name}.svg", f"{picture.name}.png"]
    files = [path for path in (questions, levels) if path is not None]
    run.write_record(out, [*dataset.iterdir(), *files])
    refused = found.perception.refused and found.tension.refused
    run.answer(_payload(found, data, out, written), _text(found, out), refused=refused)


def pictures(found: Community, names: dict[str, str], *, source: str) -> list[Picture]:
    """Worry by wave; the gap to the record by area; tension by area and quarter."""
    from frith.profile.community_pictures import gap_pictures, tension_picture, worry_pictures

    return [
        *worry_pictures(found.perception, found.meanings, source=source),
        *gap_pictures(found.gaps, found.meanings, names, source=source),
        *tension_picture(found.tension, names, source=source),
    ]


def _declared(path: Path, table: str) -> pl.DataFrame:
    """A file as its declared table; a refused row stops it."""
    from frith.errors import BadInput
    from frith.tables import FILES, read_table

    reading = read_table(path, FILES[table])
    if reading.report.refused:
        first = reading.report.refusals.row(0, named=True)
        raise BadInput(
            f"{first['column']} {first['value']!r} {first['reason']}",
            where=f"{path.name}, row {first['row']}",
            mend="Mend the row.",
        )
    return reading.frame


def _meanings(path: Path | None) -> pl.DataFrame | None:
    return None if path is None else _declared(path, "survey_answers")


def _levels(path: Path | None) -> dict[int, tuple[str, int]] | None:
    if path is None:
        return None
    rows = _declared(path, "tension_levels").select("level", "name", "rank")
    return {int(level): (name, int(rank)) for level, name, rank in rows.iter_rows()}


def _fieldwork(given: Iterable[str]) -> dict[str, str]:
    from frith.errors import BadInput

    found = {}
    for each in given:
        wave, _, month = each.rpartition("=")
        if not wave:
            raise BadInput(
                f"{each!r} names no wave", where="--fieldwork", mend="Write WAVE=YYYY-MM."
            )
        found[wave.strip()] = month.strip()
    return found


def _names(data: Dataset) -> dict[str, str]:
    """Names of areas of every vintage held, by code."""
    if not data.has("areas"):
        return {}
    features = data.outlines["areas"]["features"]
    return {str(one["properties"]["code"]): str(one["properties"]["name"]) for one in features}


def _source(data: Dataset) -> str:
    from frith.profile.publishers import source_line

    held = ("survey", "events", "tension", "reports")
    notes = [data.about.files[name] for name in held if name in data.about.files]
    return source_line(notes) if notes else "publisher not stated"


def _payload(found: Community, data: Dataset, out: Path, written: list[str]) -> dict[str, Any]:
    shares, changes = (found.perception.tables.get(name) for name in ("shares", "changes"))
    return {
        "questions": [] if shares is None else shares.to_dicts(),
        "changes": [] if changes is None else changes.to_dicts(),
        "gaps": found.gaps.tables.get("gaps"),
        "drift": found.drift,
        "tension": found.tension.tables.get("tension"),
        "status": {
            "questions": found.perception.status,
            "gaps": found.gaps.status,
            "tension": found.tension.status,
        },
        "level": found.level,
        "flags": _flags(found),
        "sentence": _sentence(found),
        "synthetic": data.synthetic,
        "files": [str(out / name) for name in written],
    }


def _every_flag(found: Community) -> list[Flag]:
    """Each flag once, in order of the questions."""
    flags = (*found.perception.flags, *found.gaps.flags, *found.tension.flags)
    return list(dict.fromkeys(flags))


def _flags(found: Community) -> list[dict[str, str]]:
    from frith.cli.place_frame import flags_json

    return flags_json(_every_flag(found))


def _sentence(found: Community) -> str:
    parts = (found.perception, found.gaps, found.tension)
    return " ".join(dict.fromkeys(one.sentence for one in parts))


def _text(found: Community, out: Path) -> str:
    parts = (found.perception, found.gaps, found.tension)
    said = list(dict.fromkeys(one.sentence for one in parts))
    notes = [f"  {flag.code}: {flag.text}" for flag in _every_flag(found) if flag.text not in said]
    return "\n".join([*said, *notes, f"Tables and pictures: {out}"])
