"""Where things stand on a server-drawn picture: points on a map, neighbours in a link chart.

Pictures are drawn here and not by a script, so that they print, need no other host and obey the
page's policy. Each stands beside a table or list that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

WIDTH, HEIGHT, EDGE = 720, 480, 30
MOST_NODES = 500
"""A chart of more is a ball of wool; the list says that there are more."""
METRES_A_DEGREE = 111_320
"""Of latitude: a sixtieth of it is a nautical mile, near enough for a bar on a sketch."""
FEWEST_DEGREES = 0.001
"""About a hundred metres: one point alone is not blown up to fill the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A place on a map: where it is drawn, how many records, and its number in the table."""

    x: float
    y: float
    radius: float
    number: int
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point to be drawn. `longitude` and `latitude` in degrees, WGS 84."""

    longitude: float
    latitude: float
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The bar that says how far is how far: how long it is drawn, where, and its words."""

    length: float
    y: float
    words: str


def on_map(places: Sequence[Place]) -> tuple[list[Dot], Bar | None]:
    """Places as dots, north up and to scale, the area of a dot in proportion to its count."""
    if not places:
        return [], None
    west, east = _ends(one.longitude for one in places)
    south, north = _ends(one.latitude for one in places)
    # One degree of longitude is shorter than one of latitude, by the cosine of the latitude.
    narrower = cos(radians((south + north) / 2))
    scale = min(
        (WIDTH - 2 * EDGE) / ((east - west) * narrower), (HEIGHT - 2 * EDGE) / (north - south)
    )
    most = max(one.count for one in places)
    dots = [
        Dot(
            x=round(WIDTH / 2 + (one.longitude - (west + east) / 2) * narrower * scale, 1),
            y=round(HEIGHT / 2 - (one.latitude - (south + north) / 2) * scale, 1),
            radius=round(4 + 12 * (one.count / most) ** 0.5, 1),
            number=number,
            label=one.label,
            count=one.count,
            href=one.href,
        )
        for number, one in enumerate(places, start=1)
    ]
    return dots, _bar(scale / METRES_A_DEGREE)


def _bar(pixels_a_metre: float) -> Bar:
    """The longest round distance that fits into a quarter of the picture."""
    rounds = (step * 10**power for power in range(7) for step in (1, 2, 5))
    metres = max(one for one in rounds if one == 1 or one * pixels_a_metre <= WIDTH / 4)
    words = f"{metres // 1000:,} km" if metres >= 1000 else f"{metres} m"
    return Bar(length=round(metres * pixels_a_metre, 1), y=HEIGHT - 16, words=words)


def _ends(values: Iterable[float]) -> tuple[float, float]:
    held = list(values)
    low, high = min(held), max(held)
    room = max(FEWEST_DEGREES - (high - low), 0) / 2
    return low - room, high + room


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One thing on a link chart."""

    key: str
    label: str
    sort: str
    """nominal, event or object: the shape it is drawn in."""
    href: str
    x: float = 0.0
    y: float = 0.0

    @property
    def words_dy(self) -> int:
        """How far below it its words stand: on the side away from the middle, clear of lines."""
        return 30 if self.y >= HEIGHT / 2 else -18


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One link: between what, and what it says."""

    start: str
    end: str

    x1: float
    y1: float
    x2: float
    y2: float
    words: str


def in_rings(
    centre: Node,
    first: Sequence[Node],
    second: Sequence[Node],
    links: Iterable[tuple[str, str, str]],
) -> tuple[list[Node], list[Line]]:
    """A thing in the middle, what it was recorded with round it, and what was opened outside."""
    placed = [_at(centre, x=WIDTH / 2, y=HEIGHT / 2)]
    for ring, share in ((first, 0.55), (second, 1.0)):
        for number, one in enumerate(ring):
            angle = 2 * pi * number / len(ring) - pi / 2
            placed.append(
                _at(
                    one,
                    x=WIDTH / 2 + cos(angle) * share * (WIDTH / 2 - 2 * EDGE),
                    y=HEIGHT / 2 + sin(angle) * share * (HEIGHT / 2 - EDGE),
                )
            )
    of = {one.key: one for one in placed[:MOST_NODES]}
    lines = [
        Line(
            start=of[a].label,
            end=of[b].label,
            x1=of[a].x,
            y1=of[a].y,
            x2=of[b].x,
            y2=of[b].y,
            words=words,
        )
        for a, b, words in links
        if a in of and b in of
    ]
    return list(of.values()), lines


def _at(one: Node, *, x: float, y: float) -> Node:
    return Node(
        key=one.key, label=one.label, sort=one.sort, href=one.href, x=round(x, 1), y=round(y, 1)
    )
