"""Trend of hot spots: which are new, growing, steady or fading, and not before there is history.

Sources: Mann–Kendall on Gi* series; categories after Esri, "How Emerging Hot Spot Analysis works"
(ArcGIS Pro documentation), with its 90% thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.places import flags as flag
from frith.places.geography import Geography
from frith.places.inputs import keyed
from frith.places.local import gi_star_tails, gi_star_z, permutations_for
from frith.places.wording import calendar, capital, counted
from frith.results import Flag, Result, frame_hash, refuse
from frith.stats.empirical_bayes import standardised_rate
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import Floats
from frith.stats.mann_kendall import mann_kendall

METHOD = "Mann–Kendall on monthly Gi* [Kendall 1975; Hamed & Rao 1998]; categories after Esri"
ALWAYS = 0.9
"""Share of periods from which a place counts as hot all along (Esri)."""
Q = 0.05
STOP_AFTER = 200
"""Draws as high as seen after which a month of an area is looked at no further."""
BOARD_WORD = {
    "new": "new",
    "consecutive": "new",
    "intensifying": "growing",
    "persistent": "steady",
    "sporadic": "steady",
    "oscillating": "steady",
    "diminishing": "fading",
    "historical": "fading",
}
"""Eight categories in four words."""

SPARSE_A_MONTH = 0.5
"""Events per area and month under which single months say nothing."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cube:
    """Areas by months: Gi* z, and where it is hot or cold after correction over all of them."""

    z: Floats
    hot: Flags
    cold: Flags


def hot_spot_trends(
    counts: pl.DataFrame,
    population: pl.DataFrame | None,
    *,
    geography: Geography,
    rng: np.random.Generator,
    permutations: int | None = None,
) -> Result:
    """Which hot spots are new, growing, steady or fading.

    `counts`: `code`, `month` (YYYY-MM), `n`; a month with any row is held, and areas without a row
    in it had none; months not held are gaps. `population`: `code`, `n`, or None for counts. Each
    month's Gi* (z) makes a series by area; Mann–Kendall with correction over all areas says whether
    it moves; conditional permutation, corrected over all areas and months, says in which months it
    was hot. Returns a `Result`: value is how many areas are new or growing; table `areas` (code,
    category, word, months_hot, months, first_hot, last_hot, tau_s, trend_z, p, q, slope, slope_lo,
    slope_hi); table `series` (code, month, z, hot, cold). Refuses under 24 months held, or fewer
    than 30 events. A trend of z is a trend against the rest of the district, not of crime. Sources:
    see module.
    """
    data = keyed(counts, table="counts", keys=("code", "month"))
    months = data["month"].unique().sort().to_list()
    made = permutations or permutations_for(max(1, len(months) * len(geography)), q=Q)
    shared: dict[str, Any] = {"parameters": {"months": months, "permutations": made}}
    if len(months) < flag.TREND_PERIODS:
        return refuse(METHOD, _not_enough(len(months)), data_hash=frame_hash(data), **shared)
    total = float(data["n"].sum())
    if total < flag.SPARSE_TOTAL or total / (len(months) * len(geography)) < SPARSE_A_MONTH:
        reason = flag.sparse("Trends by month", total, len(geography))
        return refuse(METHOD, reason, data_hash=frame_hash(data), **shared)
    matrix, people = _matrix(data, population, geography, months)
    usable = geography.onto([c for c, n in zip(geography.codes, people, strict=True) if n > 0])
    cube = _cube(matrix[people > 0], people[people > 0], usable, rng, made)
    areas = _areas(cube, usable.codes, months)
    gaps = [m for m in calendar(months[0], months[-1]) if m not in set(months)]
    notes = [flag.missing_months(gaps)] if gaps else []
    if len(usable) < len(geography):
        lost = [c for c, n in zip(geography.codes, people, strict=True) if not n > 0]
        notes.append(flag.no_denominator(lost, "a population"))
    moving = areas.filter(pl.col("word").is_in(["new", "growing"]))
    return Result(
        method=METHOD,
        value=float(moving.height),
        data_hash=frame_hash(data),
        flags=tuple(notes),
        sentence=_sentence(areas, len(months)),
        tables={"areas": areas, "series": _series(cube, usable.codes, months)},
        **shared,
    )


