"""A map of areas that belong to a few named kinds: clusters of a scan, words of a trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import numpy as np
import polars as pl
import shapely

from frith.charts import frames, shading, style
from frith.charts.geometry import Drawn, GeoJson
from frith.charts.layout import Layer, nothing_held, texts
from frith.charts.map_parts import Kind
from frith.charts.maps import MAP_WIDTH, Context, map_sheet, on_ground
from frith.charts.picture import Picture, Words, picture
from frith.errors import Fault

MOST_CATEGORIES = 5
_EDGE_PX = 1.4
_MARK_ROOM_PX = 9.0


def category_map(
    frame: pl.DataFrame,
    outlines: GeoJson,
    *,
    categories: Sequence[str],
    rest: str,
    legend_title: str,
    marks: Mapping[str, str] | None = None,
    places: GeoJson | None = None,
    most_places: int = 12,
    key: str = "code",
    **words: Unpack[Words],
) -> Picture:
    """Areas by category, first darkest, each outlined; the `rest` pale and without an outline.

    `frame`: one row an area: `code`; `category`, one of `categories` (at most five) or null for the
    rest. `marks`: category → a letter or number printed on its areas, so that it is read without
    colour. Outlines without a row are hatched as no data. Raises `Fault` for missing columns,
    repeated rows or a category not on the list, `BadInput` for codes without an outline.
    """
    frames.need(frame, "code", "category", picture="category_map")
    frames.unique(frame, "code", picture="category_map")
    frames.closed(frame["category"].drop_nulls(), categories, picture="category_map")
    if len(categories) > MOST_CATEGORIES:
        raise Fault(f"category_map: {len(categories)} categories cannot be told apart")
    if frame.is_empty():
        return nothing_held(frame, words=words)
    drawn = on_ground(frame, outlines, key=key, width=MAP_WIDTH)
    kinds = _kinds(categories, rest)
    own = dict(zip(frame["code"], frame["category"], strict=True))
    kind_of = [kinds[own[c] or rest] if c in own else shading.NO_VERDICT for c in drawn.codes]
    shown = shading.key_kinds([*kinds.values(), shading.NO_VERDICT], kind_of)
    spec = map_sheet(
        drawn,
        kind_of,
        shown,
        heading=legend_title,
        context=Context(places=places, most_places=most_places),
        words=words,
        above=_marked(drawn, own, marks or {}),
    )
    return picture(
        spec, frame, words=words, alt=shading.verdicts_alt(kind_of, title=words["title"])
    )


def _kinds(categories: Sequence[str], rest: str) -> dict[str, Kind]:
    """Dark to light in the order given, then what is none of them."""
    shades = style.SEQUENTIAL[MOST_CATEGORIES][::-1]
    kinds = {
        name: Kind(label=name, fill=shade, edge=style.INK, edge_px=_EDGE_PX)
        for name, shade in zip(categories, shades, strict=False)
    }
    return kinds | {rest: Kind(label=rest, fill="#f4f5f5")}


def _marked(drawn: Drawn, own: Mapping[str, str | None], marks: Mapping[str, str]) -> list[Layer]:
    """The mark of each category, on every area of it with room for one, else on its largest."""
    rows: list[dict[str, Any]] = []
    for name, mark in marks.items():
        at = np.array([own.get(code) == name for code in drawn.codes])
        if not at.any():
            continue
        whole = shapely.get_parts(shapely.union_all(shapely.make_valid(drawn.shapes[at])))
        roomy = [s for s in whole if shapely.area(s) >= (2 * _MARK_ROOM_PX) ** 2]
        for shape in roomy or [max(whole, key=shapely.area)]:
            point = shapely.point_on_surface(shape)
            rows.append({"x": point.x, "y": point.y, "text": mark})
    plain: dict[str, Any] = {"bold": True, "align": "center", "baseline": "middle"}
    return [
        texts(rows, halo=True, name="category_halos", **plain),
        texts(rows, name="category_marks", **plain),
    ]
