"""Gradients over deprivation: slope and relative indices of inequality.

Sources: Mackenbach and Kunst (1997), "Measuring the magnitude of socio-economic inequalities in
health", Social Science & Medicine 44, 757–771; Pamuk (1985).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from frith.errors import BadInput
from frith.stats.intervals import Floats


class Slope(NamedTuple):
    """The slope index, its 95% interval (NaN with two groups), and the rate at the least end."""

    value: float
    lo: float
    hi: float
    intercept: float


def ridit(rank: Floats, population: Floats) -> Floats:
    """Where the middle of each area lies when people are lined up from least to most deprived.

    `rank`: 1 is the most deprived; ties share a place. `population`: same length. Returns 0 (least
    deprived) to 1 (most).
    """
    people = np.asarray(population, dtype=np.float64)
    levels, group = np.unique(-np.asarray(rank, dtype=np.float64), return_inverse=True)
    held = np.bincount(group, weights=people, minlength=levels.size)
    middle = (np.cumsum(held) - held / 2) / held.sum()
    return middle[group]


def slope_index(rates: Floats, population: Floats, rank: Floats) -> Slope:
    """Slope index of inequality: the rate at the most deprived end less that at the least.

    Population-weighted least squares of group rates on the ridit. `rates`, `population`, `rank`:
    one a group (decile), rank 1 most deprived. The interval is Student's with groups − 2 degrees of
    freedom. Assumes a straight gradient: look at the deciles too. Raises `BadInput` for fewer
    than two groups. Source: Pamuk (1985).
    """
    y, weight = np.asarray(rates, dtype=np.float64), np.asarray(population, dtype=np.float64)
    n = y.size
    if n < 2:
        raise BadInput("a slope needs two groups", where="deprivation", mend="Give more deciles.")
    x = ridit(rank, weight)
    design = np.column_stack([np.ones(n), x])
    inverse = np.linalg.inv((design * weight[:, None]).T @ design)
    beta = inverse @ (design.T @ (weight * y))
    if n == 2:
        return Slope(float(beta[1]), float("nan"), float("nan"), float(beta[0]))
    residual = y - design @ beta
    se = float(np.sqrt(inverse[1, 1] * np.sum(weight * residual**2) / (n - 2)))
    half = float(stdtrit(n - 2, 0.975)) * se
    return Slope(float(beta[1]), float(beta[1] - half), float(beta[1] + half), float(beta[0]))
