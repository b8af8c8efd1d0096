"""A control chart: the kind chosen by the data, its limits, its signals, and what a board reads."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from frith.errors import BadInput, UnknownName
from frith.measures.calibrated import Calibrated
from frith.measures.limits import Limits
from frith.measures.quiet import false_alarms_of, signal_of
from frith.measures.said import flags_for, follows_seasons, icon_for, rag_for, sentence_for
from frith.measures.seasons import METHOD as SEASON_METHOD
from frith.measures.seasons import Season, can_adjust, season_of, without_season
from frith.measures.series import Series, checked, choose, cut, join, limits_of, unfit
from frith.measures.signals import Signal, find_signals
from frith.reference import Direction
from frith.results import Flag, Result, Severity, frame_hash, refuse

METHOD = "control chart [Shewhart 1931; Laney 2002; NHS England, Making data count]"
KINDS = ("auto", "xmr", "c", "u", "p", "u-prime", "p-prime", "g", "t")
FEWEST_POINTS = 12
"""Limits from fewer points wander too much to judge by [NHS England]."""


@dataclass(frozen=True, slots=True)
class Rebase:
    """From `period` on the limits are drawn anew, because of `reason`."""

    period: str
    reason: str


@dataclass(frozen=True, slots=True)
class Point:
    """One period: its value, its limits, and which rules mark it."""

    period: str
    value: float
    centre: float
    lower: float | None
    upper: float
    signals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Chart(Result):
    """A chart: kind and why, points, and one calibrated signal for the whole of it."""

    kind: str = ""
    why: str = ""
    centre: float | None = None
    points: tuple[Point, ...] = ()
    signal: Calibrated | None = None
    false_alarms: float | None = None
    icon: str = ""
    rag: str = ""
    """Derived from the signal, for boards that ask for it; shown only where it is switched on."""
    season: tuple[float, ...] = ()
    """How large each calendar month usually is, January first, where the season was taken out."""
    rebased: tuple[Rebase, ...] = ()


def chart(
    series: pl.DataFrame,
    *,
    rng: np.random.Generator,
    kind: str = "auto",
    rebase: Sequence[Rebase] = (),
    direction: Direction = Direction.NEUTRAL,
    activity_led: bool = False,
    adjust_season: bool = False,
    seed: int | None = None,
) -> Chart:
    """Draw limits about a series and say whether anything changed.

    `series`: `period` and `value`; or `period`, `count`, `denominator`; in order of time. `kind`:
    `auto` lets the data choose and gives the reason. `rebase`: dates from which limits are drawn
    anew, each with its reason. `direction`: what a change means; `activity_led`: it counts what
    staff did or found, and so is never called success or failure. `adjust_season`: take the yearly
    pattern out first; needs three whole years of months and a mean of five.

    Returns a `Chart`; refused for fewer than twelve points, and for `xmr` on counts with a mean
    below five. Raises `BadInput` for missing columns, blanks, or a rebase without a reason, and
    `UnknownName` for an unknown kind. The four rules mark points; `signal` answers for the whole
    chart and is wrong for at most one quiet series in twenty.
    """
    if kind not in KINDS:
        raise UnknownName(f"no chart “{kind}”", mend=f"Choose one of {', '.join(KINDS)}.")
    data = checked(series)
    common: dict[str, Any] = {"seed": seed, "data_hash": frame_hash(series), "method": METHOD}
    if len(data.values) < FEWEST_POINTS:
        return _refused(
            common,
            Flag(
                "SHORT",
                f"{len(data.values)} periods; limits need {FEWEST_POINTS} at least. Show the "
                "numbers in a table until there are more.",
            ),
        )
    season = _season(data) if adjust_season else None
    if isinstance(season, Flag):
        return _refused(common, season)
    recorded = data.values
    if season is not None:
        data = without_season(data, season)
    chosen, why = choose(data) if kind == "auto" else (kind, "asked for")
    why += ", the season taken out" if season is not None else ""
    problem = unfit(data, chosen)
    if problem is not None:
        return _refused(common, problem, kind=chosen, why=why)
    parts = _parts(data, rebase)
    limits = join([limits_of(cut(data, part), chosen) for part in parts])
    marks = find_signals(data.values, limits)
    signal = signal_of(cut(data, parts[-1]), chosen, rng)
    alarms = false_alarms_of(cut(data, parts[-1]), chosen, rng)
    by_season = season is None and follows_seasons(data)
    icon = icon_for(signal, direction, activity_led=activity_led, by_season=by_season)
    return Chart(
        **common,
        parameters={
            "kind": kind,
            "direction": str(direction),
            "activity_led": activity_led,
            "season": SEASON_METHOD if season is not None else "kept",
        },
        kind=chosen,
        why=why,
        centre=float(limits.centre[-1]),
        points=_points(data, limits, marks),
        signal=signal,
        false_alarms=alarms,
        icon=icon,
        rag=rag_for(icon),
        season=season.factors if season is not None else (),
        rebased=tuple(rebase),
        flags=(
            *flags_for(data, chosen, limits, alarms, adjusted=season is not None),
            *([_adjusted(season)] if season is not None else []),
        ),
        sentence=sentence_for(
            data,
            limits,
            signal,
            parts[-1],
            direction,
            activity_led=activity_led,
            by_season=by_season,
            share=chosen in SHARES,
        ),
        tables={"points": _table(data, limits, marks).with_columns(recorded=pl.Series(recorded))},
    )


SHARES = ("p", "p-prime")
"""Kinds of chart whose values are shares of their denominators."""
LEAST_SEASONAL_MEAN = 5.0
"""With fewer a month, twelve usual sizes cannot be told from chance."""


def _season(data: Series) -> Season | Flag:
    """The season to take out, or why it cannot be."""
    if not can_adjust(data):
        return Flag(
            "NOSEASON",
            "The season can be taken out of three whole years of months without a gap, none below "
            "nought; this is not such a series.",
        )
    if data.counts.mean() < LEAST_SEASONAL_MEAN:
        return Flag("NOSEASON", "With fewer than five a month no season can be told from chance.")
    return season_of(data)


def _adjusted(season: Season) -> Flag:
    low, high = min(season.factors), max(season.factors)
    months = calendar.month_name
    return Flag(
        "ADJUSTED",
        f"The season is taken out ({season.years} years): {months[season.factors.index(high) + 1]} "
        f"is usually {high:.2f} times an average month, "
        f"{months[season.factors.index(low) + 1]} {low:.2f}. The values are not those recorded.",
        Severity.NOTE,
    )


def _parts(data: Series, rebase: Sequence[Rebase]) -> list[slice]:
    """Stretches with limits of their own; each needs a dated reason and enough points."""
    cuts = [0]
    for each in rebase:
        if not each.reason.strip():
            raise BadInput(
                f"limits drawn anew from {each.period} without a reason",
                mend="Say what changed in the recording or the service, and when.",
            )
        if each.period not in data.periods:
            raise BadInput(f"no period {each.period} to draw limits anew from")
        cuts.append(data.periods.index(each.period))
    edges = [*sorted(set(cuts)), len(data.periods)]
    found = [slice(a, b) for a, b in pairwise(edges)]
    short = [part for part in found if part.stop - part.start < FEWEST_POINTS]
    if short and len(found) > 1:
        raise BadInput(
            f"drawing limits anew leaves {short[0].stop - short[0].start} points from "
            f"{data.periods[short[0].start]}",
            mend=f"Each stretch needs {FEWEST_POINTS}; wait until there are as many.",
        )
    return found


def _points(data: Series, limits: Limits, marks: Mapping[Signal, Any]) -> tuple[Point, ...]:
    return tuple(
        Point(
            period=period,
            value=float(data.values[i]),
            centre=float(limits.centre[i]),
            lower=None if np.isnan(limits.lower[i]) else float(limits.lower[i]),
            upper=float(limits.upper[i]),
            signals=tuple(str(signal) for signal in marks if marks[signal][i]),
        )
        for i, period in enumerate(data.periods)
    )


def _table(data: Series, limits: Limits, marks: Mapping[Signal, Any]) -> pl.DataFrame:
    points = _points(data, limits, marks)
    return pl.DataFrame(
        {
            "period": [point.period for point in points],
            "value": [point.value for point in points],
            "centre": [point.centre for point in points],
            "lower": [point.lower for point in points],
            "upper": [point.upper for point in points],
            "signals": [list(point.signals) for point in points],
        },
        schema_overrides={"lower": pl.Float64, "signals": pl.List(pl.String)},
    )


def _refused(common: Mapping[str, Any], flag: Flag, *, kind: str = "", why: str = "") -> Chart:
    refused = refuse(METHOD, flag)
    rest = {key: value for key, value in common.items() if key != "method"}
    return Chart(
        method=METHOD,
        status=refused.status,
        flags=refused.flags,
        sentence=refused.sentence,
        kind=kind,
        why=why,
        **rest,
    )
