"""What the commands about places share: options, loading, tables written, flags as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import polars as pl

    from frith.charts import Picture
    from frith.cli.frame import Run
    from frith.places.from_dataset import Chosen
    from frith.profile.place_maps import Ground
    from frith.results import Flag, Result
    from frith.tables.dataset import Dataset

DatasetPath = Annotated[Path, typer.Argument(help="Folder of the data set.", show_default=False)]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.", show_default=False)]
CrimeType = Annotated[str | None, typer.Option("--crime-type", help="Only this crime type.")]
Theme = Annotated[str | None, typer.Option("--theme", help="Only this theme, such as drugs.")]
From = Annotated[str | None, typer.Option("--from", help="First month, YYYY-MM.")]
To = Annotated[str | None, typer.Option("--to", help="Last month, YYYY-MM.")]
Kinds = Annotated[
    str,
    typer.Option("--kinds", help="Kinds of event: crime, incident, stop, intelligence, referral."),
]
RECORDED = "crime,incident"


def chosen_of(
    *,
    crime_type: str | None = None,
    theme: str | None = None,
    first: str | None = None,
    last: str | None = None,
    kinds: str = RECORDED,
) -> Chosen:
    """What the question is about; raises BadInput for a month that is none or an unknown kind."""
    from frith.places.from_dataset import Chosen

    asked = _kinds(kinds)
    months = {"--from": first, "--to": last}
    for option, month in months.items():
        if month is not None:
            _check_month(month, option)
    return Chosen(crime_type=crime_type, theme=theme, first=first, last=last, kinds=asked)


def _kinds(text: str) -> tuple[str, ...]:
    from frith.errors import UnknownName
    from frith.tables import TABLES

    declared = next(column for column in TABLES["events"].columns if column.name == "kind")
    asked = tuple(part.strip() for part in text.split(",") if part.strip())
    strange = [kind for kind in asked if kind not in declared.values]
    if strange or not asked:
        raise UnknownName(
            f"{', '.join(strange) or 'nothing'} is no kind of event",
            where="--kinds",
            mend=f"Use {', '.join(declared.values)}, with commas between.",
        )
    return asked


def _check_month(month: str, option: str) -> None:
    from datetime import date

    from frith.errors import BadInput

    try:
        date.fromisoformat(f"{month}-01")
    except ValueError:
        raise BadInput(
            f"{month!r} is no month", where=option, mend="Write it as 2025-03."
        ) from None


def load(folder: Path, run: Run) -> Dataset:
    """The data set; rows refused on the way are said."""
    from frith.tables.load import load_dataset

    dataset = load_dataset(folder)
    for report in dataset.reports.values():
        if report.refused:
            run.say(
                f"{report.file}: {report.refused:,} of {report.rows:,} rows refused (frith check)."
            )
    return dataset


def flags_json(flags: Iterable[Flag]) -> list[dict[str, str]]:
    """Flags as the contract writes them."""
    return [{"code": f.code, "severity": str(f.severity), "text": f.text} for f in flags]


def write_tables(out: Path, tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Every table as CSV and Parquet; lists become text in the CSV. Returns the files' names."""
    import polars as pl

    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in tables.items():
        table.write_parquet(out / f"{name}.parquet")
        lists = [c for c, kind in table.schema.items() if isinstance(kind, pl.List)]
        plain = table.with_columns(pl.col(c).list.join(" ") for c in lists)
        plain.write_csv(out / f"{name}.csv")
        written += [f"{name}.parquet", f"{name}.csv"]
    return written


def ground_in(dataset: Dataset, *tables: str) -> Ground | None:
    """What maps of the data set are drawn on: its own outlines; None where it has none.

    `tables`: those the map rests on, for its source line.
    """
    from frith.profile.place_maps import Ground

    if "areas" not in dataset.outlines:
        return None
    vintage = dataset.about.area_vintage
    own = [
        one
        for one in dataset.outlines["areas"]["features"]
        if one["properties"].get("vintage") in (None, "", vintage)
    ]
    return Ground(
        outlines={"type": "FeatureCollection", "features": own},
        places=dataset.outlines.get("places"),
        source=source_in(dataset, *tables, "areas"),
    )


def source_in(dataset: Dataset, *tables: str) -> str:
    """The source line of a picture; synthetic data says so first."""
    from frith.profile.publishers import source_line
    from frith.tables.dataset import FileNote

    held = [name for name in tables if dataset.has(name)]
    line = source_line(dataset.about.files.get(name, FileNote()) for name in held)
    unsaid = dataset.synthetic and "SYNTHETIC" not in line
    return f"SYNTHETIC, nobody's data. {line}" if unsaid else line


def write_pictures(out: Path, pictures: Iterable[Picture]) -> list[str]:
    """Every picture as SVG; returns the files' names."""
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for picture in pictures:
        (out / f"{picture.name}.svg").write_text(picture.svg, "utf-8")
        written.append(f"{picture.name}.svg")
    return written


def finish(
    run: Run,
    result: Result,
    *,
    dataset: Dataset,
    out: Path,
    tables: Mapping[str, pl.DataFrame] | None = None,
    payload: Mapping[str, Any] | None = None,
    pictures: Iterable[Picture] = (),
) -> None:
    """Write tables, pictures and run.json, then answer: sentence, flags, what the command adds."""
    written = write_tables(out, {**result.tables, **(tables or {})}) + write_pictures(out, pictures)
    run.write_record(out, dataset.folder.iterdir())
    answer: dict[str, Any] = {
        "status": str(result.status),
        "method": result.method,
        "value": result.value,
        "interval": result.interval,
        "parameters": result.parameters,
        **(payload or {}),
        "flags": flags_json(result.flags),
        "sentence": result.sentence,
        "synthetic": dataset.synthetic,
        "files": [str(out / name) for name in written],
    }
    run.answer(answer, _text(result, out), refused=result.refused)


def _text(result: Result, out: Path) -> str:
    """For a person: the sentence, what to know, where the tables are."""
    notes = "\n".join(f"  {note.code}: {note.text}" for note in result.flags)
    return "\n".join(part for part in (result.sentence, notes, f"Tables: {out}") if part)
