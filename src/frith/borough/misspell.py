"""How clerks get names and dates wrong: slips of the finger, the ear, and the column."""

from __future__ import annotations

import numpy as np

from frith.borough.draws import Ints, Texts
from frith.borough.names import spellings

NEXT_KEY = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioplsdfghjkklxcvbnmn", strict=True))
BY_EAR_SHARE = 0.5
"""Where a name has another spelling of the same sound, half of the errors are that spelling."""
SHORTEST = 3
FEBRUARY = 2


def misspelt(rng: np.random.Generator, names: Texts) -> Texts:
    """Each name with one error: another spelling, or letters swapped, lost, doubled or mistyped."""
    by_ear = rng.random(names.size) < BY_EAR_SHARE
    slip = rng.integers(0, 4, names.size)
    where = rng.random(names.size)
    heard = spellings()
    wrong = np.empty(names.size, dtype=object)
    for at, name in enumerate(names.tolist()):
        if by_ear[at] and name in heard:
            wrong[at] = heard[name]
        else:
            wrong[at] = _slip(name, int(slip[at]), float(where[at]))
    return wrong


def _slip(name: str, kind: int, where: float) -> str:
    """One slip of the finger, never on the first letter; short names are doubled."""
    if len(name) <= SHORTEST:
        return name + name[-1]
    at = 1 + int(where * (len(name) - 2))
    if kind == 0 and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    if kind == 2:
        return name[: at + 1] + name[at:]
    return name[:at] + NEXT_KEY.get(name[at], "e") + name[at + 1 :]


def slipped_dates(rng: np.random.Generator, year: Ints, month: Ints, day: Ints) -> Texts:
    """Each date with one error: day and month swapped, a digit of the day or of the year wrong."""
    kind = rng.integers(0, 3, year.size)
    step = np.where(rng.random(year.size) < 0.5, 1, -1)
    swap = (kind == 0) & (day <= 12) & (day != month)
    by_year = kind == 2
    any_year = np.where(month == FEBRUARY, np.minimum(day, 28), day)  # 29 February is in few
    beside = np.where(by_year, any_year, np.clip(day + step, 1, 28))
    new_day = np.where(swap, month, beside)
    new_month = np.where(swap, day, month)
    new_year = np.where(
        by_year & ~swap, year + step * np.where(rng.random(year.size) < 0.7, 1, 10), year
    )
    return np.array(
        [
            f"{y:04d}-{m:02d}-{d:02d}"
            for y, m, d in zip(new_year.tolist(), new_month.tolist(), new_day.tolist(), strict=True)
        ],
        dtype=object,
    )
