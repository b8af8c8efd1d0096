"""`frith harm`: harm instead of counts, by theme, place, period or group; and national costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.place_frame import CrimeType, DatasetPath, From, Theme, To
from frith.cli.weights_file import read_weights
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    import polars as pl

    from frith.charts import Picture
    from frith.harm import Harm
    from frith.results import Result
    from frith.tables.dataset import Dataset

BY = ("theme", "crime_type", "area", "month", "year", "group", "event")
_By = Annotated[str, typer.Option("--by", help=f"One of {', '.join(BY)}.")]
_Edition = Annotated[
    str | None, typer.Option("--edition", help="Which edition, where weights hold several.")
]
_Weights = Annotated[
    Path | None, typer.Option("--weights", help="Weights, where the data set holds none.")
]
_Groups = Annotated[
    Path | None, typer.Option("--groups", help="What `frith groups` wrote, for --by group.")
]
_Out = Annotated[Path | None, typer.Option("--out", help="Folder for tables and pictures.")]
_Costs = Annotated[
    bool, typer.Option("--national-costs", help="Published national costs, beside; no arithmetic.")
]
_Times = Annotated[
    float | None,
    typer.Option("--times", help="Ask to multiply national costs: refused, with the reason."),
]
MOST_DRAWN = 20
MOST_TOLD = 60
"""Groups in a picture, and at the keyboard; the table holds all."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("harm")(harm)


