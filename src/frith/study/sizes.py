"""How many crimes to read: sizes for a wanted half-width, and how strata share them.

Source: Cochran (1977), Sampling Techniques, 3rd ed., sections 5.5 to 5.9.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

WORST = 0.5
"""The share whose estimate needs the largest sample, assumed where nothing is known."""
LEAST = 5
"""Crimes read of every stratum that has them: a stratum of one or two has hardly a variance."""


class Allocation(StrEnum):
    """How a sample is shared out: by size, or by size and expected spread."""

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"


def size_for(
    held: Ints,
    expected: Floats,
    *,
    half_width: float,
    allocation: Allocation = Allocation.PROPORTIONAL,
    level: float = 0.95,
) -> int:
    """Crimes to sample in all for the overall share to be known within `half_width` either way.

    `held`: crimes in each stratum; `expected`: the share expected organised in each. Never more
    than all of them. Uses the normal approximation, as one does before there are data. Source:
    Cochran (1977), formulas 5.25 (Neyman) and 5.52 (proportional).
    """
    weight = held / held.sum()
    spread = np.sqrt(expected * (1 - expected))
    wanted = (half_width / float(-ndtri((1 - level) / 2))) ** 2
    within = float(np.sum(weight * spread**2))
    above = float(np.sum(weight * spread)) ** 2 if allocation is Allocation.NEYMAN else within
    if above == 0:
        return 0
    return min(int(np.ceil(above / (wanted + within / held.sum()))), int(held.sum()))


def allocate(
    held: Ints,
    expected: Floats,
    *,
    size: int,
    allocation: Allocation = Allocation.PROPORTIONAL,
    least: int = LEAST,
) -> Ints:
    """`size` crimes shared among strata: at least `least` of each, never more than it holds.

    Proportional shares go by size, Neyman shares by size times expected standard deviation. What
    a full stratum cannot take goes to the others. The sum may pass `size` where the minima do.
    Source: Cochran (1977), sections 5.5 and 5.8.
    """
    floor = np.minimum(held, least)
    spread = np.sqrt(expected * (1 - expected))
    base = held * (spread if allocation is Allocation.NEYMAN else 1.0)
    taken = floor.astype(np.int64)
    open_ = np.ones(held.size, dtype=bool)
    while open_.any() and base[open_].sum() > 0:
        left = max(size - int(taken[~open_].sum()), 0)
        share = np.where(open_, base / base[open_].sum() * left, 0.0)
        full = open_ & (share >= held)
        short = open_ & (share <= floor)
        settle = full if full.any() else short
        if not settle.any():
            taken[open_] = _whole(share[open_], left)
            break
        taken[settle] = np.where(share >= held, held, floor)[settle]
        open_ &= ~settle
    return np.clip(taken, floor, held).astype(np.int64)


def _whole(shares: Floats, total: int) -> Ints:
    """Whole numbers that add up to the total: the largest remainders round up."""
    down = np.floor(shares).astype(np.int64)
    order = np.argsort(down - shares, kind="stable")
    down[order[: max(total - int(down.sum()), 0)]] += 1
    return down


def expected_half_width(held: Ints, taken: Ints, expected: Floats, *, level: float = 0.95) -> float:
    """The half-width that a sample would give if the expected shares were true.

    Normal approximation with finite population correction. Source: Cochran (1977), formula 5.13.
    """
    weight = held / held.sum()
    some = np.maximum(taken, 1)
    variance = weight**2 * (1 - taken / held) * expected * (1 - expected) / some
    return float(-ndtri((1 - level) / 2) * np.sqrt(variance.sum()))
