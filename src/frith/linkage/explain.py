"""Every pair explains itself: what agrees, what differs, in words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.linkage.agreement import (
    ALIKE,
    BIRTH,
    BY_NAME,
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
from frith.linkage.coded import BLANK, Records

RARE = 1 / 5_000
"""A surname that fewer than one record in five thousand bears is called rare."""
COMMON = 1 / 200


NAMED = {
    GIVEN: ("nickname", SIMILAR, ALIKE),
    FAMILY: (SIMILAR, ALIKE),
}
"""The levels whose words name both records' names."""


def explain(pairs: pl.DataFrame, records: Records) -> pl.Series:
    """Why each pair scored as it did: "same surname (rare), nickname Liz/Elizabeth; differs: …".

    `pairs` have uid_l, uid_r, `pattern` and `gamma_…`. The words are made once for each pattern
    and, where they name names, for each two names.
    """
    left, right = pairs["uid_l"].to_numpy(), pairs["uid_r"].to_numpy()
    keys = pairs.select(
        "pattern",
        pl.Series("how_common", _commonness(records)[left]),
        *(
            pl.when(_on_level(name, labels))
            .then(pl.Series(records.code(name)[at]))
            .alias(f"{name}_{side}")
            for name, labels in NAMED.items()
            for side, at in (("l", left), ("r", right))
        ),
    )
    told = keys.with_columns(pairs.select(pl.selectors.starts_with("gamma_"))).unique(keys.columns)
    beside = told.with_columns(
        *(
            records.columns[name].values.gather(told[f"{name}_{side}"]).alias(f"said_{name}_{side}")
            for name in NAMED
            for side in "lr"
        ),
        pl.col("how_common").replace_strict(HOW_COMMON).alias("commonness"),
    )
    said = beside.select(*keys.columns, why=_sentence())
    return keys.join(said, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")[
        "why"
    ]


def _on_level(name: str, labels: tuple[str, ...]) -> pl.Expr:
    """True where the pair stands on one of these levels."""
    numbers = [number for label in labels for number in BY_NAME[name].gamma(label)]
    return pl.col(f"gamma_{name}").is_in(numbers)


def _sentence() -> pl.Expr:
    """What agrees; what differs."""
    agrees = pl.concat_list([agreement(one) for one in COMPARISONS]).list.drop_nulls()
    differs = pl.concat_list([difference(one) for one in COMPARISONS]).list.drop_nulls()
    said = agrees.list.join(", ")
    against = pl.lit("differs: ") + differs.list.join(", ")
    return (
        pl.when(differs.list.len() == 0)
        .then(said)
        .when(agrees.list.len() == 0)
        .then(against)
        .otherwise(pl.concat_str(said, pl.lit("; "), against))
    )


HOW_COMMON = {0: "", 1: " (rare)", 2: " (common)"}


def _commonness(records: Records) -> npt.NDArray[np.int8]:
    """How common each record's surname is, by its place in `HOW_COMMON`."""
    codes = records.code("family")
    known = codes != BLANK
    share = np.bincount(codes[known], minlength=1) / records.height
    rare = share < max(RARE, 3 / max(1, records.height))
    kind = np.where(rare, 1, np.where(share > COMMON, 2, 0)).astype(np.int8)
    found: npt.NDArray[np.int8] = np.append(kind, np.int8(0))[codes]
    return found


def _both(name: str) -> pl.Expr:
    """`Liz/Elizabeth`."""
    return pl.concat_str(
        pl.col(f"said_{name}_l").str.to_titlecase(),
        pl.col(f"said_{name}_r").str.to_titlecase(),
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
            SAME: lit("same surname") + pl.col("commonness"),
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


def agreement(comparison: Comparison) -> pl.Expr:
    """The words of the level the pair stands on; null where it differs or nothing is known."""
    gamma = pl.col(f"gamma_{comparison.name}")
    return pl.coalesce(
        [
            pl.when(gamma.is_in(comparison.gamma(label))).then(words)
            for label, words in _words(comparison.name).items()
        ]
    )


def difference(comparison: Comparison) -> pl.Expr:
    """The comparison's name where the pair differs on it."""
    gamma = pl.col(f"gamma_{comparison.name}")
    return pl.when(gamma.is_in(comparison.gamma(OTHER))).then(pl.lit(comparison.words))
