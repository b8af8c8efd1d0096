"""The four rules that tell a change from noise, and how often they cry wolf on a quiet series.

NHS England, Making data count. A signal says that something changed, never whether it is good.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from frith.measures.limits import Floats, Limits

RUN = 7
"""Points in a row on one side of the centre, or rising or falling, that are a signal."""
CLOSE_THIRDS = 2.0
"""Two of three points beyond two thirds of the way to a limit are a signal."""

Marks = npt.NDArray[np.bool_]


class Signal(StrEnum):
    """What was seen, in words for a chart."""

    OUTSIDE = "outside the limits"
    RUN = "seven in a row on one side"
    TREND = "seven in a row rising or falling"
    NEAR_LIMIT = "two of three close to a limit"


def find_signals(values: Floats, limits: Limits) -> dict[Signal, Marks]:
    """Which points each rule marks; every point of a run, trend or pair is marked."""
    return {
        Signal.OUTSIDE: outside(values, limits),
        Signal.RUN: runs(values, limits),
        Signal.TREND: trends(values),
        Signal.NEAR_LIMIT: near_limit(values, limits),
    }


def outside(values: Floats, limits: Limits) -> Marks:
    """Points beyond a limit; a missing lower limit marks nothing."""
    low = np.where(np.isnan(limits.lower), -np.inf, limits.lower)
    return (values > limits.upper) | (values < low)


def runs(values: Floats, limits: Limits) -> Marks:
    """Seven or more in a row strictly on one side of the centre."""
    side = np.sign(values - limits.centre)
    return _stretches(side != 0, side, RUN)


def trends(values: Floats) -> Marks:
    """Seven points, so six steps, all rising or all falling."""
    step = np.sign(np.diff(values))
    marked_steps = _stretches(step != 0, step, RUN - 1)
    marks = np.zeros(len(values), dtype=bool)
    marks[:-1] |= marked_steps
    marks[1:] |= marked_steps
    return marks


def near_limit(values: Floats, limits: Limits) -> Marks:
    """Two of any three points in the outer third on the same side; only those two are marked.

    A point outside the limits counts as close to them.
    """
    marks = np.zeros(len(values), dtype=bool)
    for above in (True, False):
        line = limits.third(CLOSE_THIRDS, above=above)
        near = values > line if above else values < line
        inside = near & ~outside(values, limits)
        for start in range(len(values) - 2):
            window = slice(start, start + 3)
            if inside[window].sum() >= 2:
                marks[window] |= inside[window]
    return marks


def _stretches(counted: Marks, side: Floats, length: int) -> Marks:
    """Stretches of one side at least `length` long."""
    marks = np.zeros(len(side), dtype=bool)
    start = 0
    for at in range(1, len(side) + 1):
        if at == len(side) or side[at] != side[start] or not counted[at]:
            if counted[start] and at - start >= length:
                marks[start:at] = True
            start = at
    return marks


def false_alarm_rate(
    draw: Callable[[int], Floats],
    limits_of: Callable[[Floats], Limits],
    *,
    simulations: int = 2000,
    rules: tuple[Signal, ...] = tuple(Signal),
) -> float:
    """Share of quiet series that the rules mark anywhere. `draw(n)` gives n series, one a row."""
    marked = 0
    for series in draw(simulations):
        found = find_signals(series, limits_of(series))
        marked += any(found[rule].any() for rule in rules)
    return marked / simulations
