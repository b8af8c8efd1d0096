"""Several shaded maps of the same areas side by side, with one key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

import polars as pl

from frith.charts import frames, geometry, map_parts, shading, style
from frith.charts.breaks import Classes, classify
from frith.charts.geometry import Drawn, GeoJson
from frith.charts.layout import Layer, Margins, nothing_held, sheet, texts
from frith.charts.map_parts import Kind
from frith.charts.maps import SCALE_ROOM, on_ground
from frith.charts.picture import Picture, Words, picture
from frith.charts.words import listed, wrap

_GAP = 18.0
_ROOM = style.WIDTH - 20
_HEAD_LINE = 16.0


def small_multiples_map(
    panels: Mapping[str, pl.DataFrame],
    outlines: GeoJson,
    *,
    legend_title: str,
    unit: str = "",
    classes: int = 5,
    breaks: Sequence[float] | None = None,
    no_data: str = "No data",
    boundary: GeoJson | None = None,
    columns: int = 2,
    key: str = "code",
    **words: Unpack[Words],
) -> Picture:
    """Several shaded maps of the same areas, side by side, with one key: raw beside smoothed.

    `panels`: heading to frame, each with `code` and `value` as in `choropleth`. Classes are made
    from all panels' values together, so that one shade means one thing throughout. The picture's
    table has a column `panel`. Raises as `choropleth`.
    """
    for heading, frame in panels.items():
        frames.need(frame, "code", "value", picture=f"small_multiples_map, {heading}")
        frames.unique(frame, "code", picture=f"small_multiples_map, {heading}")
    table = _stacked(panels)
    if table.is_empty():
        return nothing_held(table, words=words)
    columns = min(columns, len(panels))
    drawn = on_ground(table, outlines, key=key, width=(_ROOM - (columns - 1) * _GAP) / columns)
    sorted_in = _classes(panels, table, drawn, classes=classes, breaks=breaks)
    kinds = shading.class_kinds(sorted_in, no_data)
    kind_of = [kinds[i] for i in sorted_in.index]
    layers, height = _panels(list(panels), kind_of, drawn, boundary=boundary, columns=columns)
    heading = shading.measure(legend_title, unit)
    shown = shading.key_kinds(kinds[::-1], kind_of, counted=False)
    below, key_height = map_parts.key(
        shown, heading=heading, x=0, y=height + 8, width=_ROOM, across=True
    )
    spec = sheet([*layers, *below], words=words, margins=Margins(), height=height + 8 + key_height)
    each = shading.values_alt(
        table,
        sorted_in,
        areas=len(drawn.codes),
        heading=heading,
        no_data=no_data,
        title=words["title"],
    )
    said = f"{len(panels)} maps side by side: {listed(list(panels), 6)}"
    return picture(spec, table, words=words, alt=f"{each} {said}.")


def _stacked(panels: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Panels' rows under each other, with the panel's heading."""
    nothing = pl.DataFrame(schema={"panel": pl.String, "code": pl.String, "value": pl.Float64})
    rows = [
        frames.numbers(frame, "value").select(pl.lit(heading).alias("panel"), "code", "value")
        for heading, frame in panels.items()
        if frame.height
    ]
    return pl.concat(rows) if rows else nothing


def _classes(
    panels: Mapping[str, pl.DataFrame],
    table: pl.DataFrame,
    drawn: Drawn,
    *,
    classes: int,
    breaks: Sequence[float] | None,
) -> Classes:
    """Every panel's areas in turn, sorted into classes together."""
    values = {(panel, code): value for panel, code, value in table.iter_rows()}
    asked = [values.get((panel, code)) for panel in panels for code in drawn.codes]
    return classify(asked, classes=classes, breaks=breaks)


def _panels(
    headings: Sequence[str],
    kind_of: Sequence[Kind],
    drawn: Drawn,
    *,
    boundary: GeoJson | None,
    columns: int,
) -> tuple[list[Layer], float]:
    step = (_ROOM + _GAP) / columns
    heads = [wrap(heading, step - _GAP, style.TEXT, bold=True) for heading in headings]
    head_room = _HEAD_LINE * max(len(head) for head in heads) + 6
    row_height = head_room + drawn.ground.height + 14
    n = len(drawn.codes)
    layers: list[Layer] = []
    for i, head in enumerate(heads):
        row, column = divmod(i, columns)
        x, y = column * step, row * row_height
        own = kind_of[i * n : (i + 1) * n]
        shapes = geometry.moved(drawn.shapes, x, y + head_room)
        said = [{"x": x, "y": y + _HEAD_LINE * m, "text": line} for m, line in enumerate(head)]
        layers += [
            texts(said, bold=True, name="panel_heading"),
            *map_parts.areas(drawn.codes, shapes, own, name=f"panel_{i + 1}_areas"),
            *map_parts.boundary(boundary, drawn.ground, dx=x, dy=y + head_room),
        ]
    bottom = (len(headings) - 1) // columns * row_height + head_room + drawn.ground.height
    layers += map_parts.scale_bar(drawn.ground, x=0, y=bottom + 18)
    return layers, bottom + SCALE_ROOM
