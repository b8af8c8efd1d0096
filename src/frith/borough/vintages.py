"""Two vintages of small areas: some were split, some merged, most stayed; and the lookups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import shapely
from shapely.geometry import LineString
from shapely.ops import split

from frith.borough.draws import Floats, Ints, Texts

if TYPE_CHECKING:
    from frith.borough.outline import Ground
    from frith.borough.place import Place

SPLIT_SHARE, MERGED_SHARE = 0.042, 0.012
"""Of Rotherham's 167 areas of 2011, 7 were split and 2 merged in 2021 (ONS exact-fit lookup)."""
LSOA_PREFIX = "E9901"


@dataclass(frozen=True, kw_only=True)
class Vintages:
    """Codes of today's areas; the areas of 2011; and the pairs `pair_old`, `pair_new` between them.

    Areas that did not change keep their code in both vintages, as the ONS has it; those that
    changed carry a code that the other vintage has not.
    """

    codes: Texts
    old_codes: Texts
    old_names: Texts
    old_cells: Texts
    pair_old: Ints
    pair_new: Ints


@dataclass
class _Register:
    """Areas of 2011 while they are worked out from today's."""

    codes: list[str]
    old_codes: list[str]
    old_names: list[str]
    old_cells: list[shapely.Geometry]
    pair_old: list[int]
    pair_new: list[int]
    next_number: int

    def fresh(self) -> str:
        """A code no area has had."""
        self.next_number += 1
        return f"{LSOA_PREFIX}{self.next_number - 1:04d}"


def make_vintages(rng: np.random.Generator, ground: Ground, names: Texts) -> Vintages:
    """Today's areas made to look back: some pairs were one, some single areas were two."""
    areas = names.size
    codes = [f"{LSOA_PREFIX}{at + 1:04d}" for at in range(areas)]
    every = list(range(areas))
    register = _Register(
        codes=codes,
        old_codes=list(codes),
        old_names=names.tolist(),
        old_cells=list(ground.cells),
        pair_old=list(every),
        pair_new=list(every),
        next_number=areas + 1,
    )
    whole = _join(rng, ground, register, pairs=max(1, round(SPLIT_SHARE * areas)))
    halved = rng.choice(np.flatnonzero(whole), max(1, round(MERGED_SHARE * areas)), replace=False)
    for area in halved.tolist():
        _halve(rng, ground.cells[area], register, area)
    used = np.unique(register.pair_old)  # the second of a joined pair had no area of its own
    return Vintages(
        codes=np.array(register.codes, dtype=object),
        old_codes=np.array(register.old_codes, dtype=object)[used],
        old_names=np.array(register.old_names, dtype=object)[used],
        old_cells=np.array(register.old_cells, dtype=object)[used],
        pair_old=np.searchsorted(used, register.pair_old).astype(np.int64),
        pair_new=np.array(register.pair_new, dtype=np.int64),
    )


def _join(
    rng: np.random.Generator, ground: Ground, register: _Register, *, pairs: int
) -> np.ndarray:
    """Some neighbours of today were one area in 2011; true for areas left as they were."""
    whole = np.ones(len(register.codes), dtype=bool)
    for pair in rng.permutation(ground.left.size).tolist():
        a, b = int(ground.left[pair]), int(ground.right[pair])
        if pairs and whole[a] and whole[b]:
            whole[[a, b]] = False
            register.old_cells[a] = shapely.union(ground.cells[a], ground.cells[b])
            register.pair_old[b] = a
            register.codes[a], register.codes[b] = register.fresh(), register.fresh()
            pairs -= 1
    return whole


def _halve(rng: np.random.Generator, cell: shapely.Polygon, register: _Register, area: int) -> None:
    """An area of today was two in 2011, one on each side of a line through its middle."""
    turn, middle = rng.uniform(0, np.pi), np.array([cell.centroid.x, cell.centroid.y])
    reach = np.array([np.cos(turn), np.sin(turn)]) * cell.length
    parts = shapely.get_parts(split(cell, LineString([middle - reach, middle + reach])))
    register.old_cells[area] = parts[0]
    register.old_cells.append(shapely.union_all(parts[1:]))
    register.old_codes.append(register.fresh())
    register.old_names.append(f"{register.old_names[area]} (part)")
    register.pair_old.append(len(register.old_cells) - 1)
    register.pair_new.append(area)
    register.codes[area] = register.fresh()


def shares(place: Place, residents: Floats) -> Floats:
    """For each pair, the share of the old area's residents who live in the new one."""
    vintages = place.vintages
    new = place.ground.cells[vintages.pair_new]
    overlap = shapely.area(shapely.intersection(vintages.old_cells[vintages.pair_old], new))
    lives = overlap / shapely.area(new) * residents[vintages.pair_new]
    total = np.bincount(vintages.pair_old, lives, minlength=vintages.old_codes.size)
    share: Floats = np.round(lives / total[vintages.pair_old], 6)
    return share


def lookups(place: Place, residents: Floats, *, lad: str) -> pl.DataFrame:
    """The `lookups` table: lsoa11 to lsoa21 by share of residents, and small areas upwards."""
    vintages, codes = place.vintages, place.codes
    share = shares(place, residents)
    parts = [
        (vintages.old_codes[vintages.pair_old], "lsoa11", codes[vintages.pair_new], "lsoa21", share)
    ]
    for below, vintage, above, larger in (
        (codes, "lsoa21", place.msoa_codes[place.msoa], "msoa21"),
        (codes, "lsoa21", place.ward_codes[place.ward], "ward24"),
        (codes, "lsoa21", np.full(codes.size, lad, object), "lad24"),
        (place.msoa_codes, "msoa21", np.full(place.msoa_codes.size, lad, object), "lad24"),
        (place.ward_codes, "ward24", np.full(place.ward_codes.size, lad, object), "lad24"),
    ):
        parts.append((below, vintage, above, larger, np.ones(below.size)))
    return pl.concat(
        pl.DataFrame(
            {"from_code": below.tolist(), "to_code": above.tolist(), "share": part}
        ).select(
            "from_code",
            pl.lit(vintage).alias("from_vintage"),
            "to_code",
            pl.lit(larger).alias("to_vintage"),
            "share",
        )
        for below, vintage, above, larger, part in parts
    )
