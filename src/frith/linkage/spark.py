"""Scoring on Spark: the pairs of a very large file, compared and weighed by Splink's Spark backend.

Bringing pairs together, comparing and weighing them grows with the pairs and goes to Spark.
Cleaning, learning the weights and making persons of pairs grow with the records; they stay where
they are, and are the same code.
"""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from frith.linkage.agreement import COMPARISONS
from frith.linkage.block import rules
from frith.linkage.clean import clean
from frith.linkage.levels import BITS, Prepared
from frith.linkage.score import KEPT_FROM
from frith.linkage.spark_levels import register_levels
from frith.linkage.spark_model import spark_model
from frith.linkage.splink_model import quiet
from frith.linkage.train import Weights


def score_on_spark(
    prepared: Prepared,
    weights: Weights,
    *,
    nominals: pl.DataFrame,
    session: Any,
    at_least: float = KEPT_FROM,
) -> pl.DataFrame:
    """What `frith.linkage.score.score` returns, to rounding in the last digits, found on Spark.

    `prepared`: the cleaned records, from which the blocking rules are chosen. `nominals`: the same
    records as recorded. `session`: a Spark session (`frith.linkage.spark_session`). `at_least`:
    the probability from which a pair is worth a line.
    """
    from splink import Linker, SparkAPI

    records = clean(nominals)
    model = spark_model(weights, rules(prepared), records=records.height)
    register_levels(session)
    with quiet():
        api = SparkAPI(spark_session=session, register_udfs_automatically=False)
        table = session.createDataFrame(records.to_arrow(compat_level=pl.CompatLevel.oldest()))
        scored = Linker(api.register(table), model).inference.predict(
            threshold_match_weight=math.log2(at_least / (1 - at_least))
        )
        spark_table = scored.as_spark_dataframe()
        kept = spark_table.selectExpr(*_kept(set(spark_table.columns)))
        found = pl.from_arrow(kept.toArrow())
    assert isinstance(found, pl.DataFrame)
    return found.sort("uid_l", "uid_r").with_columns(_pattern()).select(_COLUMNS)


def _kept(there: set[str]) -> list[str]:
    """What is kept of Splink's columns, under our own names."""
    kept = ["uid_l", "uid_r", "match_probability AS probability", "match_weight AS weight"]
    for one in COMPARISONS:
        rarity = f" + mw_tf_adj_{one.name}" if f"mw_tf_adj_{one.name}" in there else ""
        kept += [
            f"cast(gamma_{one.name} AS tinyint) AS gamma_{one.name}",
            f"mw_{one.name}{rarity} AS weight_{one.name}",
        ]
    return kept


_COLUMNS = [
    *("uid_l", "uid_r", "probability", "weight", "pattern"),
    *(f"gamma_{one.name}" for one in COMPARISONS),
    *(f"weight_{one.name}" for one in COMPARISONS),
]
"""The columns of scored pairs, in the order of `frith.linkage.score.score`."""


def _pattern() -> pl.Expr:
    """The levels of a pair in one number, as `frith.linkage.levels` packs them."""
    parts = [
        (pl.col(f"gamma_{one.name}").cast(pl.Int64) + 1) * (1 << BITS * at)
        for at, one in enumerate(COMPARISONS)
    ]
    return pl.sum_horizontal(parts).cast(pl.UInt32).alias("pattern")
