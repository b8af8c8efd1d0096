"""Local statistics with conditional permutation: Gi* and local Moran.

Sources: Getis and Ord (1992), Ord and Getis (1995), Geographical Analysis 24 and 27; Anselin
(1995), "Local indicators of spatial association", Geographical Analysis 27, 93–115; Besag and
Clifford (1991), "Sequential Monte Carlo p-values", Biometrika 78, 301–304.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from frith.places.kernels import draw_without_replacement, exceedances, in_slices, on_grid
from frith.places.neighbours import Neighbours
from frith.stats.intervals import Floats

FEWEST_PERMUTATIONS = 9_999
"""With 999 the smallest p is 0.001, and a correction over 167 areas may need 0.0003."""
MOST_PERMUTATIONS = 99_999
PER_TEST = 20
STOP_AFTER = 20
"""Draws as high as seen after which a large map looks no further at an area."""
STOP_AFTER_SMALL = 1_000
"""The same on a map small enough to afford a steadier p."""
LARGE_MAP = 2_500


@dataclass(frozen=True, kw_only=True, eq=False)
class LocalTest:
    """One value an area: statistic `z`, one-sided `p`, and how many permutations p rests on."""

    z: Floats
    p: Floats
    made: npt.NDArray[np.int64]
    permutations: int


@dataclass(frozen=True, kw_only=True, eq=False)
class LocalMoran:
    """Local Moran: `i`, two-sided `p`, and the quarter HH, LL, HL or LH each area lies in."""

    i: Floats
    p: Floats
    quarter: list[str]
    permutations: int


def permutations_for(tests: int, *, q: float = 0.05) -> int:
    """How many permutations a family of `tests` needs: max(9,999, 20·tests/q), at most 99,999."""
    return int(min(MOST_PERMUTATIONS, max(FEWEST_PERMUTATIONS, np.ceil(PER_TEST * tests / q))))


def stop_after_for(areas: int) -> int:
    """How many draws as high as seen are enough, for a map of this size."""
    return STOP_AFTER if areas > LARGE_MAP else STOP_AFTER_SMALL


def gi_star_z(x: Floats, neighbours: Neighbours) -> Floats:
    """The standard form of Gi*, binary neighbours, the area itself included.

    `x`: one value an area, in the order of `neighbours.codes`. NaN where all values are equal or
    everybody is a neighbour. A description, not a test: its normal p-values name hot spots on
    one quiet map in five. Source: Ord and Getis (1995), equation 14.
    """
    values = np.asarray(x, dtype=np.float64)
    n = values.size
    w = neighbours.counts + 1.0
    total = neighbours.matrix(include_self=True) @ values
    mean = values.mean() if n else float("nan")
    spread = float(np.sqrt(max(np.mean(values**2) - mean**2, 0.0))) if n else 0.0
    room = np.maximum(n * w - w**2, 0.0) / max(n - 1, 1)
    scale = spread * np.sqrt(room)
    tiny = 1e-12 * (np.abs(values).max() if n else 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > tiny, (total - w * mean) / scale, np.nan)


def gi_star(
    x: Floats,
    neighbours: Neighbours,
    *,
    rng: np.random.Generator,
    permutations: int = FEWEST_PERMUTATIONS,
    stop_after: int | None = None,
) -> LocalTest:
    """Gi* with p by conditional permutation, one-sided for high values.

    `x`: one value an area that may change places under "nothing there": a standardised rate, or
    counts where populations are alike. `stop_after`: see `stop_after_for`; 0 makes every
    permutation for every area. p is (1 + as high) ÷ (1 + B), or `stop_after` ÷ draws where
    stopped early; 1 for an area without neighbours. Correct it over the whole family of tests
    before naming anything. Source: Ord and Getis (1995); Anselin (1995).
    """
    values = np.ascontiguousarray(x, dtype=np.float64)
    enough = stop_after_for(values.size) if stop_after is None else stop_after
    high, _, made = _count(
        values, neighbours, rng=rng, permutations=permutations, stop_after=enough, both=False
    )
    return LocalTest(
        z=gi_star_z(values, neighbours),
        p=_p(high, made, permutations, neighbours),
        made=made,
        permutations=permutations,
    )


def gi_star_tails(
    x: Floats,
    neighbours: Neighbours,
    *,
    rng: np.random.Generator,
    permutations: int = FEWEST_PERMUTATIONS,
    stop_after: int | None = None,
) -> tuple[Floats, Floats]:
    """One-sided p of Gi* for high values and for low ones. Arguments as `gi_star`."""
    values = np.ascontiguousarray(x, dtype=np.float64)
    enough = stop_after_for(values.size) if stop_after is None else stop_after
    high, low, made = _count(
        values, neighbours, rng=rng, permutations=permutations, stop_after=enough, both=True
    )
    return (
        _p(high, made, permutations, neighbours),
        _p(low, made, permutations, neighbours),
    )


def local_moran(
    x: Floats,
    neighbours: Neighbours,
    *,
    rng: np.random.Generator,
    permutations: int = FEWEST_PERMUTATIONS,
    stop_after: int | None = None,
) -> LocalMoran:
    """Local Moran's I, row-standardised, with two-sided conditional permutation p.

    I_i = z_i·mean of neighbours' z ÷ m₂, with m₂ on n − 1 (as GeoDa and esda; R spdep divides by n,
    so its values are (n − 1)/n of these). Quarters: HH high among high, LL low among low, HL and
    LH an odd one out. Arguments as `gi_star`. Source: Anselin (1995).
    """
    values = np.ascontiguousarray(x, dtype=np.float64)
    n = values.size
    z = values - values.mean() if n else values
    lag = (neighbours.matrix() @ z) / np.maximum(neighbours.counts, 1)
    m2 = float(z @ z) / max(n - 1, 1)
    enough = stop_after_for(n) if stop_after is None else stop_after
    high, low, made = _count(
        values, neighbours, rng=rng, permutations=permutations, stop_after=enough, both=True
    )
    p = np.minimum(
        _p(high, made, permutations, neighbours), _p(low, made, permutations, neighbours)
    )
    quarter = [
        ("H" if own > 0 else "L") + ("H" if near > 0 else "L")
        for own, near in zip(z, lag, strict=True)
    ]
    i = z * lag / m2 if m2 > 0 else np.full(n, np.nan)
    return LocalMoran(i=i, p=np.minimum(1.0, 2 * p), quarter=quarter, permutations=permutations)


def _count(
    values: Floats,
    neighbours: Neighbours,
    *,
    rng: np.random.Generator,
    permutations: int,
    stop_after: int,
    both: bool,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """How often random neighbourhoods were as high and as low, and how many were made."""
    n = values.size
    high, low, made = (np.zeros(n, dtype=np.int64) for _ in range(3))
    widest = int(neighbours.counts.max(initial=0))
    if widest == 0:
        return high, low, made
    steps = on_grid(values, most=widest)
    draws = draw_without_replacement(rng, choices=n - 1, size=widest, draws=permutations)

    def work(first: int, last: int) -> None:
        exceedances(
            steps,
            neighbours.starts,
            neighbours.indices,
            draws,
            stop_after,
            both,
            first,
            last,
            high,
            low,
            made,
        )

    in_slices(n, work)
    return high, low, made


def _p(
    as_extreme: npt.NDArray[np.int64],
    made: npt.NDArray[np.int64],
    permutations: int,
    neighbours: Neighbours,
) -> Floats:
    """Monte Carlo p of a full run, or the sequential estimate where an area stopped early."""
    full = (1 + as_extreme) / (1 + permutations)
    early = as_extreme / np.maximum(made, 1)
    p = np.where(made < permutations, early, full)
    return np.where(neighbours.counts > 0, np.minimum(p, 1.0), 1.0)
