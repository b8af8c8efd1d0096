"""The few marks that charts share: lines, dots, intervals and bands over named fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frith.charts import style
from frith.charts.layout import Layer, rules, texts
from frith.charts.words import wrap

Rows = Sequence[dict[str, Any]]
Encoding = dict[str, Any]


def line(
    rows: Rows,
    encoding: Encoding,
    *,
    name: str,
    colour: str = style.BLUE,
    width: float = 2.2,
    dash: tuple[int, ...] = (1, 0),
    step: bool = False,
) -> Layer:
    """A line through the rows in their order; `detail` in the encoding breaks it."""
    mark = {"type": "line", "color": colour, "strokeWidth": width, "strokeDash": list(dash)}
    if step:
        mark["interpolate"] = "step"
    return {
        "name": name,
        "data": {"values": list(rows)},
        "mark": mark,
        "encoding": encoding | {"order": {"field": "order", "type": "quantitative"}},
    }


def dots(
    rows: Rows,
    encoding: Encoding,
    *,
    name: str,
    colour: str = style.BLUE,
    size: float = 50,
    shape: str = "circle",
    edge: str = style.PAPER,
) -> Layer:
    """A mark at each row."""
    mark = {
        "type": "point",
        "shape": shape,
        "filled": True,
        "fill": colour,
        "stroke": edge,
        "strokeWidth": 1,
        "size": size,
        "opacity": 1,
    }
    return {"name": name, "data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def intervals(rows: Rows, encoding: Encoding, *, name: str, colour: str = style.BLUE) -> Layer:
    """A plain line from one end of an interval to the other."""
    mark = {"type": "rule", "color": colour, "strokeWidth": 2.2, "strokeCap": "round"}
    return {"name": name, "data": {"values": list(rows)}, "mark": mark, "encoding": encoding}


def reference(
    value: float, *, channel: str, like: Encoding, name: str, dash: tuple[int, ...] = (4, 3)
) -> Layer:
    """A line right across the drawing at one value of a number axis."""
    at = {key: like[key] for key in ("type", "scale", "axis")} | {"field": "at"}
    return {
        "name": name,
        "data": {"values": [{"at": value}]},
        "mark": {
            "type": "rule",
            "color": style.QUIET,
            "strokeWidth": 1.2,
            "strokeDash": list(dash),
        },
        "encoding": {channel: at},
    }


def line_key(
    lines: Sequence[tuple[str, str, tuple[int, ...]]], *, x: float, y: float, width: float
) -> list[Layer]:
    """Short samples of lines, each with its words, from pixel (`x`, `y`) downwards."""
    layers: list[Layer] = []
    for label, colour, dash in lines:
        sample = [{"x": x, "y": y, "x2": x + 26, "y2": y}]
        said = [
            {"x": x + 34, "y": y + n * 16, "text": part}
            for n, part in enumerate(wrap(label, width - 34, style.SMALL))
        ]
        layers += [
            rules(sample, colour=colour, width=2, dash=dash, name="key_line"),
            texts(said, size=style.SMALL, baseline="middle", name="key_words"),
        ]
        y += 8 + 16 * len(said)
    return layers
