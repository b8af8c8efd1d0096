"""Streets within the areas, addresses along them, postcodes that can never be issued."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from frith.borough.draws import Floats, Ints, Texts, labels
from frith.borough.outline import to_degrees
from frith.borough.place import Place
from frith.borough.words import table

ADDRESSES_PER_STREET = 42
VACANT_SHARE = 0.03
POSTCODE_AREA = "QX"
"""Q, V and X never stand first in a postcode (Royal Mail, Programmers' Guide to the PAF)."""
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # a postcode's last letters are never C, I, K, M, O or V
EDGE_M = 12.0
SET_BACK_M = 8.0
"""Streets end 12 m inside their area and houses stand 8 m off, so every address is in its area."""


@dataclass(frozen=True, kw_only=True)
class Streets:
    """A row a street, and a row an address along one."""

    name: Texts
    area: Ints
    ends: Floats  # (streets, 2 ends, 2 metres)
    address_street: Ints
    address_area: Ints
    address_text: Texts
    address_postcode: Texts
    address_id: Texts
    address_point: Floats  # metres


def make_streets(rng: np.random.Generator, place: Place, *, homes: Ints) -> Streets:
    """Streets and addresses for so many `homes` in each area."""
    wanted = np.ceil(homes * (1 + VACANT_SHARE)).astype(np.int64) + 1
    per_area = np.maximum(4, wanted // ADDRESSES_PER_STREET)
    area = np.repeat(np.arange(place.areas), per_area)
    ends = _lines(rng, place, area)
    name = _names(rng, area.size)
    address_area = np.repeat(np.arange(place.areas), wanted)
    first = np.cumsum(per_area) - per_area
    street = first[address_area] + rng.integers(0, per_area[address_area])
    order = np.lexsort((street, address_area))
    street = street[order]
    number = _house_numbers(street)
    point = _points(rng, ends[street], number=number, per_street=np.bincount(street))
    locality = place.ward_names[place.ward[address_area]]
    text = np.array(
        [
            f"{n} {s}, {w}"
            for n, s, w in zip(
                number.tolist(), name[street].tolist(), locality.tolist(), strict=True
            )
        ],
        dtype=object,
    )
    return Streets(
        name=name,
        area=area,
        ends=ends,
        address_street=street,
        address_area=address_area,
        address_text=text,
        address_postcode=_postcodes(place, address_area, street),
        address_id=labels("SYN-UPRN-", rng.permutation(street.size) + 1, width=7),
        address_point=point,
    )


def _lines(rng: np.random.Generator, place: Place, area: Ints) -> Floats:
    """A line for each street through a point near the middle of its area, in two directions."""
    cells = place.ground.cells
    inner = shapely.buffer(cells, -EDGE_M)
    middles = np.column_stack([shapely.get_x(c := shapely.centroid(inner)), shapely.get_y(c)])
    spread = np.sqrt(shapely.area(inner)) * 0.2
    through = middles[area] + rng.normal(0, 1, (area.size, 2)) * spread[area, None]
    outside = ~shapely.contains_xy(inner[area], through[:, 0], through[:, 1])
    through[outside] = middles[area[outside]]
    turn = rng.uniform(0, np.pi, place.areas)[area] + (rng.random(area.size) < 0.5) * np.pi / 2
    turn = turn + rng.normal(0, 0.12, area.size)
    half = np.minimum(spread[area], 220) * rng.uniform(0.6, 1.4, area.size)
    step = np.column_stack([np.cos(turn), np.sin(turn)]) * half[:, None]
    lines = shapely.linestrings(np.stack([through - step, through + step], axis=1))
    clipped = shapely.intersection(lines, inner[area])
    longest = [max(shapely.get_parts(shape), key=shapely.length) for shape in clipped]
    return np.stack([shapely.get_coordinates(line)[[0, -1]] for line in longest])


def _names(rng: np.random.Generator, streets: int) -> Texts:
    """Invented names; in a large borough two streets may share one, as in life."""
    words = table("places.toml")
    every = [f"{stem} {kind}" for stem in words["street_stems"] for kind in words["street_types"]]
    order = rng.permutation(len(every))
    return np.array([every[order[n % len(every)]] for n in range(streets)], dtype=object)


def _house_numbers(street: Ints) -> Ints:
    """1, 2, 3 … along each street; `street` is sorted."""
    starts = np.searchsorted(street, np.arange(street.max() + 1))
    return np.arange(street.size) - starts[street] + 1


def _points(rng: np.random.Generator, ends: Floats, *, number: Ints, per_street: Ints) -> Floats:
    """Where each address stands: evenly along its street, set back to one side."""
    count = np.repeat(per_street[per_street > 0], per_street[per_street > 0])
    along = (number - rng.uniform(0.2, 0.8, number.size)) / count
    start, step = ends[:, 0], ends[:, 1] - ends[:, 0]
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
    side = np.where(number % 2 == 0, 1.0, -1.0) * SET_BACK_M / length
    across = np.column_stack([-step[:, 1], step[:, 0]])
    points: Floats = start + along[:, None] * step + side[:, None] * across
    return points


def _postcodes(place: Place, area: Ints, street: Ints) -> Texts:
    """One postcode a street: QX, the ward, the area in the ward, and two letters."""
    within_ward = np.zeros(place.areas, dtype=np.int64)
    for ward in range(place.ward_codes.size):
        inside = np.flatnonzero(place.ward == ward)
        within_ward[inside] = np.arange(inside.size)
    pairs = [first + second for first in UNIT_LETTERS for second in UNIT_LETTERS]
    number = street % len(pairs)
    return np.array(
        [
            f"{POSTCODE_AREA}{w + 1} {a % 10}{pairs[n]}"
            for w, a, n in zip(
                place.ward[area].tolist(), within_ward[area].tolist(), number.tolist(), strict=True
            )
        ],
        dtype=object,
    )


def street_features(streets: Streets) -> list[dict[str, object]]:
    """GeoJSON features of the streets."""
    degrees = to_degrees(streets.ends)
    return [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for name, line in zip(streets.name.tolist(), degrees.tolist(), strict=True)
    ]
