"""Near repeats: after one event, are more near it soon after than chance would give?

Sources: Knox (1964), Applied Statistics 13, 25–29; Johnson and others (2007), "Space–time patterns
of risk", Journal of Quantitative Criminology 23, 201–219.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.errors import BadInput
from frith.places import flags as flag
from frith.places.inputs import need
from frith.places.kernels import Ints, Longs
from frith.places.knox_kernels import SIDE_BY_SIDE, Bytes, close_pairs, partners, tables
from frith.places.wording import figure
from frith.results import Flag, Interval, Result, Severity, frame_hash, refuse
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import Floats

METHOD = "Knox test, dates shuffled among events [Knox 1964; Johnson 2007]"
SAME_PLACE_M = 1.0
"""Nearer than this is the same place: a repeat, told apart from near repeats."""
SPACE_M = (200.0, 400.0, 600.0, 800.0, 1000.0)
TIME_DAYS = (7.0, 14.0, 21.0, 28.0)
PERMUTATIONS = 999
Q = 0.05
CROWD = 5
"""Events on one coordinate from which it may be a shared map point."""
MOST_PAIRS = 50_000_000
"""Pairs beyond which the question is refused: their shufflings take minutes and a quarter of a
gigabyte, and so many mean that kinds of crime were mixed or bands drawn too wide."""
MINUTES = 1440


def near_repeat(
    events: pl.DataFrame,
    *,
    rng: np.random.Generator,
    space_m: Sequence[float] = SPACE_M,
    time_days: Sequence[float] = TIME_DAYS,
    same_place_m: float = SAME_PLACE_M,
    permutations: int = PERMUTATIONS,
    distance: Literal["straight", "city block"] = "straight",
    most_pairs: int = MOST_PAIRS,
) -> Result:
    """Pairs of events near in place and in time, against the same places with dates shuffled.

    `events`: `x`, `y` (metres) and `date` (date, moment, or days as a number); `point_precision`
    and `date_precision` where known. `space_m`, `time_days`: upper ends of bands, each half-open:
    from its lower end up to but not including its upper. Pairs nearer than `same_place_m` are
    repeats at one place, a band of their own. Dates are shuffled among events, not pairs, so that
    busy places and busy seasons make no near repeat. Returns a `Result`: value is observed ÷
    expected in the first near band and first period, with the middle 95% that chance leaves; table
    `bands` (place, space_from, space_to, time_from, time_to, observed, expected, ratio, ratio_lo,
    ratio_hi, p, q, verdict).

    Ask of one kind of crime: what follows a burglary says little of what follows a fight. Refuses
    (SNAPPED) points moved to shared map points, (MONTHLY) dates known to the month only, (SPARSE)
    under 30 events, and (PAIRS) more pairs near each other than `most_pairs`. Raises `BadInput` for
    missing columns or bands that do not rise. Says that events follow events, not who commits
    them. Sources: Knox (1964); Johnson and others (2007).
    """
    need(events, ["x", "y", "date"], table="events")
    reasons = _unfit(events)
    whole = events.drop_nulls(["x", "y", "date"])
    if whole.height < flag.SPARSE_TOTAL:
        reasons.append(flag.sparse("Near repeats", whole.height, 1))
    edges = _edges([same_place_m, *space_m], "space_m")
    periods = _edges(time_days, "time_days")
    shared: dict[str, Any] = {
        "parameters": {
            "space_m": edges.tolist(),
            "time_days": periods.tolist(),
            "permutations": permutations,
            "distance": distance,
            "events": whole.height,
        },
        "data_hash": frame_hash(events.select("x", "y", "date")),
    }
    if reasons:
        return refuse(METHOD, *reasons, **shared)
    whole = whole.sort("x", "y", "date")
    times, unit = whole_times(whole["date"])
    city_block = distance == "city block"
    close = close_pairs(
        whole["x"].to_numpy().astype(np.float64),
        whole["y"].to_numpy().astype(np.float64),
        edges=edges,
        city_block=city_block,
    )
    if close.pairs > most_pairs:
        return refuse(METHOD, _too_many(close.pairs, whole.height, float(edges[-1])), **shared)
    other, band = partners(close)
    ends = np.ceil(periods * unit)
    observed, drawn = _shuffle(
        times[close.order],
        close.starts,
        other,
        band,
        ends=ends,
        bands=edges.size,
        rng=rng,
        draws=permutations,
    )
    table = _table(observed, drawn, edges=edges, periods=periods)
    nearest = table.filter(pl.col("place") == "near").row(0, named=True)
    return Result(
        method=METHOD,
        value=nearest["ratio"],
        interval=None
        if nearest["ratio_lo"] is None or nearest["ratio_hi"] is None
        else Interval(nearest["ratio_lo"], nearest["ratio_hi"], 0.95, "permutation"),
        flags=_notes(events, whole),
        sentence=_sentence(table),
        tables={"bands": table},
        **shared,
    )


def pair_table(
    x: Floats,
    y: Floats,
    days: Floats,
    *,
    space_m: Sequence[float],
    time_days: Sequence[float],
    distance: Literal["straight", "city block"] = "straight",
) -> Longs:
    """Pairs by half-open band of distance (rows) and of time (columns); upper ends are given.

    `math.inf` as the last end holds everything beyond. For finite bands only pairs within reach are
    formed; an infinite one forms every pair.
    """
    edges = np.asarray(space_m, dtype=np.float64)
    if np.isinf(edges[-1]):
        edges[-1] = 2 * (np.ptp(x) + np.ptp(y)) + 1
    times, unit = whole_times(pl.Series(days))
    close = close_pairs(x, y, edges=edges, city_block=distance == "city block")
    other, band = partners(close)
    ends = np.asarray(time_days, dtype=np.float64) * unit
    ends = np.ceil(np.where(np.isinf(ends), float(np.ptp(times)) + 1, ends))
    column = times[close.order][:, None]
    counted: Longs = tables(column, close.starts, other, band, time_edges=ends, bands=edges.size)[
        ..., 0
    ]
    return counted


def whole_times(dates: pl.Series) -> tuple[npt.NDArray[Any], int]:
    """Times as whole days (16 bits where they fit), or minutes where days are not whole.

    Returns the times, from 0, and how many make a day.
    """
    if dates.dtype == pl.Date:
        days = dates.cast(pl.Int64).cast(pl.Float64).to_numpy()
    elif dates.dtype.is_temporal():
        days = dates.dt.epoch("s").cast(pl.Float64).to_numpy() / 86_400
    else:
        days = dates.cast(pl.Float64).to_numpy()
    whole = bool(np.all(days == np.floor(days)))
    unit = 1 if whole else MINUTES
    times = np.rint((days - days.min()) * unit)
    small = whole and times.max(initial=0) < np.iinfo(np.int16).max
    return times.astype(np.int16 if small else np.int32), unit


def _unfit(events: pl.DataFrame) -> list[Flag]:
    """Why these points or dates cannot answer the question."""
    reasons = []
    if _share(events, "point_precision", ("snapped", "area")) > flag.SNAPPED_SHARE or (
        "point_precision" not in events.columns and _crowded(events) > flag.SNAPPED_SHARE
    ):
        reasons.append(
            Flag(
                "SNAPPED",
                "Points have been moved to shared map points, so two events on one point need not "
                "be near each other: near repeats cannot be told.",
            )
        )
    if _share(events, "date_precision", ("month",)) > 0 or _monthly(events):
        reasons.append(
            Flag(
                "MONTHLY",
                "Dates are known to the month only: what followed what within days cannot be told.",
            )
        )
    return reasons


def _too_many(pairs: int, events: int, reach_m: float) -> Flag:
    return Flag(
        "PAIRS",
        f"{events:,} events make {pairs:,} pairs within {reach_m:,.0f} metres, too many to "
        "shuffle. Ask of one crime type, of fewer months, or of a shorter distance.",
    )


def _share(events: pl.DataFrame, column: str, values: tuple[str, ...]) -> float:
    if column not in events.columns or events.is_empty():
        return 0.0
    return events.filter(pl.col(column).is_in(values)).height / events.height


def _crowded(events: pl.DataFrame) -> float:
    """Share of events on a coordinate that holds five or more."""
    if events.is_empty():
        return 0.0
    held = events.select(n=pl.len().over("x", "y"))["n"]
    return held.filter(held >= CROWD).len() / events.height


def _monthly(events: pl.DataFrame) -> bool:
    """True where every date is the first of a month and precision is not stated."""
    dates = events["date"].drop_nulls()
    if "date_precision" in events.columns or not dates.dtype.is_temporal() or dates.is_empty():
        return False
    return bool((dates.dt.day() == 1).all()) and dates.n_unique() > 1


def _edges(ends: Sequence[float], name: str) -> Floats:
    edges = np.asarray(ends, dtype=np.float64)
    if edges.size == 0 or np.any(edges <= 0) or np.any(np.diff(edges) <= 0):
        raise BadInput("bands must rise from above 0", where=name, mend="Such as 200, 400, 600.")
    return edges


def _shuffle(
    times: npt.NDArray[Any],
    starts: Longs,
    other: Ints,
    band: Bytes,
    *,
    ends: Floats,
    bands: int,
    rng: np.random.Generator,
    draws: int,
) -> tuple[Longs, Longs]:
    """The observed table, and one for each shuffling of the dates among the events."""
    observed = tables(times[:, None], starts, other, band, time_edges=ends, bands=bands)[..., 0]
    drawn = []
    for start in range(0, draws, SIDE_BY_SIDE):
        width = min(SIDE_BY_SIDE, draws - start)
        side = np.empty((times.size, SIDE_BY_SIDE), dtype=times.dtype)
        for w in range(SIDE_BY_SIDE):
            side[:, w] = rng.permutation(times)
        found = tables(side, starts, other, band, time_edges=ends, bands=bands)
        drawn.append(found[..., :width])
    return observed, np.concatenate(drawn, axis=2)


def _table(observed: Longs, drawn: Longs, *, edges: Floats, periods: Floats) -> pl.DataFrame:
    """A row for each band of distance and of time."""
    expected = drawn.mean(axis=2)
    lo, hi = np.quantile(drawn, [0.025, 0.975], axis=2)
    p = (1 + np.sum(drawn >= observed[..., None], axis=2)) / (1 + drawn.shape[2])
    q = benjamini_hochberg(p)
    rows = []
    for s in range(edges.size):
        for t in range(periods.size):
            seen = int(observed[s, t])
            rows.append(
                {
                    "place": "same" if s == 0 else "near",
                    "space_from": 0.0 if s == 0 else float(edges[s - 1]),
                    "space_to": float(edges[s]),
                    "time_from": 0.0 if t == 0 else float(periods[t - 1]),
                    "time_to": float(periods[t]),
                    "observed": seen,
                    "expected": float(expected[s, t]),
                    "ratio": _over(seen, expected[s, t]),
                    "ratio_lo": _over(seen, hi[s, t]),
                    "ratio_hi": _over(seen, lo[s, t]),
                    "p": float(p[s, t]),
                    "q": float(q[s, t]),
                    "verdict": "more than chance" if q[s, t] <= Q else "no more than chance",
                }
            )
    return pl.DataFrame(rows)


def _over(seen: float, due: float) -> float | None:
    return float(seen / due) if due > 0 else None


def _notes(events: pl.DataFrame, whole: pl.DataFrame) -> tuple[Flag, ...]:
    lost = events.height - whole.height
    if not lost:
        return ()
    text = f"{lost:,} of {events.height:,} events without a point or a day were left out."
    return (Flag("NOPLACE", text, Severity.WARN),)


def _sentence(table: pl.DataFrame) -> str:
    """How far and how long risk stays raised after an event, if it does."""
    said = []
    same = table.filter((pl.col("place") == "same") & (pl.col("verdict") == "more than chance"))
    if not same.is_empty():
        row = same.row(0, named=True)
        said.append(
            f"The same place is hit again within {row['time_to']:g} days about "
            f"{figure(row['ratio'])} times as often as chance would give."
        )
    near = table.filter((pl.col("place") == "near") & (pl.col("verdict") == "more than chance"))
    if not near.is_empty():
        row = near.row(0, named=True)
        said.append(
            f"After an event, others from {row['space_from']:g} to under {row['space_to']:g} "
            f"metres away are about {figure(row['ratio'])} times as common from "
            f"{row['time_from']:g} to "
            f"under {row['time_to']:g} days later."
        )
    if not said:
        return "Events near each other in place and time are no more common than chance would give."
    return " ".join(said)
