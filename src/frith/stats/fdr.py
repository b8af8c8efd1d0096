"""False discovery: how many of the places (or pairs) named would be chance.

Sources: Benjamini and Hochberg (1995), JRSS B 57, 289–300; Benjamini and Yekutieli (2001), Annals
of Statistics 29, 1165–1188; for maps: Caldas de Castro and Singer (2006), Geographical Analysis 38.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from frith.errors import BadInput
from frith.stats.intervals import Floats


def benjamini_hochberg(p: npt.ArrayLike, *, m: int | None = None) -> Floats:
    """q-values: the smallest false discovery rate at which each test would be named.

    `p`: p-values, any shape; NaN marks a test not made, stays NaN and is not counted. `m`: size of
    the whole family where tests were made that are not listed here (never less than those listed).
    Returns q of the same shape. Raises `BadInput` for p outside [0, 1]. Controls the rate under
    independence and the usual positive dependence. One family is everything one reader will
    look through: all areas, crime types and periods together.
    """
    return _step_up(p, m=m, inflate=False)


def benjamini_yekutieli(p: npt.ArrayLike, *, m: int | None = None) -> Floats:
    """q-values that hold under any dependence between the tests; always the more cautious.

    Arguments, result and errors as `benjamini_hochberg`.
    """
    return _step_up(p, m=m, inflate=True)


def _step_up(p: npt.ArrayLike, *, m: int | None, inflate: bool) -> Floats:
    values = np.asarray(p, dtype=np.float64)
    flat = values.ravel()
    made = ~np.isnan(flat)
    tested = flat[made]
    if np.any((tested < 0) | (tested > 1)):
        raise BadInput("a p-value lies outside 0 to 1", mend="Pass probabilities.")
    family = tested.size if m is None else m
    if family < tested.size:
        raise BadInput(
            f"a family of {family} cannot hold {tested.size} tests", mend="Give every test made."
        )
    q = np.full(flat.shape, np.nan)
    if tested.size:
        order = np.argsort(tested, kind="stable")
        scale = family * (np.sum(1.0 / np.arange(1, family + 1)) if inflate else 1.0)
        raw = tested[order] * scale / np.arange(1, tested.size + 1)
        stepped = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
        back = np.empty_like(stepped)
        back[order] = stepped
        q[made] = back
    return q.reshape(values.shape)
