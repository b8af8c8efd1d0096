"""Names for occasions and people that depend on what was recorded, not on identifiers or row order.

An occasion is known by its day, its place, how many it held and who they were; a person by the
occasions they were on. Two rounds of this (Weisfeiler and Leman 1968) tell apart everything that
differs in a way the method could notice. Splits drawn from these names are the same however the
rows are sorted and whatever the records are called.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Marks = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_STEP, _M1, _M2 = (
    np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
ROUNDS = 2


def mixed(marks: npt.NDArray[np.integer]) -> Marks:
    """Each number scattered over 64 bits (SplitMix64: Steele, Lea and Flood 2014)."""
    x = marks.astype(np.uint64) + _STEP
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    scattered: Marks = x ^ (x >> _S31)
    return scattered


def text_marks(values: list[str]) -> Marks:
    """A 64-bit mark of each text, the same on every machine."""
    return np.array(
        [
            int.from_bytes(hashlib.blake2b(v.encode(), digest_size=8).digest(), "big")
            for v in values
        ],
        dtype=np.uint64,
    )


def gathered(marks: Marks, *, into: Ints, n: int) -> Marks:
    """The sum, over the rows of each `into`, of `marks`: a mark of the set, whatever its order."""
    order = np.argsort(into, kind="stable")
    rows = into[order]
    total = np.zeros(n, dtype=np.uint64)
    if rows.size:
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        total[rows[starts]] = np.add.reduceat(marks[order], starts)
    return total


def colours(occasion: Ints, person: Ints, *, plain: Marks, n_persons: int) -> tuple[Marks, Marks]:
    """Marks of occasions and of persons from who was on what.

    `occasion`, `person`: one row a person on an occasion. `plain`: each occasion's mark from its
    day, place and size. Returns (occasions, persons).
    """
    of_occasion = mixed(plain)
    of_person = np.zeros(n_persons, dtype=np.uint64)
    for _ in range(ROUNDS):
        met = gathered(mixed(of_occasion[occasion]), into=person, n=n_persons)
        of_person = mixed(of_person ^ met)
        held = gathered(mixed(of_person[person]), into=occasion, n=plain.size)
        of_occasion = mixed(of_occasion ^ held)
    return of_occasion, of_person


def drawn(marks: Marks, *, seed: int) -> npt.NDArray[np.float64]:
    """A number between 0 and 1 for each mark, the same for the same mark and seed."""
    salted = mixed(marks ^ mixed(np.array([seed], dtype=np.int64)))
    return salted.astype(np.float64) / 2.0**64
