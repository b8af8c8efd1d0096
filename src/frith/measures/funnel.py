"""Funnel plots: which units lie outside what chance gives, allowing for overdispersion.

Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in
Medicine 24.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.measures.limits import Floats
from frith.results import Flag, Result, Severity, frame_hash
from frith.stats.funnel import dispersion, poisson_limits, widened

METHOD = "funnel plot with exact Poisson limits and overdispersion [Spiegelhalter 2005]"
LEVELS = ((0.95, "95"), (0.998, "99.8"))
FEWEST_UNITS = 5
"""Fewer units cannot show that they vary more than chance."""
DRAWN = 80
"""Points of each limit as it is drawn."""


def funnel(units: pl.DataFrame, *, per: float = 1000.0) -> Result:
    """Which units differ from the rest by more than chance and ordinary variation give.

    `units`: name, count, denominator. Returns `units` with rate, expected, limits and whether it
    lies outside, and `limits` as they are drawn; nobody inside is ranked. Limits are widened by √φ
    where units vary more than chance. Raises `ValueError` for a denominator not above nought.
    Assumes one common rate is a sensible yardstick; a unit outside asks for a look, it is not a
    verdict.
    """
    counts = units["count"].cast(pl.Float64).to_numpy()
    sizes = units["denominator"].cast(pl.Float64).to_numpy()
    if (sizes <= 0).any():
        raise ValueError("denominators are above nought")
    expected = sizes * counts.sum() / sizes.sum()
    phi = max(1.0, dispersion(counts, expected)) if len(counts) >= FEWEST_UNITS else 1.0
    columns: dict[str, object] = {
        "name": units["name"],
        "count": counts,
        "denominator": sizes,
        "rate": per * counts / sizes,
        "expected": expected,
    }
    for level, label in LEVELS:
        lower, upper = poisson_limits(expected, level=level)
        columns[f"lower_{label}"] = widened(lower, expected, phi=phi) * per / sizes
        columns[f"upper_{label}"] = widened(upper, expected, phi=phi) * per / sizes
    table = pl.DataFrame(columns).with_columns(
        outside=(pl.col("rate") > pl.col("upper_99.8")) | (pl.col("rate") < pl.col("lower_99.8"))
    )
    outside = table.filter("outside")["name"].to_list()
    flags = []
    if phi > 1.0:
        flags.append(
            Flag(
                "OVERDISP",
                f"Units vary {phi:.1f} times as much as chance alone; the limits allow for it.",
                Severity.NOTE,
            )
        )
    return Result(
        method=METHOD,
        value=float(len(outside)),
        parameters={"phi": phi, "per": per},
        data_hash=frame_hash(units),
        flags=tuple(flags),
        sentence=_said([str(name) for name in outside], len(counts)),
        tables={"units": table, "limits": _drawn(sizes, counts.sum() / sizes.sum(), phi, per)},
    )


def _drawn(sizes: Floats, rate: float, phi: float, per: float) -> pl.DataFrame:
    """The limits over a run of denominators; smoothed between whole counts as they are drawn."""
    denominators = np.geomspace(sizes.min() * 0.7, sizes.max() * 1.1, DRAWN)
    expected = np.maximum(denominators * rate, 1e-9)
    columns: dict[str, object] = {
        "denominator": denominators,
        "centre": np.full(DRAWN, rate * per),
    }
    for level, label in ((0.95, "95"), (0.998, "998")):
        lower, upper = poisson_limits(expected, level=level)
        columns[f"lower_{label}"] = widened(lower, expected, phi=phi) * per / denominators
        columns[f"upper_{label}"] = widened(upper, expected, phi=phi) * per / denominators
    return pl.DataFrame(columns)


MOST_NAMED = 5
"""More than these stand in the picture and its table, and are counted in the sentence."""


def _said(outside: list[str], units: int) -> str:
    if not outside:
        return (
            f"None of the {units} differs from the others by more than is usual. Please do not "
            "rank them."
        )
    if len(outside) > MOST_NAMED:
        return (
            f"{len(outside)} of {units} lie outside the usual range; look why. The others differ "
            "no more than is usual: please do not rank them."
        )
    names = ", ".join(outside)
    verb = "lies" if len(outside) == 1 else "lie"
    return (
        f"{names} {verb} outside the usual range; look why. The others differ no more than is "
        "usual: please do not rank them."
    )
