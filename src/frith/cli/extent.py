"""`frith extent`: how many are hidden, from overlapping lists; and what lists would be needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    import polars as pl

    from frith.prevalence.captures import Captures
    from frith.prevalence.extent import Extent
    from frith.prevalence.rules import Reason

METHODS = ("stepwise", "bic")
REGIMES = ("open", "uk_gdpr", "law_enforcement", "synthetic")


class _EstimateByDefault(TyperGroup):
    """`frith extent FILE` means `frith extent estimate FILE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["estimate", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    group = typer.Typer(
        cls=_EstimateByDefault,
        no_args_is_help=True,
        help="How many are hidden: an estimate from overlapping lists, or a refusal. "
        "`frith extent FILE` is short for `frith extent estimate FILE`.",
    )
    group.command("estimate")(estimate)
    group.command("plan")(plan)
    app.add_typer(group, name="extent")


def estimate(
    file: Annotated[
        Path,
        typer.Argument(help="Rows `person_id, list`, or a 0/1 column per list and `count`."),
    ],
    replicates: Annotated[int, typer.Option(help="Bootstrap resamples.", min=100)] = 1000,
    method: Annotated[str, typer.Option(help="stepwise or bic.")] = "stepwise",
    triples: Annotated[
        bool, typer.Option("--triples", help="Also rank models of three lists at once.")
    ] = False,
    persons: Annotated[
        Path | None,
        typer.Option(help="persons.csv of `frith link`: lists name nominals, this joins them."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for two pages (HTML, PDF), tables and run.json.")
    ] = None,
    name: Annotated[str, typer.Option(help="What the lists are, for the pages.")] = "",
    regime: Annotated[
        str, typer.Option(help="open, uk_gdpr, law_enforcement or synthetic; masks all but open.")
    ] = "uk_gdpr",
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Estimate a hidden population from overlapping lists of the people seen.

    FILE has one definition, one period and one area; persons, not offences; pseudonyms, not names.
    The answer is an estimate, an indication, a lower bound, or a refusal with its reasons. With
    --out it becomes two pages: one for a board, one for a statistician.

    Example: frith extent lists.csv --replicates 1000 --out estimate
    """
    import numpy as np

    from frith.prevalence.extent import extent

    run = Run(
        "extent",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={
            "file": file,
            "replicates": replicates,
            "method": method,
            "persons": persons,
            "triples": triples,
        },
    )
    if method not in METHODS:
        raise UnknownName(f"no method “{method}”", mend="Choose stepwise or bic.")
    if regime not in REGIMES:
        raise UnknownName(f"no regime “{regime}”", mend=f"Choose one of {', '.join(REGIMES)}.")
    captures, notes, refused_rows = _read(file, persons)
    if refused_rows:
        run.say(f"{refused_rows:,} rows refused; `frith check {file}` says which and why.")
    run.say(f"{captures.seen:,} people on {captures.k} lists; {replicates:,} resamples…")
    found = extent(
        captures,
        rng=np.random.default_rng(seed),
        method=method,
        replicates=replicates,
        seed=seed,
        notes=notes,
        triples=triples,
    )
    if out is not None:
        _write(found, out)
        _write_pages(found, captures, out, name=name or file.stem, regime=regime)
        run.write_record(out, [path for path in (file, persons) if path is not None])
    refused = found.status in ("refused", "lower-bound-only") or refused_rows > 0
    run.answer(found.as_json(), _text(found), refused=refused)


def plan(
    sizes: Annotated[list[str], typer.Argument(help="Each list's size: NAME=NUMBER.")],
    simulations: Annotated[int, typer.Option(help="Tables simulated for each row.", min=10)] = 40,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """What lists of these sizes would give, alone and pooled, before anyone shares them.

    Example: frith extent plan police=60 council=40 charity=30 outreach=20
    """
    import numpy as np

    from frith.prevalence import planning

    run = Run("extent plan", as_json=as_json, quiet=quiet, seed=seed, parameters={"sizes": sizes})
    steps = len(planning.POPULATIONS) * len(planning.POOLED)
    with run.progress() as bar:
        task = bar.add_task("simulating", total=steps)
        found = planning.plan(
            _sizes(sizes),
            rng=np.random.default_rng(seed),
            simulations=simulations,
            seed=seed,
            step=lambda: bar.advance(task),
        )
    table = found.tables["plan"]
    run.answer(found.as_json() | {"plan": table.to_dicts()}, _plan_text(table, found.sentence))


def _read(file: Path, persons: Path | None) -> tuple[Captures, tuple[Reason, ...], int]:
    """The capture table, what its rows say about being comparable, and how many were refused."""
    from frith.prevalence.captures import from_capture_table, from_membership
    from frith.prevalence.links import comparable
    from frith.tables import TABLES, load_dataset, read_capture_rows, read_table

    if file.is_dir():
        dataset = load_dataset(file, only=["lists"])
        if not dataset.has("lists"):
            raise BadInput("the data set has no table `lists`", where=str(file), mend=_ROWS)
        rows, refused = dataset.tables["lists"], dataset.reports["lists"].refused
    elif (table := read_capture_rows(file)) is not None:
        return from_capture_table(table, where=file.name), (), 0
    else:
        reading = read_table(file, TABLES["lists"])
        rows, refused = reading.frame, reading.report.refused
    if persons is not None:
        rows = _joined(rows, read_table(persons, TABLES["persons"]).frame)
    return from_membership(rows, where=file.name), comparable(rows), refused


_ROWS = "Give one row for each person on each list: person_id, list."


def _joined(rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Lists of nominals as lists of persons; a nominal that no person has stays itself."""
    import polars as pl

    joined = rows.rename({"person_id": "nominal_id"}).join(
        persons.select("nominal_id", "person_id"), on="nominal_id", how="left"
    )
    return joined.with_columns(pl.col("person_id").fill_null(pl.col("nominal_id")))


def _sizes(given: list[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for item in given:
        name, _, number = item.rpartition("=")
        if not name or not number.isdigit():
            raise BadInput(f"“{item}” is not NAME=NUMBER", mend="Write, say, police=60.")
        if name in sizes:
            raise BadInput(f"list “{name}” is given twice", mend="Name each list once.")
        sizes[name] = int(number)
    return sizes


def _write(found: Extent, out: Path) -> None:
    import dataclasses
    import json

    import polars as pl

    out.mkdir(parents=True, exist_ok=True)
    (out / "extent.json").write_text(
        json.dumps(found.as_json(), indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    tables = dict(found.tables)
    if found.rivals:
        tables["rivals"] = pl.DataFrame([dataclasses.asdict(rival) for rival in found.rivals])
    for name, table in tables.items():
        table.write_csv(out / f"{name}.csv")


def _write_pages(found: Extent, captures: Captures, out: Path, *, name: str, regime: str) -> None:
    """One page for a board, one for a statistician, as HTML and PDF."""
    from datetime import date

    from frith.profile import write_profile
    from frith.profile.extent_document import build_extent_document
    from frith.reference import Regime

    today = date.today()  # noqa: DTZ011 - the day where the reader is
    document = build_extent_document(found, captures, name=name, regime=Regime(regime), on=today)
    write_profile(document, out, stem="extent")


def _text(found: Extent) -> str:
    lines = [found.sentence, ""]
    lines += [f"  {reason.rule:<9}{reason.text}" for reason in found.reasons]
    if found.rivals:
        lines += ["", "Other methods on the same lists:"]
        for rival in found.rivals:
            reach = "" if rival.lo is None else f" ({_n(rival.lo)} to {_n(rival.hi)})"
            why = "" if rival.counts else f"  [{rival.why}]"
            lines.append(f"  {rival.method:<24}{_n(rival.estimate)}{reach}{why}")
    return "\n".join([*lines, "", found.assumption])


def _n(value: float | None) -> str:
    return "no limit" if value is None else f"{value:,.0f}"


def _plan_text(table: pl.DataFrame, sentence: str) -> str:
    head = (
        f"{'supposed total':>15}{'pooled':>8}{'seen':>8}{'on two lists':>14}"
        f"{'refused':>9}{'no upper':>10}{'useful':>8}"
    )
    lines = [
        f"{row['supposed_total']:>15,}{row['pooled']:>8}{row['seen']:>8,.0f}"
        f"{row['overlaps']:>14,.0f}{row['share_refused']:>9.0%}{row['share_unbounded']:>10.0%}"
        f"{row['share_useful']:>8.0%}"
        for row in table.iter_rows(named=True)
    ]
    return "\n".join([head, *lines, "", sentence])
