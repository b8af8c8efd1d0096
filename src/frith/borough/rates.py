"""How much everyday crime is expected of each type, in each area, in each month."""

from __future__ import annotations

import numpy as np

from frith.borough.crime import CrimeType, crime_types
from frith.borough.draws import Floats
from frith.borough.period import Period

MONTHS_A_YEAR = 12
RESIDENTS_PER_RATE = 1_000


def expected(residents: Floats, premises: Floats, *, need: Floats, period: Period) -> Floats:
    """Expected records (crime type × area × month) before anything is planted.

    `residents` and `premises` are numbers by area; `need` is standardised deprivation.
    """
    return np.stack(
        [
            np.outer(_by_area(one, residents, premises, need), _by_month(one, period))
            for one in crime_types()
        ]
    )


def _by_area(one: CrimeType, residents: Floats, premises: Floats, need: Floats) -> Floats:
    """Records a year in each area; deprivation shifts them about and leaves their sum alone."""
    weight = residents * np.exp(one.need * need)
    homes = weight / weight.sum()
    trade = premises / premises.sum()
    total = one.rate * residents.sum() / RESIDENTS_PER_RATE
    by_area: Floats = total * ((1 - one.centre) * homes + one.centre * trade)
    return by_area


def _by_month(one: CrimeType, period: Period) -> Floats:
    """Each month's share of a year: its days, and a yearly wave."""
    height, peak = one.season
    turn = 2 * np.pi * (period.calendar_month() - (peak - 1)) / MONTHS_A_YEAR
    days = np.diff(period.first_days) / 365.25
    by_month: Floats = days * (1 + height * np.cos(turn))
    return by_month
