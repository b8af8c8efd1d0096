"""Community tension: experienced, evident and potential, beside how much anybody reported.

Levels are ordered words, so they are never averaged; the highest of a quarter and the latest are
shown. No judgement and no reports is not calm, it is no information: a quarter without a single
report was once read as quiet while staff knew better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import polars as pl

from frith.results import Flag, Result, Severity, frame_hash, refuse

METHOD = "experienced, evident, potential: highest of the quarter, beside reports received"
STRANDS = ("experienced", "evident", "potential")
ZERO_REPORTS = (
    "No reports is not calm: nobody may have asked, or people may be afraid to say. It is shown as "
    "no information."
)


class State(StrEnum):
    """What is known of an area in a quarter."""

    NO_INFORMATION = "no information"
    NOT_JUDGED = "reports came in, nobody judged"
    CALM_UNHEARD = "judged lowest, and no reports: no information"
    JUDGED = "judged"


def tension(
    judgements: pl.DataFrame,
    reports: pl.DataFrame | None,
    *,
    codes: Sequence[str],
    quarters: Sequence[str],
    levels: Mapping[int, tuple[str, int]],
) -> Result:
    """Every area and quarter: the highest level of each strand, and the reports beside it.

    `judgements`: assessed_on, code, experienced, evident, potential (numbers of levels), sources.
    `reports`: received_on, code; None where no log of reports is held, and then nothing is said of
    it. `codes`, `quarters` (YYYY-Qn): every row that is shown. `levels`: the number of a level to
    its name and its rank from the calmest, 1.

    Returns `tension`: code, quarter, experienced, evident, potential (names; null where not
    judged), highest (the highest rank), judgements, sources, reports, state, trend (against the
    quarter judged before: higher, lower, the same). Refused where there are neither judgements nor
    reports, or a level has no name. Not a measure of disorder: a judgement by people who may not
    be told.
    """
    unknown = sorted(_numbers(judgements) - set(levels))
    if unknown:
        listed = ", ".join(str(one) for one in unknown)
        return refuse(METHOD, Flag("LEVEL", f"Levels {listed} have no name: list them first."))
    if judgements.is_empty() and (reports is None or reports.is_empty()):
        return refuse(METHOD, Flag("NOTHING", "There are neither judgements nor reports."))
    grid = pl.DataFrame({"code": list(codes)}, schema={"code": pl.String}).join(
        pl.DataFrame({"quarter": list(quarters)}, schema={"quarter": pl.String}), how="cross"
    )
    table = grid.join(_highest(judgements, levels), on=["code", "quarter"], how="left")
    table = _with_reports(table, reports)
    lowest = min(rank for _, rank in levels.values())
    table = table.with_columns(state=_state(lowest), trend=_trend()).sort("quarter", "code")
    names = {rank: name for name, rank in levels.values()}
    table = table.with_columns(
        pl.col(strand).replace_strict(names, default=None, return_dtype=pl.String)
        for strand in STRANDS
    )
    return Result(
        method=METHOD,
        parameters={"levels": {str(n): name for n, (name, _) in sorted(levels.items())}},
        data_hash=frame_hash(judgements, *([] if reports is None else [reports])),
        flags=_flags(table, reports),
        sentence=_said(table),
        tables={"tension": table},
    )


def _numbers(judgements: pl.DataFrame) -> set[int]:
    return {int(n) for strand in STRANDS for n in judgements[strand].drop_nulls()}


def quarter_of(day: str) -> pl.Expr:
    """The calendar quarter of a date column, YYYY-Qn."""
    year = pl.col(day).dt.year().cast(pl.String)
    return pl.concat_str(year, pl.lit("-Q"), pl.col(day).dt.quarter().cast(pl.String))


def _highest(judgements: pl.DataFrame, levels: Mapping[int, tuple[str, int]]) -> pl.DataFrame:
    ranks = {number: rank for number, (_, rank) in levels.items()}
    ranked = judgements.with_columns(
        *(
            pl.col(strand).replace_strict(ranks, default=None, return_dtype=pl.Int64).alias(strand)
            for strand in STRANDS
        ),
        quarter=quarter_of("assessed_on"),
    )
    return ranked.group_by("code", "quarter").agg(
        *(pl.col(strand).max() for strand in STRANDS),
        pl.max_horizontal(pl.col(strand).max() for strand in STRANDS).alias("highest"),
        pl.len().cast(pl.Int64).alias("judgements"),
        pl.col("sources").sum().cast(pl.Int64),
    )


def _with_reports(table: pl.DataFrame, reports: pl.DataFrame | None) -> pl.DataFrame:
    table = table.with_columns(pl.col("judgements").fill_null(0))
    if reports is None:
        return table.with_columns(reports=pl.lit(None, pl.Int64))
    counted = (
        reports.drop_nulls("code")
        .group_by("code", quarter=quarter_of("received_on"))
        .agg(reports=pl.len().cast(pl.Int64))
    )
    return table.join(counted, on=["code", "quarter"], how="left").with_columns(
        pl.col("reports").fill_null(0)
    )


def _state(lowest: int) -> pl.Expr:
    unheard = pl.col("reports") == 0
    judged = pl.col("judgements") > 0
    return (
        pl.when(judged & unheard & (pl.col("highest") <= lowest))
        .then(pl.lit(str(State.CALM_UNHEARD)))
        .when(judged)
        .then(pl.lit(str(State.JUDGED)))
        .when(pl.col("reports") > 0)
        .then(pl.lit(str(State.NOT_JUDGED)))
        .otherwise(pl.lit(str(State.NO_INFORMATION)))
    )


def _trend() -> pl.Expr:
    """Against the last quarter that was judged: words, and null where there is none before."""
    order = {"order_by": "quarter"}
    before = pl.col("highest").shift(1).forward_fill().over("code", **order)  # type: ignore[arg-type]
    now = pl.col("highest")
    return (
        pl.when(now.is_null() | before.is_null())
        .then(None)
        .when(now > before)
        .then(pl.lit("higher"))
        .when(now < before)
        .then(pl.lit("lower"))
        .otherwise(pl.lit("the same"))
    )


def _flags(table: pl.DataFrame, reports: pl.DataFrame | None) -> tuple[Flag, ...]:
    flags = [Flag("ZEROREPORTS", ZERO_REPORTS, Severity.NOTE)]
    if reports is None:
        flags.append(Flag("NOREPORTS", "No log of reports is held, so silence cannot be seen."))
    unheard = table.filter(pl.col("state") == str(State.CALM_UNHEARD))
    if unheard.height:
        flags.append(
            Flag(
                "UNHEARD",
                f"{unheard.height:,} times an area was judged calm in a quarter in which nobody "
                "there reported anything; that is not counted as calm.",
            )
        )
    return tuple(flags)


def _said(table: pl.DataFrame) -> str:
    quarter = table["quarter"].sort().to_list()[-1]
    latest = table.filter(pl.col("quarter") == quarter)
    state = {one: latest.filter(pl.col("state") == str(one)).height for one in State}
    judged = latest.filter(pl.col("state") == str(State.JUDGED))
    higher = judged.filter(pl.col("trend") == "higher").height
    lower = judged.filter(pl.col("trend") == "lower").height
    others = [
        f"in {state[one]} {words}"
        for one, words in (
            (State.NOT_JUDGED, "reports came in and nobody judged"),
            (State.CALM_UNHEARD, "it was judged calm though nobody reported"),
            (State.NO_INFORMATION, "there is no information"),
        )
        if state[one]
    ]
    rest = f" Of the others, {', '.join(others)}: that is not calm." if others else ""
    return (
        f"{_months(quarter)}: tension was judged in {judged.height} of {latest.height} areas, "
        f"higher than before in {higher} and lower in {lower}.{rest}"
    )


def _months(quarter: str) -> str:
    """A quarter by its months: "July to September 2026"."""
    names = ("January to March", "April to June", "July to September", "October to December")
    return f"{names[int(quarter[-1]) - 1]} {quarter[:4]}"
