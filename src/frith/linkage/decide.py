"""What to do with each scored pair: join, hand to a person, or leave apart; and the reason."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from frith.linkage.agreement import (
    BIRTH,
    BY_NAME,
    EMAIL,
    FAMILY,
    GIVEN,
    HOME,
    NEAR,
    OTHER,
    PHONE,
    POLICE_ID,
    POSTCODE,
    SAME,
    SECOND,
    SIMILAR,
    STREET,
    SWAPPED,
    YEAR,
)
from frith.linkage.chance import NO_HOUSEHOLDS
from frith.linkage.train import Weights

JOIN, REVIEW, APART = "join", "review", "apart"
REVIEW_FROM = 0.5
"""From an even chance up to the threshold a person looks; below, the records stay apart."""
SURE_UP_TO = 0.03
"""A fact is sure in a file where at most this share of one person's records disagree on it. Dates
of birth and police numbers are, in records that people keep with care; in a file where one in ten
is wrong, a difference is an error more often than another person."""


@dataclass(frozen=True, kw_only=True)
class SureFacts:
    """Which facts may split what the probabilities would join."""

    birth: bool = True
    police_id: bool = True
    households: bool = True


def sure_facts(weights: Weights) -> SureFacts:
    """Which facts these data show to be sure, and whether relations share addresses in them."""
    return SureFacts(
        birth=_missed(weights, BIRTH, (NEAR, OTHER)) <= SURE_UP_TO,
        police_id=_missed(weights, POLICE_ID, (OTHER,)) <= SURE_UP_TO,
        households=weights.households >= NO_HOUSEHOLDS,
    )


def _missed(weights: Weights, name: str, labels: tuple[str, ...]) -> float:
    """How often one person's records stand on these levels; the branches share it."""
    comparison = BY_NAME[name]
    return float(sum(weights.m[name][comparison.gamma(label)[0]] for label in labels))


def decide(scored: pl.DataFrame, *, threshold: float, sure: SureFacts) -> pl.DataFrame:
    """The pairs with `decision` and, where a rule outranks the probability, `held_because`.

    `scored` is what `score.score` returns, with `both_births` beside: True where both dates of
    birth are fully known. Only a pair at or above the threshold and held by no rule is joined.
    """
    held = pl.coalesce([pl.when(rule).then(pl.lit(said)) for said, rule in _rules(sure)])
    likely = pl.col("probability") >= threshold
    return scored.with_columns(
        pl.when(likely).then(held).alias("held_because"),
    ).with_columns(
        pl.when(likely & pl.col("held_because").is_null())
        .then(pl.lit(JOIN))
        .when(pl.col("probability") >= REVIEW_FROM)
        .then(pl.lit(REVIEW))
        .otherwise(pl.lit(APART))
        .alias("decision")
    )


BIRTHS_DIFFER = "two certain dates of birth differ beyond a slip"
NUMBERS_DIFFER = "two police numbers differ"
TWINS = "may be twins: same surname, birth and home, other given name"
RELATIONS = "given names differ and no date of birth agrees: may be relations"
NAME_ALONE = "nothing agrees but the name"


def _rules(sure: SureFacts) -> list[tuple[str, pl.Expr]]:
    """Each rule's words and when it holds, strongest first."""
    other_given = _on(GIVEN, OTHER, SECOND)
    identified = _on(POLICE_ID, SAME) | _on(EMAIL, SAME)
    born_alike = (SAME, SWAPPED, SIMILAR, YEAR, *(() if sure.birth else (NEAR,)))
    beside_name = (
        _on(BIRTH, *born_alike)
        | _on(HOME, SAME, SIMILAR, STREET, POSTCODE)
        | _on(PHONE, SAME)
        | _on(EMAIL, SAME, SIMILAR)
        | _on(POLICE_ID, SAME, SIMILAR)
    )
    rules: list[tuple[str, pl.Expr]] = []
    if sure.birth:
        rules.append((BIRTHS_DIFFER, _on(BIRTH, NEAR, OTHER) & pl.col("both_births")))
    if sure.police_id:
        rules.append((NUMBERS_DIFFER, _on(POLICE_ID, OTHER)))
    if sure.households:
        near = _on(HOME, SAME, SIMILAR, STREET, POSTCODE) | _on(PHONE, SAME)
        twins = other_given & _on(BIRTH, SAME, SWAPPED, SIMILAR) & near & ~identified
        relations = other_given & ~_on(BIRTH, SAME, SWAPPED, SIMILAR)
        rules += [(TWINS, twins & ~_on(FAMILY, OTHER)), (RELATIONS, relations)]
    return [*rules, (NAME_ALONE, ~beside_name)]


def _on(name: str, *labels: str) -> pl.Expr:
    """True where the pair stands on one of these levels of a comparison."""
    numbers = [number for label in labels for number in BY_NAME[name].gamma(label)]
    return pl.col(f"gamma_{name}").is_in(numbers)


__all__ = [
    "APART",
    "BIRTHS_DIFFER",
    "JOIN",
    "NAME_ALONE",
    "NUMBERS_DIFFER",
    "RELATIONS",
    "REVIEW",
    "REVIEW_FROM",
    "SURE_UP_TO",
    "TWINS",
    "SureFacts",
    "decide",
    "sure_facts",
]
