"""Harm of groups of events: median and mean weights both, with intervals and the largest event.

Source: Sherman, Neyroud and Neyroud (2016); the variance of a weighted sum of Poisson counts is
the sum of squared weights times counts, which the resampling here draws from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.harm.weights import FOUND, REPORTED, STATISTICS, Weights, notes
from frith.results import Flag, Interval, Result, Severity, frame_hash

METHOD = (
    "Sum of days of harm by strand, {resamples:,} Poisson resamples of each kind of event "
    "(Sherman, Neyroud and Neyroud 2016)"
)
RESAMPLES = 2000
ONE_EVENT = 0.25
"""A total of which one event makes more than this is driven by it (methods: ONEEVENT)."""
MOSTLY_UNKNOWN = 0.25
FEWEST_RANKED = 20
"""Weighted events under which a group gets no rank: by chance alone their number would vary by a
fifth and more (1/√20), so their place in an order would be noise. frith's convention."""
ALL = "all"
_SCHEMA = {
    "name": pl.String,
    "strand": pl.String,
    "events": pl.Int64,
    "weighted": pl.Int64,
    "unknown": pl.Int64,
    **{
        column: pl.Float64
        for name in STATISTICS
        for column in (name, f"{name}_lo", f"{name}_hi", f"{name}_largest_share")
    },
}


@dataclass(frozen=True, kw_only=True)
class Harm(Result):
    """Harm by group and strand; tables `groups`, `overall` and `unweighted`.

    `groups` and `overall`: name, strand, events, weighted, unknown (no weight), and for median
    and mean each: days, its interval (_lo, _hi), and the share of the single heaviest event;
    `groups` adds rank_events and rank of each statistic among groups of one strand (null: too few
    events for a place). `unweighted`:
    key, events. Strands are never added together.
    """

    edition: str = ""


def harm_by(
    weighed: pl.DataFrame,
    groups: pl.DataFrame,
    *,
    weights: Weights,
    rng: np.random.Generator,
    by: str = "group",
    resamples: int = RESAMPLES,
    level: float = 0.95,
    seed: int | None = None,
) -> Harm:
    """Harm of each group of events, of what was reported and of what police found, apart.

    `weighed`: from `weigh`; `groups`: `event_id`, `name`, a row a membership (an event may be in
    several groups, or none). `by` names what they are. The value is the median-weighted harm, in
    days, of all that was reported. Intervals assume events happen independently: where one brings
    others they are too narrow. Where no reported event has a weight the answer is refused. When not
    to use: to compare editions, or to rank people. Source: Sherman, Neyroud and Neyroud (2016).
    """
    joined = groups.select("event_id", "name").join(weighed, on="event_id", how="inner")
    overall = _totals(weighed.with_columns(name=pl.lit(ALL)), rng, resamples, level)
    table = _ranked(_totals(joined, rng, resamples, level))
    unweighted = (
        weighed.filter(pl.col("by").is_null())
        .group_by("key")
        .agg(events=pl.len().cast(pl.Int64))
        .sort(["events", "key"], descending=[True, False])
    )
    method = METHOD.format(resamples=resamples)
    tables = {"groups": table, "overall": overall, "unweighted": unweighted}
    parameters = {
        "by": by,
        "edition": weights.edition,
        "statistics": list(weights.statistics),
        "resamples": resamples,
        "level": level,
    }
    data = frame_hash(weighed, groups)
    main = overall.filter(pl.col("strand") == REPORTED)
    if main.is_empty() or not main["weighted"][0]:
        flag = Flag(
            "NOWEIGHTS",
            f"No reported event has a weight in {weights.edition}: its harm is unknown. Give "
            "weights by offence code, offence group or crime type.",
            Severity.REFUSE,
        )
        return Harm(
            method=method,
            status="refused",
            parameters=parameters,
            data_hash=data,
            flags=(flag, *notes(weighed, weights)),
            sentence=flag.text,
            tables=tables,
            edition=weights.edition,
        )
    row = main.row(0, named=True)
    first = weights.statistics[0]
    return Harm(
        method=method,
        value=row[first],
        interval=Interval(row[f"{first}_lo"], row[f"{first}_hi"], level, "Poisson resamples"),
        parameters={**parameters, "statistic_of_value": first},
        seed=seed,
        data_hash=data,
        flags=(*notes(weighed, weights), *_flags(overall)),
        sentence=_sentence(overall, weights),
        tables=tables,
        edition=weights.edition,
    )


