"""Telephone numbers that ring nowhere: Ofcom's ranges for drama, then numbers that cannot exist."""

from __future__ import annotations

import numpy as np

from frith.borough.draws import Texts
from frith.borough.mark import MARK

DRAMA_MOBILE = ("07700 900",)
DRAMA_LANDLINE = (
    "01632 960",
    "0113 496 0",
    "0114 496 0",
    "0115 496 0",
    "0116 496 0",
    "0117 496 0",
    "0118 496 0",
    "0121 496 0",
    "0131 496 0",
    "0141 496 0",
    "0151 496 0",
    "0161 496 0",
    "0191 498 0",
)
"""Prefixes of 1,000 numbers each (Ofcom, "Telephone numbers for use in TV and radio drama")."""
NUMBERS_A_PREFIX = 1_000
KEPT_FOR_GROUPS = 200
"""The last mobiles of drama, 07700 900800 to 900999, are kept for the telephones groups share."""


def mobiles(rng: np.random.Generator, *, size: int) -> Texts:
    """`size` different mobile numbers: 800 of drama's, shuffled in, and marked ones beyond."""
    return _numbers(rng, DRAMA_MOBILE, size=size, kept=KEPT_FOR_GROUPS)


def group_mobiles(size: int) -> list[str]:
    """Numbers for telephones that groups share; marked ones when drama's run out."""
    first = NUMBERS_A_PREFIX - KEPT_FOR_GROUPS
    drama = [f"{DRAMA_MOBILE[0]}{n:03d}" for n in range(first, NUMBERS_A_PREFIX)]
    return (drama + [impossible(9_000_000 + n) for n in range(size)])[:size]


def landlines(rng: np.random.Generator, *, size: int) -> Texts:
    """`size` different landline numbers: drama's 13,000, and marked ones beyond."""
    return _numbers(rng, DRAMA_LANDLINE, size=size)


def _numbers(
    rng: np.random.Generator, prefixes: tuple[str, ...], *, size: int, kept: int = 0
) -> Texts:
    free = range(NUMBERS_A_PREFIX - kept)
    drama = [f"{prefix}{n:03d}" for prefix in prefixes for n in free]
    beyond = [impossible(n) for n in range(max(0, size - len(drama)))]
    numbers = np.array((drama + beyond), dtype=object)
    rng.shuffle(numbers)
    return numbers[:size]


def impossible(number: int) -> str:
    """A marked number of eleven digits that no network can dial: it starts 0000."""
    return f"{MARK} 0000 {number:07d}"


def is_drama(number: str) -> bool:
    """True where the number lies in one of Ofcom's ranges for drama."""
    digits = number.replace(" ", "")
    return any(
        digits.startswith(prefix.replace(" ", "")) and len(digits) == 11
        for prefix in DRAMA_MOBILE + DRAMA_LANDLINE
    )
