"""`frith chart`: a control chart, its signals, and what a board reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from frith.charts import Picture
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
    out: Annotated[
        Path | None,
        typer.Option(help="Write the picture here (.svg or .png), and beside it its appendix."),
    ] = None,
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
    adjust: Annotated[
        bool,
        typer.Option("--adjust", help="Take the yearly pattern out: three whole years at least."),
    ] = False,
    rag: Annotated[
        bool,
        typer.Option("--rag", help="Red, amber or green beside the words, from the signal alone."),
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Draw a series with its limits, and say whether it changed beyond what chance makes.

    The data choose the kind of chart, with the reason; limits are drawn anew only with a dated
    reason. One signal answers for the whole chart and is wrong for one quiet chart in twenty.

    With --out, the picture, and beside it a page and a text with the appendix: parameters,
    assumptions, what was checked, how often the chart is wrong, and what it would not see.

    Example: frith chart referrals.csv --measure nrm_referrals --out referrals.svg
    """
    import numpy as np

    from frith.cli.behind import write_behind
    from frith.measures.appendix import chart_appendix
    from frith.measures.chart import chart as draw
    from frith.reference import Direction, lookup

    run = Run(
        "chart",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={
            "file": file,
            "kind": kind,
            "rebase": rebase or [],
            "measure": measure,
            "adjust": adjust,
        },
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
        adjust_season=adjust,
        seed=seed,
    )
    told = chart_appendix(found)
    title = str(defined["name"]) if defined else file.stem
    if out is not None:
        drawn = () if found.refused else (_picture(found, out.stem, title=title, source=file.name),)
        write_behind(out, drawn, heading=title, sentence=found.sentence, appendix=told)
        run.write_record(out.parent, [file])
    payload = found.as_json() | {"appendix": told, "measure": _definition(defined)}
    payload["rag"] = found.rag if rag else None
    run.answer(payload, _text(found, rag=rag), refused=found.refused)


def _definition(row: Mapping[str, object] | None) -> dict[str, object] | None:
    """What the reference list says of the measure."""
    if row is None:
        return None
    wanted = ("key", "name", "numerator", "denominator", "direction", "kind", "caveat", "source")
    return {name: row[name] for name in wanted}


def _funnel(run: Run, file: Path, out: Path | None) -> None:
    """Units beside each other instead of periods: FILE has name, count, denominator."""
    from frith.charts import funnel_chart
    from frith.cli.behind import write_behind
    from frith.measures.appendix import funnel_appendix
    from frith.measures.funnel import funnel
    from frith.tables import FILES, read_table

    reading = read_table(file, FILES["units"])
    if reading.report.refused or (reading.frame["denominator"] <= 0).any():
        raise BadInput(
            "a row cannot be read, or has a denominator that is not above nought",
            where=file.name,
            mend="Mend the rows: name, count and denominator are needed in each.",
        )
    found = funnel(reading.frame)
    told = funnel_appendix(found)
    if out is not None:
        drawn = funnel_chart(
            found.tables["units"],
            found.tables["limits"],
            unit=f"for every {found.parameters['per']:,.0f} of the denominator",
            denominator="what it is counted over",
            areas="unit",
            name=out.stem,
            title=found.sentence,
            source=file.name,
            note="Inner limits hold 95%, outer 99.8%, of what is usual",
        )
        write_behind(out, (drawn,), heading=file.stem, sentence=found.sentence, appendix=told)
        run.write_record(out.parent, [file])
    run.answer(found.as_json() | {"kind": "funnel", "appendix": told}, found.sentence)


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


def _picture(found: Chart, name: str, *, title: str, source: str) -> Picture:
    """The picture, with its finding as its title and a dated reason at each new limit."""
    import polars as pl

    from frith.charts import control_chart
    from frith.measures.chart import SHARES

    points, unit = found.tables["points"], title
    if found.kind in SHARES:
        points = points.with_columns(pl.col("value", "centre", "lower", "upper") * 100)
        unit = f"{title}, per cent"
    return control_chart(
        points,
        unit=f"{unit}, the season taken out" if found.season else unit,
        changes={one.period: one.reason for one in found.rebased},
        name=name,
        title=found.sentence,
        source=source,
        note=f"Control chart of kind {found.kind}: {found.why}",
    )


def _text(found: Chart, *, rag: bool) -> str:
    lines = [found.sentence]
    if not found.refused:
        icon = found.rag if rag else found.icon
        lines += ["", f"Chart: {found.kind} ({found.why}). {icon[0].upper()}{icon[1:]}."]
        marked = [point for point in found.points if point.signals]
        lines += [f"  {p.period}  {p.value:,.4g}  {'; '.join(p.signals)}" for p in marked]
    return "\n".join([*lines, *(f"  {flag.text}" for flag in found.flags)])
