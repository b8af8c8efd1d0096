"""Every pair explains itself: what agrees, what differs, in words."""

from __future__ import annotations

import polars as pl

from frith.linkage.agreement import (
    ALIKE,
    BIRTH,
    COMPARISONS,
    CROSSED,
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
    SEX,
    SIMILAR,
    STREET,
    SWAPPED,
    YEAR,
    Comparison,
)

RARE = 1 / 5_000
"""A surname that fewer than one record in five thousand bears is called rare."""
COMMON = 1 / 200


def explain(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.Series:
    """Why each pair scored as it did: "same surname (rare), nickname Liz/Elizabeth; differs: …".

    `pairs` have uid_l, uid_r and `gamma_…`; `records` are the cleaned nominals in order of `uid`.
    """
    beside = pairs.with_columns(
        *(records[name].gather(pairs["uid_l"]).alias(f"{name}_l") for name in ("given", "family")),
        *(records[name].gather(pairs["uid_r"]).alias(f"{name}_r") for name in ("given", "family")),
        _commonness(records).gather(pairs["uid_l"]).alias("how_common"),
    )
    agrees = pl.concat_list([_agreement(one) for one in COMPARISONS]).list.drop_nulls()
    differs = pl.concat_list([_difference(one) for one in COMPARISONS]).list.drop_nulls()
    said = agrees.list.join(", ")
    against = pl.lit("differs: ") + differs.list.join(", ")
    why = (
        pl.when(differs.list.len() == 0)
        .then(said)
        .when(agrees.list.len() == 0)
        .then(against)
        .otherwise(pl.concat_str(said, pl.lit("; "), against))
    )
    return beside.select(why.alias("why")).to_series()


def _commonness(records: pl.DataFrame) -> pl.Series:
    """How common each record's surname is, in words with a bracket; blank in between."""
    share = pl.len().over("family") / pl.len()
    return records.select(
        pl.when(pl.col("family").is_null())
        .then(pl.lit(""))
        .when(share < max(RARE, 3 / max(1, records.height)))
        .then(pl.lit(" (rare)"))
        .when(share > COMMON)
        .then(pl.lit(" (common)"))
        .otherwise(pl.lit(""))
        .alias("how_common")
    ).to_series()


def _both(name: str) -> pl.Expr:
    """`Liz/Elizabeth`."""
    return pl.concat_str(
        pl.col(f"{name}_l").str.to_titlecase(),
        pl.col(f"{name}_r").str.to_titlecase(),
        separator="/",
    )


def _words(comparison: str) -> dict[str, pl.Expr]:
    """What each level of a comparison is called."""
    lit = pl.lit
    return {
        GIVEN: {
            SAME: lit("same given name"),
            "nickname": lit("nickname ") + _both("given"),
            SIMILAR: lit("given name spelt alike ") + _both("given"),
            ALIKE: lit("given name somewhat alike ") + _both("given"),
            "initial": lit("same initial"),
            SECOND: lit("given name is the other's second name"),
            "alias": lit("given name is the other's alias"),
        },
        FAMILY: {
            SAME: lit("same surname") + pl.col("how_common"),
            SWAPPED: lit("given name and surname swapped"),
            SIMILAR: lit("surname spelt alike ") + _both("family"),
            CROSSED: lit("one's given name is the other's surname"),
            ALIKE: lit("surname somewhat alike ") + _both("family"),
            "part": lit("surname is part of the other's double surname"),
            "alias": lit("surname is the other's alias"),
        },
        BIRTH: {
            SAME: lit("same date of birth"),
            SWAPPED: lit("day and month of birth swapped"),
            SIMILAR: lit("date of birth one part off"),
            YEAR: lit("same year of birth, the rest not known"),
            NEAR: lit("birth within a year"),
        },
        HOME: {
            SAME: lit("same address"),
            SIMILAR: lit("address spelt alike"),
            STREET: lit("same house and street, other postcode"),
            POSTCODE: lit("same postcode"),
        },
        PHONE: {SAME: lit("same phone")},
        EMAIL: {SAME: lit("same email"), SIMILAR: lit("email spelt alike")},
        POLICE_ID: {
            SAME: lit("same police number"),
            SIMILAR: lit("police number one character off"),
        },
        SEX: {SAME: lit("same sex")},
    }[comparison]


def _agreement(comparison: Comparison) -> pl.Expr:
    """The words of the level the pair stands on; null where it differs or nothing is known."""
    gamma = pl.col(f"gamma_{comparison.name}")
    return pl.coalesce(
        [
            pl.when(gamma.is_in(comparison.gamma(label))).then(words)
            for label, words in _words(comparison.name).items()
        ]
    )


def _difference(comparison: Comparison) -> pl.Expr:
    """The comparison's name where the pair differs on it."""
    gamma = pl.col(f"gamma_{comparison.name}")
    return pl.when(gamma.is_in(comparison.gamma(OTHER))).then(pl.lit(comparison.words))
