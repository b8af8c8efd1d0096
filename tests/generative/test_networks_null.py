"""Where no group was planted, none is found; and this test notices when the method is spoiled."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.networks import find_groups, finding
from frith.networks.chance import Attendance
from frith.networks.pairs import Pairs, count_pairs
from frith.stats.fdr import benjamini_hochberg
from unit.networks.world import build

SEEDS = range(3)
"""A few here; twenty in the long proofs."""
AT_MOST = 0.05


def false_groups(seeds: range) -> float:
    """Mean groups found a run on worlds of 60,000 events without any."""
    found = []
    for seed in seeds:
        world = build(60_000, seed=seed, groups=False)
        found.append(find_groups(world.events, world.roles, seed=seed).tables["groups"].height)
    return float(np.mean(found))


def test_no_groups_where_none_are():
    assert false_groups(SEEDS) <= AT_MOST


def _unconditional(attendance: Attendance, **_: object) -> Pairs:
    """The mistake: the plain Poisson test, corrected over the pairs that happened to be seen."""
    from scipy.special import gammainc

    i, j, n = count_pairs(attendance)
    expected = attendance.expected(i, j)
    p = gammainc(n, np.maximum(expected, 1e-12))
    return Pairs(i=i, j=j, n=n, expected=expected, p=p, q=benjamini_hochberg(p), met=n.size)


def test_correcting_over_observed_pairs_with_the_unconditional_test_fails_the_null(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(finding, "validated_pairs", _unconditional)
    assert false_groups(range(1)) > AT_MOST


def test_shuffling_people_within_strata_leaves_no_group():
    world = build(60_000, seed=8)
    found = find_groups(world.events, world.roles, seed=1)
    assert found.tables["groups"].height > 15
    table = found.tables["occasions"].select("occasion_id", "stratum", "persons").explode("persons")
    rng = np.random.default_rng(4)
    moved = table["persons"].gather(_within(table["stratum"].to_numpy(), rng))
    roles = (
        table.select(event_id="occasion_id", nominal_id=moved)
        .unique()
        .with_columns(role=pl.lit("suspect"))
    )
    again = find_groups(world.events, roles, seed=1)
    assert again.tables["groups"].height == 0


def _within(stratum: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A permutation that moves rows only within their stratum."""
    order = np.argsort(stratum, kind="stable")
    mixed = np.lexsort((rng.random(stratum.size), stratum))
    place = np.empty(stratum.size, dtype=np.int64)
    place[order] = mixed
    return place
