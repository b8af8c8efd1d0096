"""Scoring: levels, weights and rarity become a probability for each pair."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.linkage.agreement import COMPARISONS, Level
from frith.linkage.block import brought
from frith.linkage.coded import BLANK, Codes
from frith.linkage.compiled import compiled
from frith.linkage.conditions import BITS, HALF, LEVELS, compare
from frith.linkage.em import Floats
from frith.linkage.keys import SPARSE
from frith.linkage.levels import (
    KNOWN,
    Packed,
    Pairs,
    Prepared,
    ends_of,
    gammas,
)
from frith.linkage.train import Weights
from frith.linkage.worth import NOTHING, Worth

KEPT_FROM = 0.05
"""Pairs below this probability are not worth a line."""

DATES_FROM = 5_000
"""From this many records a date that many bear (a default of some system) weighs less. In smaller
files a date is frequent because one person's records repeat it."""
NAMES_GO_TOGETHER = 1.5
"""From this ratio on, rarity of names is counted only so far (`Level.rarest`)."""


@dataclass(frozen=True, kw_only=True)
class _Rarity:
    """What the rarity of a value adds, by record, to a pair that stands on one level."""

    comparison: int
    number: int
    """The level as it stands in a pattern."""
    adds: Floats


def score(prepared: Prepared, weights: Weights, *, at_least: float = KEPT_FROM) -> pl.DataFrame:
    """Every pair that the rules bring together and that reaches the probability `at_least`.

    Returns uid_l, uid_r, probability, weight (log2 odds), `pattern` (its levels in one number), and
    for each comparison its level (`gamma_…`) and weight (`weight_…`, rarity included), in order of
    the pair.
    """
    table = _table(weights)
    rarities = _rarities(prepared, weights)
    prior = math.log2(weights.share / (1 - weights.share))
    least = math.log2(at_least / (1 - at_least)) - prior

    def take(pairs: Pairs) -> tuple[Pairs, Packed]:
        """The pairs that reach the weight, and their patterns."""
        patterns = np.empty(pairs.size, dtype=np.uint32)
        compare(prepared.compared, pairs, patterns)
        kept = _weights(pairs, patterns, table, rarities) >= least
        return pairs[kept], patterns[kept]

    found = brought(prepared, take, worth=_worth(least, table, rarities))
    kept = np.concatenate([np.empty(0, np.int64), *(pair for pair, _ in found)])
    patterns = np.concatenate([np.empty(0, np.uint32), *(pattern for _, pattern in found)])
    return _scored(kept, patterns, table, rarities, prior=prior)


def _scored(
    pairs: Pairs, patterns: Packed, table: Floats, rarities: list[_Rarity], *, prior: float
) -> pl.DataFrame:
    """The pairs with their levels, the weight of each comparison, and what these add up to."""
    left, right = ends_of(pairs)
    levels = gammas(patterns)
    parts = [table[at, levels[one.name] + 1] for at, one in enumerate(COMPARISONS)]
    for rarity in rarities:
        on = _number(patterns, rarity.comparison) == rarity.number
        parts[rarity.comparison] = parts[rarity.comparison] + np.where(on, rarity.adds[left], 0.0)
    weight = prior + np.sum(parts, axis=0)
    return pl.DataFrame(
        {
            "uid_l": left,
            "uid_r": right,
            "probability": 1.0 / (1.0 + np.exp2(-weight)),
            "weight": weight,
            "pattern": patterns,
            **{f"gamma_{name}": level.astype(np.int8) for name, level in levels.items()},
            **{f"weight_{one.name}": part for one, part in zip(COMPARISONS, parts, strict=True)},
        }
    )


def _worth(least: float, table: Floats, rarities: list[_Rarity]) -> Worth:
    """The weight to come up to, with all that is needed to see which pairs may."""
    adds = {(one.comparison, one.number): one.adds for one in rarities}
    given, family, birth = (
        adds.pop((at, LEVELS[at] - place), NOTHING) for at, place in ((0, 0), (1, 0), (2, 1))
    )
    assert not adds, "rarity counts on a level that the bound does not know"
    return Worth(least=least, table=table, given=given, family=family, birth=birth)


def _table(weights: Weights) -> Floats:
    """The weight of each level of each comparison by its number in a pattern; nought unknown."""
    table = np.zeros((len(COMPARISONS), KNOWN + 1))
    for at, one in enumerate(COMPARISONS):
        found = weights.weight(one.name)
        table[at, 1 : found.size + 1] = found
    return table


def _weights(pairs: Pairs, patterns: Packed, table: Floats, rarities: list[_Rarity]) -> Floats:
    """The weight of each pair without the start that all share."""
    found = np.empty(pairs.size)
    _add_up(patterns, table, found)
    for rarity in rarities:
        _add_rarity(pairs, patterns, rarity.comparison, rarity.number, rarity.adds, found)
    return found


@compiled
def _add_up(patterns: np.ndarray, table: np.ndarray, found: np.ndarray) -> None:
    """Write the sum of the weights of each pattern."""
    for at in range(patterns.size):
        total = 0.0
        for one in range(table.shape[0]):
            total += table[one, (patterns[at] >> np.uint32(BITS * one)) & KNOWN]
        found[at] = total


@compiled
def _add_rarity(  # noqa: PLR0917 - compiled code takes its arguments by position
    pairs: np.ndarray,
    patterns: np.ndarray,
    comparison: int,
    number: int,
    adds: np.ndarray,
    found: np.ndarray,
) -> None:
    """Add the rarity of the shared value to each pair that stands on that level."""
    for at in range(pairs.size):
        if (patterns[at] >> np.uint32(BITS * comparison)) & KNOWN == number:
            found[at] += adds[pairs[at] >> HALF]


def _number(patterns: Packed, comparison: int) -> npt.NDArray[np.uint32]:
    """The level of one comparison as it stands in the patterns."""
    return (patterns >> np.uint32(BITS * comparison)) & np.uint32(KNOWN)


def uses_rarity(level: Level, *, records: int) -> bool:
    """True where the rarity of the shared value counts on this level, in so many records."""
    return bool(level.frequency_of) and (level.frequency_of != "dob" or records >= DATES_FROM)


def rarest(level: Level, weights: Weights) -> float:
    """No value counts as rarer than this."""
    return level.rarest if weights.names_together >= NAMES_GO_TOGETHER else 0.0


def _rarities(prepared: Prepared, weights: Weights) -> list[_Rarity]:
    """What rarity adds on each level that counts it: log2 of u over the value's own frequency."""
    return [
        _Rarity(
            comparison=at,
            number=one.numbers[place] + 1,
            adds=_adds(
                prepared.code(level.frequency_of),
                u=float(weights.u[one.name][one.numbers[place]]),
                least=rarest(level, weights),
            ),
        )
        for at, one in enumerate(COMPARISONS)
        for place, level in enumerate(one.levels)
        if uses_rarity(level, records=prepared.height)
    ]


def _adds(codes: Codes, *, u: float, least: float) -> Floats:
    """log2 of u over the share of records, of those that know, that bear a record's value."""
    known = codes != BLANK
    if not known.any():
        return np.zeros(codes.size)
    low, high = int(codes[known].min()), int(codes.max())
    if high - low > SPARSE * codes.size:
        codes = np.unique(codes, return_inverse=True)[1].astype(np.int32)
        low = 0
    count = np.bincount(codes[known] - low)
    with np.errstate(divide="ignore"):
        adds = np.log2(u / np.maximum(count / known.sum(), least))
    return np.where(known, adds[np.where(known, codes - low, 0)], 0.0)
