"""Rows by columns with the number printed in every cell, shaded to lead the eye."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Unpack

import polars as pl

from frith.charts import axes, frames, style
from frith.charts.breaks import Classes, classify
from frith.charts.layout import Layer, Margins, nothing_held, pixels, sheet, texts
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import (
    capital,
    is_month,
    number,
    period,
    plural,
    sentence,
    shorten,
    widest,
    wrap,
)

_CELL = 26.0
_HEAD = 15.0
_NAMES_WIDE = 200.0
_NARROWEST = 34.0
_BETWEEN = 14.0


def heat_table(
    frame: pl.DataFrame,
    *,
    unit: str,
    classes: int = 5,
    breaks: Sequence[float] | None = None,
    decimals: int | None = None,
    **words: Unpack[Words],
) -> Picture:
    """A table whose cells are shaded by their number, which each cell prints.

    `frame`: `row`, `column`, `value` (in `unit`; null: no data, printed as a dash on white);
    optional `marked` (true: outlined, for cells that a test singles out). Rows and columns are
    drawn in the order they first come; months in order, with the months between that are not held
    as dashes. `breaks`: lower bounds of the second and later shades, for numbers with a middle of
    their own such as ratios; without them shades are quantiles. Columns too many for one width go
    on beneath. Raises `Fault` for missing columns or a cell given twice.
    """
    frames.need(frame, "row", "column", "value", picture="heat_table")
    frames.unique(frame, "row", "column", picture="heat_table")
    frame = frames.numbers(frame, "value").with_columns(pl.col("row", "column").cast(pl.String))
    if frame.is_empty():
        return nothing_held(frame, words=words)
    frame = _complete(frame)
    rows = frame["row"].unique(maintain_order=True).to_list()
    columns = frame["column"].unique(maintain_order=True).to_list()
    sorted_in = classify(frame["value"].to_list(), classes=classes, breaks=breaks)
    places = sorted_in.decimals if decimals is None else decimals
    cells = _cells(frame, sorted_in, places)
    left = 20 + min(_NAMES_WIDE, widest(rows, style.SMALL))
    margins = Margins(left=left, right=14)
    blocks = _blocks(columns, [cell["text"] for cell in cells], margins.drawing_width)
    layers, height = _drawn(cells, rows, blocks, margins.drawing_width)
    spec = sheet(layers, words=words, margins=margins, height=height, heading=unit)
    alt = _alt(frame, rows, columns, unit=unit, title=words["title"], decimals=places)
    return picture(spec, frame, words=words, alt=alt)


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Every row with every column; what the table does not hold is null."""
    rows = frame.select("row").unique(maintain_order=True)
    columns = axes.filled_in(frame["column"].to_list())
    grid = rows.join(pl.DataFrame({"column": columns}), how="cross")
    return grid.join(frame, on=["row", "column"], how="left", maintain_order="left")


def _cells(frame: pl.DataFrame, sorted_in: Classes, decimals: int) -> list[dict[str, Any]]:
    colours = style.ramp(len(sorted_in.items))
    cells = []
    for cell, index in zip(frame.to_dicts(), sorted_in.index, strict=True):
        shade = colours[index] if index >= 0 else style.PAPER
        text = "–" if cell["value"] is None else number(cell["value"], decimals)
        cells.append({**cell, "shade": shade, "ink": style.ink_on(shade), "text": text})
    return cells


