"""Shares of a whole: bars of equal length, split, each part with its words and per cent."""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from frith.charts import frames, style
from frith.charts.layout import Layer, Margins, nothing_held, pixels, sheet, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    capital,
    decimals_for,
    number,
    sentence,
    series_of,
    shorten,
    text_width,
    widest,
)
from frith.errors import Fault

_SHARE_LINE = 40.0
_KEY_LINE = 22.0
_SAMPLE = 16.0
_NAMES_WIDE = 240.0
_SHADES = ("#12436d", "#5a8ab5", "#9fc0dd", "#d5e3ef", "#f0f2f4")


def stacked_share(
    frame: pl.DataFrame, *, unit: str, total: str = "", **words: Unpack[Words]
) -> Picture:
    """Bars of equal length split into shares of a whole, each with its words and per cent.

    `frame`: `label` (one bar each), `part`, `n` (a count or weight, none below zero), in the order
    to be drawn. Per cents are of each bar's own sum, which is printed beside it as `total` things.
    Raises `Fault` for missing columns, repeats, negative parts, or more than five parts.
    """
    frames.need(frame, "label", "part", "n", picture="stacked_share")
    frames.unique(frame, "label", "part", picture="stacked_share")
    frame = frames.numbers(frame, "n")
    parts = frame["part"].unique(maintain_order=True).to_list()
    if len(parts) > len(_SHADES):
        raise Fault(f"stacked_share: {len(parts)} parts; {len(_SHADES)} can be told apart")
    if (frame["n"] < 0).any():
        raise Fault("stacked_share: a share cannot be below zero")
    sums = frame.group_by("label", maintain_order=True).agg(pl.col("n").sum().alias("sum"))
    if frame.is_empty() or not sums["sum"].sum():
        return nothing_held(frame, words=words)
    table = frame.join(sums, on="label", maintain_order="left").with_columns(
        pl.when(pl.col("sum") > 0).then(pl.col("n") / pl.col("sum")).alias("share")
    )
    names = sums["label"].to_list()
    counts = [f"{number(n, decimals_for([n]))} {total}".strip() for n in sums["sum"]]
    left = 20 + min(_NAMES_WIDE, widest(names, style.SMALL))
    places = _key_places(parts, style.WIDTH - left - 10)
    above = places[-1][1] + _KEY_LINE + 4
    margins = Margins(left=left, right=24 + widest(counts, style.SMALL), above=above)
    shade = dict(zip(parts, _SHADES, strict=False))
    layers = [
        *_share_layers(table, names, counts, shade, margins.drawing_width),
        *_part_key(parts, shade, places, x=0, y=-above),
    ]
    spec = sheet(
        layers, words=words, margins=margins, height=_SHARE_LINE * len(names), heading=unit
    )
    return picture(spec, table, words=words, alt=_shares_alt(table, words["title"], unit))


def _share_layers(
    table: pl.DataFrame, names: list[str], counts: list[str], shade: dict[str, str], width: float
) -> list[Layer]:
    boxes, said = [], []
    for i, name in enumerate(names):
        start, y = 0.0, i * _SHARE_LINE + 4
        for row in table.filter((pl.col("label") == name) & (pl.col("n") > 0)).to_dicts():
            long = row["share"] * width
            boxes.append(
                {"x": start, "x2": start + long, "y": y, "y2": y + 28, "shade": shade[row["part"]]}
            )
            text = f"{number(row['share'] * 100)}%"
            if text_width(text, style.SMALL) + 6 <= long:
                said.append((start + long / 2, y + 14, text, style.ink_on(shade[row["part"]])))
            start += long
    middle = [i * _SHARE_LINE + 18 for i in range(len(names))]
    sides = [
        texts(
            [
                {"x": -10, "y": y, "text": shorten(n, _NAMES_WIDE, style.SMALL)}
                for y, n in zip(middle, names, strict=True)
            ],
            size=style.SMALL,
            align="right",
            baseline="middle",
            name="row_names",
        ),
        texts(
            [{"x": width + 12, "y": y, "text": c} for y, c in zip(middle, counts, strict=True)],
            size=style.SMALL,
            baseline="middle",
            name="row_numbers",
        ),
    ]
    return [_boxes(boxes, name="shares"), *_inside(said), *sides]


def _inside(said: list[tuple[float, float, str, str]]) -> list[Layer]:
    return [
        texts(
            [{"x": x, "y": y, "text": text} for x, y, text, ink in said if ink == colour],
            size=style.SMALL,
            colour=colour,
            align="center",
            baseline="middle",
            name="per_cents",
        )
        for colour in sorted({ink for *_, ink in said})
    ]


def _key_places(parts: list[str], room: float) -> list[tuple[float, float]]:
    """Each part's sample in the key, left to right and on to further lines, from (0, 0)."""
    places: list[tuple[float, float]] = []
    x = y = 0.0
    for part in parts:
        takes = _SAMPLE + 6 + text_width(part, style.SMALL) + 18
        if x and x + takes > room:
            x, y = 0.0, y + _KEY_LINE
        places.append((x, y))
        x += takes
    return places


def _part_key(
    parts: list[str],
    shade: dict[str, str],
    places: list[tuple[float, float]],
    *,
    x: float,
    y: float,
) -> list[Layer]:
    boxes, said = [], []
    for part, (dx, dy) in zip(parts, places, strict=True):
        left, top = x + dx, y + dy
        boxes.append(
            {"x": left, "x2": left + _SAMPLE, "y": top, "y2": top + 14, "shade": shade[part]}
        )
        said.append({"x": left + _SAMPLE + 6, "y": top + 7, "text": part})
    return [
        _boxes(boxes, name="key"),
        texts(said, size=style.SMALL, baseline="middle", name="key_words"),
    ]


def _boxes(rows: list[dict[str, Any]], *, name: str) -> Layer:
    shade = {"field": "shade", "type": "nominal", "scale": None, "legend": None}
    return {
        "name": name,
        "data": {"values": rows},
        "mark": {"type": "rect", "stroke": style.INK, "strokeWidth": 0.7, "opacity": 1},
        "encoding": pixels("x", "x2", "y", "y2") | {"fill": shade},
    }


def _shares_alt(table: pl.DataFrame, title: str, unit: str) -> str:
    rows = [
        f"{r['label']}, {r['part']}: {number(r['share'] * 100)}%"
        for r in table.drop_nulls("share").to_dicts()
    ]
    return f"{sentence(title)} {capital(unit)}. {sentence(series_of(rows, 20))}"
