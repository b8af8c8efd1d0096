"""On which level a pair stands, worked out on Spark: the conditions as written, run by DuckDB.

Each comparison is one function of Spark, and each worker answers it for a batch of pairs at a time
with the very SQL that `frith.linkage.agreement` states. Nothing is translated, because the same
names do not mean the same thing: Spark 4.3 raises every Jaro-Winkler similarity by a common
beginning where Winkler raises only those above 0.7, and Splink's jar for Spark counts half
transpositions where Winkler (strcmp95) drops them. A pair would stand on another level.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from frith.linkage.agreement import COMPARISONS, Comparison

_SIDED = re.compile(r"\b(\w+)_[lr]\b")


def function_name(comparison: Comparison) -> str:
    """What the comparison is called in the SQL of Spark."""
    return f"frith_level_of_{comparison.name}"


def columns_of(comparison: Comparison) -> tuple[str, ...]:
    """The columns that a comparison looks at, each of them left and right, in order."""
    names = sorted(set(_SIDED.findall(comparison.case_sql())))
    return tuple(f"{name}_{side}" for name in names for side in "lr")


def called(comparison: Comparison) -> str:
    """The level of a pair as SQL of Spark: -1 where nothing is known, 0 the last, counted up."""
    return f"{function_name(comparison)}({', '.join(columns_of(comparison))})"


def register_levels(session: Any) -> None:
    """Make the level of every comparison known to the SQL of this session."""
    from pyspark.sql.functions import arrow_udf  # type: ignore[import-not-found]

    for comparison in COMPARISONS:
        session.udf.register(function_name(comparison), arrow_udf(_answerer(comparison), "int"))


def _answerer(comparison: Comparison) -> Callable[..., pa.Array]:
    """What a worker runs: columns of a batch in, levels out."""
    sql, names = comparison.case_sql(), columns_of(comparison)

    def levels(*columns: pa.Array) -> pa.Array:
        return levels_in_duckdb(sql, names, columns)

    return levels


def levels_in_duckdb(
    case_sql: str, names: tuple[str, ...], columns: tuple[pa.Array, ...]
) -> pa.Array:
    """The levels of a batch of pairs, in its order; on one thread, because Spark counts cores."""
    import duckdb

    batch = pa.table(dict(zip(names, columns, strict=True)))
    with duckdb.connect(config={"threads": 1}) as connection:
        found = connection.from_arrow(batch).project(f"({case_sql})::INTEGER AS x")
        return found.to_arrow_table().column("x").combine_chunks()
