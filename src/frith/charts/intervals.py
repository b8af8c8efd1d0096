"""Estimates with their intervals: by decile of deprivation, and as a list (forest plot)."""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from frith.charts import axes, frames, marks, style
from frith.charts.layout import Layer, Margins, nothing_held, sheet, texts, ticks
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

_DECILES_HIGH = 270.0
_LINE = 28.0
_NAMES_WIDE = 230.0
_NUMBERS_WIDE = 200.0


def decile_chart(
    frame: pl.DataFrame, *, unit: str, lowest: str = "", highest: str = "", **words: Unpack[Words]
) -> Picture:
    """A rate with its interval for each tenth of areas, from the first to the tenth.

    `frame`: `decile` (1 to 10), `rate`, `lo`, `hi` (in `unit`; null rate: no data). `lowest` and
    `highest` replace "1: most deprived" and "10: least deprived". The axis starts at zero. Rates
    describe where, not why: the title must not say that deprivation causes them.
    """
    frames.need(frame, "decile", "rate", "lo", "hi", picture="decile_chart")
    frames.unique(frame, "decile", picture="decile_chart")
    frame = frames.numbers(frame, "rate", "lo", "hi").sort("decile")
    held = frame.drop_nulls("rate")
    if held.is_empty():
        return nothing_held(frame, words=words)
    scale = axes.count_ticks([*held["hi"].to_list(), *held["rate"].to_list()])
    margins = Margins(left=axes.axis_room(scale), right=40, below=44)
    rows = [{**row, "decile": str(row["decile"])} for row in held.to_dicts()]
    tenths = [str(n) for n in range(1, 11)]
    x = axes.name_axis(tenths, field="decile")
    x["axis"] |= {"labelAngle": 0, "domain": True}
    y = axes.number_axis(scale, field="rate")
    ends = {"x": x, "y": y | {"field": "lo"}, "y2": {"field": "hi"}}
    step = margins.drawing_width / 10
    missing = set(tenths) - {row["decile"] for row in rows}
    said = [
        {"x": 0.5 * step, "y": _DECILES_HIGH + 26, "text": lowest or "most deprived"},
        {"x": 9.5 * step, "y": _DECILES_HIGH + 26, "text": highest or "least deprived"},
    ]
    layers = [
        *axes.gap_layers(tenths, missing, width=margins.drawing_width, height=_DECILES_HIGH),
        marks.intervals([r for r in rows if r["lo"] is not None], ends, name="intervals"),
        marks.dots(rows, {"x": x, "y": y}, name="dots", size=80),
        texts(said, align="center", colour=style.QUIET, size=style.SMALL, name="ends"),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_DECILES_HIGH, heading=unit)
    return picture(spec, frame, words=words, alt=_deciles_alt(held, unit, words["title"]))


def interval_chart(
    frame: pl.DataFrame,
    *,
    unit: str,
    reference: float | None = None,
    reference_label: str = "",
    **words: Unpack[Words],
) -> Picture:
    """A list of estimates with their intervals and their numbers printed beside (forest plot).

    `frame`: `label`; `value`, `lo`, `hi` (in `unit`; a null value is printed as its `note`, or as
    no estimate); optional `note`, a few words printed in place of a refused estimate. Rows are
    drawn in the order given. `reference`: a value such as 1 or 0 that means no difference. Where
    every value is a count or rate above zero and there is no reference, the axis starts at zero.
    """
    frames.need(frame, "label", "value", "lo", "hi", picture="interval_chart")
    frames.unique(frame, "label", picture="interval_chart")
    frame = frames.numbers(frame, "value", "lo", "hi")
    if frame.is_empty():
        return nothing_held(frame, words=words)
    names = frame["label"].to_list()
    shown = [shorten(name, _NAMES_WIDE, style.SMALL) for name in names]
    decimals = decimals_for(frame["value"].to_list())
    printed = [ranged_number(row, decimals, missing="no estimate") for row in frame.to_dicts()]
    beside = [shorten(text, _NUMBERS_WIDE, style.SMALL) for text in printed]
    scale = _enclosing(frame, reference)
    margins = Margins(
        left=20 + widest(shown, style.SMALL),
        right=24 + widest(beside, style.SMALL),
        below=26,
        above=20 if reference_label else 0,
    )
    height = _LINE * len(names)
    x = axes.number_axis(scale, field="value")
    y = axes.name_axis(names, field="label", labels=False)
    held = frame.drop_nulls("value").select("label", "value", "lo", "hi").to_dicts()
    ends = {"y": y, "x": x | {"field": "lo"}, "x2": {"field": "hi"}}
    layers = [
        *_reference(reference, reference_label, scale, x, margins.drawing_width),
        marks.intervals([r for r in held if r["lo"] is not None], ends, name="intervals"),
        marks.dots(held, {"x": x, "y": y}, name="dots", shape="square", size=64),
        *_sides(shown, beside, margins.drawing_width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=height, heading=unit)
    listing = series_of([f"{n}: {p}" for n, p in zip(names, printed, strict=True)])
    rows = plural(len(names), "row")
    alt = f"{sentence(words['title'])} {capital(unit)}, {rows}. {sentence(listing)}"
    return picture(spec, frame, words=words, alt=alt)


def _enclosing(frame: pl.DataFrame, reference: float | None) -> list[float]:
    held = [v for c in ("value", "lo", "hi") for v in frame[c].drop_nulls().to_list()]
    if reference is None:
        held.append(0.0)
    else:
        held.append(reference)
    return ticks(min(held), max(held), most=5)


def _reference(
    value: float | None, label: str, scale: list[float], x: dict[str, Any], width: float
) -> list[Layer]:
    if value is None:
        return []
    at = (value - scale[0]) / (scale[-1] - scale[0]) * width
    layers = [marks.reference(value, channel="x", like=x, name="reference")]
    if label:
        said = [{"x": at, "y": -6, "text": label}]
        layers.append(
            texts(
                said,
                size=style.SMALL,
                colour=style.QUIET,
                align="center",
                baseline="bottom",
                name="reference_words",
            )
        )
    return layers


def _sides(names: list[str], printed: list[str], width: float) -> list[Layer]:
    """Names at the left of each line and numbers at its right."""
    middle = [_LINE * (i + 0.5) for i in range(len(names))]
    left = [{"x": -10, "y": y, "text": text} for y, text in zip(middle, names, strict=True)]
    right = [
        {"x": width + 14, "y": y, "text": text} for y, text in zip(middle, printed, strict=True)
    ]
    return [
        texts(left, size=style.SMALL, align="right", baseline="middle", name="row_names"),
        texts(right, size=style.SMALL, baseline="middle", name="row_numbers"),
    ]


def _deciles_alt(held: pl.DataFrame, unit: str, title: str) -> str:
    decimals = decimals_for(held["rate"].to_list())
    said = "; ".join(
        f"{row['decile']}: {ranged_number({**row, 'value': row['rate']}, decimals, missing='')}"
        for row in held.to_dicts()
    )
    return f"{sentence(title)} {capital(unit)} by decile, 1 first. {sentence(said)}"