def category(hot: Flags, cold: Flags, *, trend: int) -> str:
    """Esri's category of one area; "" where it never was hot, or none fits.

    `hot`, `cold`: by period, in order; `trend`: 1 rising, −1 falling, 0 neither.
    """
    share = float(hot.mean())
    if not hot[-1]:
        return "historical" if share >= ALWAYS else ""
    if share >= ALWAYS:
        return {1: "intensifying", 0: "persistent", -1: "diminishing"}[trend]
    run = hot.size - int(np.flatnonzero(~hot)[-1]) - 1
    if hot.sum() == run:
        return "new" if run == 1 else "consecutive"
    return "oscillating" if cold[:-1].any() else "sporadic"


def _not_enough(months: int) -> Flag:
    return Flag(
        "SHORT",
        f"Not enough history: {counted(months, 'month')} held, and at least "
        f"{flag.TREND_PERIODS} are needed before a hot spot is called new, growing or fading.",
    )


def _matrix(
    data: pl.DataFrame,
    population: pl.DataFrame | None,
    geography: Geography,
    months: list[str],
) -> tuple[Floats, Floats]:
    """Counts as areas × months, and people by area (1 each for counts)."""
    row = {code: i for i, code in enumerate(geography.codes)}
    column = {month: j for j, month in enumerate(months)}
    matrix = np.zeros((len(row), len(column)))
    for code, month, n in data.filter(pl.col("code").is_in(list(row))).iter_rows():
        matrix[row[code], column[month]] = n
    people = np.ones(len(row))
    if population is not None:
        held = dict(keyed(population, table="population").rows())
        people = np.array([held.get(code, 0.0) for code in geography.codes])
    return matrix, people


def _cube(
    matrix: Floats,
    people: Floats,
    geography: Geography,
    rng: np.random.Generator,
    permutations: int,
) -> _Cube:
    """Test every month; correct over all areas and months together."""
    z = np.empty_like(matrix)
    high, low = np.empty_like(matrix), np.empty_like(matrix)
    for month in range(matrix.shape[1]):
        x = standardised_rate(matrix[:, month], people)
        z[:, month] = np.nan_to_num(gi_star_z(x, geography.touching))
        high[:, month], low[:, month] = gi_star_tails(
            x, geography.touching, rng=rng, permutations=permutations, stop_after=STOP_AFTER
        )
    return _Cube(z=z, hot=benjamini_hochberg(high) <= Q, cold=benjamini_hochberg(low) <= Q)


def _areas(cube: _Cube, codes: tuple[str, ...], months: list[str]) -> pl.DataFrame:
    """Trend and category of every area."""
    trends = [mann_kendall(series) for series in cube.z]
    q = benjamini_hochberg([trend.p for trend in trends])
    rows = []
    for i, (code, trend) in enumerate(zip(codes, trends, strict=True)):
        way = int(np.sign(trend.z)) if q[i] <= Q else 0
        name = category(cube.hot[i], cube.cold[i], trend=way)
        hot = np.flatnonzero(cube.hot[i])
        rows.append(
            {
                "code": code,
                "category": name or None,
                "word": BOARD_WORD.get(name),
                "months_hot": int(hot.size),
                "months": len(months),
                "first_hot": months[int(hot[0])] if hot.size else None,
                "last_hot": months[int(hot[-1])] if hot.size else None,
                "tau_s": trend.s,
                "trend_z": trend.z,
                "p": trend.p,
                "q": float(q[i]),
                "slope": trend.slope,
                "slope_lo": trend.slope_lo,
                "slope_hi": trend.slope_hi,
            }
        )
    return pl.DataFrame(
        rows,
        schema_overrides=dict.fromkeys(_TEXT, pl.String),
    )


_TEXT = ("code", "category", "word", "first_hot", "last_hot")


def _series(cube: _Cube, codes: tuple[str, ...], months: list[str]) -> pl.DataFrame:
    """Every area's Gi* by month."""
    return pl.DataFrame(
        {
            "code": np.repeat(codes, len(months)).tolist(),
            "month": months * len(codes),
            "z": cube.z.ravel(),
            "hot": cube.hot.ravel(),
            "cold": cube.cold.ravel(),
        },
        schema_overrides={"code": pl.String},
    )


def _sentence(areas: pl.DataFrame, months: int) -> str:
    """How many places are new, growing, steady, fading."""
    said = []
    for word in ("new", "growing", "steady", "fading"):
        n = areas.filter(pl.col("word") == word).height
        if n:
            said.append(f"{n} {word}")
    if not said:
        return (
            f"Over {counted(months, 'month')} no area was clearly above the others, and none is "
            "becoming so: differences are no bigger than chance would produce."
        )
    total = areas.filter(pl.col("word").is_not_null()).height
    return (
        f"{capital(counted(total, 'area'))} stood out over {counted(months, 'month')}: "
        f"{', '.join(said)}. Each is set against the rest of the district in the same month."
    )
