"""Class breaks for shaded maps: every value falls in exactly one class, and its printed range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from frith.charts.style import MOST_CLASSES
from frith.charts.words import decimals_for, number
from frith.errors import Fault


@dataclass(frozen=True, slots=True)
class Class:
    """Values that, rounded as printed, lie from `lo` to `hi`, both included."""

    lo: float
    hi: float
    n: int
    decimals: int

    @property
    def label(self) -> str:
        """The range as printed: "4.0 to 7.9", or one number where both ends print alike."""
        lo, hi = number(self.lo, self.decimals), number(self.hi, self.decimals)
        return lo if lo == hi else f"{lo} to {hi}"


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes from lowest to highest, and the class of each value (−1: no value)."""

    items: tuple[Class, ...]
    index: tuple[int, ...]
    decimals: int


def classify(
    values: Sequence[float | None], *, classes: int = 5, breaks: Sequence[float] | None = None
) -> Classes:
    """Sort values into classes by quantile, or by given lower bounds.

    `values`: any unit; None and NaN belong to no class. `breaks`: the lower bounds of the second
    and later classes, rising. Values are compared as they are printed, so that a reader with the
    table in hand finds every area in the class its number says. Ties never straddle two classes,
    so there may be fewer classes than asked for; zeros that fill a class by themselves are one
    class. Raises `Fault` for breaks that do not rise, or more classes than there are colours.
    """
    array = np.array([math.nan if v is None else v for v in values], dtype=float)
    array[~np.isfinite(array)] = math.nan
    held = array[~np.isnan(array)]
    if breaks is None:
        _within_reach(classes)
        decimals = _decimals(held)
        bounds = _quantile_bounds(_printed(held, decimals), classes)
    else:
        _within_reach(len(breaks) + 1)
        if any(b <= a for a, b in pairwise(breaks)):
            raise Fault(f"class breaks must rise: {list(breaks)}")
        decimals = max(_decimals(held), _places(breaks))
        bounds = list(breaks)
    rounded = _printed(array, decimals)
    index = np.where(np.isnan(rounded), -1, np.searchsorted(bounds, rounded, side="right"))
    items = _ranges(rounded, index, bounds, decimals) if held.size else ()
    if breaks is None:
        items = tuple(_observed(item, rounded[index == i]) for i, item in enumerate(items))
    return Classes(items, tuple(int(i) for i in index), decimals)


def _printed(values: np.ndarray, decimals: int) -> np.ndarray:
    """Values rounded as `number` prints them; NumPy rounds 0.15 up, where print writes 0.1."""
    return np.array([round(v, decimals) for v in values.tolist()], dtype=float)


def _within_reach(classes: int) -> None:
    if not 1 <= classes <= MOST_CLASSES:
        raise Fault(f"a map has from 1 to {MOST_CLASSES} classes, not {classes}")


def _decimals(held: np.ndarray) -> int:
    """Enough places to print three figures, and to keep the middle half of the values apart."""
    if held.size == 0:
        return 0
    places = decimals_for(held.tolist())
    lower, upper = np.quantile(held, [0.25, 0.75])
    if upper > lower and not bool(np.all(held == np.round(held))):
        places = max(places, min(6, math.ceil(-math.log10(upper - lower)) + 1))
    return places


def _places(breaks: Sequence[float]) -> int:
    """Decimal places needed to print the breaks exactly, up to six."""
    return next((d for d in range(6) if all(round(b, d) == b for b in breaks)), 6)


def _quantile_bounds(rounded: np.ndarray, classes: int) -> list[float]:
    if rounded.size == 0:
        return []
    lowest = float(rounded.min())
    zeros = float(np.mean(rounded == 0)) if lowest == 0 else 0.0
    rest = rounded[rounded > 0] if zeros * classes >= 1 else rounded
    parts = max(1, classes - 1) if rest.size < rounded.size else classes
    if rest.size == 0:
        return []
    cuts = np.quantile(rest, np.arange(1, parts) / parts, method="inverted_cdf")
    # An inverted-CDF quantile is itself a value: the class starts with the next value above it.
    distinct = np.unique(rest)
    starts = {
        float(distinct[i])
        for i in np.searchsorted(distinct, cuts, side="right")
        if i < distinct.size
    }
    if rest.size < rounded.size and classes > 1:
        starts.add(float(distinct[0]))
    return sorted(starts - {lowest})


def _ranges(
    rounded: np.ndarray, index: np.ndarray, bounds: Sequence[float], decimals: int
) -> tuple[Class, ...]:
    held = rounded[~np.isnan(rounded)]
    step = 10.0**-decimals
    lows = [
        min(float(held.min()), round(bounds[0] - step, decimals)) if bounds else float(held.min()),
        *bounds,
    ]
    highs = [
        *(round(b - step, decimals) for b in bounds),
        max(float(held.max()), bounds[-1]) if bounds else float(held.max()),
    ]
    return tuple(
        Class(lo, max(lo, hi), int(np.sum(index == i)), decimals)
        for i, (lo, hi) in enumerate(zip(lows, highs, strict=True))
    )


def _observed(item: Class, members: np.ndarray) -> Class:
    """A class of our own choosing states what it holds, not the gap up to its neighbour."""
    return Class(float(members.min()), float(members.max()), item.n, item.decimals)
