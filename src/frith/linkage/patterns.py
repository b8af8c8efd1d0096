"""Patterns of agreement: which levels pairs stand on, counted in DuckDB."""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from frith.linkage.agreement import COMPARISONS
from frith.linkage.em import Floats, Ints

RECORDS = "records"
"""The table of cleaned nominals in the connection."""

_COMPARED = (
    "given",
    "initial",
    "middle",
    "root",
    "readings",
    "family",
    "part_a",
    "part_b",
    "aliases",
    "birth_year",
    "birth_month",
    "birth_day",
    "dob",
    "dob_swapped",
    "sex",
    "phone",
    "email",
    "email_user",
    "email_digits",
    "street",
    "door",
    "address_id",
    "postcode",
    "police_id",
)


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Each pattern of levels by comparison, and how many pairs show it."""

    gammas: dict[str, Ints]
    count: Floats

    def where(self, keep: np.ndarray) -> Patterns:
        """Only the patterns that `keep` marks."""
        return Patterns(
            gammas={name: gamma[keep] for name, gamma in self.gammas.items()},
            count=self.count[keep],
        )

    def on(self, comparison: str, numbers: tuple[int, ...]) -> np.ndarray:
        """Which patterns stand on one of these levels."""
        return np.isin(self.gammas[comparison], numbers)

    @property
    def pairs(self) -> float:
        """How many pairs there are."""
        return float(self.count.sum())


def count_patterns(connection: duckdb.DuckDBPyConnection, pairs: str) -> Patterns:
    """The patterns of the pairs that the SQL `pairs` yields as (uid_l, uid_r)."""
    both = ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in _COMPARED)
    cases = ", ".join(f"{one.case_sql()} AS {one.name}" for one in COMPARISONS)
    names = ", ".join(one.name for one in COMPARISONS)
    found = connection.execute(
        f"""
        WITH pairs AS ({pairs}),
        beside AS (
            SELECT {both} FROM pairs
            JOIN {RECORDS} AS l ON l.uid = pairs.uid_l
            JOIN {RECORDS} AS r ON r.uid = pairs.uid_r
        ),
        levels AS (SELECT {cases} FROM beside)
        SELECT {names}, count(*) AS n FROM levels GROUP BY {names} ORDER BY {names}
        """
    ).fetchall()
    columns = list(zip(*found, strict=True)) or [()] * (len(COMPARISONS) + 1)
    return Patterns(
        gammas={
            one.name: np.array(column, dtype=np.int64)
            for one, column in zip(COMPARISONS, columns[:-1], strict=True)
        },
        count=np.array(columns[-1], dtype=np.float64),
    )


def same_key_pairs(
    connection: duckdb.DuckDBPyConnection, key: str, *, most: float, seed: int
) -> tuple[str, float]:
    """SQL of pairs that share `key`, about `most` of them, and the share of all that they are.

    Where there are too many, records are dealt into as many hands as it takes, by a hash of their
    identifier and the seed, and pairs are taken within a hand: every pair has the same chance, be
    its block large or small, and the same records and seed give the same pairs in any order.
    """
    [(pairs,)] = connection.execute(
        f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM "
        f"(SELECT count(*) AS n FROM {RECORDS} WHERE {key} IS NOT NULL GROUP BY {key})"
    ).fetchall()
    hands = max(1, math.ceil(float(pairs) / most))
    dealt = (
        f"SELECT uid, {key} AS key, hash(nominal_id || '{int(seed)}') % {hands} AS hand "
        f"FROM {RECORDS} WHERE {key} IS NOT NULL"
    )
    sql = (
        f"SELECT l.uid AS uid_l, r.uid AS uid_r FROM ({dealt}) AS l "
        f"JOIN ({dealt}) AS r ON l.key = r.key AND l.hand = r.hand AND l.uid < r.uid"
    )
    return sql, 1.0 / hands


def random_pairs(*, records: int, most: int, rng: np.random.Generator) -> pl.DataFrame:
    """`most` pairs of different records drawn at random; every pair where there are no more."""
    total = records * (records - 1) // 2
    if total <= most:
        left, right = np.triu_indices(records, k=1)
    else:
        drawn = rng.integers(0, records, (2, most))
        differ = drawn[0] != drawn[1]
        left, right = drawn.min(axis=0)[differ], drawn.max(axis=0)[differ]
    return pl.DataFrame({"uid_l": left, "uid_r": right})