def _blocks(columns: list[str], printed: list[str], width: float) -> list[list[str]]:
    """Columns in as few blocks as leave room for every number and every word of a heading."""
    head_words = [word for column in columns for word in period(column).split()]
    needed = max(_NARROWEST, widest([*printed, *head_words], style.SMALL) + 8)
    fit = max(1, int(width // needed))
    each = math.ceil(len(columns) / math.ceil(len(columns) / fit))
    return [columns[i : i + each] for i in range(0, len(columns), each)]


def _drawn(
    cells: list[dict[str, Any]], rows: list[str], blocks: list[list[str]], width: float
) -> tuple[list[Layer], float]:
    wide = width / len(blocks[0])
    boxes: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    y = 0.0
    for block in blocks:
        said = [_heading(column, wide) for column in block]
        top = y + 6 + _HEAD * max(len(lines) for lines in said)
        heads += [
            {"x": (i + 0.5) * wide, "y": top - 5 - _HEAD * (len(lines) - 1 - n), "text": line}
            for i, lines in enumerate(said)
            for n, line in enumerate(lines)
        ]
        names += [
            {"x": -10, "y": top + (i + 0.5) * _CELL, "text": shorten(row, _NAMES_WIDE, style.SMALL)}
            for i, row in enumerate(rows)
        ]
        boxes += [
            _placed(
                cell,
                block.index(cell["column"]) * wide,
                top + rows.index(cell["row"]) * _CELL,
                wide,
            )
            for cell in cells
            if cell["column"] in block
        ]
        y = top + _CELL * len(rows) + _BETWEEN
    small: dict[str, Any] = {"size": style.SMALL}
    layers = [
        _boxes(boxes, stroke=style.PAPER, width=1.5, name="cells"),
        _boxes(_outlined(boxes), stroke=style.INK, width=2.4, name="marked"),
        *_numbers(boxes, wide),
        texts(names, align="right", baseline="middle", name="row_names", **small),
        texts(heads, align="center", baseline="bottom", name="column_names", **small),
    ]
    return layers, y - _BETWEEN


def _heading(column: str, wide: float) -> list[str]:
    """A month over its year; other headings wrapped."""
    if is_month(column):
        return period(column).split()
    return wrap(period(column), wide - 6, style.SMALL)


def _placed(cell: dict[str, Any], x: float, y: float, wide: float) -> dict[str, Any]:
    kept = {name: cell[name] for name in ("shade", "ink", "text")}
    marked = bool(cell.get("marked"))
    return kept | {"marked": marked, "x": x, "x2": x + wide, "y": y, "y2": y + _CELL}


def _outlined(boxes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        box
        | {
            "shade": "none",
            "x": box["x"] + 1.5,
            "x2": box["x2"] - 1.5,
            "y": box["y"] + 1.5,
            "y2": box["y2"] - 1.5,
        }
        for box in boxes
        if box["marked"]
    ]


def _numbers(boxes: Sequence[dict[str, Any]], wide: float) -> list[Layer]:
    rows = [
        {
            "x": box["x"] + wide / 2,
            "y": box["y"] + _CELL / 2,
            "text": box["text"],
            "ink": box["ink"],
        }
        for box in boxes
    ]
    return [
        texts(
            [row for row in rows if row["ink"] == ink],
            size=style.SMALL,
            colour=ink,
            align="center",
            baseline="middle",
            name="numbers",
        )
        for ink in (style.INK, style.PAPER)
    ]


def _boxes(rows: list[dict[str, Any]], *, stroke: str, width: float, name: str) -> Layer:
    shade = {"field": "shade", "type": "nominal", "scale": None, "legend": None}
    return {
        "name": name,
        "data": {"values": rows},
        "mark": {"type": "rect", "stroke": stroke, "strokeWidth": width, "opacity": 1},
        "encoding": pixels("x", "x2", "y", "y2") | {"fill": shade},
    }


def _alt(
    frame: pl.DataFrame,
    rows: list[str],
    columns: list[str],
    *,
    unit: str,
    title: str,
    decimals: int,
) -> str:
    top = frame.sort("value", descending=True, nulls_last=True).row(0, named=True)
    where = f"{top['row']}, {period(top['column'])}"
    return (
        f"{sentence(title)} {capital(unit)}: {plural(len(rows), 'row')} by "
        f"{plural(len(columns), 'column')}. Highest: {where}: {number(top['value'], decimals)}."
    )
