"""Cavallaro et al. (2020), PLoS ONE 15:e0236476: the Montagna meetings and phone calls.

Published data (lcucav/criminal-nets): Sicilian Mafia meetings (101 people, 256 ties) and calls
(100, 124). After five removals by unweighted betweenness, measured again after each, the largest
component is 0.4239 (meetings) and 0.2472 (calls) of the one before.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.networks import disrupt
from support import shared


def ties(name: str) -> pl.DataFrame:
    rows = [line.split() for line in shared(f"reference/networks/{name}").read_text().splitlines()]
    return pl.DataFrame(
        [(row[0], row[1]) for row in rows if len(row) >= 2],
        schema=["person_l", "person_r"],
        orient="row",
    )


@pytest.mark.parametrize(
    ("name", "people", "count", "left"),
    [
        ("Montagna_meetings_edgelist.csv", 101, 256, 0.4239),
        ("Montagna_phonecalls_edgelist.csv", 100, 124, 0.2472),
    ],
)
def test_unweighted_betweenness_after_five_removals(name, people, count, left):
    found = disrupt(
        ties(name), protected=(), rng=np.random.default_rng(1), k=5, method="betweenness", draws=5
    )
    assert (found.people, found.ties) == (people, count)
    assert found.largest_component[-1] == pytest.approx(left, abs=5e-5)


def test_best_leaves_no_more_pairs_connected_than_any_named_strategy():
    calls = ties("Montagna_phonecalls_edgelist.csv")
    left = {
        method: disrupt(
            calls, protected=(), rng=np.random.default_rng(1), k=5, method=method, draws=5
        ).connected_pairs[-1]
        for method in ("best", "betweenness", "degree", "collective-influence")
    }
    assert left["best"] == min(left.values())
