"""Which pairs can come up to a weight at all: what is known at a glance, the rest at its best.

A pair is compared letter by letter only where it could still be worth a line. Codes that are equal
tell their level at once; texts that differ are counted as if they were spelt alike. What this
bound leaves out is, whatever its letters say, below the weight: no answer changes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from frith.linkage.agreement import COMPARISONS
from frith.linkage.coded import BLANK
from frith.linkage.compiled import compiled
from frith.linkage.conditions import (
    ALIASES,
    DOOR,
    EMAIL,
    FAMILY,
    FAMILY_INITIAL,
    GIVEN,
    INITIAL,
    LEVELS,
    MIDDLE,
    NOT_KNOWN,
    PART_A,
    PART_B,
    PHONE,
    POLICE_ID,
    POSTCODE,
    ROOT,
    STREET,
    agree,
    at_birth,
    branched,
    either,
    known,
    names_swapped,
    of_one_sex,
    one_address,
    same,
)
from frith.linkage.em import Floats

ROUNDING = 1e-6
"""Bits by which a sum may differ from the same sum in another order, and far more."""
NOTHING: Floats = np.empty(0)


class Worth(NamedTuple):
    """The weight that a pair must come up to, and what each level weighs.

    `table` holds the weight of each level of each comparison by its number in a pattern, nought
    where nothing is known; `given`, `family` and `birth` what the rarity of a record's own value
    adds where it is shared, empty where rarity does not count.
    """

    least: float
    table: Floats
    given: Floats
    family: Floats
    birth: Floats


def everything() -> Worth:
    """No pair is left out."""
    table = np.zeros((len(COMPARISONS), 1))
    return Worth(least=-np.inf, table=table, given=NOTHING, family=NOTHING, birth=NOTHING)


@compiled
def worthwhile(codes: np.ndarray, a: int, b: int, w: Worth) -> bool:
    """The pair may come up to the weight."""
    if w.least == -np.inf:
        return True
    x, y = codes[a], codes[b]
    home = one_address(x, y)
    total = _birth(x, y, home, a, w) + _given(x, y, a, w) + _family(x, y, a, w)
    total += _home(x, y, home, w) + _at(w, 4, branched(same(x, y, PHONE), home))
    total += _email(x, y, w) + _police_id(x, y, w) + _at(w, 7, of_one_sex(x, y))
    return total >= w.least - ROUNDING


@compiled
def _at(w: Worth, comparison: int, place: int) -> float:
    """What a level weighs, given by its place from the best."""
    return 0.0 if place == NOT_KNOWN else w.table[comparison, LEVELS[comparison] - place]


@compiled
def _birth(x: np.ndarray, y: np.ndarray, home: bool, a: int, w: Worth) -> float:
    """The date of birth, exactly: no letter of it is compared."""
    place = at_birth(x, y)
    weight = _at(w, 2, branched(place, home))
    return weight + w.birth[a] if place == 0 and not home and w.birth.size else weight


@compiled
def _given(x: np.ndarray, y: np.ndarray, a: int, w: Worth) -> float:
    if not known(x, y, INITIAL) or (names_swapped(x, y) and x[GIVEN] != y[GIVEN]):
        return 0.0
    if agree(x, y, GIVEN):
        return _at(w, 0, 0) + (w.given[a] if w.given.size else 0.0)
    best = max(_at(w, 0, 2), _at(w, 0, 6), _at(w, 0, 7))
    if agree(x, y, ROOT):
        best = max(best, _at(w, 0, 1))
    if not known(x, y, GIVEN):
        best = max(best, _at(w, 0, 3))
    if either(x, y, GIVEN, MIDDLE):
        best = max(best, _at(w, 0, 4))
    if x[ALIASES] != BLANK or y[ALIASES] != BLANK:
        best = max(best, _at(w, 0, 5))
    return best


@compiled
def _family(x: np.ndarray, y: np.ndarray, a: int, w: Worth) -> float:
    if not known(x, y, FAMILY):
        return 0.0
    if agree(x, y, FAMILY):
        return _at(w, 1, 0) + (w.family[a] if w.family.size else 0.0)
    if names_swapped(x, y):
        return _at(w, 1, 1)
    best = max(_at(w, 1, 2), _at(w, 1, 6), _at(w, 1, 7))
    if either(x, y, GIVEN, FAMILY):
        best = max(best, _at(w, 1, 3))
    if either(x, y, FAMILY, PART_A) or either(x, y, FAMILY, PART_B):
        best = max(best, _at(w, 1, 4))
    if x[ALIASES] != BLANK or y[ALIASES] != BLANK:
        best = max(best, _at(w, 1, 5))
    return best


@compiled
def _home(x: np.ndarray, y: np.ndarray, home: bool, w: Worth) -> float:
    namesakes = agree(x, y, FAMILY)
    if home:
        return _at(w, 3, branched(0, namesakes))
    if agree(x, y, STREET):
        best = _at(w, 3, branched(2, namesakes))
    elif agree(x, y, POSTCODE):
        best = _at(w, 3, branched(3, namesakes))
    else:
        best = max(0.0, _at(w, 3, branched(4, namesakes)))
    if agree(x, y, DOOR) and known(x, y, STREET) and known(x, y, POSTCODE):
        best = max(best, _at(w, 3, branched(1, namesakes)))
    return best


@compiled
def _email(x: np.ndarray, y: np.ndarray, w: Worth) -> float:
    namesakes = agree(x, y, INITIAL) and agree(x, y, FAMILY_INITIAL)
    place = same(x, y, EMAIL)
    if place != 1:
        return _at(w, 5, branched(place, namesakes))
    return max(_at(w, 5, branched(1, namesakes)), _at(w, 5, branched(2, namesakes)))


@compiled
def _police_id(x: np.ndarray, y: np.ndarray, w: Worth) -> float:
    place = same(x, y, POLICE_ID)
    if place != 1:
        return _at(w, 6, place)
    return max(_at(w, 6, 1), _at(w, 6, 2))
