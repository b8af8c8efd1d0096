"""`frith chart`: a control chart, its signals, and what a board reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    import polars as pl

    from frith.measures.chart import Chart


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="chart")(chart)


def chart(
    file: Annotated[
        Path, typer.Argument(help="Columns period, value; or period, count, denominator.")
    ],
    kind: Annotated[
        str, typer.Option(help="auto, xmr, c, u, p, u-prime, p-prime, g, t or funnel.")
    ] = "auto",
    out: Annotated[Path | None, typer.Option(help="Write the picture here, as SVG.")] = None,
    rebase: Annotated[
        list[str] | None,
        typer.Option(help="PERIOD=REASON: draw the limits anew from there. May be repeated."),
    ] = None,
    measure: Annotated[
        str, typer.Option(help="A measure of the reference list: its name and direction policy.")
    ] = "",
    activity_led: Annotated[
        bool, typer.Option("--activity-led", help="It counts what staff did or found.")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Draw a series with its limits, and say whether it changed beyond what chance makes.

    The data choose the kind of chart, with the reason; limits are drawn anew only with a dated
    reason. One signal answers for the whole chart and is wrong for one quiet chart in twenty.

    Example: frith chart referrals.csv --measure nrm_referrals --out referrals.svg
    """
    import numpy as np

    from frith.measures.chart import chart as draw
    from frith.reference import Direction, lookup

    run = Run(
        "chart",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={"file": file, "kind": kind, "rebase": rebase or [], "measure": measure},
    )
    if kind == "funnel":
        _funnel(run, file, out)
    defined = lookup("measures", measure) if measure else None
    direction = Direction(str(defined["direction"])) if defined else Direction.NEUTRAL
    found = draw(
        _series(file),
        rng=np.random.default_rng(seed),
        kind=kind,
        rebase=[_rebase(each) for each in rebase or []],
        direction=direction,
        activity_led=activity_led or (defined is not None and defined["kind"] != "outcome"),
        seed=seed,
    )
    if out is not None and not found.refused:
        _write(found, out, title=str(defined["name"]) if defined else file.stem)
        run.write_record(out.parent, [file])
    run.answer(found.as_json(), _text(found), refused=found.refused)


def _funnel(run: Run, file: Path, out: Path | None) -> None:
    """Units beside each other instead of periods: FILE has name, count, denominator."""
    from frith.measures.funnel import funnel
    from frith.tables import FILES, read_table

    if out is not None:
        raise BadInput("a funnel has no picture here yet", mend="Leave --out away; use --json.")
    reading = read_table(file, FILES["units"])
    if reading.report.refused or (reading.frame["denominator"] <= 0).any():
        raise BadInput(
            "a row cannot be read, or has a denominator that is not above nought",
            where=file.name,
            mend="Mend the rows: name, count and denominator are needed in each.",
        )
    found = funnel(reading.frame)
    run.answer(found.as_json() | {"kind": "funnel"}, found.sentence)


def _series(file: Path) -> pl.DataFrame:
    """The file's rows with numbers read as numbers; BadInput names the first that is none."""
    import polars as pl

    from frith.tables import read_plain

    rows = read_plain(file)
    numbers = [name for name in ("value", "count", "denominator") if name in rows.columns]
    for name in numbers:
        read = rows[name].cast(pl.Float64, strict=False)
        bad = (read.is_null() & rows[name].is_not_null()).arg_true()
        if len(bad):
            raise BadInput(
                f"{rows[name][bad[0]]!r} is not a number",
                where=f"{file.name}, row {bad[0] + 2}, {name}",
                mend="Write plain numbers, without signs of currency or percentages.",
            )
    return rows.with_columns(pl.col(numbers).cast(pl.Float64))


def _rebase(given: str) -> Any:
    from frith.measures.chart import Rebase

    period, _, reason = given.partition("=")
    return Rebase(period.strip(), reason)


def _write(found: Chart, out: Path, *, title: str) -> None:
    """The picture, with its finding as its title."""
    from frith.charts import control_chart

    if out.suffix.lower() != ".svg":
        raise UnknownName(
            f"cannot write {out.suffix or 'a file without an ending'}",
            mend="Name the picture something.svg.",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    picture = control_chart(
        found.tables["points"],
        unit=title,
        name=out.stem,
        title=found.sentence,
        source=f"Control chart of kind {found.kind}: {found.why}",
    )
    out.write_text(picture.svg, "utf-8")


def _text(found: Chart) -> str:
    lines = [found.sentence]
    if not found.refused:
        lines += [
            "",
            f"Chart: {found.kind} ({found.why}). {found.icon[0].upper()}{found.icon[1:]}.",
        ]
        marked = [point for point in found.points if point.signals]
        lines += [f"  {p.period}  {p.value:,.4g}  {'; '.join(p.signals)}" for p in marked]
    return "\n".join([*lines, *(f"  {flag.text}" for flag in found.flags)])