def _totals(
    rows: pl.DataFrame, rng: np.random.Generator, resamples: int, level: float
) -> pl.DataFrame:
    found = [
        {"name": name, "strand": strand} | _total(part, rng=rng, resamples=resamples, level=level)
        for (name, strand), part in rows.sort("name", "strand", "event_id").group_by(
            ["name", "strand"], maintain_order=True
        )
    ]
    return pl.DataFrame(found, schema=_SCHEMA, orient="row")


def _total(
    part: pl.DataFrame, *, rng: np.random.Generator, resamples: int, level: float
) -> dict[str, object]:
    weighted = part.filter(pl.col("by").is_not_null())
    row: dict[str, object] = {
        "events": part.height,
        "weighted": weighted.height,
        "unknown": part.height - weighted.height,
    }
    kinds = weighted.group_by(STATISTICS).agg(n=pl.len()).sort(STATISTICS)
    drawn = rng.poisson(kinds["n"].to_numpy(), size=(resamples, kinds.height))
    for statistic in STATISTICS:
        days = kinds[statistic]
        if kinds.is_empty() or days.null_count():
            continue  # a statistic that some of these have and others lack has no total
        each = days.to_numpy()
        total = float(each @ kinds["n"].to_numpy())
        lo, hi = np.quantile(drawn @ each, [(1 - level) / 2, (1 + level) / 2])
        row |= {
            statistic: total,
            f"{statistic}_lo": float(lo),
            f"{statistic}_hi": float(hi),
            f"{statistic}_largest_share": float(each.max()) / total if total else None,
        }
    return row


def _ranked(table: pl.DataFrame) -> pl.DataFrame:
    """Ranks among groups of one strand, 1 the most; groups too small for a place have none."""
    columns = {"rank_events": "events"} | {f"rank_{name}": name for name in STATISTICS}
    enough = pl.col("weighted") >= FEWEST_RANKED
    return table.with_columns(
        pl.when(enough)
        .then(pl.when(enough).then(column).rank("min", descending=True).over("strand"))
        .cast(pl.Int64)
        .alias(rank)
        for rank, column in columns.items()
    ).sort(["strand", "events", "name"], descending=[True, True, False])


def _flags(overall: pl.DataFrame) -> list[Flag]:
    flags = [
        Flag(
            "STRANDS",
            "Crime found by police activity is weighed apart and never added: an index made for "
            "reported crime has no fair weight for it, and it follows effort.",
            Severity.NOTE,
        )
    ]
    for row in overall.iter_rows(named=True):
        share = row["median_largest_share"]
        if share is not None and share > ONE_EVENT:
            flags.append(
                Flag(
                    "ONEEVENT",
                    f"One event makes {share:.0%} of the harm of crime {row['strand']}: the total "
                    "is driven by it.",
                )
            )
        if row["unknown"] > MOSTLY_UNKNOWN * row["events"]:
            flags.append(
                Flag(
                    "PARTIAL",
                    f"{row['unknown']:,} of {row['events']:,} events {row['strand']} have no "
                    "weight: the total says little of the whole.",
                )
            )
    return flags


def _sentence(overall: pl.DataFrame, weights: Weights) -> str:
    rows = {row["strand"]: row for row in overall.iter_rows(named=True)}
    mine = rows[REPORTED]
    amounts = [
        f"{mine[name]:,.0f} days by {name} weights ({mine[f'{name}_lo']:,.0f} to "
        f"{mine[f'{name}_hi']:,.0f})"
        for name in weights.statistics
        if mine[name] is not None
    ]
    said = (
        f"The {mine['weighted']:,} reported crimes with a weight carry {' and '.join(amounts)} in "
        f"{weights.edition}"
    )
    share = mine[f"{weights.statistics[0]}_largest_share"]
    if share is not None:
        said += f"; the single heaviest makes {share:.0%}" if share >= 0.005 else ""
    unknown = f" {mine['unknown']:,} have no weight and are unknown." if mine["unknown"] else ""
    apart = rows.get(FOUND)
    beside = f" {apart['events']:,} found by police activity are kept apart." if apart else ""
    return f"{said}.{unknown}{beside}"
