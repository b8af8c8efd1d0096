"""A series once checked: which chart the data call for, and the limits it gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.errors import BadInput
from frith.measures import limits as lim
from frith.measures.limits import Floats, Limits
from frith.results import Flag

LEAST_MEAN = 5.0
"""Below this mean individuals charts flag a third to a half of quiet series of counts."""
MOST_DISPERSION = 1.5
"""Variance over chance variance from which points vary more than chance makes them."""
RATE_KINDS = ("u", "p", "u-prime", "p-prime")


@dataclass(frozen=True)
class Series:
    """What a series holds, once checked. `sizes` are ones where there is no denominator."""

    periods: tuple[str, ...]
    values: Floats
    counts: Floats
    sizes: Floats
    rated: bool


def checked(series: pl.DataFrame) -> Series:
    """The series as arrays; BadInput says what is missing and where."""
    rated = {"count", "denominator"} <= set(series.columns)
    wanted = ("period", "count", "denominator") if rated else ("period", "value")
    missing = [name for name in wanted if name not in series.columns]
    if missing:
        raise BadInput(
            f"there is no column `{missing[0]}`",
            mend="Give period and value, or period, count and denominator.",
        )
    for name in wanted:
        blank = series[name].is_null().arg_true()
        if len(blank):
            raise BadInput(
                f"`{name}` is blank in row {blank[0] + 2}",
                mend="Leave the period out, or say what it was.",
            )
    if series["period"].is_duplicated().any():
        raise BadInput("a period stands twice", mend="Give each period once.")
    periods = tuple(str(period) for period in series["period"])
    if not rated:
        values = series["value"].cast(pl.Float64).to_numpy()
        return Series(periods, values, values, np.ones(len(values)), rated=False)
    counts = series["count"].cast(pl.Float64).to_numpy()
    sizes = series["denominator"].cast(pl.Float64).to_numpy()
    if (sizes <= 0).any():
        at = int(np.flatnonzero(sizes <= 0)[0])
        raise BadInput(f"the denominator of {periods[at]} is not above nought")
    return Series(periods, counts / sizes, counts, sizes, rated=True)


def choose(data: Series) -> tuple[str, str]:
    """The kind of chart the data call for, and the reason in words."""
    if data.rated:
        share = bool((data.counts <= data.sizes).all()) and whole(data.sizes)
        what = "a share" if share else "events over a denominator that varies"
        spread = lim.extra_spread(data.counts, data.sizes, share=share)
        plain = "p" if share else "u"
        if spread > MOST_DISPERSION:
            return f"{plain}-prime", f"{what} that varies {spread:.1f} times as much as chance"
        return plain, f"{what}, varying as chance would"
    if not whole(data.values) or (data.values < 0).any():
        return "xmr", "measurements, not counts"
    mean = float(data.values.mean())
    spread = lim.extra_spread(data.values, data.sizes, share=False) if mean else 0.0
    if mean < LEAST_MEAN:
        return "c", f"counts with a mean of {mean:.1f}, too small for an individuals chart"
    if spread > MOST_DISPERSION:
        return "xmr", f"counts that vary {spread:.1f} times as much as chance would make them"
    return "c", "counts in equal periods, varying as chance would"


def whole(values: Floats) -> bool:
    return bool((values == np.floor(values)).all())


def unfit(data: Series, kind: str) -> Flag | None:
    """Why a chart of this kind may not be drawn from these data."""
    counts = not data.rated and whole(data.values) and (data.values >= 0).all()
    if kind == "xmr" and counts and data.values.mean() < LEAST_MEAN:
        return Flag(
            "RARE",
            f"The mean is {data.values.mean():.1f}. An individuals chart of counts this small "
            "calls a third to a half of quiet series changed. Use c, or the days between events "
            "(t).",
        )
    if kind in RATE_KINDS and not data.rated:
        return Flag("NODENOM", f"A {kind} chart needs columns count and denominator.")
    if kind in ("c", "g", "t") and data.rated:
        return Flag("RATED", f"A {kind} chart takes period and value, without a denominator.")
    if kind in ("c", "g", "t") and (data.values < 0).any():
        return Flag("NEGATIVE", f"A {kind} chart takes values of nought and more.")
    if kind == "c" and not whole(data.values):
        return Flag("FRACTION", "A c chart takes whole counts.")
    if kind.startswith("p") and (data.counts > data.sizes).any():
        return Flag("NOTSHARE", "A p chart takes shares: no count may exceed its denominator.")
    return None


def cut(data: Series, part: slice) -> Series:
    return Series(
        data.periods[part], data.values[part], data.counts[part], data.sizes[part], data.rated
    )


def limits_of(data: Series, kind: str) -> Limits:
    match kind:
        case "xmr":
            return lim.xmr(data.values)
        case "c":
            return lim.c_chart(data.values)
        case "u":
            return lim.u_chart(data.counts, data.sizes)
        case "u-prime":
            return lim.u_prime(data.counts, data.sizes)
        case "p":
            return lim.p_chart(data.counts, data.sizes)
        case "p-prime":
            return lim.p_prime(data.counts, data.sizes)
        case "g":
            return lim.g_chart(data.values)
        case _:
            return lim.t_chart(data.values)


def join(parts: list[Limits]) -> Limits:
    return Limits(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("centre", "lower", "upper")
        )
    )


def monthly(periods: Sequence[str]) -> bool:
    return all(re.fullmatch(r"\d{4}-\d{2}", period) for period in periods)
