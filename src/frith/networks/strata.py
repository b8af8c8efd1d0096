"""Places and half-years put together so that people in one stratum could in fact have met.

The chance that two people are recorded together is only fair among people who could meet. Places
with few occasions are joined to their neighbours: along a Hilbert curve through the middle of their
events where points are known; else in the order of the larger area the lookups give them, then of
their codes (codes issued together mostly lie together). A place with too many is cut by its events'
points; without points it is cut in time, with a warning, or left out as too coarse.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.networks.defaults import COARSE_TIMES, STRATUM_MAX, STRATUM_MIN, USABLE_SHARE
from frith.networks.fingerprint import Ints
from frith.results import Flag, Severity

HILBERT_ORDER = 16
HALF_YEARS = 2
POINTS_SHARE = 0.8
"""A place is cut by points where at least this share of its occasions has one."""


@dataclass(frozen=True, kw_only=True)
class Strata:
    """Each occasion's stratum (-1: not used, `why` says so), or the reasons why there are none."""

    of_occasion: Ints
    why: pl.Series
    flags: tuple[Flag, ...] = ()
    reasons: tuple[Flag, ...] = field(default=())

    @property
    def count(self) -> int:
        """How many strata there are."""
        return int(self.of_occasion.max(initial=-1)) + 1


def strata(
    table: pl.DataFrame,
    *,
    lookups: pl.DataFrame | None = None,
    smallest: int = STRATUM_MIN,
    largest: int = STRATUM_MAX,
) -> Strata:
    """Strata of `smallest` to `largest` occasions, or why the records do not allow any.

    `table`: one row an occasion of two or more suspects, with first (datetime), area, longitude,
    latitude. `lookups`: from_code, to_code, share, used only for the order of neighbours. Returns
    reasons (nothing is estimated) where there are fewer than `smallest` occasions, where places
    are missing or all one, or where most occasions lie in places too coarse to say who could meet.
    """
    n = table.height
    if n < smallest:
        text = (
            f"There are {n} occasions with two or more suspects; {smallest} are needed before "
            "chance can be told from association."
        )
        return _none(n, "too-few-occasions", text)
    half = _half_year(table["first"])
    unit, names = _units(table, half, largest)
    if np.unique(unit[unit >= 0]).size < 2:
        known = int((unit >= 0).sum())
        text = (
            "No occasion has a place."
            if known == 0
            else f"All {known:,} occasions with a place have the same one ({names[unit.max()]})."
        )
        return _none(
            n,
            "no-places",
            f"{text} People mix within places, so without them chance "
            "meetings cannot be told from association. Give finer areas, such as LSOAs.",
        )
    fine, flags, why = _usable(unit, half, names, largest)
    if fine.sum() < max(smallest, USABLE_SHARE * n):
        text = (
            f"Only {fine.sum():,} of {n:,} occasions have a place fine enough to say who could "
            f"meet (at most {COARSE_TIMES * largest:,} occasions a half-year). Give finer areas."
        )
        return _none(n, "places-too-coarse", text)
    of_occasion = np.full(n, -1, dtype=np.int64)
    order = _neighbour_order(table, unit, names, lookups)
    of_occasion[fine] = _windows(order[unit[fine]], half[fine], smallest, largest)
    return Strata(of_occasion=of_occasion, why=why, flags=flags)


def _none(n: int, code: str, text: str) -> Strata:
    return Strata(
        of_occasion=np.full(n, -1, dtype=np.int64),
        why=pl.Series("why", [None] * n, dtype=pl.String),
        reasons=(Flag(code, f"Not enough information. {text}", Severity.REFUSE),),
    )


def _half_year(first: pl.Series) -> Ints:
    return (first.dt.year().cast(pl.Int64) * HALF_YEARS + (first.dt.month() > 6)).to_numpy()


