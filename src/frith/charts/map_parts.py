"""The parts of a map, in pixels: areas, hatching, boundaries, names, scale bar and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from frith.charts import geometry, style
from frith.charts.geometry import GeoJson, Ground, Shapes
from frith.charts.labels import Spot, placed
from frith.charts.layout import Layer, pixels, rules, texts
from frith.charts.words import number, widest, wrap

SINGLY_UP_TO = 5_000
"""Past this many areas, those of one kind are drawn as one shape: each is a few pixels, and a
separate element for each would be most of the file."""

SWATCH = (22.0, 16.0)
KEY_LINE = 22.0
_SWATCH_GAP = 8.0

_EDGE_PX = 0.5
_FINE_EDGE_PX = 0.15
_SCALE_STEPS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How areas of one kind are drawn: fill, outline, and hatching where there is no figure."""

    label: str
    fill: str | None
    hatch: str = ""  # "rising", "falling" or none
    edge: str = style.RULE
    edge_px: float = _EDGE_PX


def shapes_layer(features: Sequence[Mapping[str, Any]], *, name: str) -> Layer:
    """GeoJSON in pixels, drawn as it is, with the fill and stroke each feature carries."""
    styled = {"scale": None, "legend": None}
    return {
        "name": name,
        "data": {"values": list(features)},
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "mark": {"type": "geoshape", "strokeJoin": "round"},
        "encoding": {
            "fill": {"field": "properties.fill", "type": "nominal"} | styled,
            "stroke": {"field": "properties.stroke", "type": "nominal"} | styled,
            "strokeWidth": {"field": "properties.width", "type": "quantitative"} | styled,
        },
    }


def areas(
    codes: Sequence[str], shapes: Shapes, kind_of: Sequence[Kind], *, name: str
) -> list[Layer]:
    """Layers for filled areas, then hatching, then heavier outlines above their neighbours."""
    kinds = list(dict.fromkeys(kind_of))
    which = np.array([kinds.index(kind) for kind in kind_of])
    if len(codes) > SINGLY_UP_TO:
        drawn = np.array([_together(shapes[which == i]) for i in range(len(kinds))], dtype=object)
        said = [_styled(kind, _FINE_EDGE_PX) for kind in kinds]
    else:
        drawn = shapes
        said = [_styled(k) | {"code": c} for c, k in zip(codes, kind_of, strict=True)]
    layers = [shapes_layer(geometry.features(drawn, said), name=name)]
    lines = [_hatch_feature(shapes[which == i], kind) for i, kind in enumerate(kinds) if kind.hatch]
    if lines := [line for line in lines if line]:
        layers.append(shapes_layer(lines, name=f"{name}_hatch"))
    heavy = [i for i, kind in enumerate(kinds) if kind.edge_px > _EDGE_PX]
    if heavy:
        chosen = shapes[np.isin(which, heavy)]
        outline = [_line(kinds[which[i]]) for i in np.flatnonzero(np.isin(which, heavy))]
        layers.append(shapes_layer(geometry.features(chosen, outline), name=f"{name}_outline"))
    return layers


def _together(shapes: Shapes) -> Any:
    return shapely.multipolygons(shapely.get_parts(shapes))


def _styled(kind: Kind, edge_px: float | None = None) -> dict[str, Any]:
    # White beneath a hatch keeps it legible over a backdrop; no fill at all lets a backdrop show.
    fill = style.PAPER if kind.hatch and kind.fill is None else kind.fill or "none"
    width = edge_px if edge_px is not None else min(kind.edge_px, _EDGE_PX)
    # At a few pixels each, grey outlines would be all there is to see: the fill closes the joins.
    stroke = style.RULE if edge_px is None else fill
    return {"fill": fill, "stroke": stroke, "width": width}


def _line(kind: Kind) -> dict[str, Any]:
    return {"fill": "none", "stroke": kind.edge, "width": kind.edge_px}


def _hatch_feature(shapes: Shapes, kind: Kind) -> dict[str, Any] | None:
    lines = geometry.hatching(shapes, rising=kind.hatch == "rising")
    if lines is None or shapely.is_empty(lines):
        return None
    said = {"fill": "none", "stroke": style.HATCH, "width": 0.9}
    return geometry.features(np.array([lines], dtype=object), [said])[0]


def backdrop(collection: GeoJson | None, ground: Ground) -> list[Layer]:
    """Grey context beneath the areas: filled shapes and thin lines, cut to the drawing."""
    shapes = ground.clipped(ground.place(geometry.read_shapes(collection)))
    if shapes.size == 0:
        return []
    shapes = geometry.simplified(shapes) if _all_areas(shapes) else shapes
    lines = np.isin(shapely.get_type_id(shapes), (1, 5))
    said = [
        {"fill": "none", "stroke": "#c4c9cc", "width": 0.7}
        if line
        else {"fill": "#e3e5e7", "stroke": "#e3e5e7", "width": 0.3}
        for line in lines
    ]
    return [shapes_layer(geometry.features(shapes, said), name="backdrop")]


