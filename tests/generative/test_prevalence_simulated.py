"""Simulated populations of known size: the estimate finds them, and slow and fast agree."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from frith.prevalence.captures import Captures
from frith.prevalence.existence import Code, Existence
from frith.prevalence.information import hierarchical_models
from frith.prevalence.loglinear import Design, fit
from frith.prevalence.planning import plan
from frith.prevalence.stepwise import select


def simulated(people: int, chances: list[float], rng: np.random.Generator) -> Captures:
    caught = rng.random((people, len(chances))) < np.asarray(chances)
    cells = caught @ (1 << np.arange(len(chances)))
    counts = np.bincount(cells, minlength=2 ** len(chances))[1:]
    return Captures(tuple("ABCDE")[: len(chances)], counts.astype(np.int64))


def test_independent_lists_recover_the_total_on_average() -> None:
    rng = np.random.default_rng(11)
    design = Design(4)
    existence = Existence(design)
    tables = [simulated(2000, [0.2, 0.15, 0.1, 0.25], rng) for _ in range(60)]
    counts = np.stack([table.counts for table in tables]).astype(float)
    total = select(design, counts, existence=existence).total
    # 60 tables: the standard error of the median is about 2%.
    assert np.median(total) == pytest.approx(2000, rel=0.06)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 63))
def test_newton_in_batches_agrees_with_statsmodels_one_by_one(seed: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(1, 40, size=15)).astype(float)
    design = Design(4)
    model = hierarchical_models(4, 2)[number]
    if Existence(design).code(counts, model) is not Code.FINE:
        return
    found = fit(design, counts[None, :], model[None, :])
    if found.minus_infinity.any():
        return
    slow = sm.GLM(counts, design.matrix[:, model], family=sm.families.Poisson()).fit(tol=1e-12)
    assert found.total[0] == pytest.approx(counts.sum() + np.exp(slow.params[0]), rel=1e-6)
    assert found.intercept_se()[0] == pytest.approx(slow.bse[0], rel=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 7))
def test_existence_by_rank_agrees_with_the_linear_programme(seed: int, number: int) -> None:
    """The published programme: maximise s with A'x = t, x >= s, s >= 0 [CSV 2021]."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.choice([0.0, 0.3, 4.0], size=7)).astype(float)
    design = Design(3)
    model = hierarchical_models(3, 2)[number]
    if counts.sum() == 0 or (counts @ design.matrix[:, 1:4]).min() == 0:
        return
    from frith.prevalence.loglinear import reduce

    minus, kept = reduce(design, counts[None, :], model[None, :])
    matrix = design.matrix[np.ix_(kept[0], model & ~minus[0])]
    cells = matrix.shape[0]
    answer = linprog(
        np.concatenate([np.zeros(cells), [-1.0]]),
        A_eq=np.hstack([matrix.T, np.zeros((matrix.shape[1], 1))]),
        b_eq=matrix.T @ counts[kept[0]],
        A_ub=np.hstack([-np.eye(cells), np.ones((cells, 1))]),
        b_ub=np.zeros(cells),
        bounds=[(0, None)] * (cells + 1),
        method="highs",
    )
    exists = -answer.fun > 1e-9
    identified = np.linalg.matrix_rank(matrix) == matrix.shape[1]
    want = {(True, True): 0, (False, True): 1, (True, False): 2, (False, False): 3}
    assert int(Existence(design).code(counts, model)) == want[exists, identified]


def test_planning_says_more_people_and_more_overlap_help() -> None:
    found = plan(
        {"police": 40, "council": 30, "charity": 20},
        rng=np.random.default_rng(5),
        populations=(3.0,),
        pooled=(1, 8),
        simulations=12,
        replicates=60,
    )
    alone, eight = found.tables["plan"].to_dicts()
    assert eight["overlaps"] > alone["overlaps"]
    assert eight["median_ratio"] < alone["median_ratio"]
    assert eight["share_useful"] >= alone["share_useful"]
