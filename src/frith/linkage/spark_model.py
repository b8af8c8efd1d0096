"""The linkage model for Splink's Spark backend: the same settings, in conditions Spark can run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from frith.linkage.agreement import COMPARISONS, Comparison
from frith.linkage.block import Rule
from frith.linkage.spark_levels import called
from frith.linkage.splink_model import settings
from frith.linkage.train import Weights


def spark_model(weights: Weights, brought_by: Sequence[Rule], *, records: int) -> dict[str, Any]:
    """Splink's settings with each level told by its number, and the rules in Spark's SQL.

    `brought_by`: the blocking rules. `records`: how many there are.
    """
    model = settings(weights, brought_by, records=records)
    model["blocking_rules_to_generate_predictions"] = [rule_in_spark(one) for one in brought_by]
    for one, said in zip(COMPARISONS, model["comparisons"], strict=True):
        _by_number(one, said["comparison_levels"])
    return model


def rule_in_spark(rule: Rule) -> str:
    """A blocking rule; only whole division is written otherwise in Spark."""
    return rule.sql().replace(" // ", " DIV ")


def _by_number(comparison: Comparison, levels: list[dict[str, Any]]) -> None:
    """Write each level's condition as the number that stands for it, in place.

    A level that counts rarity stays as written, because Splink must see that it is an equality;
    Spark reads an equality as DuckDB does.
    """
    unknown, *known = levels
    unknown["sql_condition"] = f"{called(comparison)} = -1"
    top = len(known) - 1
    for at, level in enumerate(known[:-1]):
        if "tf_adjustment_column" not in level:
            level["sql_condition"] = f"{called(comparison)} = {top - at}"
