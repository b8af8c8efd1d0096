"""Two orders of the same things side by side, each thing's two places joined by a line."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from frith.charts import frames, style
from frith.charts.layout import Margins, nothing_held, rules, sheet, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    capital,
    decimals_for,
    number,
    plural,
    sentence,
    series_of,
    shorten,
    widest,
)

_LINE = 26.0
_NAMES_WIDE = 210.0
_FAR = 2
"""Places that a thing must move for its line to be drawn dark."""


def rank_chart(
    frame: pl.DataFrame, *, unit: str, first: str, second: str, **words: Unpack[Words]
) -> Picture:
    """Things in order by one figure at the left and by another at the right, joined.

    `frame`: `name`, `before`, `after` (the two figures, larger higher up; null: no data, placed
    last). `first` and `second` say what the figures are. Lines of things that move two places or
    more are dark. An order is not a difference: use it where the two figures have no common scale,
    and show their intervals elsewhere. Raises `Fault` for missing columns and repeated names.
    """
    frames.need(frame, "name", "before", "after", picture="rank_chart")
    frames.unique(frame, "name", picture="rank_chart")
    frame = frames.numbers(frame, "before", "after")
    if frame.is_empty():
        return nothing_held(frame, words=words)
    placed = frame.with_columns(left=_place("before"), right=_place("after")).sort("left", "name")
    rows = placed.to_dicts()
    shades = [decimals_for(frame[column].to_list()) for column in ("before", "after")]
    lefts = [_said(row["name"], row["before"], shades[0]) for row in rows]
    rights = [_said(row["name"], row["after"], shades[1]) for row in rows]
    margins = Margins(
        left=20 + widest(lefts, style.SMALL), right=20 + widest(rights, style.SMALL), above=24
    )
    width = margins.drawing_width
    ends = [{"x": 4.0, "x2": width - 4, "y": _y(r["left"]), "y2": _y(r["right"])} for r in rows]
    far = [abs(row["left"] - row["right"]) >= _FAR for row in rows]
    layers = [
        rules([e for e, f in zip(ends, far, strict=True) if not f], width=1.6, name="near"),
        rules(
            [e for e, f in zip(ends, far, strict=True) if f],
            colour=style.BLUE,
            width=2.4,
            name="far",
        ),
        texts(
            [{"x": -6, "y": _y(r["left"]), "text": t} for r, t in zip(rows, lefts, strict=True)],
            size=style.SMALL,
            align="right",
            baseline="middle",
            name="left_names",
        ),
        texts(
            [
                {"x": width + 6, "y": _y(r["right"]), "text": t}
                for r, t in zip(rows, rights, strict=True)
            ],
            size=style.SMALL,
            baseline="middle",
            name="right_names",
        ),
        texts(
            [{"x": -6, "y": -18, "text": capital(first)}],
            size=style.SMALL,
            bold=True,
            align="right",
            name="first",
        ),
        texts(
            [{"x": width + 6, "y": -18, "text": capital(second)}],
            size=style.SMALL,
            bold=True,
            name="second",
        ),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_LINE * len(rows), heading=unit)
    told = series_of(
        [f"{r['name']}: place {r['left']} by {first}, {r['right']} by {second}" for r in rows], 20
    )
    alt = (
        f"{sentence(words['title'])} {capital(unit)}, {plural(len(rows), 'line')}. {sentence(told)}"
    )
    return picture(spec, frame, words=words, alt=alt)


def _place(column: str) -> pl.Expr:
    """1 for the largest, and so on; nulls last; ties in order of name."""
    key = pl.struct(-pl.col(column).fill_null(-1.0), "name")
    return key.rank("ordinal").cast(pl.Int64)


def _y(place: int) -> float:
    return _LINE * (place - 0.5)


def _said(name: str, value: float | None, decimals: int) -> str:
    shown = "no data" if value is None else number(value, decimals)
    return f"{shorten(name, _NAMES_WIDE, style.SMALL)}  {shown}"
