"""`frith groups`: candidate groups, each with the evidence to check it."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    import polars as pl

    from frith.networks import Groups
    from frith.networks.pairs import Counter
    from frith.tables import Dataset

TABLES = ("events", "roles", "nominals", "objects", "object_links", "lookups", "weights", "areas")
SHOWN = 10
FORMATS = ("graphml", "geojson", "csv", "ftm", "stix")
CSV_TABLES = ("groups", "members", "edges")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("groups")(groups)


def groups(
    dataset: Annotated[Path, typer.Argument(help="Dataset folder with events and roles.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables and run.json.")],
    persons: Annotated[
        Path | None, typer.Option(help="Output of `frith link`: nominal_id, person_id, p_min.")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option(help="Folder of an earlier run: new, changed, gone groups.")
    ] = None,
    protected: Annotated[
        Path | None, typer.Option(help="People never to be projected: person_id or nominal_id.")
    ] = None,
    lifted: Annotated[
        Path | None,
        typer.Option(
            help="Whose protection was lifted: person_id or nominal_id, lifted_by, reason, "
            "lifted_on."
        ),
    ] = None,
    q: Annotated[
        float, typer.Option(help="Expected share of false groups.", min=1e-6, max=0.5)
    ] = 0.05,
    theme: Annotated[str | None, typer.Option(help="Only events of this theme.")] = None,
    seeds: Annotated[int, typer.Option(help="Random splits.", min=4, max=200)] = 10,
    export: Annotated[
        list[str] | None,
        typer.Option(help="Also write graphml, geojson, csv, ftm or stix; may be given again."),
    ] = None,
    exclude_household: Annotated[
        bool, typer.Option(help="Leave groups that are all one household or family below the list.")
    ] = False,
    on: Annotated[
        str, typer.Option("--date", help="The date evidence.html bears, YYYY-MM-DD; else today.")
    ] = "",
    engine: Annotated[str, typer.Option(help="Where meetings are counted: duckdb or spark.")] = (
        "duckdb"
    ),
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Find groups of people recorded together as suspects more often than chance explains.

    Possible victims of exploitation, and people named as protected, are never projected. Groups
    are candidates until a named person judges them. Tables are written as Parquet, and
    evidence.html holds a card a group with everything to check it.

    Example: frith groups south-yorkshire --out groups --persons persons.csv --seeds 10
    """
    from frith.linkage.spark_session import spark_where_asked
    from frith.networks import Gates, find_groups
    from frith.networks.files import read_rows
    from frith.tables import load_dataset

    run = Run(
        "groups",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={
            "dataset": dataset,
            "persons": persons,
            "previous": previous,
            "protected": protected,
            "lifted": lifted,
            "q": q,
            "theme": theme,
            "seeds": seeds,
            "export": export,
            "engine": engine,
            "exclude_household": exclude_household,
        },
    )
    _known_formats(export or [])
    spark = spark_where_asked(engine)
    day = _day(on)
    loaded = load_dataset(dataset, only=TABLES)
    for needed in ("events", "roles"):
        if not loaded.has(needed):
            raise BadInput(f"there are no {needed}", where=str(dataset), mend="Groups need them.")
    lists = [None if path is None else read_rows(path) for path in (persons, protected, lifted)]
    with run.progress() as bar, spark as session:
        task = bar.add_task("splits", total=seeds)
        found = find_groups(
            loaded.tables["events"],
            loaded.tables["roles"],
            persons=lists[0],
            named=lists[1],
            lifted=lists[2],
            previous=None if previous is None else _members_of(previous),
            theme=theme,
            q=q,
            gates=Gates(exclude_household_only=exclude_household),
            seeds=seeds,
            seed=seed,
            step=lambda: bar.advance(task),
            count=_counter(session),
            objects=_optional(loaded, "objects"),
            object_links=_optional(loaded, "object_links"),
            lookups=_optional(loaded, "lookups"),
            weights=_optional(loaded, "weights"),
            nominals=_optional(loaded, "nominals"),
        )
    _write(found, out, synthetic=loaded.synthetic)
    evidence = _evidence(found, loaded, out, on=day, persons=lists[0])
    _export(found, out, export or [], marking=_marking(loaded))
    inputs = [*dataset.glob("*"), *(p for p in (persons, protected, lifted) if p is not None)]
    run.write_record(out, inputs)
    rows_refused = _refusals(loaded)
    answer = found.as_answer() | {"evidence": evidence}
    answer["warnings"] += rows_refused
    refused = found.refused or bool(rows_refused) or found.flagged("lifting-refused")
    run.answer(answer, _text(found, answer, out), refused=refused)


