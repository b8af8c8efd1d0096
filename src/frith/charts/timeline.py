"""What happened when: days as marks, spells as bars, in lanes, each with its words beside it."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

import polars as pl

from frith.charts import frames, style
from frith.charts.layout import Layer, Margins, nothing_held, pixels, rules, sheet, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    period,
    plural,
    sentence,
    series_of,
    shorten,
    text_width,
    widest,
    wrap,
)
from frith.errors import Fault

_LINE = 24.0
_LANES_WIDE = 150.0
_MOST_TICKS = 7
_HALF_DATE = 34.0


def timeline(frame: pl.DataFrame, **words: Unpack[Words]) -> Picture:
    """Events and spells along one axis of dates.

    `frame`: `start` (date), `label`; optional `end` (date; null or absent: a single day, or still
    running where `ongoing` is true), `lane` (rows are grouped by it in the order given),
    `ongoing`. Each row has a line of its own, so words never cross. Raises `Fault` for missing
    columns, a missing start, or an end before its start.
    """
    frames.need(frame, "start", "label", picture="timeline")
    frame = _complete(frame)
    if frame.is_empty():
        return nothing_held(frame, words=words)
    if frame["start"].null_count():
        raise Fault("timeline: every row needs a start")
    if (frame["end"] < frame["start"]).any():
        raise Fault("timeline: a row ends before it starts")
    lanes = frame["lane"].unique(maintain_order=True).to_list()
    named = [lane for lane in lanes if lane]
    left = 20 + min(_LANES_WIDE, widest(named, style.SMALL, bold=True)) if named else _HALF_DATE
    margins = Margins(left=left, right=_HALF_DATE, below=28)
    ordered = pl.concat(
        [frame.filter(pl.col("lane") == lane).sort("start", maintain_order=True) for lane in lanes]
    )
    first, last, ticks = _span(ordered)
    width, height = margins.drawing_width, _LINE * ordered.height
    per_day = width / max(1, (last - first).days)
    layers = [
        *_axis(ticks, first, per_day, height),
        *_lanes(ordered, lanes, width),
        *_rows(ordered, first, last, per_day, width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=height)
    said = [f"{_dates(row)}: {row['label']}" for row in ordered.to_dicts()]
    entries = plural(len(said), "entry", "entries")
    alt = f"{sentence(words['title'])} Timeline of {entries}. {sentence(series_of(said))}"
    return picture(spec, ordered, words=words, alt=alt)


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """The optional columns filled in, dates as dates."""
    defaults = {"end": pl.lit(None, dtype=pl.Date), "lane": pl.lit(""), "ongoing": pl.lit(False)}
    absent = [value.alias(name) for name, value in defaults.items() if name not in frame.columns]
    return frame.with_columns(absent).with_columns(
        pl.col("start", "end").cast(pl.Date),
        pl.col("lane").cast(pl.String).fill_null(""),
        pl.col("ongoing").fill_null(False),
    )


def _span(frame: pl.DataFrame) -> tuple[date, date, list[date]]:
    """The axis from the first day of a month to the first of a later one, and its ticks."""
    first: date = frame["start"].min()  # type: ignore[assignment]
    last: date = max(d for d in (frame["start"].max(), frame["end"].max()) if d is not None)  # type: ignore[assignment]
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month
    months = end - start
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60, 120) if months / s <= _MOST_TICKS), months)
    ticks = [_month(m) for m in range(start, end + 1) if m % step == 0 or months < step]
    return _month(start), _month(end), ticks


def _month(n: int) -> date:
    return date(n // 12, n % 12 + 1, 1)


def _axis(ticks: list[date], first: date, per_day: float, height: float) -> list[Layer]:
    places = [(tick - first).days * per_day for tick in ticks]
    lines = [{"x": x, "y": 0, "x2": x, "y2": height + 5} for x in places]
    said = [
        {"x": x, "y": height + 9, "text": period(f"{tick:%Y-%m}")}
        for x, tick in zip(places, ticks, strict=True)
    ]
    return [
        rules(lines, colour=style.GRID, name="grid"),
        texts(said, size=style.SMALL, align="center", name="dates"),
    ]


def _lanes(frame: pl.DataFrame, lanes: list[str], width: float) -> list[Layer]:
    rows: list[dict[str, Any]] = []
    lines: list[dict[str, float]] = []
    top = 0.0
    for lane in lanes:
        held = frame.filter(pl.col("lane") == lane).height
        lines.append({"x": -10, "y": top, "x2": width, "y2": top})
        most = max(1, int(held * _LINE // 15))
        for n, text in enumerate(wrap(lane, _LANES_WIDE, style.SMALL, bold=True)[:most]):
            rows.append({"x": -10, "y": top + _LINE / 2 + n * 15, "text": text})
        top += held * _LINE
    return [
        rules(lines[1:], colour=style.RULE, width=0.8, name="lanes"),
        texts(
            rows, size=style.SMALL, bold=True, align="right", baseline="middle", name="lane_names"
        ),
    ]


def _rows(
    frame: pl.DataFrame, first: date, last: date, per_day: float, width: float
) -> list[Layer]:
    bars: list[dict[str, float]] = []
    days: list[dict[str, float]] = []
    words: dict[str, list[dict[str, Any]]] = {"left": [], "right": []}
    for i, row in enumerate(frame.to_dicts()):
        y = (i + 0.5) * _LINE
        start = (row["start"] - first).days * per_day
        end = start
        if row["end"] or row["ongoing"]:
            end = ((row["end"] or last) - first).days * per_day
            bars.append({"x": start, "x2": max(end, start + 3), "y": y - 6, "y2": y + 6})
        else:
            days.append({"x": start, "y": y})
        label = (
            f"{row['label']} (continuing)" if row["ongoing"] and not row["end"] else row["label"]
        )
        side, at, room = _beside(label, start, end, width)
        words[side].append({"x": at, "y": y, "text": shorten(label, room, style.SMALL)})
    bar: Layer = {
        "name": "spells",
        "data": {"values": bars},
        "mark": {"type": "rect", "color": style.BLUE, "opacity": 1},
        "encoding": pixels("x", "x2", "y", "y2"),
    }
    dot: Layer = {
        "name": "days",
        "data": {"values": days},
        "mark": {
            "type": "point",
            "shape": "diamond",
            "filled": True,
            "color": style.BLUE,
            "size": 90,
            "opacity": 1,
        },
        "encoding": pixels("x", "y"),
    }
    said = [
        texts(rows, size=style.SMALL, align=align, baseline="middle", halo=halo, name=name)
        for align, rows in (("right", words["left"]), ("left", words["right"]))
        for halo, name in ((True, "halos"), (False, "labels"))
    ]
    return [bar, dot, *said]


def _beside(label: str, start: float, end: float, width: float) -> tuple[str, float, float]:
    """Right of the mark where the words fit, else left of it, else whichever side has more room."""
    after, before = width - end - 9, start - 9
    needed = text_width(label, style.SMALL)
    if needed <= after or (needed > before and after >= before):
        return "right", end + 9, after
    return "left", start - 9, before


def _dates(row: dict[str, Any]) -> str:
    start = period(row["start"], full=True)
    if row["end"]:
        return f"{start} to {period(row['end'], full=True)}"
    return f"{start}, continuing" if row["ongoing"] else start
