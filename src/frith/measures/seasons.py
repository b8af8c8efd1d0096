"""The yearly pattern taken out of a monthly series before its limits are drawn.

1. Bhaskaran, Gasparrini, Hajat, Smeeth & Armstrong (2013), Time series regression studies in
   environmental epidemiology, Int. J. Epidemiology 42: pairs of waves for a season in counts.
2. Fisher (1929), Tests of significance in harmonic analysis: whether there is a season at all is
   asked by shuffling (`said.seasonal`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from frith.measures.limits import Floats
from frith.measures.series import Series, monthly

SEASON = 12
FEWEST_YEARS = 3
"""Fewer whole years and a change in one of them passes for a season."""
PAIRS = 2
"""Pairs of waves a year: one for a summer and winter, one for what has two peaks."""
METHOD = "two pairs of yearly waves, each year with a level of its own [Bhaskaran et al. 2013]"


@dataclass(frozen=True, slots=True)
class Season:
    """How many times its year's level each calendar month usually is; mean 1 over twelve."""

    factors: tuple[float, ...]
    years: int


def can_adjust(data: Series) -> bool:
    """True where three whole years of months are held without a gap, none below nought."""
    if not monthly(data.periods) or len(data.periods) < FEWEST_YEARS * SEASON:
        return False
    numbers = [int(period[:4]) * SEASON + int(period[5:]) for period in data.periods]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and bool(
        (data.values >= 0).all() and data.values.sum() > 0
    )


def season_of(data: Series) -> Season:
    """The usual size of each calendar month, from waves fitted beside a level for each year.

    `data`: at least three whole years (`can_adjust`). Years are stretches of twelve months counted
    back from the last; each has its own level, so that a rise from year to year is no season. For
    counts over a denominator the waves are of the rate. A change within one year is taken for
    season only to the share of one year in all of them. Source: [1].
    """
    n = len(data.values)
    month = np.array([int(period[-2:]) for period in data.periods], dtype=np.float64)
    year = (n - 1 - np.arange(n)) // SEASON
    levels = [(year == one).astype(np.float64) for one in range(int(year.max()) + 1)]
    design = np.column_stack([*levels, *_waves(month)])
    offset = np.log(data.sizes) if data.rated else np.zeros(n)
    fitted = GLM(data.counts, design, family=Poisson(), offset=offset).fit()
    waves = np.column_stack(_waves(np.arange(1.0, SEASON + 1)))
    raw = np.exp(waves @ fitted.params[len(levels) :])
    return Season(tuple((raw / raw.mean()).tolist()), n // SEASON)


def _waves(month: Floats) -> list[Floats]:
    angles = [2.0 * np.pi * pair * month / SEASON for pair in range(1, PAIRS + 1)]
    return [wave for angle in angles for wave in (np.sin(angle), np.cos(angle))]


def without_season(data: Series, season: Season) -> Series:
    """The series over its season: counts are set over how large their month usually is.

    A count of 30 in a month that is usually half as large again as others counts as 20. Counts keep
    their own chance: the season goes into the denominator, and not into the count.
    """
    factors = np.array([season.factors[int(period[-2:]) - 1] for period in data.periods])
    counted = data.rated or bool((data.values == np.floor(data.values)).all())
    if counted:
        sizes = data.sizes * factors
        return Series(data.periods, data.counts / sizes, data.counts, sizes, rated=True)
    values = data.values / factors
    return replace(data, values=values, counts=values)
