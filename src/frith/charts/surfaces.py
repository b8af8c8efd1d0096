"""Maps of what has no areas: a surface over the ground in bands, streets by what lies on them.

Places are in metres on one grid (British National Grid unless said); the outlines beneath, as in
every map, in longitude and latitude.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import polars as pl
import pyproj
import shapely

from frith.charts import frames, geometry, map_parts, shading, style
from frith.charts.breaks import Classes, classify
from frith.charts.geometry import Drawn, GeoJson, Shapes
from frith.charts.layout import Layer, nothing_held
from frith.charts.maps import MAP_WIDTH, TALLEST, Context, ground_sheet
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import number, plural, sentence, uncapital

BRITISH_GRID = "EPSG:27700"
BANDS = 5
_STEPS = (1.0, 2.0, 5.0)
_THIN, _THICK = 0.7, 4.2


def surface_map(
    frame: pl.DataFrame,
    outlines: GeoJson,
    *,
    cell_m: float,
    legend_title: str,
    unit: str = "",
    breaks: Sequence[float] | None = None,
    no_data: str = "Too little to say",
    places: GeoJson | None = None,
    most_places: int = 12,
    crs: str = BRITISH_GRID,
    **words: Unpack[Words],
) -> Picture:
    """A surface in bands, light to dark, over the outlines of the areas beneath.

    `frame`: `x`, `y` (middles of square cells of `cell_m` metres, in `crs`), `value` (in `unit`;
    null: hatched as `no_data`). `breaks`: lower bounds of the second and later bands, by default
    round numbers that halve or so from the peak down. `outlines`: GeoJSON polygons in EPSG:4326,
    drawn as thin lines. Raises `Fault` for missing columns. A surface is a picture and no test.
    """
    frames.need(frame, "x", "y", "value", picture="surface_map")
    frame = frames.numbers(frame, "x", "y", "value").drop_nulls(["x", "y"])
    if frame.is_empty():
        return nothing_held(frame, words=words)
    base = geometry.read_shapes(outlines)
    ground = geometry.ground_for(base, width=MAP_WIDTH, tallest=TALLEST)
    sorted_in = classify(
        frame["value"].to_list(), breaks=_round_breaks(frame) if breaks is None else breaks
    )
    kinds = shading.class_kinds(sorted_in, no_data)
    lonlat = _bands(frame, sorted_in, cell_m=cell_m, crs=crs)
    used = [i for i, shape in enumerate(lonlat) if shape is not None]
    shapes = ground.clipped(ground.place(np.array([lonlat[i] for i in used], dtype=object)))
    drawn = Drawn((), geometry.simplified(ground.place(base)), ground)
    layers = map_parts.areas(
        [kinds[i].label for i in used], shapes, [kinds[i] for i in used], name="bands"
    )
    layers = [_unlined(layer) for layer in layers]
    hatched = -1 in sorted_in.index
    shown = [*kinds[:-1][::-1], *([kinds[-1]] if hatched else [])]
    heading = shading.measure(legend_title, unit)
    spec = ground_sheet(
        [*layers, _lines(drawn)],
        drawn,
        shown,
        heading=heading,
        context=Context(places=places, most_places=most_places),
        words=words,
    )
    return picture(spec, frame, words=words, alt=_alt(frame, heading, words["title"], "cell"))


def street_map(
    frame: pl.DataFrame,
    outlines: GeoJson,
    *,
    legend_title: str,
    unit: str = "",
    classes: int = BANDS,
    places: GeoJson | None = None,
    most_places: int = 8,
    crs: str = BRITISH_GRID,
    **words: Unpack[Words],
) -> Picture:
    """Streets in pieces, thicker and darker the more lies on them.

    `frame`: a row a piece: `x1`, `y1`, `x2`, `y2` (its ends, metres in `crs`), `value` (in `unit`).
    `outlines`: GeoJSON polygons in EPSG:4326, drawn as thin lines. Raises `Fault` for missing
    columns.
    """
    frames.need(frame, "x1", "y1", "x2", "y2", "value", picture="street_map")
    frame = frames.numbers(frame, "x1", "y1", "x2", "y2", "value").drop_nulls()
    if frame.is_empty():
        return nothing_held(frame, words=words)
    base = geometry.read_shapes(outlines)
    ground = geometry.ground_for(base, width=MAP_WIDTH, tallest=TALLEST)
    sorted_in = classify(frame["value"].to_list(), breaks=_round_breaks(frame, most=classes))
    kinds = shading.class_kinds(sorted_in, "")[:-1]
    ends = frame.select("x1", "y1", "x2", "y2").to_numpy().reshape(-1, 2, 2)
    lines = shapely.transform(shapely.linestrings(ends), _to_degrees(crs))
    placed, index = ground.place(lines), np.array(sorted_in.index)
    joined = [
        shapely.line_merge(shapely.multilinestrings(placed[index == i]))
        for i in range(len(kinds))
        if (index == i).any()
    ]
    met = [i for i in range(len(kinds)) if (index == i).any()]
    said = [{"fill": "none", "stroke": kinds[i].fill, "width": _width(i, len(kinds))} for i in met]
    rounded = [shapely.transform(j, lambda xy: np.round(xy, 1)) for j in joined]
    drawn = Drawn((), geometry.simplified(ground.place(base)), ground)
    heading = shading.measure(legend_title, unit)
    spec = ground_sheet(
        [
            _lines(drawn),
            map_parts.shapes_layer(
                geometry.features(np.array(rounded, dtype=object), said), name="streets"
            ),
        ],
        drawn,
        kinds[::-1],
        heading=f"{heading}; wider is more",
        context=Context(places=places, most_places=most_places),
        words=words,
    )
    return picture(spec, frame, words=words, alt=_alt(frame, heading, words["title"], "piece"))


def _round_breaks(frame: pl.DataFrame, *, most: int = BANDS) -> list[float]:
    """Round numbers (1, 2, 5 times ten) below the peak, the highest few of them."""
    values = [v for v in frame["value"].to_list() if v is not None]
    top = max(values, default=0.0)
    if top <= 0:
        return []
    power = int(np.floor(np.log10(top)))
    rising = [step * 10.0**p for p in range(power - 3, power + 1) for step in _STEPS]
    return [float(round(value, 10)) for value in rising if value < top][-(most - 1) :]


def _to_degrees(crs: str) -> Any:
    turn = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1]))


def _bands(frame: pl.DataFrame, sorted_in: Classes, *, cell_m: float, crs: str) -> list[Any]:
    """Each band's cells as one shape in degrees, no data last; None where a band has no cell."""
    x, y, half = frame["x"].to_numpy(), frame["y"].to_numpy(), cell_m / 2
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    index = np.array(sorted_in.index)
    turned = _to_degrees(crs)
    found = []
    for i in (*range(len(sorted_in.items)), -1):
        own: Shapes = boxes[index == i]
        whole = shapely.coverage_union_all(own) if own.size else None
        found.append(None if whole is None else shapely.transform(whole, turned))
    return found


def _unlined(layer: Layer) -> Layer:
    """A band closes its joins with its own colour: a grey line between bands would be a contour."""
    for feature in layer["data"]["values"]:
        said = feature["properties"]
        if said["fill"] != "none":
            said |= {"stroke": said["fill"], "width": 0.3}
    return layer


def _lines(drawn: Drawn) -> Layer:
    """The outlines of the areas beneath, thin."""
    said = [{"fill": "none", "stroke": style.RULE, "width": 0.5}] * len(drawn.shapes)
    return map_parts.shapes_layer(geometry.features(drawn.shapes, said), name="outlines")


def _width(which: int, of: int) -> float:
    return round(_THIN + (_THICK - _THIN) * which / max(of - 1, 1), 2)


def _alt(frame: pl.DataFrame, heading: str, title: str, one: str) -> str:
    values = [v for v in frame["value"].to_list() if v is not None]
    ends = f"from {number(min(values), 1)} to {number(max(values), 1)}" if values else "no data"
    return f"{sentence(title)} Map of {plural(frame.height, one)}, {uncapital(heading)}: {ends}."
