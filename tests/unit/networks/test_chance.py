"""The local null, by hand: rates, expected meetings, conditional and group tests."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from frith.networks.chance import Attendance, group_p, membership, pair_p
from frith.networks.pairs import count_pairs, validated_pairs
from frith.networks.splits import merged
from frith.stats.fdr import benjamini_hochberg


def attendance(occasions: list[list[int]], strata: list[int] | None = None, n: int = 6):
    occasion = np.repeat(np.arange(len(occasions)), [len(o) for o in occasions])
    person = np.array([p for o in occasions for p in o])
    stratum = np.array(strata or [0] * len(occasions))
    return Attendance(occasion, person, stratum=stratum, n_persons=n)


def test_rate_and_expected_by_hand():
    # sizes 2, 2, 3: r = (2 + 2 + 6) / 7² = 10/49; d_0 = 3, d_1 = 2
    held = attendance([[0, 1], [0, 2], [0, 1, 3]])
    assert held.rate == pytest.approx([10 / 49])
    assert held.expected(np.array([0]), np.array([1])) == pytest.approx([3 * 2 * 10 / 49])


def test_strata_add_up():
    held = attendance([[0, 1], [0, 1], [2, 3]], [0, 1, 1])
    # r_0 = 2/4; r_1 = 4/16; people 0 and 1 have one occasion in each
    assert held.expected(np.array([0]), np.array([1])) == pytest.approx([2 / 4 + 4 / 16])


def test_occasions_without_a_stratum_do_not_count():
    held = attendance([[0, 1], [0, 1]], [0, -1])
    assert count_pairs(held)[2].tolist() == [1]


def test_a_groups_expected_is_the_sum_over_its_pairs_and_its_occasions_count_once():
    held = attendance([[0, 1, 2], [0, 3], [1, 2], [4, 5]])
    group = membership([frozenset({0, 1, 2})], 6)
    pairs = list(combinations(range(3), 2))
    expected = held.expected(*(np.array(side) for side in zip(*pairs, strict=True)))
    assert held.expected_by(group) == pytest.approx([expected.sum()])
    assert held.occasions_of(group).tolist() == [2]


@pytest.mark.parametrize(("n", "mean"), [(2, 0.01), (3, 0.5), (5, 2.0), (1, 0.3)])
def test_pair_p_is_poisson_conditional_on_having_met(n, mean):
    expected = stats.poisson.sf(n - 1, mean) / stats.poisson.sf(0, mean)
    assert pair_p([n], [mean]) == pytest.approx([expected])


def test_pair_p_is_one_where_they_met_once():
    assert pair_p([1, 1], [1e-9, 5.0]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("w", "mean"), [(1, 0.1), (4, 0.5), (9, 3.0)])
def test_group_p_is_the_poisson_tail(w, mean):
    assert group_p([w], [mean]) == pytest.approx([stats.poisson.sf(w - 1, mean)])


def test_group_p_is_one_for_no_occasion():
    assert group_p([0], [0.0]).tolist() == [1.0]


OCCASIONS = st.lists(
    st.lists(st.integers(0, 7), min_size=2, max_size=5, unique=True), min_size=1, max_size=25
)


@settings(max_examples=60, deadline=None)
@given(occasions=OCCASIONS)
def test_pairs_are_counted_as_the_slow_way_counts_them(occasions):
    held = attendance(occasions, n=8)
    slow: dict[tuple[int, int], int] = {}
    for people in occasions:
        for pair in combinations(sorted(people), 2):
            slow[pair] = slow.get(pair, 0) + 1
    i, j, n = count_pairs(held)
    assert dict(zip(zip(i.tolist(), j.tolist(), strict=True), n.tolist(), strict=True)) == slow


@settings(max_examples=60, deadline=None)
@given(occasions=OCCASIONS)
def test_testing_pairs_met_twice_gives_the_q_of_testing_all(occasions):
    held = attendance(occasions, n=8)
    i, j, n = count_pairs(held)
    whole = benjamini_hochberg(pair_p(n, held.expected(i, j)))
    found = validated_pairs(held)
    assert found.met == n.size
    assert found.q == pytest.approx(whole[n >= 2])


def test_merged_p_is_the_quantile_over_its_share():
    # the third smallest of twelve, over a quarter
    assert merged(np.linspace(0.01, 0.12, 12), 0.25) == pytest.approx(0.03 / 0.25)
    assert merged(np.empty(0), 0.25) == 1.0


def test_merged_p_is_no_smaller_than_uniform_when_splits_agree_or_not():
    rng = np.random.default_rng(1)
    alone = np.array([merged(rng.random(20), 0.25) for _ in range(4000)])
    same = np.array([merged(np.repeat(rng.random(), 20), 0.25) for _ in range(4000)])
    for level in (0.01, 0.05, 0.1):
        assert (alone <= level).mean() <= level
        assert (same <= level).mean() <= level
