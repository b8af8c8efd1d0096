"""The borough's areas: small areas of two vintages, middle areas and wards, codes and names."""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np

from frith.borough.draws import Floats, Ints, Texts, labels
from frith.borough.mark import AREA_NAME
from frith.borough.outline import Ground, lay_ground
from frith.borough.vintages import Vintages, make_vintages
from frith.borough.words import table

PEOPLE_PER_LSOA = 1_500
LSOAS_PER_MSOA = 5.0
LSOAS_PER_WARD = 6.8
MIN_LSOAS = 8
"""Fewer would leave nothing to map; a borough of 2,000 has small areas of 250."""
LAD_CODE = "E99080001"
"""No real area has a code that starts with E99 and goes on so: the register of geographic codes
keeps E99999999 for "no code" and issues nothing else under E99."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Areas 0…n-1 are the lsoa21 areas; `msoa` and `ward` say which larger one each lies in."""

    ground: Ground
    vintages: Vintages
    names: Texts
    msoa: Ints
    msoa_codes: Texts
    msoa_names: Texts
    ward: Ints
    ward_codes: Texts
    ward_names: Texts

    @property
    def codes(self) -> Texts:
        """Codes of the lsoa21 areas."""
        return self.vintages.codes

    @property
    def areas(self) -> int:
        """How many lsoa21 areas there are."""
        return int(self.names.size)

    @property
    def centre(self) -> int:
        """The area nearest the middle of the town."""
        gap = np.hypot(*(self.ground.centres - self.ground.towns[0]).T)
        return int(np.argmin(gap))

    def beside(self, chosen: Ints) -> Ints:
        """Areas that border `chosen` and are not among them."""
        inside = np.zeros(self.areas, dtype=bool)
        inside[chosen] = True
        left, right = self.ground.left, self.ground.right
        near = np.union1d(right[inside[left]], left[inside[right]])
        return near[~inside[near]]

    def patch(self, start: int, *, size: int) -> Ints:
        """`start` and areas round it, grown neighbour by neighbour to `size`."""
        chosen = np.array([start], dtype=np.int64)
        while chosen.size < size and (near := self.beside(chosen)).size:
            gap = np.hypot(*(self.ground.centres[near] - self.ground.centres[start]).T)
            chosen = np.append(chosen, near[np.argmin(gap)])
        return np.sort(chosen)


def make_place(rng: np.random.Generator, *, people: int) -> Place:
    """Ground, areas, middle areas and wards for so many people."""
    areas = max(MIN_LSOAS, round(people / PEOPLE_PER_LSOA))
    ground = lay_ground(rng, people=people, areas=areas)
    msoas, wards = max(2, round(areas / LSOAS_PER_MSOA)), max(2, round(areas / LSOAS_PER_WARD))
    msoa = gathered(ground.centres, groups=msoas, turn=rng.uniform(0, np.pi))
    ward = gathered(ground.centres, groups=wards, turn=rng.uniform(0, np.pi))
    names = _lsoa_names(msoa)
    return Place(
        ground=ground,
        vintages=make_vintages(rng, ground, names),
        names=names,
        msoa=msoa,
        msoa_codes=labels("E9902", np.arange(msoas) + 1, width=4),
        msoa_names=np.array([f"{AREA_NAME} {n + 1:03d}" for n in range(msoas)], dtype=object),
        ward=ward,
        ward_codes=labels("E9905", np.arange(wards) + 1, width=4),
        ward_names=_ward_names(rng, wards),
    )


def gathered(points: Floats, *, groups: int, turn: float) -> Ints:
    """Points in `groups` compact groups of like number: halved again and again, crosswise."""
    found = np.zeros(len(points), dtype=np.int64)
    if groups < 2:
        return found
    along = points @ np.array([np.cos(turn), np.sin(turn)])
    order = np.argsort(along, kind="stable")
    lower = groups // 2
    cut = round(len(points) * lower / groups)
    first, second = order[:cut], order[cut:]
    found[first] = gathered(points[first], groups=lower, turn=turn + np.pi / 2)
    found[second] = lower + gathered(points[second], groups=groups - lower, turn=turn + np.pi / 2)
    return found


def _lsoa_names(msoa: Ints) -> Texts:
    """`Place 001A` as the ONS names them: number of the middle area and a letter."""
    letters = string.ascii_uppercase
    seen: dict[int, int] = {}
    names = []
    for group in msoa.tolist():
        at = seen.get(group, 0)
        seen[group] = at + 1
        names.append(f"{AREA_NAME} {group + 1:03d}{letters[at % 26]}{at // 26 or ''}")
    return np.array(names, dtype=object)


def _ward_names(rng: np.random.Generator, wards: int) -> Texts:
    """Invented names, each used once while they last."""
    words = table("places.toml")
    every = [f"{first}{last}" for first in words["first"][1:] for last in words["last"]]
    order = rng.permutation(len(every))
    chosen = [(every[order[n % len(every)]], n // len(every)) for n in range(wards)]
    return np.array([f"{name} {again + 1}" if again else name for name, again in chosen], object)
