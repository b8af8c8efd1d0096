"""Small pictures for cards, drawn straight as SVG: when, who with whom, and where.

A document may hold hundreds of them; each takes a tenth of the bytes and a hundredth of the time of
a Vega-Lite drawing, so these have no specification. Like every picture they hold no script, no
style and no address, take their typeface from the page, and stand beside a table that says the
same.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

import polars as pl
import shapely

from frith.charts import style
from frith.charts.geometry import GeoJson, drawn, read_outlines
from frith.charts.picture import Picture
from frith.charts.words import listed, plural

STRIP_HEIGHT = 74.0
_EDGE = 14.0
_STRIP = style.WIDTH - 2 * _EDGE
_AXIS_Y = 50.0
_MARK = 7.0
_MOST_STACKED = 5
_LEAST_LABEL_PX = 74.0

MOST_DRAWN = 24
"""More people than this make a ring that nobody can read; the table says it all."""
_RING = 250.0
_NODE = 13.0
TIES = ("beyond chance", "could be chance", "once")
_TIE_STYLE: Mapping[str, tuple[str, float, str]] = {
    TIES[0]: (style.BLUE, 3.0, ""),
    TIES[1]: (style.BLUE, 1.2, ""),
    TIES[2]: (style.GREY, 1.0, "3 4"),
}

GROUND_WIDTH = 240.0
_RING_MARK = 8.0
MOST_OUTLINES = 2_000
"""Beyond this the outlines alone would be most of the file, and a neighbourhood a speck."""


def occasion_axis(start: date, end: date) -> str:
    """The axis of every `occasion_strip` from `start` to `end`, drawn once for a document."""
    rules, names = [f"M{_EDGE:g} {_AXIS_Y:g}h{_STRIP:g}"], []
    for tick, text in _ticks(start, end, _STRIP):
        at = _along(tick, start=start, end=end)
        rules.append(f"M{at:.1f} {_AXIS_Y:g}v5")
        anchor = "end" if at > _EDGE + _STRIP - 30 else "start" if at < _EDGE + 20 else "middle"
        names.append(_text(at, _AXIS_Y + 19, text, anchor=anchor))
    return _once(AXIS_ID, f'<path d="{"".join(rules)}" stroke="{style.RULE}"/>{"".join(names)}')


def occasion_strip(
    days: Sequence[date], *, start: date, end: date, name: str, title: str
) -> Picture:
    """A mark for each day of an occasion on the axis from `start` to `end`, stacked where it must.

    The axis, `occasion_axis` of the same days, is the whole period of the records, so that a gap is
    seen as one. A place on it is as wide as a mark.
    """
    stacked: dict[int, int] = {}
    marks = []
    for day in sorted(days):
        column = int(_along(day, start=start, end=end) // _MARK)
        level = stacked[column] = stacked.get(column, -1) + 1
        y = _AXIS_Y - 7 - min(level, _MOST_STACKED) * 8
        marks.append(f"M{(column + 0.5) * _MARK:g} {y:g}h0")
    parts = [
        f'<use href="#{AXIS_ID}"/>',
        f'<path d="{"".join(marks)}" stroke="{style.BLUE}" stroke-width="{_MARK:g}" '
        'stroke-linecap="round"/>',
    ]
    said = f"{plural(len(days), 'occasion')} from {_long(min(days))} to {_long(max(days))}"
    alt = f"{said}, on an axis from {_long(start)} to {_long(end)}. The table lists each."
    table = pl.DataFrame({"day": sorted(days)})
    return _sketch(
        parts, width=style.WIDTH, height=STRIP_HEIGHT, name=name, title=title, alt=alt, table=table
    )


def _along(day: date, *, start: date, end: date) -> float:
    """Where a day stands on the axis."""
    return _EDGE + _STRIP * (day - start).days / max((end - start).days, 1)


def ties_key() -> str:
    """What the strokes of every `ties_ring` mean, drawn once for a document."""
    parts = []
    for row, kind in enumerate(TIES):
        y = 30 + 24 * row
        parts.append(_strokes(kind, [f"M{_RING + 30:g} {y}h32"]))
        parts.append(_text(_RING + 72, y + 4, f"Together: {kind}"))
    return _once(KEY_ID, "".join(parts))


def ties_ring(
    people: Sequence[str], ties: Sequence[tuple[str, str, str]], *, name: str, title: str
) -> Picture | None:
    """People on a ring, all of one size, with their ties; None for more than `MOST_DRAWN` people.

    `ties_key` stands once in the document.

    `people`: short labels, in the order of the ring, which means nothing. `ties`: two labels and
    one of `TIES`. No size, place or colour sets anybody apart.
    """
    if len(people) > MOST_DRAWN or len(people) < 2:
        return None
    middle, radius = _RING / 2, _RING / 2 - _NODE - 4
    at = {
        label: (
            middle + radius * math.sin(2 * math.pi * i / len(people)),
            middle - radius * math.cos(2 * math.pi * i / len(people)),
        )
        for i, label in enumerate(people)
    }
    lines: dict[str, list[str]] = {kind: [] for kind in TIES}
    for left, right, kind in ties:
        (x1, y1), (x2, y2) = at[left], at[right]
        lines[kind].append(f"M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}")
    parts = [_strokes(kind, lines[kind]) for kind in reversed(TIES) if lines[kind]]
    nodes = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in at.values())
    parts += [
        f'<g stroke-linecap="round"><path d="{nodes}" stroke="{style.INK}" '
        f'stroke-width="{2 * _NODE + 1.5:g}"/><path d="{nodes}" stroke="{style.PAPER}" '
        f'stroke-width="{2 * _NODE - 1.5:g}"/></g>',
        f'<g text-anchor="middle" font-weight="bold">{_letters(at)}</g>',
        f'<use href="#{KEY_ID}"/>',
    ]
    counts = [f"{sum(of == kind for *_, of in ties)} {kind}" for kind in TIES]
    alt = f"{len(people)} people; ties: {'; '.join(counts)}. The table lists each tie."
    table = pl.DataFrame(ties, schema=["left", "right", "tie"], orient="row")
    return _sketch(
        parts, width=style.WIDTH, height=_RING, name=name, title=title, alt=alt, table=table
    )


def _letters(at: Mapping[str, tuple[float, float]]) -> str:
    """Labels in their places: in one text where each is one letter, which takes few bytes."""
    if any(len(label) > 1 for label in at):
        return "".join(_text(round(x), round(y) + 4, label) for label, (x, y) in at.items())
    across = " ".join(f"{x:.0f}" for x, _ in at.values())
    down = " ".join(f"{y + 4:.0f}" for _, y in at.values())
    return f'<text x="{across}" y="{down}">{escape("".join(at))}</text>'


@dataclass(frozen=True, kw_only=True)
class AreaGround:
    """Outlines drawn once for a document, and where each area lies on them.

    `symbol` goes into the document once; every `map_of` refers to it by its identifier.
    """

    symbol: str
    ids: Mapping[str, str]
    middles: Mapping[str, tuple[float, float]]
    width: float
    height: float

    def map_of(
        self, codes: Collection[str], *, names: Mapping[str, str], name: str, title: str
    ) -> Picture | None:
        """The ground with these areas filled and ringed; None where none has an outline.

        The ring is there so that a small area is seen.
        """
        here = [code for code in sorted(set(codes)) if code in self.ids]
        if not here:
            return None
        shapes = "".join(f'<use href="#{self.ids[code]}"/>' for code in here)
        rings = "".join(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{_RING_MARK:g}"/>'
            for x, y in (self.middles[code] for code in here)
        )
        parts = [
            f'<use href="#{GROUND_ID}"/>',
            f'<g fill="{style.BLUE}" stroke="{style.PAPER}" stroke-width=".5">{shapes}</g>',
            f'<g fill="none" stroke="{style.INK}">{rings}</g>',
        ]
        said = listed([names.get(code, code) for code in here], 12)
        missing = len(set(codes)) - len(here)
        lost = f" {plural(missing, 'area')} without an outline." if missing else ""
        alt = f"{plural(len(here), 'area')} filled: {said}.{lost} The table gives the counts."
        table = pl.DataFrame({"code": here})
        return _sketch(
            parts,
            width=self.width,
            height=self.height,
            name=name,
            title=title,
            alt=alt,
            table=table,
        )


GROUND_ID = "ground-of-areas"
AXIS_ID, KEY_ID = "axis-of-time", "key-of-ties"


def area_ground(outlines: GeoJson, *, key: str = "code") -> AreaGround | None:
    """The outlines of areas as one drawing; None without outlines or with too many to be seen."""
    features = outlines["features"]
    if not features or len(features) > MOST_OUTLINES:
        return None
    codes = [str(one["properties"][key]) for one in features]
    sheet = drawn(
        read_outlines(outlines, key=key, codes=codes), width=GROUND_WIDTH, tallest=GROUND_WIDTH
    )
    ids = {code: f"area-{n}" for n, code in enumerate(sheet.codes)}
    whole = "".join(
        f'<path id="{ids[code]}" d="{_path(shape)}"/>'
        for code, shape in zip(sheet.codes, sheet.shapes.tolist(), strict=True)
    )
    # Each outline takes its colours from where it is used, so the ground states them round all.
    ground = f'<g fill="{style.BAND}" stroke="{style.RULE}" stroke-width="0.4">{{}}</g>'
    drawn_once = "".join(f'<use href="#{one}"/>' for one in ids.values())
    symbol = _once(GROUND_ID, ground.format(drawn_once), beside=whole)
    middles = shapely.get_coordinates(shapely.point_on_surface(sheet.shapes)).tolist()
    return AreaGround(
        symbol=symbol,
        ids=ids,
        middles={code: (x, y) for code, (x, y) in zip(sheet.codes, middles, strict=True)},
        width=sheet.ground.width,
        height=sheet.ground.height,
    )


def _once(name: str, drawing: str, *, beside: str = "") -> str:
    """A drawing that pictures of a document refer to by its name."""
    return (
        '<svg width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        f'{beside}<g id="{name}">{drawing}</g></defs></svg>'
    )


def _path(shape: shapely.Geometry) -> str:
    """A polygon's rings as an SVG path, to a tenth of a pixel."""
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = shapely.get_coordinates(ring)[:-1]
            rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + "Z")
    return "".join(rings)