def harm(
    dataset: DatasetPath,
    by: _By = "theme",
    weights: _Weights = None,
    edition: _Edition = None,
    groups: _Groups = None,
    out: _Out = None,
    crime_type: CrimeType = None,
    theme: Theme = None,
    first: From = None,
    last: To = None,
    national_costs: _Costs = False,
    times: _Times = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """How harmful recorded crime was, by an index's weights: medians and means, with intervals.

    Weights are the data set's table `weights` (key, days, statistic, edition, source), or a file.
    What was reported and what police activity found are two figures, never added. Events without
    a weight are listed and counted as unknown. JSON: by, edition, groups, overall, unweighted,
    national_costs, flags, sentence.

    Example: frith harm rotherham --by area --weights cambridge.csv --out harm
    """
    import numpy as np

    from frith import harm as room
    from frith.cli.place_frame import chosen_of, load

    parameters = {
        "by": by,
        "weights": weights,
        "edition": edition,
        "groups": groups,
        "crime_type": crime_type,
        "theme": theme,
        "from": first,
        "to": last,
        "national_costs": national_costs,
        "times": times,
    }
    run = Run("harm", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)
    chosen_of(crime_type=crime_type, theme=theme, first=first, last=last)  # checks the months
    data = load(dataset, run)
    events = _chosen(data, crime_type=crime_type, theme=theme, first=first, last=last)
    held = room.choose(_weights(data, weights), edition=edition)
    weighed = room.weigh(events, held)
    members = _members(events, by=by, groups=groups)
    found = room.harm_by(
        weighed, members, weights=held, rng=np.random.default_rng(seed), by=by, seed=seed
    )
    costs = None
    if national_costs or times is not None:
        costs = room.national_costs(theme=theme, times=times)
    per_event = weighed if by == "event" else None
    shown = _shown(found, data, by=by)
    files = _write(run, found, data, out=out, by=by, shown=shown, events=per_event) if out else []
    run.answer(
        _payload(found, data, by=by, shown=shown, costs=costs, files=files, events=per_event),
        _text(found, shown, costs),
        refused=found.refused or (costs is not None and costs.refused),
    )


def _chosen(
    data: Dataset,
    *,
    crime_type: str | None,
    theme: str | None,
    first: str | None,
    last: str | None,
) -> pl.DataFrame:
    """Recorded crimes that were asked for; stops and intelligence are police activity, not harm."""
    import polars as pl

    if not data.has("events"):
        raise BadInput(
            "the data set has no table `events`",
            where=str(data.folder),
            mend="Harm needs events; counts by area alone say neither offence nor month.",
        )
    month = pl.col("occurred_from").dt.strftime("%Y-%m")
    events = data.tables["events"].filter(pl.col("kind") == "crime")
    events = events.with_columns(month=month, year=pl.col("occurred_from").dt.strftime("%Y"))
    for keep in (
        pl.col("crime_type") == crime_type if crime_type else None,
        pl.col("theme") == theme if theme else None,
        pl.col("month") >= first if first else None,
        pl.col("month") <= last if last else None,
    ):
        events = events if keep is None else events.filter(keep)
    return events


def _weights(data: Dataset, file: Path | None) -> pl.DataFrame:
    """The weights of the file, or the data set's own; a refused row stops it."""
    if file is None:
        if data.has("weights"):
            return data.tables["weights"]
        raise BadInput(
            "the data set has no table `weights`, and frith ships none",
            where=str(data.folder),
            mend="Give --weights FILE with key, days, statistic, edition, source; "
            "`frith reference harm_indexes` says where weights come from.",
        )
    return read_weights(file)


def _members(events: pl.DataFrame, *, by: str, groups: Path | None) -> pl.DataFrame:
    """Which group or groups each event belongs to: event_id, name."""
    import polars as pl

    if by not in BY:
        raise UnknownName(f"cannot sum harm by {by!r}", mend=f"Choose {', '.join(BY)}.")
    if by == "group":
        return _of_groups(groups)
    if by == "event":
        return events.head(0).select("event_id", name="event_id")  # each is told by itself
    named = events.select("event_id", name=pl.col(by).fill_null("not stated"))
    return named


PERIODS = ("month", "year")


def _shown(found: Harm, data: Dataset, *, by: str) -> pl.DataFrame:
    """The groups as they are told: periods in order; areas with names and harm per resident."""
    import polars as pl

    table = found.tables["groups"]
    if by in PERIODS:
        return table.sort(["strand", "name"], descending=[True, False])
    if by != "area":
        return table
    from frith.places.from_dataset import names_in, population_in

    table = table.with_columns(label=pl.col("name").replace(names_in(data)))
    if not data.has("population"):
        return table
    residents = population_in(data, denominator="residents")
    if residents is None:
        return table
    joined = table.join(residents.select(name="code", residents="n"), on="name", how="left")
    per = 1000 / pl.when(pl.col("residents") > 0).then("residents")
    return joined.with_columns(
        (pl.col(one) * per).alias(f"{one}_per_1000_residents") for one in ("median", "mean")
    )


def _of_groups(folder: Path | None) -> pl.DataFrame:
    """Events of each candidate group's occasions."""
    import polars as pl

    if folder is None:
        raise BadInput("--by group needs groups", mend="Give --groups, what `frith groups` wrote.")
    paths = [folder / f"{name}.parquet" for name in ("timeline", "occasions")]
    for path in paths:
        if not path.is_file():
            raise BadInput(
                f"holds no {path.name}", where=str(folder), mend="Give what `frith groups` wrote."
            )
    timeline, occasions = (pl.read_parquet(path) for path in paths)
    events = occasions.select("occasion_id", "event_ids").explode("event_ids")
    return (
        timeline.select("occasion_id", name="group_id")
        .join(events, on="occasion_id", how="inner")
        .select("name", event_id="event_ids")
        .drop_nulls()
        .unique()
        .sort("name", "event_id")
    )


def _write(
    run: Run,
    found: Harm,
    data: Dataset,
    *,
    out: Path,
    by: str,
    shown: pl.DataFrame,
    events: pl.DataFrame | None,
) -> list[str]:
    """Tables as CSV and Parquet, one picture as SVG and PNG, and run.json."""
    from frith.cli.place_frame import write_tables

    tables = dict(found.tables) | {"groups": shown}
    tables |= {} if events is None else {"events": events}
    files = write_tables(out, tables)
    drawn = None if found.refused or by == "event" else _picture(found, shown, data, by=by)
    if drawn is not None:
        (out / "harm.svg").write_text(drawn.svg, "utf-8")
        (out / "harm.png").write_bytes(drawn.png())
        files += ["harm.svg", "harm.png"]
    run.write_record(out, data.folder.iterdir())
    return [str(out / name) for name in files]


def _picture(found: Harm, shown: pl.DataFrame, data: Dataset, *, by: str) -> Picture | None:
    """Reported crime in order of count and in order of harm; over time, harm with its interval."""
    import polars as pl

    from frith.charts import rank_chart
    from frith.harm.weights import REPORTED

    statistic = found.parameters["statistic_of_value"]
    if by in PERIODS:
        return _over_time(found, shown, data, by=by)
    rows = shown.filter((pl.col("strand") == REPORTED) & pl.col("rank_events").is_not_null())
    rows = rows.head(MOST_DRAWN)
    if rows.height < 2:
        return None
    if "label" in rows.columns and rows["label"].is_unique().all():
        rows = rows.with_columns(name="label")
    same = (rows["rank_events"] == rows[f"rank_{statistic}"]).all()
    order = "one order by count and by harm" if same else "in another order by harm than by count"
    synthetic = "SYNTHETIC. " if data.synthetic else ""
    return rank_chart(
        rows.select(
            name=pl.col("name").str.replace_all("_", " "), before="events", after=statistic
        ),
        unit="Recorded crimes at the left, days of harm at the right",
        first="most crimes",
        second="most harm",
        name="harm",
        title=f"{synthetic}Reported crime by {by.replace('_', ' ')}: {order}",
        note="An order, not a difference: the table has the intervals, and groups too small for a "
        "place. Crime found by police activity is kept apart. " + found.flags[0].text,
        source=data.about.name,
    )


def _over_time(found: Harm, shown: pl.DataFrame, data: Dataset, *, by: str) -> Picture:
    import polars as pl

    from frith.charts import bar_chart
    from frith.harm.weights import REPORTED

    statistic = found.parameters["statistic_of_value"]
    synthetic = "SYNTHETIC. " if data.synthetic else ""
    return bar_chart(
        shown.filter(pl.col("strand") == REPORTED).select(
            label="name", value=statistic, lo=f"{statistic}_lo", hi=f"{statistic}_hi"
        ),
        unit=f"days of harm of reported crime, by {statistic} weights, with 95% intervals",
        keep_order=True,
        decimals=0,
        name="harm",
        title=f"{synthetic}Harm of reported crime by {by}",
        note=f"First and last {by} may be held in part. No trend is claimed: use frith chart. "
        + found.flags[0].text,
        source=data.about.name,
    )


def _payload(
    found: Harm,
    data: Dataset,
    *,
    by: str,
    shown: pl.DataFrame,
    costs: Result | None,
    files: list[str],
    events: pl.DataFrame | None,
) -> dict[str, Any]:
    from frith.cli.place_frame import flags_json

    return {
        "status": str(found.status),
        "method": found.method,
        "by": by,
        "edition": found.edition,
        "value": found.value,
        "interval": found.interval,
        "groups": shown if events is None else [],
        **({} if events is None else {"events": events}),
        "overall": found.tables["overall"],
        "unweighted": found.tables["unweighted"],
        "national_costs": None if costs is None else _costs_json(costs),
        "flags": flags_json((*found.flags, *(costs.flags if costs else ()))),
        "sentence": found.sentence,
        "synthetic": data.synthetic,
        "files": files,
    }


def _costs_json(costs: Result) -> dict[str, Any]:
    rows = costs.tables.get("costs")
    return {
        "status": str(costs.status),
        "sentence": costs.sentence,
        "costs": [] if rows is None else rows.to_dicts(),
    }


def _text(found: Harm, table: pl.DataFrame, costs: Result | None) -> str:
    lines = [found.sentence, ""]
    head = f"{'':<30}{'crimes':>8}{'unknown':>9}{'days (median)':>16}{'days (mean)':>14}"
    for (strand,), part in table.group_by(["strand"], maintain_order=True):
        lines += [f"{strand[0].upper()}{strand[1:]}", head]
        lines += [
            f"  {row.get('label', row['name'])[:27]:<28}{row['events']:>8,}{row['unknown']:>9,}"
            f"{_days(row['median']):>16}{_days(row['mean']):>14}"
            for row in part.head(MOST_TOLD).iter_rows(named=True)
        ]
    lines += ["", *(f"  {flag.code}: {flag.text}" for flag in found.flags)]
    if costs is not None:
        lines += ["", costs.sentence]
        rows = costs.tables.get("costs")
        lines += [
            f"  £{row['gbp_bn']:g}bn  {row['subject']}; {row['edition']}. {row['note']} "
            f"({row['checked']})"
            for row in ([] if rows is None else rows.to_dicts())
        ]
        lines += [f"  {flag.code}: {flag.text}" for flag in costs.flags if not costs.refused]
    return "\n".join(lines)


def _days(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.0f}"
