"""Rates against how much they rest on: the funnel inside which nothing should be ranked."""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from frith.charts import axes, frames, marks, style
from frith.charts.labels import Spot, placed
from frith.charts.layout import Layer, Margins, nothing_held, sheet, texts, ticks
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import capital, listed, plural, sentence

_HEIGHT = 330.0
_MOST_NAMED = 12


def funnel_chart(
    frame: pl.DataFrame,
    limits: pl.DataFrame,
    *,
    unit: str,
    denominator: str,
    areas: str = "area",
    **words: Unpack[Words],
) -> Picture:
    """Each area's rate against its denominator, with limits between which differences are chance.

    `frame`: `name`, `denominator` (above zero), `rate` (in `unit`); optional `outside` (true where
    the caller's test puts it beyond the outer limit; worked out by eye from nothing here: without
    the column no area is named). `limits`: `denominator` rising, `centre`, `lower_95`,
    `upper_95`, `lower_998`, `upper_998`, in `unit`. `denominator` names what is counted across;
    `areas` is the singular noun. Only areas outside are named: inside, order means nothing.
    """
    frames.need(frame, "name", "denominator", "rate", picture="funnel_chart")
    bounds = ("centre", "lower_95", "upper_95", "lower_998", "upper_998")
    frames.need(limits, "denominator", *bounds, picture="funnel_chart, limits")
    frame = frames.numbers(frame, "denominator", "rate")
    limits = frames.numbers(limits, "denominator", *bounds).sort("denominator")
    held = frame.drop_nulls(["denominator", "rate"])
    if held.is_empty():
        return nothing_held(frame, words=words)
    if "outside" not in held.columns:
        held = held.with_columns(pl.lit(False).alias("outside"))
    held = held.with_columns(pl.col("outside").fill_null(False))
    scale_x, scale_y = _scales(held, limits)
    margins = Margins(left=axes.axis_room(scale_y), right=150, below=48)
    x = axes.number_axis(scale_x, field="denominator", grid=False)
    y = axes.number_axis(scale_y, field="rate")
    layers = [
        *_limit_lines(limits, scale_x, scale_y, x, y),
        *_points(held, x, y),
        *_names(held, scale_x, scale_y, margins.drawing_width),
        *_around(denominator, margins.drawing_width),
    ]
    spec = sheet(layers, words=words, margins=margins, height=_HEIGHT, heading=unit)
    out = held.filter("outside")["name"].to_list()
    said = f"Outside the limits: {listed(out, 8)}" if out else "None is outside the limits"
    alt = f"{sentence(words['title'])} Funnel of {plural(held.height, areas)}. {sentence(said)}"
    return picture(spec, frame, words=words, alt=alt)


def _scales(held: pl.DataFrame, limits: pl.DataFrame) -> tuple[list[float], list[float]]:
    """Across to the largest denominator; up to the rates, not to where the limits run off."""
    across = ticks(0, axes.top_of(held["denominator"]), most=6)
    # Limits grow without end as the denominator falls: they count only from the smallest area on.
    least = held["denominator"].min()
    near = limits.filter(pl.col("denominator") >= least)["upper_998"].head(1).to_list()
    rates = held["rate"].to_list()
    return across, ticks(0, axes.top_of([*rates, *near]) * 1.02, most=5)


def _limit_lines(
    limits: pl.DataFrame,
    scale_x: list[float],
    scale_y: list[float],
    x: dict[str, Any],
    y: dict[str, Any],
) -> list[Layer]:
    within = limits.filter(pl.col("denominator") <= scale_x[-1])
    styles = {
        "centre": (style.INK, (1, 0), 1.2),
        "lower_95": (style.GREY, (2, 3), 1.4),
        "upper_95": (style.GREY, (2, 3), 1.4),
        "lower_998": (style.INK, (7, 4), 1.4),
        "upper_998": (style.INK, (7, 4), 1.4),
    }
    layers = []
    for column, (colour, dash, width) in styles.items():
        rows = [
            {"denominator": d, "rate": v, "order": i}
            for i, (d, v) in enumerate(within.select("denominator", column).iter_rows())
            if v is not None and v <= scale_y[-1]
        ]
        encoding = {"x": x, "y": y}
        layers.append(
            marks.line(rows, encoding, name=column, colour=colour, dash=dash, width=width)
        )
    return layers


def _points(held: pl.DataFrame, x: dict[str, Any], y: dict[str, Any]) -> list[Layer]:
    rows = held.select("denominator", "rate", "outside").to_dicts()
    inside = [row for row in rows if not row["outside"]]
    outside = [row for row in rows if row["outside"]]
    encoding = {"x": x, "y": y}
    return [
        marks.dots(inside, encoding, name="inside", colour=style.PALE, size=34, edge=style.BLUE),
        marks.dots(
            outside,
            encoding,
            name="outside",
            colour=style.BLUE,
            size=80,
            shape="diamond",
            edge=style.INK,
        ),
    ]


def _names(
    held: pl.DataFrame, scale_x: list[float], scale_y: list[float], width: float
) -> list[Layer]:
    spots = [
        Spot(
            row["name"],
            row["denominator"] / scale_x[-1] * width,
            (1 - row["rate"] / scale_y[-1]) * _HEIGHT,
            row["rate"],
        )
        for row in held.filter("outside").to_dicts()
    ]
    labels = placed(spots, width=width + 100, height=_HEIGHT, most=_MOST_NAMED)
    rows = [{"x": o.text_x + 2, "y": o.text_y, "text": o.spot.name} for o in labels]
    plain: dict[str, Any] = {"size": style.SMALL, "baseline": "middle"}
    return [texts(rows, halo=True, name="halos", **plain), texts(rows, name="names", **plain)]


def _around(denominator: str, width: float) -> list[Layer]:
    across = [{"x": width / 2, "y": _HEIGHT + 28, "text": capital(denominator)}]
    key = [
        ("Average", style.INK, (1, 0)),
        ("1 in 20 falls outside by chance", style.GREY, (2, 3)),
        ("1 in 500 falls outside by chance", style.INK, (7, 4)),
    ]
    return [
        texts(across, align="center", colour=style.QUIET, name="across"),
        *marks.line_key(key, x=width + 14, y=8, width=130),
    ]
