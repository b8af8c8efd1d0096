"""One map of areas, shaded by a figure or by a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import polars as pl

from frith.charts import frames, geometry, map_parts, shading, style
from frith.charts.breaks import classify
from frith.charts.geometry import Drawn, GeoJson
from frith.charts.layout import Layer, Margins, nothing_held, sheet
from frith.charts.map_parts import Kind
from frith.charts.picture import Picture, Words, picture

KEY_WIDTH = 186.0
TALLEST = 620.0
SCALE_ROOM = 26.0
_GAP = 18.0
MAP_WIDTH = style.WIDTH - 20 - KEY_WIDTH - _GAP


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is drawn besides the areas."""

    backdrop: GeoJson | None = None
    boundary: GeoJson | None = None
    places: GeoJson | None = None
    most_places: int = 12


def choropleth(
    frame: pl.DataFrame,
    outlines: GeoJson,
    *,
    legend_title: str,
    unit: str = "",
    classes: int = 5,
    breaks: Sequence[float] | None = None,
    no_data: str = "No data",
    places: GeoJson | None = None,
    most_places: int = 12,
    backdrop: GeoJson | None = None,
    boundary: GeoJson | None = None,
    key: str = "code",
    **words: Unpack[Words],
) -> Picture:
    """Areas shaded light to dark by a figure; the key shows each class's range and areas.

    `frame`: one row an area: `code`; `value` (in `unit`; null where there is none); optional
    `label`, the area's name. `outlines`: GeoJSON polygons in EPSG:4326 with property `key`.
    Outlines without a value are hatched as `no_data`. `breaks`: lower bounds of the second and
    later classes; without them classes are quantiles, and ties may leave fewer than asked for.
    `places`: GeoJSON points with `name` and optional `population`; `backdrop` and `boundary`:
    GeoJSON drawn beneath and above. Raises `Fault` for missing columns or repeated rows,
    `BadInput` for codes without an outline. Not for counts of areas that differ in size or
    population: shade a rate, or say on the map that it is a count.
    """
    frames.need(frame, "code", "value", picture="choropleth")
    frames.unique(frame, "code", picture="choropleth")
    frame = frames.numbers(frame, "value")
    if frame.is_empty():
        return nothing_held(frame, words=words)
    drawn = on_ground(frame, outlines, key=key, width=MAP_WIDTH)
    values = dict(zip(frame["code"], frame["value"], strict=True))
    sorted_in = classify([values.get(c) for c in drawn.codes], classes=classes, breaks=breaks)
    kinds = shading.class_kinds(sorted_in, no_data)
    kind_of = [kinds[i] for i in sorted_in.index]
    heading = shading.measure(legend_title, unit)
    context = Context(backdrop=backdrop, boundary=boundary, places=places, most_places=most_places)
    shown = shading.key_kinds(kinds[::-1], kind_of)
    spec = map_sheet(drawn, kind_of, shown, heading=heading, context=context, words=words)
    alt = shading.values_alt(
        frame,
        sorted_in,
        areas=len(drawn.codes),
        heading=heading,
        no_data=no_data,
        title=words["title"],
    )
    return picture(spec, frame, words=words, alt=alt)


def verdict_map(
    frame: pl.DataFrame,
    outlines: GeoJson,
    *,
    legend_title: str = "What the test says",
    labels: Mapping[str, str] | None = None,
    places: GeoJson | None = None,
    most_places: int = 12,
    backdrop: GeoJson | None = None,
    boundary: GeoJson | None = None,
    key: str = "code",
    **words: Unpack[Words],
) -> Picture:
    """Areas by verdict: hot, suggestive, none (no evidence), suppressed (hatched).

    `frame`: one row an area: `code`; `verdict`, one of `shading.VERDICTS`. `labels` reword
    verdicts in the key. Outlines without a row are hatched the other way and called no data. Where
    a `backdrop` is given, areas without evidence are left clear so that it shows. Raises as
    `choropleth`, and `Fault` for a verdict not on the list.
    """
    frames.need(frame, "code", "verdict", picture="verdict_map")
    frames.unique(frame, "code", picture="verdict_map")
    frames.closed(frame["verdict"], shading.VERDICTS, picture="verdict_map")
    if frame.is_empty():
        return nothing_held(frame, words=words)
    drawn = on_ground(frame, outlines, key=key, width=MAP_WIDTH)
    verdicts = dict(zip(frame["code"], frame["verdict"], strict=True))
    kinds = shading.verdict_kinds(labels or {}, clear=backdrop is not None)
    kind_of = [kinds[verdicts[c]] if c in verdicts else shading.NO_VERDICT for c in drawn.codes]
    context = Context(backdrop=backdrop, boundary=boundary, places=places, most_places=most_places)
    shown = shading.key_kinds([*kinds.values(), shading.NO_VERDICT], kind_of)
    spec = map_sheet(drawn, kind_of, shown, heading=legend_title, context=context, words=words)
    alt = shading.verdicts_alt(kind_of, title=words["title"])
    return picture(spec, frame, words=words, alt=alt)


def on_ground(frame: pl.DataFrame, outlines: GeoJson, *, key: str, width: float) -> Drawn:
    """The outlines placed on a drawing; every code in the frame must have one."""
    codes = frame["code"].unique(maintain_order=True).to_list()
    read = geometry.read_outlines(outlines, key=key, codes=codes)
    return geometry.drawn(read, width=width, tallest=TALLEST)


def map_sheet(
    drawn: Drawn,
    kind_of: Sequence[Kind],
    shown: Sequence[Kind],
    *,
    heading: str,
    context: Context,
    words: Words,
    above: Sequence[Layer] = (),
) -> dict[str, Any]:
    """Areas drawn by kind, with key and context, as one sheet; `above` lies over all."""
    return ground_sheet(
        map_parts.areas(drawn.codes, drawn.shapes, kind_of, name="areas"),
        drawn,
        shown,
        heading=heading,
        context=context,
        words=words,
        above=above,
    )


def ground_sheet(
    layers_on: Sequence[Layer],
    drawn: Drawn,
    shown: Sequence[Kind],
    *,
    heading: str,
    context: Context,
    words: Words,
    above: Sequence[Layer] = (),
) -> dict[str, Any]:
    """Whatever lies on the ground of `drawn`, with key, context, names and scale, as one sheet."""
    ground = drawn.ground
    beside = min(MAP_WIDTH + _GAP, ground.width + 3 * _GAP)
    key, key_height = map_parts.key(shown, heading=heading, x=beside, y=0, width=KEY_WIDTH)
    height = max(ground.height + SCALE_ROOM, key_height)
    layers: list[Layer] = [
        *map_parts.backdrop(context.backdrop, ground),
        *layers_on,
        *map_parts.boundary(context.boundary, ground),
        *map_parts.place_names(context.places, ground, drawn.shapes, most=context.most_places),
        *above,
        *map_parts.scale_bar(ground, x=0, y=ground.height + 18),
        *key,
    ]
    return sheet(layers, words=words, margins=Margins(), height=height)
