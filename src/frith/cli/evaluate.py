"""`frith evaluate`: did it work? Or did it move, or can it not be told?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from frith.measures.dispersed import Spread
    from frith.measures.verdicts import Effect

File = Annotated[Path, typer.Argument(help="Columns as docs/reference/tables.md declares them.")]
Picked = Annotated[
    bool,
    typer.Option("--picked-high", help="The area was picked because it was high in `before`."),
]
Activity = Annotated[
    bool, typer.Option("--activity-led", help="It counts what staff did or found.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Write the picture here (.svg or .png), and beside it its appendix."),
]
Start = Annotated[str, typer.Option("--start", help="First period of the response.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    group = typer.Typer(
        no_args_is_help=True,
        help="Did it work? Each way of asking says when it cannot tell.",
    )
    for command in (wdd, wdq, its, did, synthetic, counts):
        group.command(command.__name__)(command)
    app.add_typer(group, name="evaluate")


def wdd(
    file: File,
    overdispersion: Annotated[
        float | None,
        typer.Option(help="Variance over mean of monthly counts before; see --monthly."),
    ] = None,
    monthly: Annotated[
        Path | None,
        typer.Option(help="Monthly counts before (code, period, count), to measure it."),
    ] = None,
    picked_high: Picked = False,
    activity_led: Activity = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Weighted displacement difference: before and after, against comparison, next door included.

    FILE: part (treated, control, buffer, buffer_control), before, after, and optional weights.

    Example: frith evaluate wdd closure.csv --monthly before.csv
    """
    from frith.measures import displacement

    run = _run("wdd", file, as_json=as_json, quiet=quiet)
    phi = overdispersion if monthly is None else displacement.phi(_monthly(monthly))
    found = displacement.wdd(
        _parts(file), overdispersion=phi, picked=picked_high, activity_led=activity_led
    )
    _answer(run, found, way="wdd", file=file, out=out)


