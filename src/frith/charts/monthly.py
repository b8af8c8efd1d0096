"""Counts by month, as bars or lines, where a month without data is a gap and never a zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Unpack

import polars as pl

from frith.charts import axes, frames, style
from frith.charts.layout import Layer, Margins, nothing_held, rules, sheet, spread, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    capital,
    decimals_for,
    is_month,
    listed,
    number,
    period,
    plural,
    sentence,
    shorten,
    widest,
)
from frith.errors import Fault

HEIGHT = 250.0
_BELOW = 26.0
_SAMPLE = 24.0
_SERIES_WIDE = 190.0


def monthly_chart(
    frame: pl.DataFrame,
    *,
    unit: str,
    kind: Literal["bars", "line"] = "bars",
    first: str = "",
    last: str = "",
    **words: Unpack[Words],
) -> Picture:
    """Counts by month; a month that is absent or null is a shaded gap saying "no data held".

    `frame`: `month` (YYYY-MM), `n` (count in `unit`; null where not held), optional `series`. A
    month held with nothing recorded must be a row with 0: absence is read as no data. `first` and
    `last` widen the axis to the period asked about. Several series are drawn as lines with their
    names beside them; a line is broken wherever its own month is missing. Raises `Fault` for
    missing columns, repeated months, or more series than can be told apart.
    """
    frames.need(frame, "month", "n", picture="monthly_chart")
    by = ["series"] if "series" in frame.columns else []
    frames.unique(frame, "month", *by, picture="monthly_chart")
    strange = [m for m in frame["month"].cast(pl.String) if m is None or not is_month(m)]
    if strange:  # a month that is not read as one could not be missed
        raise Fault(f"monthly_chart: {strange[0]} is not a month, YYYY-MM")
    frame = frames.numbers(frame, "n").sort([*by, "month"], maintain_order=True)
    held = frame.drop_nulls("n")
    if held.is_empty():
        return nothing_held(frame, words=words)
    months = axes.filled_in(frame["month"].to_list(), first=first, last=last)
    series = frame["series"].unique(maintain_order=True).to_list() if by else [""]
    if len(series) > style.MOST_SERIES:
        raise Fault(f"monthly_chart: {len(series)} series; {style.MOST_SERIES} can be told apart")
    missing = set(months) - set(held["month"])
    ticks = axes.count_ticks(held["n"].to_list())
    room = (
        min(_SERIES_WIDE * 1.1, widest(series, style.TEXT, bold=True)) + 12 + _SAMPLE if by else 0
    )
    margins = Margins(
        left=axes.axis_room(ticks), right=max(axes.PERIOD_OVERHANG, 10 + room), below=_BELOW
    )
    width = margins.drawing_width
    x = axes.period_axis(months, field="when", width=width)
    y = axes.number_axis(ticks, field="n")
    drawn = _bars(held, x, y) if kind == "bars" and not by else _lines(held, months, series, x, y)
    layers = [
        *axes.gap_layers(months, missing, width=width, height=HEIGHT),
        *drawn,
        *(_names_beside(held, series, ticks, width) if by else []),
    ]
    spec = sheet(layers, words=words, margins=margins, height=HEIGHT, heading=unit)
    alt = _alt(held, months, missing, unit=unit, title=words["title"])
    return picture(spec, frame, words=words, alt=alt)


def _bars(held: pl.DataFrame, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    rows = [{"when": period(m), "n": n} for m, n in held.select("month", "n").iter_rows()]
    return [
        {
            "name": "bars",
            "data": {"values": rows},
            "mark": {"type": "bar", "color": style.BLUE, "width": {"band": 0.78}},
            "encoding": {"x": x, "y": y},
        }
    ]


def _lines(
    held: pl.DataFrame,
    months: Sequence[str],
    series: Sequence[str],
    x: dict[str, Any],
    y: dict[str, Any],
) -> list[Layer]:
    """A line for each unbroken run of months; a lone month is a dot."""
    place = {month: i for i, month in enumerate(months)}
    layers: list[Layer] = []
    for name, (colour, dash) in zip(series, style.SERIES, strict=False):
        own = held.filter(pl.col("series") == name) if name else held
        rows: list[dict[str, Any]] = []
        run, before = 0, -2
        for month, n in own.sort("month").select("month", "n").iter_rows():
            run += place[month] != before + 1
            before = place[month]
            rows.append({"when": period(month), "n": n, "run": run, "series": name})
        layers += _runs_and_lone_dots(rows, colour=colour, dash=dash, x=x, y=y)
    return layers


def _runs_and_lone_dots(
    rows: list[dict[str, Any]],
    *,
    colour: str,
    dash: tuple[int, ...],
    x: dict[str, Any],
    y: dict[str, Any],
) -> list[Layer]:
    lengths = pl.Series([row["run"] for row in rows]).value_counts().rows() if rows else []
    lone = {run for run, length in lengths if length == 1}
    line = {
        "name": "lines",
        "data": {"values": [row for row in rows if row["run"] not in lone]},
        "mark": {"type": "line", "color": colour, "strokeWidth": 2.2, "strokeDash": list(dash)},
        "encoding": {"x": x, "y": y, "detail": {"field": "run", "type": "nominal"}},
    }
    dots = {
        "name": "dots",
        "data": {"values": [row for row in rows if row["run"] in lone]},
        "mark": {"type": "circle", "color": colour, "size": 34, "opacity": 1},
        "encoding": {"x": x, "y": y},
    }
    return [line, dots]


def _names_beside(
    held: pl.DataFrame, series: Sequence[str], ticks: Sequence[float], width: float
) -> list[Layer]:
    """Each series' name at the right, level with its last value, moved apart where they meet."""
    last = [held.filter(pl.col("series") == name).sort("month") for name in series]
    shown = [
        (name, own["n"][-1], i)
        for i, (name, own) in enumerate(zip(series, last, strict=True))
        if own.height
    ]
    reach = ticks[-1] - ticks[0]
    level = [HEIGHT * (1 - (n - ticks[0]) / reach) for _, n, _ in shown]
    placed = spread(level, apart=16, hi=HEIGHT)
    layers: list[Layer] = []
    for (name, _, i), y in zip(shown, placed, strict=True):
        colour, dash = style.SERIES[i]
        sample = [{"x": width + 6, "y": y, "x2": width + 6 + _SAMPLE, "y2": y}]
        said = [
            {"x": width + 12 + _SAMPLE, "y": y, "text": shorten(name, _SERIES_WIDE, style.TEXT)}
        ]
        shade = style.text_shade(colour)
        layers += [
            rules(sample, colour=colour, width=2.2, dash=dash, name="series_sample"),
            texts(said, colour=shade, bold=True, baseline="middle", name="series_name"),
        ]
    return layers


def _alt(
    held: pl.DataFrame, months: Sequence[str], missing: set[str], *, unit: str, title: str
) -> str:
    decimals = decimals_for(held["n"].to_list())
    top = held.sort("n", descending=True).row(0, named=True)
    low = held.sort("n").row(0, named=True)
    gaps = listed([period(m, full=True) for m in months if m in missing], 6)
    return (
        f"{sentence(title)} {capital(unit)} by month, {period(months[0], full=True)} to "
        f"{period(months[-1], full=True)}: from {number(low['n'], decimals)} "
        f"({_when(low)}) to {number(top['n'], decimals)} ({_when(top)})."
        + (f" No data held for {plural(len(missing), 'month')}: {gaps}." if gaps else "")
    )


def _when(row: dict[str, Any]) -> str:
    name = f"{row['series']}, " if row.get("series") else ""
    return f"{name}{period(row['month'], full=True)}"
