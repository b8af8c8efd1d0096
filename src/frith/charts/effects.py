"""What came against what would have come: series with their counterfactual, gaps, leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import polars as pl

from frith.charts import axes, frames, marks, style
from frith.charts.layout import Layer, Margins, nothing_held, rules, sheet, spread, texts, ticks
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    number,
    period,
    plural,
    sentence,
    shorten,
    uncapital,
    widest,
)

_HEIGHT = 270.0
_BEGINS = "Response begins"
_MOST_BESIDE = 150.0
_NOUGHT = 1e-6
"""Gaps smaller than this are nought as drawn."""


def counterfactual_chart(
    frame: pl.DataFrame,
    *,
    unit: str,
    start: str,
    observed: str = "What came",
    expected: str = "Without it",
    **words: Unpack[Words],
) -> Picture:
    """What was counted, and what would have come without the response, with its reach.

    `frame`, in order: `period`, `value`, `expected` (in `unit`); optional `lo`, `hi` (the reach of
    what would have come by chance; null before the response). `start`: the first period of the
    response, marked by a line. `observed` and `expected` name the two lines. The axis starts at
    zero.
    """
    frames.need(frame, "period", "value", "expected", picture="counterfactual_chart")
    frames.unique(frame, "period", picture="counterfactual_chart")
    frame = frames.numbers(frame, "value", "expected", "lo", "hi")
    held = frame.with_columns(pl.col("period").cast(pl.String)).drop_nulls("value")
    if held.is_empty():
        return nothing_held(frame, words=words)
    columns = [name for name in ("value", "expected", "hi") if name in held.columns]
    top = [v for name in columns for v in held[name].drop_nulls().to_list()]
    scale = ticks(0.0, axes.top_of(top), most=5)
    periods, margins, x, y = _ground(held, scale, "value", (observed, expected))
    width = margins.drawing_width
    rows = _ordered(held, "value", "expected")
    last = rows[-1]
    ends = [(last["value"], observed), (last["expected"], expected)]
    layers = [
        *_band(held, x, y),
        *_beginning(periods, start, width),
        marks.line(
            [row for row in rows if row["expected"] is not None],
            {"x": x, "y": y | {"field": "expected"}},
            name="expected",
            colour=style.ORANGE,
            dash=(7, 4),
        ),
        marks.line(rows, {"x": x, "y": y}, name="observed", width=1.6),
        marks.dots(rows, {"x": x, "y": y}, name="points", size=34),
        *_names(ends, scale, width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_HEIGHT, heading=unit)
    after = held.filter(pl.col("period").is_in(periods[_at(periods, start) :]))
    alt = (
        f"{sentence(words['title'])} {_opening(periods, unit)} From {period(start, full=True)} on "
        f"{number(sum(after['value']))} came, where {number(sum(after['expected']))} would have "
        "been expected."
    )
    return picture(spec, frame, words=words, alt=alt)


def gap_chart(
    frame: pl.DataFrame,
    others: pl.DataFrame,
    *,
    unit: str,
    start: str,
    own: str = "This area",
    **words: Unpack[Words],
) -> Picture:
    """How far one area lay from its comparison, over the same of areas where nothing was done.

    `frame`, in order: `period`, `gap` (in `unit`). `others`: `name`, `period`, `gap`, drawn thin
    and grey. `start`: the first period of the response.
    """
    frames.need(frame, "period", "gap", picture="gap_chart")
    frames.need(others, "name", "period", "gap", picture="gap_chart, others")
    frame = frames.numbers(frame, "gap").with_columns(pl.col("period").cast(pl.String))
    others = frames.numbers(others, "gap").with_columns(pl.col("period").cast(pl.String))
    held = frame.drop_nulls("gap")
    if held.is_empty():
        return nothing_held(frame, words=words)
    every = [*held["gap"].to_list(), *others["gap"].drop_nulls().to_list()]
    reach = max(abs(value) for value in every)
    scale = ticks(min(0.0, *every), max(0.0, *every), most=6) if reach > _NOUGHT else [-1.0, 0, 1.0]
    periods, margins, x, y = _ground(held, scale, "gap", (own,))
    width = margins.drawing_width
    thin = [
        row | {"name": name}
        for (name,), part in others.group_by("name", maintain_order=True)
        for row in _ordered(part.filter(pl.col("period").is_in(periods)), "gap")
    ]
    quiet = {"x": x, "y": y, "detail": {"field": "name", "type": "nominal"}}
    rows = _ordered(held, "gap")
    ends = [(rows[-1]["gap"], own)]
    layers = [
        marks.reference(0.0, channel="y", like=y, name="nought"),
        marks.line(thin, quiet, name="others", colour=style.RULE, width=0.8),
        *_beginning(periods, start, width),
        marks.line(rows, {"x": x, "y": y}, name="own", width=2.6),
        *_names(ends, scale, width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_HEIGHT, heading=unit)
    n = others["name"].n_unique()
    alt = f"{sentence(words['title'])} {_opening(periods, unit)} Over {plural(n, 'other area')}."
    return picture(spec, frame, words=words, alt=alt)


def leads_chart(
    frame: pl.DataFrame, *, unit: str, start: str, even: float = 1.0, **words: Unpack[Words]
) -> Picture:
    """A ratio with its interval in every period: whether areas moved alike before the response.

    `frame`, in order: `period`, `value`, `lo`, `hi` (in `unit`). `start`: the first period of the
    response; `even`: the value at which areas moved alike.
    """
    frames.need(frame, "period", "value", "lo", "hi", picture="leads_chart")
    frames.unique(frame, "period", picture="leads_chart")
    frame = frames.numbers(frame, "value", "lo", "hi")
    held = frame.with_columns(pl.col("period").cast(pl.String)).drop_nulls(["value", "lo", "hi"])
    if held.is_empty():
        return nothing_held(frame, words=words)
    scale = ticks(0.0, max(even, axes.top_of(held["hi"])), most=5)
    periods, margins, x, y = _ground(held, scale, "value", ("moved alike",))
    rows = _ordered(held, "value", "lo", "hi")
    ends = {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}}
    layers = [
        marks.reference(even, channel="y", like=y, name="even"),
        *_beginning(periods, start, margins.drawing_width),
        marks.intervals(rows, ends, name="intervals"),
        marks.dots(rows, {"x": x, "y": y}, name="dots", size=44),
        *_names([(even, "moved alike")], scale, margins.drawing_width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_HEIGHT, heading=unit)
    off = held.filter((pl.col("lo") > even) | (pl.col("hi") < even)).height
    alt = (
        f"{sentence(words['title'])} {_opening(periods, unit)} In {number(off)} of "
        f"{plural(held.height, 'period')} the interval leaves {number(even)} out."
    )
    return picture(spec, frame, words=words, alt=alt)


def _ground(
    held: pl.DataFrame, scale: list[float], field: str, names: Sequence[str]
) -> tuple[list[str], Margins, dict[str, Any], dict[str, Any]]:
    """Periods, margins with room for the names beside, and the two axes."""
    periods = held["period"].to_list()
    beside = min(_MOST_BESIDE, widest(names, style.SMALL, bold=True))
    margins = Margins(
        left=axes.axis_room(scale), right=max(axes.PERIOD_OVERHANG, 16 + beside), below=26, above=20
    )
    x = axes.period_axis(periods, field="when", width=margins.drawing_width)
    return periods, margins, x, axes.number_axis(scale, field=field)


def _ordered(held: pl.DataFrame, *columns: str) -> list[dict[str, Any]]:
    return [
        {**row, "when": period(row["period"]), "order": at}
        for at, row in enumerate(held.select("period", *columns).iter_rows(named=True))
    ]


def _band(held: pl.DataFrame, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    """The reach of what would have come, as bars behind the lines, period by period."""
    if not {"lo", "hi"} <= set(held.columns):
        return []
    rows = _ordered(held.drop_nulls(["lo", "hi"]), "lo", "hi")
    return [
        {
            "name": "reach",
            "data": {"values": rows},
            "mark": {"type": "bar", "color": style.BAND, "width": {"band": 1.0}},
            "encoding": {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}},
        }
    ]


def _at(periods: Sequence[str], start: str) -> int:
    """Where the response begins; past the end where every period lies before it."""
    return periods.index(start) if start in periods else len(periods)


def _beginning(periods: Sequence[str], start: str, width: float) -> list[Layer]:
    at = _at(periods, start) * width / len(periods)
    right = at > width / 2
    said = [{"x": at - 5 if right else at + 5, "y": -8, "text": _BEGINS}]
    return [
        rules(
            [{"x": at, "y": -14, "x2": at, "y2": _HEIGHT}],
            colour=style.INK,
            width=1.2,
            dash=(2, 3),
            name="begins",
        ),
        texts(
            said,
            size=style.SMALL,
            align="right" if right else "left",
            baseline="middle",
            name="begins_words",
        ),
    ]


def _names(
    ends: Sequence[tuple[float | None, str]], scale: list[float], width: float
) -> list[Layer]:
    """The names of lines at the right, level with their last value."""
    shown = [(value, name) for value, name in ends if value is not None]
    reach = scale[-1] - scale[0]
    levels = [_HEIGHT * (scale[-1] - value) / reach for value, _ in shown]
    placed = spread(levels, apart=16, hi=_HEIGHT)
    rows = [
        {"x": width + 8, "y": y, "text": shorten(name, _MOST_BESIDE, style.SMALL)}
        for y, (_, name) in zip(placed, shown, strict=True)
    ]
    return [texts(rows, size=style.SMALL, baseline="middle", name="line_names")]


def _opening(periods: Sequence[str], unit: str) -> str:
    first, last = (period(one, full=True) for one in (periods[0], periods[-1]))
    return f"{uncapital(unit).capitalize()}, {first} to {last}."