def wdq(
    file: File,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Weighted displacement quotient: of a reduction, how much moved or spread next door.

    FILE: part (treated, control, buffer), before, after. Refused where nothing was reduced.

    Example: frith evaluate wdq closure.csv
    """
    import numpy as np

    from frith.measures import displacement

    run = _run("wdq", file, as_json=as_json, quiet=quiet, seed=seed)
    _answer(
        run,
        displacement.wdq(_parts(file), rng=np.random.default_rng(seed)),
        way="wdq",
        file=file,
        out=out,
    )


def its(
    file: File,
    start: Start,
    picked_high: Picked = False,
    activity_led: Activity = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Interrupted time series: what came, against what the months before led to expect.

    FILE: period, count, and optional denominator and control. At least 24 periods before and six
    after.

    Example: frith evaluate its reports.csv --start 2025-03
    """
    import numpy as np

    from frith.measures.interrupted import interrupted

    run = _run("its", file, as_json=as_json, quiet=quiet, seed=seed, start=start)
    rows = _rows(file, "series")
    if rows["count"].null_count():
        raise BadInput("`count` is blank in some rows", where=file.name, mend="Fill it in.")
    with _known_start(file):
        found = interrupted(
            rows,
            start=start,
            rng=np.random.default_rng(seed),
            picked=picked_high,
            activity_led=activity_led,
            seed=seed,
        )
    _answer(run, found, way="its", file=file, out=out, start=start)


def did(
    file: File,
    start: Start,
    picked_high: Picked = False,
    activity_led: Activity = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Difference in differences: areas with the response against areas without, over time.

    FILE: code, period, count, treated (1 or 0).

    Example: frith evaluate did wards.csv --start 2025-03
    """
    import numpy as np

    from frith.measures.panel import difference, read_panel

    run = _run("did", file, as_json=as_json, quiet=quiet, seed=seed, start=start)
    with _known_start(file):
        panel = read_panel(_rows(file, "panel"), start=start)
    found = difference(
        panel,
        rng=np.random.default_rng(seed),
        picked=picked_high,
        activity_led=activity_led,
    )
    _answer(run, found, way="did", file=file, out=out, start=start)


def synthetic(
    file: File,
    start: Start,
    picked_high: Picked = False,
    activity_led: Activity = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Synthetic control: one area against a mix of others that moved like it before.

    FILE: code, period, count, treated (1 for the one area). At least ten other areas.

    Example: frith evaluate synthetic wards.csv --start 2025-03
    """
    from frith.measures.panel import read_panel
    from frith.measures.panel import synthetic as against

    run = _run("synthetic", file, as_json=as_json, quiet=quiet, start=start)
    with _known_start(file):
        panel = read_panel(_rows(file, "panel"), start=start)
    _answer(
        run,
        against(panel, picked=picked_high, activity_led=activity_led),
        way="synthetic",
        file=file,
        out=out,
        start=start,
    )


def counts(
    file: File,
    overdispersion: Annotated[
        float | None, typer.Option(help="Variance over mean of such counts, where it is known.")
    ] = None,
    monthly: Annotated[
        Path | None,
        typer.Option(help="Counts of 12 or more months before (period, count), to measure it."),
    ] = None,
    picked_high: Picked = False,
    activity_led: Activity = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Two counts, before and after: whether they differ by more than they vary anyway.

    FILE: when (before, after), count, and optional time. Crime varies more than chance alone: give
    the months before, or 2 times the variance of chance is taken, and said.

    Example: frith evaluate counts twelve.csv --monthly months-before.csv
    """
    from frith.measures.counts import two_counts

    run = _run("counts", file, as_json=as_json, quiet=quiet)
    rows = {row["when"]: row for row in _rows(file, "two_counts").iter_rows(named=True)}
    for when in ("before", "after"):
        if when not in rows:
            raise BadInput(f"there is no row “{when}”", where=file.name, mend="Give both.")
        if rows[when]["count"] != int(rows[when]["count"]):
            raise BadInput(f"the count {when} is not whole", where=file.name, mend="Count events.")
    found = two_counts(
        int(rows["before"]["count"]),
        int(rows["after"]["count"]),
        time_before=_or_one(rows["before"]["time"]),
        time_after=_or_one(rows["after"]["time"]),
        spread=_spread(monthly, overdispersion),
        picked=picked_high,
        activity_led=activity_led,
    )
    _answer(run, found, way="counts", file=file, out=out)


def _spread(monthly: Path | None, given: float | None) -> Spread:
    """How much such counts vary: measured on months before, as given, or assumed."""
    from frith.measures.counts import UNKNOWN
    from frith.measures.dispersed import Spread, spread_of

    if monthly is not None:
        rows = _rows(monthly, "series").sort("period")
        try:
            return spread_of(rows["count"].drop_nulls().to_list())
        except ValueError as error:
            raise BadInput(str(error), where=monthly.name, mend="Give more months.") from None
    if given is None:
        return UNKNOWN
    if given < 1:
        raise BadInput("an overdispersion is 1 or more", mend="Use 1 where events come singly.")
    return Spread(times=given)


def _run(
    name: str, file: Path, *, as_json: bool, quiet: bool, seed: int | None = None, **more: Any
) -> Run:
    return Run(
        f"evaluate {name}",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={"file": file, **more},
    )


def _rows(file: Path, table: str) -> pl.DataFrame:
    """The file as its declared table; a refused row stops it, because part of a design misleads."""
    from frith.tables import FILES, read_table

    reading = read_table(file, FILES[table])
    if reading.report.refused:
        first = reading.report.refusals.row(0, named=True)
        raise BadInput(
            f"{first['column']} {first['value']!r} {first['reason']}",
            where=f"{file.name}, row {first['row']}",
            mend="Mend the row: an evaluation of part of a design misleads.",
        )
    return reading.frame


def _parts(file: Path) -> dict[str, Any]:
    from frith.measures.displacement import BeforeAfter

    found = {
        row["part"]: BeforeAfter(
            row["before"],
            row["after"],
            _or_one(row["weight_before"]),
            _or_one(row["weight_after"]),
        )
        for row in _rows(file, "before_after").iter_rows(named=True)
    }
    for part in ("treated", "control"):
        if part not in found:
            raise BadInput(f"there is no part “{part}”", where=file.name, mend="Add its row.")
    return found


def _monthly(file: Path) -> dict[str, Any]:
    rows = _rows(file, "panel").sort("period")
    return {str(code): part["count"].to_numpy() for (code,), part in rows.group_by("code")}


def _or_one(value: float | None) -> float:
    if value is None:
        return 1.0
    if value <= 0:
        raise BadInput("a weight or time is not above nought", mend="Leave it blank for 1.")
    return float(value)


class _known_start:  # noqa: N801 - reads as a statement: with _known_start(file)
    """Turns a method's ValueError about the file into a mendable error."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError):
            raise BadInput(
                str(error),
                where=self._file.name,
                mend="Name a period of the file, every one filled.",
            ) from None


def _answer(
    run: Run, found: Effect, *, way: str, file: Path, out: Path | None, start: str = ""
) -> None:
    from frith.cli.behind import write_behind
    from frith.measures.appendix import effect_appendix
    from frith.measures.verdicts import Verdict

    told = effect_appendix(found, way=way)
    if out is not None:
        from frith.cli.effect_pictures import effect_pictures

        drawn = effect_pictures(found, way, name=out.stem, start=start, source=file.name)
        write_behind(out, drawn, heading=file.stem, sentence=found.sentence, appendix=told)
        run.write_record(out.parent, [file])
    flags = [flag.text for flag in found.flags if flag.text != found.sentence]
    refused = found.refused or found.verdict == Verdict.REFUSED
    payload = found.as_json() | {"appendix": told}
    run.answer(payload, "\n".join([found.sentence, *flags, told.power]), refused=refused)
