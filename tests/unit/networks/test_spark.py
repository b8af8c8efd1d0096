"""The projection that Spark runs, held to the counts of this process by running it in DuckDB."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from frith.networks.chance import Attendance
from frith.networks.pairs import count_pairs
from frith.networks.spark import count_pairs_on_spark


class DuckSession:
    """The two calls of a Spark session that counting makes, answered by DuckDB."""

    def createDataFrame(self, table: pa.Table) -> pa.Table:  # noqa: N802 - Spark's name
        return table

    def sql(self, query: str, *, attended: pa.Table) -> Any:
        assert "{attended}" in query
        with duckdb.connect() as connection:
            connection.register("attended", attended)
            found = connection.sql(query.format(attended="attended")).to_arrow_table()
        shuffled = found.take(np.random.default_rng(4).permutation(found.num_rows))
        return SimpleNamespace(toArrow=lambda: shuffled)


def attended(rng: np.random.Generator, *, occasions: int) -> Attendance:
    """Occasions of one to five people out of forty, some of them in no stratum."""
    sizes = rng.integers(1, 6, occasions)
    people = np.concatenate([rng.choice(40, size, replace=False) for size in sizes])
    return Attendance(
        np.repeat(np.arange(occasions), sizes),
        people.astype(np.int64),
        stratum=rng.integers(-1, 3, occasions),
        n_persons=40,
    )


def test_counts_are_those_of_this_process() -> None:
    here = attended(np.random.default_rng(3), occasions=400)
    for one, two in zip(
        count_pairs(here), count_pairs_on_spark(here, session=DuckSession()), strict=True
    ):
        assert one.dtype == two.dtype
        np.testing.assert_array_equal(one, two)
    assert count_pairs(here)[2].max() > 2


def test_nobody_met() -> None:
    alone = Attendance(np.arange(3), np.arange(3), stratum=np.zeros(3, dtype=np.int64), n_persons=3)
    assert [part.size for part in count_pairs_on_spark(alone, session=DuckSession())] == [0, 0, 0]