def _ticks(start: date, end: date, width: float) -> list[tuple[date, str]]:
    """Firsts of months, as many as have room for their names."""
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    months = max(last - first, 1)
    step = next((s for s in (1, 3, 6, 12, 24, 60) if width * s / months >= _LEAST_LABEL_PX), months)
    ticks = [date(m // 12, m % 12 + 1, 1) for m in range(first, last + 1) if m % step == 0]
    return [(tick, f"{tick:%b %Y}") for tick in ticks if start <= tick <= end]


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _strokes(kind: str, lines: Sequence[str]) -> str:
    colour, thick, dash = _TIE_STYLE[kind]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{"".join(lines)}" stroke="{colour}" stroke-width="{thick:g}"{dashed}/>'


def _text(x: float, y: float, text: str, *, anchor: str = "") -> str:
    anchored = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{round(x)}" y="{round(y)}"{anchored}>{escape(text)}</text>'


def _sketch(
    parts: Sequence[str],
    *,
    width: float,
    height: float,
    name: str,
    title: str,
    alt: str,
    table: pl.DataFrame,
) -> Picture:
    svg = (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'font-size="{style.SMALL:g}" fill="{style.INK}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(parts)}</svg>"
    )
    return Picture(name=name, title=title, svg=svg, spec={}, table=table, alt=alt, source="")