def _units(table: pl.DataFrame, half: Ints, largest: int) -> tuple[Ints, list[str]]:
    """Each occasion's smallest known place: its area, or a cell of it where the area is too busy.

    Where no occasion at all has an area, cells are cut from the points alone.
    """
    area = table["area"]
    if area.null_count() == table.height:
        area = (
            pl.select(pl.when(table["longitude"].is_not_null()).then(pl.lit("(points)")))
            .to_series()
            .rename("area")
            if table["longitude"].null_count() < table.height
            else area
        )
    names = area.drop_nulls().unique().sort().to_list()
    code = area.replace_strict(names, range(len(names)), default=-1, return_dtype=pl.Int64)
    unit = code.fill_null(-1).to_numpy().copy()
    xy = _metres(table)
    windows = max(np.unique(half).size, 1)
    for u in np.flatnonzero(np.bincount(unit[unit >= 0]) > largest * windows):
        rows = np.flatnonzero(unit == u)
        known = rows[~np.isnan(xy[rows, 0])]
        if known.size < POINTS_SHARE * rows.size:
            continue
        cells = _cells(xy[known], largest * windows)
        unit[rows] = -1
        unit[known] = len(names) + cells
        names += [f"{names[u]} (cell {c + 1})" for c in range(int(cells.max()) + 1)]
    return unit, names


def _cells(xy: npt.NDArray[np.float64], most: int) -> Ints:
    """Halve at the median of the longer side until no cell holds more than `most`, or cannot."""
    cell = np.zeros(xy.shape[0], dtype=np.int64)
    waiting, done = [np.arange(xy.shape[0])], 0
    while waiting:
        rows = waiting.pop()
        side = int(np.argmax(np.ptp(xy[rows], axis=0)))
        low = xy[rows, side] < np.median(xy[rows, side])
        if rows.size > most and 0 < low.sum() < rows.size:
            waiting += [rows[~low], rows[low]]
        else:
            cell[rows] = done
            done += 1
    return cell


def _usable(
    unit: Ints, half: Ints, names: list[str], largest: int
) -> tuple[npt.NDArray[np.bool_], tuple[Flag, ...], pl.Series]:
    """Which occasions can be tested; flags; and for the others why not."""
    per_half = np.bincount(unit[unit >= 0], minlength=len(names)) / max(np.unique(half).size, 1)
    coarse = per_half > COARSE_TIMES * largest
    wide = (per_half > largest) & ~coarse
    missing = unit < 0
    lost = ~missing & coarse[np.maximum(unit, 0)]
    why = np.where(missing, "no place recorded", np.where(lost, "place too coarse", ""))
    flags = []
    if missing.any():
        text = f"{missing.sum():,} of {unit.size:,} occasions have no place and are not tested."
        flags.append(Flag("places-missing", text))
    if lost.any():
        text = (
            f"{lost.sum():,} of {unit.size:,} occasions lie in places too coarse to say who could "
            f"meet ({_some(names, coarse)}) and are not tested. Give finer areas or points."
        )
        flags.append(Flag("places-too-coarse", text))
    if wide.any():
        text = (
            f"{_some(names, wide)}: over {largest:,} occasions a half-year and no points to "
            "divide them; chance is understated there, so more groups may be false."
        )
        flags.append(Flag("places-coarse", text))
    series = pl.Series("why", why.tolist(), dtype=pl.String).replace("", None)
    return ~missing & ~lost, tuple(flags), series


def _some(names: list[str], chosen: npt.NDArray[np.bool_], shown: int = 3) -> str:
    found = [name for name, taken in zip(names, chosen, strict=True) if taken]
    more = f" and {len(found) - shown} more" if len(found) > shown else ""
    return ", ".join(found[:shown]) + more


def _metres(table: pl.DataFrame) -> npt.NDArray[np.float64]:
    """East and north, to the metre, near enough to say which places are neighbours."""
    lon, lat = (table[c].cast(pl.Float64).to_numpy() for c in ("longitude", "latitude"))
    here = ~np.isnan(lon) & ~np.isnan(lat)
    middle = np.cos(np.radians(np.median(lat[here]))) if here.any() else 1.0
    return np.round(np.column_stack([lon * 111_320.0 * middle, lat * 110_574.0]))