def boundary(
    collection: GeoJson | None, ground: Ground, *, dx: float = 0, dy: float = 0
) -> list[Layer]:
    """Outlines of larger areas above everything, a district or a force, cut to the drawing."""
    shapes = ground.place(geometry.read_shapes(collection))
    if shapes.size == 0:
        return []
    if _all_areas(shapes):
        shapes = shapely.boundary(geometry.simplified(shapes))
    shapes = geometry.moved(ground.clipped(shapes), dx, dy)
    said = [{"fill": "none", "stroke": style.INK, "width": 1.3}] * len(shapes)
    return [shapes_layer(geometry.features(shapes, said), name="boundary")]


def _all_areas(shapes: Shapes) -> bool:
    return bool(np.all(np.isin(shapely.get_type_id(shapes), (3, 6))))


def place_names(
    collection: GeoJson | None, ground: Ground, shapes: Shapes, *, most: int
) -> list[Layer]:
    """Dots and names, with a white halo, of the largest places that lie in the areas."""
    if not collection:
        return []
    points = ground.place(geometry.read_shapes(collection))
    within = np.unique(shapely.STRtree(shapes).query(points, predicate="within")[0])
    said = [feature["properties"] for feature in collection["features"]]
    spots = [
        Spot(said[i]["name"], points[i].x, points[i].y, float(said[i].get("population") or 0))
        for i in within
    ]
    labels = placed(spots, width=ground.width, height=ground.height, most=most)
    rows = [{"x": o.text_x, "y": o.text_y, "text": o.spot.name} for o in labels]
    plain: dict[str, Any] = {"size": style.SMALL, "baseline": "middle"}
    dots = {
        "name": "places",
        "data": {"values": [{"x": o.spot.x, "y": o.spot.y} for o in labels]},
        "mark": {
            "type": "circle",
            "size": 22,
            "opacity": 1,
            "color": style.INK,
            "stroke": style.PAPER,
            "strokeWidth": 1,
        },
        "encoding": pixels("x", "y"),
    }
    return [
        dots,
        texts(rows, halo=True, name="halos", **plain),
        texts(rows, name="place_names", **plain),
    ]


def scale_bar(ground: Ground, *, x: float, y: float) -> list[Layer]:
    """A bar of a round length, about a quarter of the map, with its length in kilometres."""
    km_per_px = ground.metres_per_px / 1000
    aim = ground.width * km_per_px / 4
    km = max((step for step in _SCALE_STEPS_KM if step <= aim), default=_SCALE_STEPS_KM[0])
    end = x + km / km_per_px
    lines = [
        {"x": x, "y": y, "x2": end, "y2": y},
        {"x": x, "y": y - 4, "x2": x, "y2": y},
        {"x": end, "y": y - 4, "x2": end, "y2": y},
    ]
    said = f"{number(km, 1 if km < 1 else 0)} km"
    label = [{"x": end + 6, "y": y - 1, "text": said}]
    return [
        rules(lines, colour=style.INK, width=1.2, name="scale_bar"),
        texts(label, size=style.SMALL, baseline="middle", name="scale_words"),
    ]


def key(
    kinds: Sequence[Kind], *, heading: str, x: float, y: float, width: float, across: bool = False
) -> tuple[list[Layer], float]:
    """The key, one kind to a line or `across` the sheet, and the pixels it takes downwards."""
    head = wrap(heading, width, style.SMALL, bold=True)
    top = y + len(head) * 16 + (6 if head else 0)
    wide, tall = SWATCH
    room = width if across else width - wide - _SWATCH_GAP
    lines = [wrap(kind.label, room, style.SMALL) for kind in kinds]
    places = _key_places(lines, x=x, y=top, width=width, across=across)
    boxes = np.array([shapely.box(px, py, px + wide, py + tall) for px, py in places], dtype=object)
    layers = areas([kind.label for kind in kinds], boxes, kinds, name="key") if kinds else []
    rows = [
        {"x": px + wide + _SWATCH_GAP, "y": py + tall / 2 + n * 16, "text": line}
        for (px, py), said in zip(places, lines, strict=True)
        for n, line in enumerate(said)
    ]
    heads = [{"x": x, "y": y + n * 16, "text": line} for n, line in enumerate(head)]
    layers.append(texts(heads, size=style.SMALL, bold=True, name="key_heading"))
    layers.append(texts(rows, size=style.SMALL, baseline="middle", name="key_words"))
    lowest = max(
        (places[i][1] + KEY_LINE + 16 * (len(o) - 1) for i, o in enumerate(lines)), default=top
    )
    return layers, lowest - y


def _key_places(
    lines: Sequence[Sequence[str]], *, x: float, y: float, width: float, across: bool
) -> list[tuple[float, float]]:
    places: list[tuple[float, float]] = []
    at_x, at_y = x, y
    for said in lines:
        takes = SWATCH[0] + _SWATCH_GAP + widest(said, style.SMALL) + 18
        if across and at_x + takes > x + width and at_x > x:
            at_x, at_y = x, at_y + KEY_LINE
        places.append((at_x, at_y))
        at_x, at_y = (at_x + takes, at_y) if across else (x, at_y + KEY_LINE + 16 * (len(said) - 1))
    return places
