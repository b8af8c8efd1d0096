"""How few areas hold how much: the concentration curve beside the most even one possible."""

from __future__ import annotations

from typing import Unpack

import polars as pl

from frith.charts import axes, frames, marks, style
from frith.charts.layout import Layer, Margins, nothing_held, rules, sheet, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import number, sentence, wrap

_SIDE = 330.0
_BESIDE = 180.0
_TENTHS = [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
_MOST_POINTS = 400
_COLUMNS = ("share_of_areas", "share_of_events", "most_even")


def concentration_chart(
    curve: pl.DataFrame,
    *,
    areas: str = "areas",
    events: str = "recorded events",
    marked: float = 0.5,
    **words: Unpack[Words],
) -> Picture:
    """The share of events in the busiest areas, with the most even share that could have been.

    `curve`: `share_of_areas` and `share_of_events`, both from 0 to 1 and rising, areas ranked from
    most events to fewest; `most_even`, the share those areas would hold were events spread as
    evenly as whole events allow (with fewer events than areas this is not the diagonal). `areas`
    and `events` name them. The smallest share of areas holding `marked` of the events is marked.
    """
    frames.need(curve, *_COLUMNS, picture="concentration_chart")
    curve = frames.numbers(curve, *_COLUMNS).drop_nulls(_COLUMNS).sort("share_of_areas")
    if curve.is_empty():
        return nothing_held(curve, words=words)
    rows = [
        {"x": a * 100, "y": e * 100, "even": m * 100, "order": i}
        for i, (a, e, m) in enumerate(_thinned(curve).iter_rows())
    ]
    x = axes.number_axis(_TENTHS, field="x", suffix="%")
    y = axes.number_axis(_TENTHS, field="y", suffix="%")
    margins = Margins(left=axes.axis_room(_TENTHS, suffix="%"), right=_BESIDE + 20, below=46)
    even = {"x": x, "y": y | {"field": "even"}}
    said, marking = _reached(curve, marked, areas, events, width=margins.drawing_width)
    layers = [
        marks.line(rows, even, name="most_even", colour=style.QUIET, width=1.4, dash=(5, 3)),
        marks.line(rows, {"x": x, "y": y}, name="curve", width=2.6),
        *marking,
        *_beside(said, areas, width=margins.drawing_width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_SIDE, heading=f"Share of {events}")
    alt = f"{sentence(words['title'])} Concentration curve. {sentence(said)}".strip()
    return picture(spec, curve, words=words, alt=alt)


def _thinned(curve: pl.DataFrame) -> pl.DataFrame:
    """From the origin, about a point to the pixel, and the last."""
    shares = curve.select(_COLUMNS)
    every = max(1, shares.height // _MOST_POINTS)
    origin = pl.DataFrame({name: [0.0] for name in _COLUMNS})
    return pl.concat([origin, shares.gather_every(every), shares.tail(1)]).unique(
        maintain_order=True
    )


def _reached(
    curve: pl.DataFrame, marked: float, areas: str, events: str, *, width: float
) -> tuple[str, list[Layer]]:
    """The smallest share of areas that holds `marked` of the events: in words, and drawn."""
    reached = curve.filter(pl.col("share_of_events") >= marked - 1e-12)
    if reached.is_empty():
        return "", []
    share = float(reached["share_of_areas"][0])
    said = f"{number(share * 100, 1)}% of {areas} hold {number(marked * 100)}% of {events}"
    at_x, at_y = share * width, (1 - marked) * _SIDE
    lines = [
        {"x": 0, "y": at_y, "x2": at_x, "y2": at_y},
        {"x": at_x, "y": at_y, "x2": at_x, "y2": _SIDE},
    ]
    return said, [rules(lines, colour=style.INK, width=1.2, dash=(2, 2), name="marked")]


def _beside(said: str, areas: str, *, width: float) -> list[Layer]:
    """The key and the marked share in words, right of the frame; what runs across, below it."""
    left = width + 20
    across = {"x": width / 2, "y": _SIDE + 26, "text": f"Share of {areas}, busiest first"}
    told = [
        {"x": left, "y": 70 + n * 17, "text": part}
        for n, part in enumerate(wrap(said, _BESIDE, style.TEXT, bold=True))
    ]
    key = [("As recorded", style.BLUE, (1, 0)), ("Most even possible", style.QUIET, (5, 3))]
    return [
        *marks.line_key(key, x=left, y=8, width=_BESIDE),
        texts(told, bold=True, name="marked_words"),
        texts([across], align="center", colour=style.QUIET, name="across"),
    ]
