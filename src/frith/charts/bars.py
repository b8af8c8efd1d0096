"""Horizontal bars from zero, each with its number printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import polars as pl

from frith.charts import axes, frames, marks, style
from frith.charts.layout import Layer, Margins, nothing_held, sheet, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    capital,
    decimals_for,
    plural,
    ranged_number,
    sentence,
    series_of,
    shorten,
    widest,
)
from frith.errors import Fault

_LINE = 26.0
_NAMES_WIDE = 240.0
_NUMBERS_WIDE = 200.0


def bar_chart(
    frame: pl.DataFrame,
    *,
    unit: str,
    keep_order: bool = False,
    highlight: Sequence[str] = (),
    decimals: int | None = None,
    **words: Unpack[Words],
) -> Picture:
    """Horizontal bars from zero, each with its number; longest first unless `keep_order`.

    `frame`: `label`, `value` (in `unit`, none below zero; null is printed as its `note` or "no
    data"); optional `lo`, `hi` (drawn as a line over the bar); optional `note`. `highlight`: labels
    drawn dark with the others pale. Raises `Fault` for missing columns, repeated labels, or values
    below zero, for which use `interval_chart`.
    """
    frames.need(frame, "label", "value", picture="bar_chart")
    frames.unique(frame, "label", picture="bar_chart")
    frame = frames.numbers(frame, "value", "lo", "hi")
    if frame.is_empty():
        return nothing_held(frame, words=words)
    if (frame["value"] < 0).any():
        raise Fault("bar_chart: a bar starts at zero and cannot go below it; use interval_chart")
    if not keep_order:
        frame = frame.sort("value", descending=True, nulls_last=True, maintain_order=True)
    names = frame["label"].to_list()
    shown = [shorten(name, _NAMES_WIDE, style.SMALL) for name in names]
    places = decimals_for(frame["value"].to_list()) if decimals is None else decimals
    printed = [ranged_number(row, places, missing="no data") for row in frame.to_dicts()]
    beside = [shorten(text, _NUMBERS_WIDE, style.SMALL) for text in printed]
    ranged = {"lo", "hi"} <= set(frame.columns)
    longest = axes.top_of([*frame["value"], *(frame["hi"] if ranged else [])])
    margins = Margins(
        left=20 + widest(shown, style.SMALL), right=20 + widest(beside, style.SMALL), below=4
    )
    x = axes.number_axis([0.0, longest], field="value") | {"axis": None}
    y = axes.name_axis(names, field="label", labels=False)
    layers = [
        *_bar_layers(frame, highlight, x, y),
        *(_whiskers(frame, x, y) if ranged else []),
        *_sides(frame, shown, beside, longest, margins.drawing_width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_LINE * len(names), heading=unit)
    said = series_of([f"{n}: {p}" for n, p in zip(names, printed, strict=True)])
    alt = (
        f"{sentence(words['title'])} {capital(unit)}, {plural(len(names), 'bar')}. {sentence(said)}"
    )
    return picture(spec, frame, words=words, alt=alt)


def _bar_layers(
    frame: pl.DataFrame, highlight: Sequence[str], x: dict[str, Any], y: dict[str, Any]
) -> list[Layer]:
    held = frame.drop_nulls("value").select("label", "value").to_dicts()
    plain = [row for row in held if row["label"] not in highlight]
    chosen = [row for row in held if row["label"] in highlight]
    return [
        {
            "name": name,
            "data": {"values": rows},
            "mark": {"type": "bar", "color": colour, "height": {"band": 0.72}},
            "encoding": {"x": x, "y": y},
        }
        for name, rows, colour in (
            ("bars", plain, style.PALE if highlight else style.BLUE),
            ("bars_highlighted", chosen, style.BLUE),
        )
        if rows
    ]


def _whiskers(frame: pl.DataFrame, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    rows = frame.drop_nulls(["lo", "hi"]).select("label", "lo", "hi").to_dicts()
    ends = {"y": y, "x": x | {"field": "lo"}, "x2": {"field": "hi"}}
    # White beneath black: the line is seen over a dark bar and past its end.
    under = marks.intervals(rows, ends, name="whisker_halo", colour=style.PAPER)
    under["mark"]["strokeWidth"] = 4.5
    over = marks.intervals(rows, ends, name="whiskers", colour=style.INK)
    over["mark"]["strokeWidth"] = 1.6
    return [under, over] if rows else []


def _sides(
    frame: pl.DataFrame, names: list[str], printed: list[str], top: float, width: float
) -> list[Layer]:
    """Names left of the bars; numbers just past each bar's end."""
    middle = [_LINE * (i + 0.5) for i in range(len(names))]
    reach = [
        max(row["value"] or 0.0, row.get("hi") or 0.0) / top * width for row in frame.to_dicts()
    ]
    left = [{"x": -10, "y": y, "text": text} for y, text in zip(middle, names, strict=True)]
    right = [
        {"x": end + 7, "y": y, "text": text}
        for end, y, text in zip(reach, middle, printed, strict=True)
    ]
    return [
        texts(left, size=style.SMALL, align="right", baseline="middle", name="row_names"),
        texts(right, size=style.SMALL, baseline="middle", name="row_numbers"),
    ]
