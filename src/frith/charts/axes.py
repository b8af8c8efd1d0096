"""Axes for charts: number axes with printed ticks, month axes with gaps shown, name axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from frith.charts import style
from frith.charts.layout import Layer, pixels, texts, ticks
from frith.charts.words import decimals_for, is_month, months_between, number, period, widest

LABEL_GAP = 10.0
PERIOD_OVERHANG = 32.0
"""Pixels right of a period axis, so that the last period's label is not cut."""


def step_decimals(values: Sequence[float]) -> int:
    """Decimal places that print an axis's ticks exactly."""
    return next((d for d in range(6) if all(round(v, d) == v for v in values)), 6)


def top_of(values: Iterable[float | None]) -> float:
    """The largest value held, or 1 where there is none, so that an axis can still be drawn."""
    return max((v for v in values if v is not None and v > 0), default=1.0)


def number_axis(
    values: Sequence[float], *, field: str, grid: bool = True, suffix: str = ""
) -> dict[str, Any]:
    """An encoding on a number axis that runs from the first to the last of `values`."""
    decimals = step_decimals(values)
    axis: dict[str, Any] = {
        "values": list(values),
        "format": f",.{decimals}f",
        "grid": grid,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "labelFlush": False,
    }
    if suffix:
        axis["labelExpr"] = f"datum.label + '{suffix}'"
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [values[0], values[-1]], "nice": False, "zero": False},
        "axis": axis,
    }


def axis_room(values: Sequence[float], *, suffix: str = "") -> float:
    """Pixels to the left of the drawing that a vertical number axis needs."""
    decimals = step_decimals(values)
    return 10 + widest((number(v, decimals) + suffix for v in values), style.SMALL) + LABEL_GAP


def count_ticks(values: Iterable[float | None], *, most: int = 5) -> list[float]:
    """Ticks from zero past the largest value; whole numbers only where all values are whole."""
    held = [v for v in values if v is not None]
    chosen = ticks(0, top_of(held), most=most)
    if decimals_for(held) == 0:
        chosen = [v for v in chosen if float(v).is_integer()]
    return chosen


def name_axis(names: Sequence[str], *, field: str, labels: bool = True) -> dict[str, Any]:
    """An encoding on an axis of names, in the order given."""
    axis: dict[str, Any] | None = None
    if labels:
        axis = {"domain": False, "ticks": False, "labelPadding": 8, "grid": False}
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "scale": {"domain": list(names), "paddingInner": 0, "paddingOuter": 0},
        "axis": axis,
    }


def period_axis(periods: Sequence[str], *, field: str, width: float) -> dict[str, Any]:
    """An encoding on an axis of periods, labelled as often as the width allows."""
    names = [period(p) for p in periods]
    chosen = _labelled(periods, width=width)
    encoding = name_axis(names, field=field)
    encoding["axis"] |= {
        "values": [names[i] for i in chosen],
        "labelAngle": 0,
        "domain": True,
        "ticks": True,
        "tickSize": 5,
        "labelPadding": 4,
    }
    return encoding


def _labelled(periods: Sequence[str], *, width: float) -> list[int]:
    """Which periods are labelled: every n-th, so that Januaries and quarters are met for months."""
    room = widest((period(p) for p in periods), style.SMALL) + 16
    fit = max(1, int(width // room))
    steps = (
        (1, 2, 3, 6, 12, 24, 36, 60, 120) if _all_months(periods) else (1, 2, 5, 10, 20, 50, 100)
    )
    step = next((s for s in steps if len(periods) / s <= fit), len(periods))
    first = 0
    if _all_months(periods):
        first = next((i for i, p in enumerate(periods) if (int(p[5:]) - 1) % step == 0), 0)
    return list(range(first, len(periods), step))


def _all_months(periods: Sequence[str]) -> bool:
    return all(is_month(p) for p in periods)


def filled_in(periods: Sequence[str], *, first: str = "", last: str = "") -> list[str]:
    """The periods in order; where all are months, with every month from first to last."""
    held = sorted(set(periods))
    if not held or not _all_months(held):
        return list(dict.fromkeys(periods))
    return months_between(first or held[0], last or held[-1])


def gap_layers(
    periods: Sequence[str], missing: set[str], *, width: float, height: float
) -> list[Layer]:
    """Shaded bands with "no data held" over each run of periods that are missing."""
    step = width / max(1, len(periods))
    rows = [
        {"x": start * step, "x2": end * step, "y": 0, "y2": height, "mid": (start + end) / 2 * step}
        for start, end in _runs(periods, missing)
    ]
    if not rows:
        return []
    said = "no data held"
    upright = [row for row in rows if row["x2"] - row["x"] < widest([said], style.SMALL) + 8]
    flat = [row for row in rows if row not in upright]
    return [
        {
            "name": "gaps",
            "data": {"values": rows},
            "mark": {"type": "rect", "color": style.BAND, "opacity": 1},
            "encoding": pixels("x", "x2", "y", "y2"),
        },
        *[
            _gap_words(chosen, said, height=height, angle=angle)
            for chosen, angle in ((flat, 0), (upright, 270))
            if chosen
        ],
    ]


def _gap_words(rows: list[dict[str, float]], said: str, *, height: float, angle: int) -> Layer:
    places = [{"x": row["mid"], "y": height / 2, "text": said} for row in rows]
    return texts(
        places,
        size=style.SMALL,
        colour=style.QUIET,
        align="center",
        baseline="middle",
        angle=angle,
        name="gap_words",
    )


def _runs(periods: Sequence[str], missing: set[str]) -> list[tuple[int, int]]:
    """Start and end (not included) of each run of missing periods."""
    runs: list[tuple[int, int]] = []
    for i, p in enumerate(periods):
        if p not in missing:
            continue
        if runs and runs[-1][1] == i:
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return runs
