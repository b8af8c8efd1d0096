"""Scoring: Splink turns levels, weights and rarity into a probability for each pair."""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from frith.linkage.agreement import COMPARISONS, Comparison
from frith.linkage.block import rules
from frith.linkage.patterns import RECORDS
from frith.linkage.train import Weights

KEPT_FROM = 0.05
"""Pairs below this probability are not worth a line."""

DATES_FROM = 5_000
"""From this many records a date that many bear (a default of some system) weighs less. In smaller
files a date is frequent because one person's records repeat it."""
NAMES_GO_TOGETHER = 1.5
"""From this ratio on, rarity of names is counted only so far (`Level.rarest`)."""


def settings(weights: Weights, brought_by: Sequence[str], *, records: int) -> dict[str, Any]:
    """The whole model as Splink's settings: comparisons, m, u, rules and the share of matches."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "uid",
        "probability_two_random_records_match": weights.share,
        "blocking_rules_to_generate_predictions": list(brought_by),
        "comparisons": [_comparison(one, weights, records=records) for one in COMPARISONS],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def score(
    connection: duckdb.DuckDBPyConnection, weights: Weights, *, at_least: float = KEPT_FROM
) -> pl.DataFrame:
    """Every pair that the rules bring together and that reaches the probability `at_least`.

    Returns uid_l, uid_r, probability, weight (log2 odds), and for each comparison its level
    (`gamma_…`) and weight (`weight_…`, rarity included), in order of the pair.
    """
    [(records,)] = connection.execute(f"SELECT count(*) FROM {RECORDS}").fetchall()
    brought_by = rules(connection, records=records)
    with quiet():
        api = DuckDBAPI(connection=connection)
        linker = Linker(api.register(RECORDS), settings(weights, brought_by, records=records))
        scored = linker.inference.predict(
            threshold_match_weight=math.log2(at_least / (1 - at_least))
        )
        there = {
            row[0] for row in connection.execute(f"DESCRIBE {scored.physical_name}").fetchall()
        }
        columns = ", ".join(_selected(one, there) for one in COMPARISONS)
        table = connection.sql(
            "SELECT uid_l, uid_r, match_probability AS probability, match_weight AS weight, "
            f"{columns} FROM {scored.physical_name} ORDER BY uid_l, uid_r"
        ).to_arrow_table()
        scored.drop_table_from_database_and_remove_from_cache()
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


def _comparison(comparison: Comparison, weights: Weights, *, records: int) -> dict[str, Any]:
    """One comparison in Splink's words."""
    m, u = weights.m[comparison.name][::-1], weights.u[comparison.name][::-1]
    together = weights.names_together >= NAMES_GO_TOGETHER
    levels: list[dict[str, Any]] = [
        {
            "sql_condition": comparison.unknown,
            "label_for_charts": "not known",
            "is_null_level": True,
        }
    ]
    last = len(comparison.levels) - 1
    for at, level in enumerate(comparison.levels):
        said: dict[str, Any] = {
            "sql_condition": "ELSE" if at == last else level.condition,
            "label_for_charts": level.key,
            "m_probability": float(m[at]),
            "u_probability": float(u[at]),
        }
        if level.frequency_of and (level.frequency_of != "dob" or records >= DATES_FROM):
            said["tf_adjustment_column"] = level.frequency_of
            said["tf_adjustment_weight"] = 1.0
            said["tf_minimum_u_value"] = level.rarest if together else 0.0
        levels.append(said)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _selected(comparison: Comparison, columns: set[str]) -> str:
    """A comparison's level and its weight, rarity added where it has one."""
    name = comparison.name
    rarity = f" + mw_tf_adj_{name}" if f"mw_tf_adj_{name}" in columns else ""
    return f"gamma_{name}, mw_{name}{rarity} AS weight_{name}"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Splink logs its timings; a command's output is for its answer alone."""
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "splink"]
    logs = [logging.getLogger(name) for name in names]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
