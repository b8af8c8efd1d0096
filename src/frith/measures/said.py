"""What is said of a chart: flags, an icon in words, and the sentence a board reads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from frith.measures.calibrated import Calibrated
from frith.measures.limits import Floats, Limits
from frith.measures.seasons import can_adjust
from frith.measures.series import Series, monthly
from frith.reference import Direction
from frith.results import Flag, Severity

SEASON = 12


def flags_for(
    data: Series, kind: str, limits: Limits, alarms: float, *, adjusted: bool = False
) -> tuple[Flag, ...]:
    """What the reader must know; `adjusted`: the season was taken out before."""
    flags = [
        Flag(
            "FALSEALARMS",
            f"Of 100 charts like this one on which nothing had changed, about {100 * alarms:.0f} "
            "would have some point marked. Decide by the sentence, not by a single point.",
            Severity.NOTE,
        )
    ]
    if np.isnan(limits.lower).any():
        flags.append(
            Flag(
                "NOLOWER", "There is no lower limit: nought would not be surprising.", Severity.NOTE
            )
        )
    if kind in ("g", "t"):
        flags.append(
            Flag(
                "GAPS", "Higher is rarer: the chart shows what lies between events.", Severity.NOTE
            )
        )
    if monthly(data.periods) and len(data.periods) < 2 * SEASON:
        flags.append(
            Flag(
                "SEASON",
                "Fewer than 24 months: a season cannot be told from a change.",
                Severity.WARN,
            )
        )
    elif follows_seasons(data):
        flags.append(_season_flag(data, adjusted=adjusted))
    return tuple(flags)


def follows_seasons(data: Series) -> bool:
    """True for months, two years of them at least, that follow the seasons."""
    return monthly(data.periods) and len(data.periods) >= 2 * SEASON and seasonal(data)


def _season_flag(data: Series, *, adjusted: bool) -> Flag:
    if adjusted:
        return Flag("SEASON", "Some of the season is left in it: its months still differ.")
    offered = (
        " Three whole years are held, so it can be drawn with the season taken out."
        if can_adjust(data)
        else ""
    )
    return Flag(
        "SEASON",
        "The series follows the seasons: compare a month with the same month of other years before "
        f"reading its signals.{offered}",
    )


def seasonal(data: Series) -> bool:
    """True where months explain more of the variance than 95 of 100 shuffles would (Fisher)."""
    months = np.asarray([int(period[-2:]) for period in data.periods])
    level = np.sqrt(np.maximum(data.values, 0.0))
    rng = np.random.default_rng(len(level))

    def between(values: Floats) -> float:
        return float(
            sum(
                (months == m).sum() * (values[months == m].mean() - values.mean()) ** 2
                for m in np.unique(months)
            )
        )

    shuffled = [between(rng.permutation(level)) for _ in range(499)]
    return between(level) > float(np.quantile(shuffled, 0.95))


def icon_for(
    signal: Calibrated, direction: Direction, *, activity_led: bool, by_season: bool = False
) -> str:
    """What stands beside the number: always words, never a colour alone."""
    if not signal.changed:
        return "no change beyond chance"
    if by_season:
        return "follows the seasons: no change told"
    way = "up" if signal.up else "down"
    if activity_led or direction in (Direction.NEUTRAL, Direction.HIGHER_THEN_LOWER):
        return f"changed: {way}"
    good = signal.up == (direction is Direction.HIGHER_GOOD)
    return f"changed: {way}, {'improving' if good else 'concern'}"


def rag_for(icon: str) -> str:
    """Red, amber or green for boards that ask for it: derived from the signal, never from a target.

    Amber is everything that cannot be called better or worse: no change beyond chance, a measure
    whose direction says neither, and what counts activity.
    """
    if icon.endswith("improving"):
        return f"green ({icon})"
    return f"red ({icon})" if icon.endswith("concern") else f"amber ({icon})"


def sentence_for(
    data: Series,
    limits: Limits,
    signal: Calibrated,
    part: slice,
    direction: Direction,
    *,
    activity_led: bool,
    by_season: bool = False,
    share: bool = False,
) -> str:
    """What a board reads, in the wording of the methods page.

    `by_season`: the season is in the series, so that a change cannot be told from it. `share`: the
    values are shares of their denominators, and are said in per cent.
    """
    say = per_cent if share else figure
    last, period = data.values[-1], data.periods[-1]
    low = 0.0 if np.isnan(limits.lower[-1]) else limits.lower[-1]
    usual = usual_range(data, low, float(limits.upper[-1]), say=say)
    if not signal.changed:
        within = low <= last <= limits.upper[-1]
        seen = (
            f"{period}: {say(float(last))}, within its usual range ({usual})."
            if within
            else f"{period}: {say(float(last))}, outside its usual range ({usual})."
        )
        power = (
            f" A rise by half would have been noticed {signal.power:.0%} of the time."
            if signal.power < 0.8
            else ""
        )
        return f"{seen} Over the whole chart there is no change beyond what chance makes.{power}"
    if by_season:
        return (
            f"{period}: {say(float(last))}. It moves with the seasons, so on this chart a "
            "change cannot be told from them."
        )
    way = "rose" if signal.up else "fell"
    if signal.kind == "single period" and signal.at is not None:
        where = data.periods[part][signal.at]
        said = f"{where} stands out {'high' if signal.up else 'low'}; the rest is as usual."
    elif signal.kind == "shift" and signal.at is not None:
        values = data.values[part]
        before, after = values[: signal.at].mean(), values[signal.at :].mean()
        said = (
            f"From {data.periods[part][signal.at]} on it {way}: from {say(float(before))} to "
            f"{say(float(after))}{'' if share else ' a period'} on average."
        )
    else:
        said = f"It {way} steadily over the whole period."
    return f"{said} {meaning(direction, activity_led=activity_led)}".strip()


def usual_range(data: Series, low: float, high: float, *, say: Callable[[float], str]) -> str:
    """Both limits in words; of counts, the whole numbers within them, so that none outside them is
    named as within."""
    counted = not data.rated and bool((data.values == np.floor(data.values)).all())
    if counted and np.isfinite(high) and np.ceil(low) <= np.floor(high):
        low, high = float(np.ceil(low)), float(np.floor(high))
    return f"{say(low)} to {say(high)}"


def meaning(direction: Direction, *, activity_led: bool) -> str:
    if activity_led:
        return "It counts what staff did or found, so a change is not by itself a success."
    if direction is Direction.HIGHER_THEN_LOWER:
        return "A rise is wanted at first: it can mean that more is noticed."
    return ""


def per_cent(value: float) -> str:
    """A share for a sentence."""
    return f"{value:.1%}"


def figure(value: float) -> str:
    """A figure for a sentence."""
    if value >= 10 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if value >= 1 else f"{value:.2g}"
