"""Where place names go on a map: the largest first, none over another, none off the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from frith.charts import style
from frith.charts.words import text_width

_OFF_DOT = 5.0
_PAD = 2.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in pixels; places of unknown population come last."""

    name: str
    x: float
    y: float
    population: float = 0.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name with its dot at (`x`, `y`) and its text box's left edge and middle."""

    spot: Spot
    text_x: float
    text_y: float


Box = tuple[float, float, float, float]


def placed(
    spots: Iterable[Spot], *, width: float, height: float, most: int, size: float = style.SMALL
) -> list[Label]:
    """Labels for up to `most` places by population, each beside its dot where nothing stands yet.

    A place whose name fits nowhere is passed over and the next one tried: greedy placement over
    four positions, after Christensen, Marks and Shieber (1995).
    """
    taken: list[Box] = []
    labels: list[Label] = []
    for spot in sorted(spots, key=lambda s: (-s.population, s.name)):
        if len(labels) == most:
            break
        for x, y in _positions(spot, size):
            box = (x, y - size / 2, x + text_width(spot.name, size), y + size / 2)
            if _inside(box, width, height) and not any(_meet(box, other) for other in taken):
                labels.append(Label(spot, x, y))
                taken += [box, (spot.x - 3, spot.y - 3, spot.x + 3, spot.y + 3)]
                break
    return labels


def _positions(spot: Spot, size: float) -> list[tuple[float, float]]:
    """Right, left, above, below."""
    across = text_width(spot.name, size)
    middle = spot.x - across / 2
    lift = size / 2 + _OFF_DOT
    return [
        (spot.x + _OFF_DOT, spot.y),
        (spot.x - _OFF_DOT - across, spot.y),
        (middle, spot.y - lift),
        (middle, spot.y + lift),
    ]


def _inside(box: Box, width: float, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height


def _meet(a: Box, b: Box) -> bool:
    return a[0] - _PAD < b[2] and b[0] - _PAD < a[2] and a[1] - _PAD < b[3] and b[1] - _PAD < a[3]