def _neighbour_order(
    table: pl.DataFrame, unit: Ints, names: list[str], lookups: pl.DataFrame | None
) -> Ints:
    """Each unit's rank in an order in which neighbours follow one another."""
    xy = _metres(table)
    here = (unit >= 0) & ~np.isnan(xy[:, 0])
    n = len(names)
    held = np.bincount(unit[here], minlength=n)
    used = np.bincount(unit[unit >= 0], minlength=n) > 0
    if (held[used] > 0).all():
        middle = (
            np.column_stack(
                [np.bincount(unit[here], weights=xy[here, s], minlength=n) for s in (0, 1)]
            )
            / np.maximum(held, 1)[:, None]
        )
        key = [(int(h), name) for h, name in zip(_hilbert(middle), names, strict=True)]
        return _ranks(key)
    parent = _parents(lookups)
    return _ranks([(parent.get(name, ""), name) for name in names])


def _ranks(keys: list[tuple[int, str]] | list[tuple[str, str]]) -> Ints:
    rank = np.empty(len(keys), dtype=np.int64)
    rank[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return rank


def _parents(lookups: pl.DataFrame | None) -> dict[str, str]:
    """The larger area that holds most of each code."""
    if lookups is None or lookups.is_empty():
        return {}
    best = lookups.sort("share", "to_code", descending=[True, False]).unique(
        "from_code", keep="first", maintain_order=True
    )
    return dict(zip(best["from_code"].to_list(), best["to_code"].to_list(), strict=True))


def _hilbert(middle: npt.NDArray[np.float64]) -> Ints:
    """Distance along a Hilbert curve (1891; iteration after Warren, Hacker's Delight, 2012)."""
    side = 1 << HILBERT_ORDER
    low, span = middle.min(axis=0), max(float(np.ptp(middle, axis=0).max()), 1.0)
    grid = np.minimum((middle - low) / span * side, side - 1).astype(np.int64)
    x, y = grid[:, 0].copy(), grid[:, 1].copy()
    d = np.zeros(x.size, dtype=np.int64)
    s = side // 2
    while s:
        rx, ry = ((x & s) > 0).astype(np.int64), ((y & s) > 0).astype(np.int64)
        d += s * s * ((3 * rx) ^ ry)
        flip = (ry == 0) & (rx == 1)
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(ry == 0, y, x), np.where(ry == 0, x, y)
        s //= 2
    return d


def _windows(rank: Ints, half: Ints, smallest: int, largest: int) -> Ints:
    """Half-years (joined while too few), each cut into runs of neighbouring places."""
    stratum = np.empty(rank.size, dtype=np.int64)
    halves, count = np.unique(half, return_counts=True)
    window = _runs(count, smallest)[np.searchsorted(halves, half)]
    made = 0
    for w in range(int(window.max()) + 1):
        rows = np.flatnonzero(window == w)
        places, place_count = np.unique(rank[rows], return_counts=True)
        run = _runs(place_count, smallest)[np.searchsorted(places, rank[rows])]
        stratum[rows] = made + run
        made += int(run.max()) + 1
    return _cut_in_time(stratum, largest)


def _runs(count: Ints, smallest: int) -> Ints:
    """Consecutive items joined into runs of at least `smallest`; a short tail joins the last."""
    run = np.empty(count.size, dtype=np.int64)
    number, held = 0, 0
    for at, more in enumerate(count.tolist()):
        run[at] = number
        held += more
        if held >= smallest:
            number, held = number + 1, 0
    if held and number:
        run[run == number] = number - 1
    return run


def _cut_in_time(stratum: Ints, largest: int) -> Ints:
    """Strata over `largest` cut into equal parts in the order of the rows: that of time."""
    sizes = np.bincount(stratum)
    parts = -(-sizes // largest)
    start = np.concatenate([[0], np.cumsum(parts)])
    order = np.argsort(stratum, kind="stable")
    position = np.empty(stratum.size, dtype=np.int64)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    position[order] = np.arange(stratum.size) - begins[stratum[order]]
    cut: Ints = start[stratum] + position * parts[stratum] // np.maximum(sizes[stratum], 1)
    return cut
