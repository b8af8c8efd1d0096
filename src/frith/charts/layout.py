"""The sheet every picture is laid out on: title above, drawing, note and source below, one width.

Places are worked out here from the widths of the letters, not left to the renderer, so that a
picture is the same size and its text falls alike on a page, in print and on a slide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from frith.charts import style
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import capital, sentence, wrap

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.4.1.json"

Layer = dict[str, Any]

_TITLE_LINE = 22.0
_TEXT_LINE = 16.0
_GAP = 8.0
_EDGE = 10.0


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Pixels kept free round the drawing for its axes and direct labels."""

    left: float = 10.0
    right: float = 10.0
    above: float = 0.0
    below: float = 0.0

    @property
    def drawing_width(self) -> float:
        """Pixels left for the drawing."""
        return style.WIDTH - self.left - self.right


def sheet(
    layers: Sequence[Layer], *, words: Words, margins: Margins, height: float, heading: str = ""
) -> dict[str, Any]:
    """Layers with their title, heading (what the axis measures), note and source, as Vega-Lite."""
    room = style.WIDTH - 2 * _EDGE
    title = wrap(words["title"], room, style.TITLE, bold=True)
    head = wrap(capital(heading), room, style.TEXT) if heading else []
    note = wrap(sentence(words.get("note", "")), room, style.SMALL)
    source = wrap(f"Source: {words['source']}" if words["source"] else "", room, style.SMALL)
    top = _EDGE + len(title) * _TITLE_LINE + len(head) * _TEXT_LINE + _GAP + margins.above
    foot = len(note + source) * _TEXT_LINE
    bottom = margins.below + (_GAP if foot else 0) + foot + _EDGE
    left = _EDGE - margins.left
    y = _EDGE - top
    captions = [
        texts(_lines(title, left, y, _TITLE_LINE), size=style.TITLE, bold=True, name="title"),
        texts(
            _lines(head, left, y + len(title) * _TITLE_LINE + 2, _TEXT_LINE),
            colour=style.QUIET,
            name="heading",
        ),
        texts(
            _lines(note + source, left, height + margins.below + _GAP, _TEXT_LINE),
            size=style.SMALL,
            colour=style.QUIET,
            name="foot",
        ),
    ]
    drawn = [*layers, *captions]
    return {
        "$schema": SCHEMA,
        "width": margins.drawing_width,
        "height": height,
        "autosize": {"type": "none"},
        "padding": {"left": margins.left, "top": top, "right": margins.right, "bottom": bottom},
        "background": style.PAPER,
        "config": style.config(),
        "layer": _named_apart([layer for layer in drawn if layer["data"]["values"]]),
    }


def nothing_held(table: pl.DataFrame, *, words: Words, what: str = "No data held") -> Picture:
    """The picture of an empty table: it says so, and is not a blank or a zero."""
    margins, height = Margins(), 120.0
    middle = margins.drawing_width / 2
    layers = [
        {
            "name": "nothing",
            "data": {"values": [{}]},
            "mark": {"type": "rect", "color": style.BAND},
            "encoding": {
                "x": {"value": 0},
                "x2": {"value": margins.drawing_width},
                "y": {"value": 0},
                "y2": {"value": height},
            },
        },
        texts([{"x": middle, "y": height / 2, "text": what}], align="center", baseline="middle"),
    ]
    spec = sheet(layers, words=words, margins=margins, height=height)
    return picture(spec, table, words=words, alt=f"{sentence(words['title'])} {sentence(what)}")


def texts(
    rows: Iterable[dict[str, Any]],
    *,
    size: float = style.TEXT,
    colour: str = style.INK,
    bold: bool = False,
    align: str = "left",
    baseline: str = "top",
    halo: bool = False,
    angle: float = 0,
    name: str = "words",
) -> Layer:
    """Text at pixel places {x, y, text}; a halo is the same text drawn wider in white beneath."""
    mark: dict[str, Any] = {
        "type": "text",
        "fontSize": size,
        "align": align,
        "baseline": baseline,
        "angle": angle,
    }
    if bold:
        mark["fontWeight"] = "bold"
    if halo:
        mark |= {"stroke": style.PAPER, "strokeWidth": 3, "strokeJoin": "round"}
        colour = style.PAPER
    return {
        "name": name,
        "data": {"values": list(rows)},
        "mark": mark | {"color": colour},
        "encoding": {**pixels("x", "y"), "text": {"field": "text", "type": "nominal"}},
    }


def pixels(*channels: str) -> dict[str, Any]:
    """Encodings that read a place in pixels from the field of the channel's own name."""
    primary = {"scale": None, "axis": None, "type": "quantitative"}
    return {
        channel: {"field": channel} | ({} if channel.endswith("2") else primary)
        for channel in channels
    }


def rules(
    rows: Iterable[dict[str, Any]],
    *,
    colour: str = style.RULE,
    width: float = 1,
    dash: tuple[int, ...] = (1, 0),
    name: str = "rules",
) -> Layer:
    """Straight lines between pixel places {x, y, x2, y2}."""
    return {
        "name": name,
        "data": {"values": list(rows)},
        "mark": {
            "type": "rule",
            "color": colour,
            "strokeWidth": width,
            "strokeDash": list(dash),
        },
        "encoding": pixels("x", "y", "x2", "y2"),
    }


def ticks(lo: float, hi: float, *, most: int = 6) -> list[float]:
    """Round numbers that enclose `lo` to `hi`, at most `most` steps of 1, 2 or 5 times ten."""
    if hi <= lo:
        hi = lo + 1
    rough = (hi - lo) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(float(m * power) for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    first, last = np.floor(lo / step + 1e-9), np.ceil(hi / step - 1e-9)
    return [round(float(n) * step, 10) for n in np.arange(first, last + 1)]


def spread(places: Sequence[float], *, apart: float, hi: float) -> list[float]:
    """Places pushed down, then back up from `hi`, until labels stand `apart`, in the same order."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + apart)
    limit = hi
    for i in reversed(order):
        moved[i] = min(moved[i], limit)
        limit = moved[i] - apart
    return moved


def _named_apart(layers: Sequence[Layer]) -> list[Layer]:
    """Vega wants each layer's name once: later ones of a name are numbered."""
    seen: dict[str, int] = {}
    named = []
    for layer in layers:
        n = seen[layer["name"]] = seen.get(layer["name"], 0) + 1
        named.append(layer if n == 1 else layer | {"name": f"{layer['name']}_{n}"})
    return named


def _lines(lines: Sequence[str], x: float, y: float, step: float) -> list[dict[str, Any]]:
    return [{"x": x, "y": y + n * step, "text": line} for n, line in enumerate(lines)]