def _day(given: str) -> date:
    """The date given, or the reader's own today."""
    if not given:
        return date.today()  # noqa: DTZ011 - the day where the reader is
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise BadInput(
            f"{given!r} is not a date", where="--date", mend="Write it as YYYY-MM-DD."
        ) from error


def _counter(session: Any) -> Counter:
    """What counts how often people met: this process, or Spark where there is a session of it."""
    from frith.networks.pairs import count_pairs

    if session is None:
        return count_pairs
    from frith.networks.spark import count_pairs_on_spark

    return partial(count_pairs_on_spark, session=session)


def _optional(loaded: Dataset, name: str) -> pl.DataFrame | None:
    return loaded.tables[name] if loaded.has(name) else None


def _members_of(previous: Path) -> pl.DataFrame:
    from frith.networks.files import read_rows

    return read_rows(previous / "members.parquet", needs=("group_id", "person_id"))


def _write(found: Groups, out: Path, *, synthetic: bool) -> None:
    """Each table as Parquet; made-up data says so in every file."""
    note = {"regime": "synthetic: nobody's data"} if synthetic else {}
    out.mkdir(parents=True, exist_ok=True)
    for name, table in found.tables.items():
        table.write_parquet(out / f"{name}.parquet", metadata=note)


def _known_formats(asked: list[str]) -> None:
    for name in asked:
        if name not in FORMATS:
            raise UnknownName(f"no format “{name}”", mend=f"Choose {', '.join(FORMATS)}.")


def _evidence(
    found: Groups, loaded: Dataset, out: Path, *, on: date, persons: pl.DataFrame | None
) -> Path | None:
    """The cards, one file for all; none where the method declined."""
    from frith.profile.evidence import build_evidence, write_evidence

    if found.refused:
        return None
    return write_evidence(build_evidence(found, loaded, on=on, persons=persons), out)


def _marking(loaded: Dataset) -> str:
    """What every file of people says of itself: made-up data say so, all else is sensitive."""
    from frith.profile.evidence import marking_line

    return marking_line(loaded)


def _export(found: Groups, out: Path, asked: list[str], *, marking: str) -> None:
    """The formats asked for; a bundle bears the day of the last occasion, not of writing."""
    if not asked or found.refused:
        return
    import json
    from datetime import UTC, datetime

    from frith.networks import exports

    def on_last_day() -> str:
        last = found.tables["groups"]["last"].max()
        made_at = last if isinstance(last, datetime) else datetime(1970, 1, 1)  # noqa: DTZ001
        return json.dumps(
            exports.stix(found, made_at=made_at.replace(tzinfo=UTC), marking=marking), indent=1
        )

    writers = {
        "graphml": ("groups.graphml", lambda: exports.graphml(found, marking=marking)),
        "geojson": (
            "groups.geojson",
            lambda: json.dumps(exports.geojson(found, marking=marking), indent=1),
        ),
        "ftm": ("groups.ftm.json", lambda: exports.follow_the_money(found, marking=marking)),
        "stix": ("groups.stix.json", on_last_day),
    } | {
        f"csv {name}": (f"{name}.csv", partial(exports.csv, found, name, marking=marking))
        for name in CSV_TABLES
    }
    for name, (file, written) in writers.items():
        if name.split()[0] in asked:
            (out / file).write_text(written(), "utf-8")


def _refusals(loaded: Dataset) -> list[dict[str, str]]:
    """Rows refused on reading; a refused role may be somebody's protection, so it is said."""
    return [
        {
            "code": "rows-refused",
            "text": f"{report.refused:,} of {report.rows:,} rows of {report.table} were refused. "
            "See `frith check`; a refused role can be the one that protects somebody.",
        }
        for report in loaded.reports.values()
        if report.refused
    ]


def _text(found: Groups, answer: dict[str, Any], out: Path) -> str:
    lines = [found.sentence, ""]
    if found.refused:
        lines += [f"  {warning['text']}" for warning in answer["warnings"][1:]]
        return "\n".join([*lines, f"What was read is in {out}."])
    lines.append(f"A candidate is {found.gates.described()}.")
    for row in answer["groups"][:SHOWN]:
        lines.append(f"  {row['group_id']}  {row['sentence']}")
    more = len(answer["groups"]) - SHOWN
    lines += [f"  and {more} more"] if more > 0 else []
    below = len(answer["below_gates"])
    lines += [f"{below} more were beyond chance but below these gates."] if below else []
    lines += [f"  {warning['text']}" for warning in answer["warnings"]]
    lines.append(f"The evidence of each is in {answer['evidence']}.")
    return "\n".join([*lines, f"Everything is in {out}."])
