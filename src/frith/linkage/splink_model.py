"""The model in Splink's words, for whoever runs it elsewhere: settings, and its logs kept quiet."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from frith.linkage.agreement import COMPARISONS, Comparison
from frith.linkage.block import Rule
from frith.linkage.score import rarest, uses_rarity
from frith.linkage.train import Weights


def settings(weights: Weights, brought_by: Sequence[Rule], *, records: int) -> dict[str, Any]:
    """The whole model as Splink's settings: comparisons, m, u, rules and the share of matches."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "uid",
        "probability_two_random_records_match": weights.share,
        "blocking_rules_to_generate_predictions": [rule.sql() for rule in brought_by],
        "comparisons": [_comparison(one, weights, records=records) for one in COMPARISONS],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(comparison: Comparison, weights: Weights, *, records: int) -> dict[str, Any]:
    """One comparison in Splink's words."""
    m, u = weights.m[comparison.name][::-1], weights.u[comparison.name][::-1]
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
        if uses_rarity(level, records=records):
            said["tf_adjustment_column"] = level.frequency_of
            said["tf_adjustment_weight"] = 1.0
            said["tf_minimum_u_value"] = rarest(level, weights)
        levels.append(said)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


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
