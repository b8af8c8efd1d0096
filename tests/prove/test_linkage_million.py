"""A million synthetic nominals linked: how well, how long, with how much memory; shuffled, again.

The records are those of `benchmarks/linkage.py`, which times a peer beside. Bars are on quality and
memory; seconds are printed, because they belong to the machine.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.linkage import link

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from linkage import synthetic

NOW = datetime(2026, 1, 5)
RECORDS = 1_000_000
MOST_GB = 6.0


@pytest.fixture(scope="module")
def records() -> tuple[pl.DataFrame, pl.DataFrame]:
    """A million records and who each is."""
    return synthetic(RECORDS, np.random.default_rng(1))


def test_a_million_nominals(records) -> None:
    nominals, truth = records
    started, used = time.perf_counter(), time.process_time()
    found = link(nominals, now=NOW)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    both = found.tables["persons"].join(truth, on="nominal_id")

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    agreed = pairs("person_id", "truth")
    precision, recall = agreed / pairs("person_id"), agreed / pairs("truth")
    several = both.group_by("person_id").agg(pl.col("truth").n_unique() > 1)["truth"].mean()
    print(  # noqa: T201
        f"\n{RECORDS:,} nominals: {seconds:.1f} s ({cpu:.1f} s of CPU), {memory:.1f} GB with the "
        f"records' making, precision {precision:.4f}, recall {recall:.4f}, several {several:.5f}"
    )
    assert precision >= 0.995
    assert recall >= 0.95
    assert float(several) < 0.002
    assert memory <= MOST_GB
    again = link(
        nominals.sample(fraction=1, shuffle=True, seed=3),
        now=datetime(2026, 7, 5),
        history=found.tables["history"],
    )
    for name in ("persons", "pairs", "review", "history"):
        assert again.tables[name].equals(found.tables[name]), name
