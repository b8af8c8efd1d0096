"""Counts by month and crime type: a month not held is a gap, never a zero; like months compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import polars as pl
from scipy.special import betainc, ndtri, stdtrit

from frith.errors import BadInput
from frith.places import flags as flag
from frith.places.inputs import need
from frith.places.wording import calendar, counted, month_runs, shift_month
from frith.results import Flag, Interval, Result, frame_hash, refuse
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import Floats, poisson_interval, ratio_interval

COUNTED = "counts by month, gaps kept"
COMPARED = "like months compared, exact conditional interval [Przyborowski & Wilenski 1940]"
NOT_STATED = "Not stated"
ALL = "All"
PAIRS_FOR_SPREAD = 3
"""Pairs of like months without which the spread, and so any change, cannot be judged."""
Q = 0.05


def monthly_counts(
    events: pl.DataFrame, *, months: Collection[str], by: str = "crime_type"
) -> Result:
    """Events by month and `by`, over every calendar month from the first held to the last.

    `events`: `occurred_from` (a date or moment) or `month` (YYYY-MM), and `by`; blank kinds become
    "Not stated". `months`: the months held, YYYY-MM. A month held in which nothing of a kind was
    recorded counts 0; a month not held is null. Returns a `Result`: value is the number of
    events; table `monthly` (month, crime_type or whatever `by` is, n, lo, hi: exact 95% interval)
    with "All" as a kind of its own; table `months` (month, held). Events in a month that is not
    held are left out and counted in the flag OUTSIDE. Raises `BadInput` where no months are given.
    """
    held = sorted(set(months))
    if not held:
        raise BadInput("no months held were given", where="months", mend="List them as YYYY-MM.")
    dated = _with_month(events, by=by)
    inside = dated.filter(pl.col("month").is_in(held))
    every = pl.DataFrame({"month": calendar(held[0], held[-1])}).with_columns(
        held=pl.col("month").is_in(held)
    )
    monthly = _counted(inside, every, by=by)
    notes: list[Flag] = []
    gaps = every.filter(~pl.col("held"))["month"].to_list()
    if gaps:
        notes.append(flag.missing_months(gaps))
    outside = dated.height - inside.height
    if outside:
        notes.append(
            Flag("OUTSIDE", f"{counted(outside, 'event')} in months not held or undated left out.")
        )
    return Result(
        method=COUNTED,
        value=float(inside.height),
        parameters={"months": held, "by": by},
        data_hash=frame_hash(monthly),
        flags=tuple(notes),
        sentence=f"{inside.height:,} recorded events in {counted(len(held), 'month')}: "
        f"{month_runs(held)}.",
        tables={"monthly": monthly, "months": every},
    )


def compare_like_months(
    monthly: pl.DataFrame, *, window: int = 12, by: str = "crime_type"
) -> Result:
    """The latest `window` months against the same months a year before, where both are held.

    `monthly`: as `monthly_counts` makes it (month, `by`, n; null is a gap). Only calendar months
    held in both years are compared, so a season never looks like a change. The interval is exact,
    widened where pairs of months differ by more than chance; kinds are judged together (BH).
    Returns a `Result`: value is later ÷ earlier for all events; table `compared` (`by`, months,
    earlier, later, change, ratio, lo, hi, p, q, verdict: fell, rose, no detectable change, too
    few). Refuses where no month has its like. Claims a comparison, never a trend.
    """
    need(monthly, ["month", by, "n"], table="monthly")
    pairs = _like_pairs(monthly, window=window, by=by)
    months = sorted(set(pairs["month"]))
    if not months:
        return refuse(
            COMPARED,
            flag.short(0, "pair of like months"),
            sentence="No month is held in both years, so nothing can be compared.",
        )
    compared = _compare(pairs, by=by)
    whole = compared.filter(pl.col(by) == ALL)
    top = (whole if not whole.is_empty() else compared).row(0, named=True)
    notes: list[Flag] = [flag.short(len(months), "like month")]
    if float(top["dispersion"]) > 1.5:
        notes.append(flag.overdispersed(float(top["dispersion"])))
    given = top["ratio"] is not None
    return Result(
        method=COMPARED,
        value=top["ratio"],
        interval=_interval(top) if given else None,
        parameters={"window": window, "months": months, "q": Q},
        data_hash=frame_hash(monthly),
        flags=tuple(notes),
        sentence=_sentence(top, months),
        tables={"compared": compared},
    )


def _with_month(events: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """Month and kind of each event."""
    if "month" in events.columns:
        month = pl.col("month")
    else:
        need(events, ["occurred_from"], table="events")
        month = pl.col("occurred_from").dt.strftime("%Y-%m")
    need(events, [by], table="events")
    return events.select(month=month, kind=pl.col(by).fill_null(NOT_STATED)).rename({"kind": by})


def _counted(inside: pl.DataFrame, every: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """A row for every month and kind, and for all kinds together, with exact intervals."""
    doubled = pl.concat([inside, inside.with_columns(pl.lit(ALL).alias(by))])
    kinds = pl.DataFrame({by: [ALL, *sorted(set(inside[by]) - {ALL})]})
    tallied = (
        every.join(kinds, how="cross")
        .join(
            doubled.group_by("month", by).agg(n=pl.len().cast(pl.Int64)),
            on=["month", by],
            how="left",
        )
        .with_columns(n=pl.when("held").then(pl.col("n").fill_null(0)))
        .select("month", by, "n")
        .sort(pl.col(by) != ALL, by, "month")
    )
    lo, hi = poisson_interval(tallied["n"].cast(pl.Float64).fill_null(float("nan")).to_numpy())
    return tallied.with_columns(lo=pl.Series(lo).fill_nan(None), hi=pl.Series(hi).fill_nan(None))


def _like_pairs(monthly: pl.DataFrame, *, window: int, by: str) -> pl.DataFrame:
    """`by`, month, later, earlier: months of the latest window whose like a year before is held."""
    held = monthly.filter(pl.col("n").is_not_null())
    if held.is_empty():
        return held.select("month", by, later="n", earlier="n")
    latest = str(held["month"].max())
    wanted = [shift_month(latest, -back) for back in range(window)]
    like = {shift_month(month, -12): month for month in wanted}
    later = held.filter(pl.col("month").is_in(wanted)).rename({"n": "later"})
    earlier = held.filter(pl.col("month").is_in(list(like))).select(
        pl.col("month").replace_strict(like, default=None, return_dtype=pl.String), by, earlier="n"
    )
    return later.select("month", by, "later").join(earlier, on=["month", by]).sort(by, "month")


def _compare(pairs: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """One row a kind: totals, ratio with interval, p, q over all kinds, and a verdict."""
    rows = []
    for (kind,), mine in pairs.group_by([by], maintain_order=True):
        later, earlier = mine["later"].to_numpy(), mine["earlier"].to_numpy()
        phi = _spread(later.astype(np.float64), earlier.astype(np.float64))
        after, before = float(later.sum()), float(earlier.sum())
        ratio, lo, hi = ratio_interval(after, before, dispersion=phi)
        rows.append(
            {
                by: kind,
                "months": mine.height,
                "earlier": int(before),
                "later": int(after),
                "change": int(after - before),
                "ratio": float(ratio),
                "lo": float(lo),
                "hi": float(hi),
                "dispersion": phi,
                "p": _p_equal(after / phi, before / phi)
                if mine.height >= PAIRS_FOR_SPREAD
                else float("nan"),
            }
        )
    table = pl.DataFrame(rows).with_columns(pl.col("ratio", "lo", "hi", "p").fill_nan(None))
    kinds = (table[by] != ALL).to_numpy()
    p = table["p"].fill_null(float("nan")).to_numpy()
    # "All" is the sum of the others, not one more question
    q = np.where(kinds, benjamini_hochberg(np.where(kinds, p, np.nan)), p)
    certain = pl.col("q") <= Q
    finite = table.with_columns(
        q=pl.Series(q).fill_nan(None), ratio=_finite("ratio"), hi=_finite("hi")
    )
    return finite.with_columns(
        verdict=pl.when(pl.col("p").is_null())
        .then(pl.lit("too few"))
        .when(certain & (pl.col("change") < 0))
        .then(pl.lit("fell"))
        .when(certain & (pl.col("change") > 0))
        .then(pl.lit("rose"))
        .otherwise(pl.lit("no detectable change"))
    )


def _interval(top: dict[str, object]) -> Interval:
    """The interval of the ratio; open above where nothing was recorded the year before."""
    lo, hi = (float("nan") if top[end] is None else float(str(top[end])) for end in ("lo", "hi"))
    return Interval(lo, hi, 0.95, "exact conditional")


def _finite(name: str) -> pl.Expr:
    """Null in place of an infinite ratio (nothing in the earlier year)."""
    return pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name)


def _spread(later: Floats, earlier: Floats) -> float:
    """How many times more the pairs differ from the overall ratio than chance would give (≥ 1).

    Estimated from few pairs it is itself uncertain, so it is stretched by the square of Student's
    quantile over the normal one; without that, six noisy pairs cry change one time in ten.
    """
    both = later + earlier
    used = both > 0
    total = both.sum()
    if used.sum() < PAIRS_FOR_SPREAD or later.sum() == 0 or earlier.sum() == 0:
        return 1.0
    share = later.sum() / total
    residual = (later - both * share)[used] ** 2 / (both * share * (1 - share))[used]
    freedom = int(used.sum()) - 1
    stretch = float(stdtrit(freedom, 0.975) / ndtri(0.975)) ** 2
    return max(1.0, stretch * float(residual.sum() / freedom))


def _p_equal(later: float, earlier: float) -> float:
    """Two-sided p that the two means are equal: twice the smaller exact binomial tail."""
    total = later + earlier
    if total == 0:
        return float("nan")
    at_least = betainc(later, earlier + 1, 0.5) if later > 0 else 1.0
    at_most = betainc(earlier, later + 1, 0.5) if earlier > 0 else 1.0
    return float(min(1.0, 2 * min(at_least, at_most)))


def _by_how_much(top: dict[str, object]) -> str:
    """The change in per cent with its interval; nothing where there was none to compare with."""
    if top["ratio"] is None:
        return ""
    change, lo, hi = (abs(float(str(top[end])) - 1) for end in ("ratio", "lo", "hi"))
    word = "fewer" if top["verdict"] == "fell" else "more"
    return f" ({change:.0%} {word}, between {min(lo, hi):.0%} and {max(lo, hi):.0%})"


def _sentence(top: dict[str, object], months: Sequence[str]) -> str:
    """What the comparison came to, and that it is one."""
    earlier, later = int(str(top["earlier"])), int(str(top["later"]))
    span = (
        f"{month_runs(months)}: {later:,} recorded events, against {earlier:,} in the same months "
        "a year before"
    )
    if top["verdict"] in ("fell", "rose"):
        return f"{span}{_by_how_much(top)}. Two years compared are not a trend."
    if top["verdict"] == "too few":
        return f"{span}. Too few months to say whether that is a change."
    return f"{span}. The difference is no bigger than chance would produce."
