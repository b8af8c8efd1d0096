"""Disruption: exact against brute force, protected people never chosen, and plain words."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frith.errors import BadInput, UnknownName
from frith.networks import Disruption, disrupt
from frith.networks.contacts import collective_influence, contacts_of, parts


def ties(*pairs: str, **columns: list[float]) -> pl.DataFrame:
    rows = [tuple(pair.split("-")) for pair in pairs]
    frame = pl.DataFrame(rows, schema=["person_l", "person_r"], orient="row")
    return frame.with_columns(pl.Series(name, values) for name, values in columns.items())


def run(edges: pl.DataFrame, *, protected=(), **rest) -> Disruption:
    rest = {"draws": 20, "k": 1} | rest
    found = disrupt(edges, protected=protected, rng=np.random.default_rng(1), **rest)
    assert isinstance(found, Disruption)
    return found


STAR = ties("a-h", "b-h", "c-h", "d-h")
BRIDGE = ties("a-b", "b-c", "a-c", "c-x", "x-d", "d-e", "e-f", "d-f")
CLIQUE = ties(*("-".join(pair) for pair in combinations("abcdefgh", 2)))


def test_the_hub_of_a_star_leaves_nobody_connected():
    found = run(STAR)
    assert found.sequence == ("h",)
    assert found.largest_component == (0.2,)
    assert found.connected_pairs == (0.0,)


@pytest.mark.parametrize("method", ["best", "betweenness", "degree", "collective-influence"])
def test_every_method_answers_in_the_same_shape(method):
    found = run(BRIDGE, k=4, method=method)
    assert len(found.sequence) == len(set(found.sequence)) == len(found.largest_component) == 4
    assert list(found.connected_pairs) == sorted(found.connected_pairs, reverse=True)


@pytest.mark.parametrize("method", ["best", "betweenness", "degree", "collective-influence"])
def test_the_protected_are_never_chosen_and_appear_nowhere(method):
    found = run(BRIDGE, protected=["c", "d"], k=2, method=method)
    assert not {"c", "d"} & set(found.sequence)
    assert not {"c", "d"} & set(
        contacts_of(found.tables["ties"].select("person_l", "person_r").iter_rows())
    )
    assert found.flagged("protected")


def test_where_everybody_is_protected_it_declines():
    found = disrupt(STAR, protected=["h"], rng=np.random.default_rng(1))
    assert found.refused
    assert found.flagged("nobody-to-choose")


def test_a_dense_group_is_said_not_to_come_apart():
    found = run(CLIQUE, k=3)
    assert found.flagged("will-not-fragment")
    assert found.largest_component[-1] == pytest.approx(5 / 8)
    assert not run(STAR).flagged("will-not-fragment")


def test_the_cautions_are_always_there():
    codes = {flag.code for flag in run(STAR).flags}
    assert {"tasking", "risk", "options", "recovery"} <= codes
    text = " ".join(flag.text for flag in run(STAR).flags)
    for word in ("deconfliction", "more violent", "expose", "support", "diversion"):
        assert word in text


def test_collective_influence_by_hand():
    # path a-b-c-d-e: b is two steps from d, so CI_2(b) = (2−1)·(2−1) = 1; c from a and e: 0
    graph = contacts_of(tuple(pair.split("-")) for pair in ("a-b", "b-c", "c-d", "d-e"))
    assert list(collective_influence(graph).values()) == [0.0, 1.0, 0.0, 1.0, 0.0]


def test_the_random_baseline_and_scenarios_have_ranges():
    found = run(BRIDGE, k=2)
    for spread in (found.random_baseline, *found.scenarios.values()):
        assert 0 <= spread["lo"] <= spread["mean"] + 1e-12
        assert spread["mean"] <= spread["hi"] + 1e-12 <= 1 + 1e-12
    assert set(found.scenarios) == {
        "no-recovery",
        "triadic-closure",
        "preferential-attachment",
        "role-replacement",
    }
    assert found.scenarios["no-recovery"]["mean"] == found.largest_component[-1]
    assert found.scenarios["role-replacement"]["mean"] > found.largest_component[-1]


def test_sure_ties_leave_no_doubt_and_doubtful_ones_do():
    assert run(BRIDGE).uncertainty is None
    doubtful = run(ties("a-h", "b-h", "c-h", q=[0.5, 0.5, 0.0])).uncertainty
    assert doubtful is not None
    assert doubtful["lo"] < doubtful["hi"]


def test_one_seed_gives_one_answer():
    assert run(BRIDGE, k=2).as_json() == run(BRIDGE, k=2).as_json()


@pytest.mark.parametrize(
    "edges",
    [
        pl.DataFrame({"person_l": ["a"]}),
        ties("a-a"),
        ties("a-b", q=[1.5]),
        pl.DataFrame({"person_l": ["a"], "person_r": ["b"], "q": ["high"]}),
    ],
)
def test_bad_edges_are_refused(edges):
    with pytest.raises(BadInput):
        run(edges)


def test_an_unknown_method_is_refused():
    with pytest.raises(UnknownName):
        run(STAR, method="kingpin")


GRAPHS = st.sets(st.sampled_from(["-".join(p) for p in combinations("abcdefg", 2)]), min_size=4)


@settings(max_examples=60, deadline=None)
@given(pairs=GRAPHS, k=st.integers(1, 3))
def test_exact_is_as_good_as_any_set(pairs, k):
    found = run(ties(*sorted(pairs)), k=k, draws=1)
    graph = contacts_of(tuple(pair.split("-")) for pair in pairs)
    n = len(graph)
    least = min(
        sum(s * (s - 1) for s in parts(graph, without=people)) / (n * (n - 1))
        for people in combinations(graph, min(k, n - 1))
    )
    assert found.connected_pairs[-1] == pytest.approx(least)


HUBS = ties("a-h", "b-h", "c-h", "h-k", "d-k", "e-k")


def test_a_cost_turns_the_choice_and_the_budget_is_kept():
    free = run(HUBS, k=1)
    assert free.sequence == ("h",)
    dear = run(HUBS, k=1, costs={"h": 3.0})
    assert dear.sequence == ("k",)
    assert (dear.cost, dear.budget) == (1.0, 1.0)
    rich = run(HUBS, k=1, costs={"h": 3.0}, budget=3.0)
    assert rich.sequence == ("h",)
    assert rich.cost == 3.0


@pytest.mark.parametrize("method", ["best", "betweenness", "degree", "collective-influence"])
def test_no_method_goes_over_the_budget(method):
    costs = dict.fromkeys("hk", 2.0) | {"a": 0.5}
    found = run(HUBS, k=4, method=method, costs=costs, budget=2.5)
    spent = sum(costs.get(person, 1.0) for person in found.sequence)
    assert spent == found.cost
    assert spent <= 2.5


def test_costs_of_one_change_nothing():
    plain, same = run(BRIDGE, k=2), run(BRIDGE, k=2, costs=dict.fromkeys("abcdefx", 1.0))
    assert (plain.sequence, plain.connected_pairs) == (same.sequence, same.connected_pairs)
    assert plain.cost is None


def test_a_budget_below_anybodys_cost_is_refused():
    found = disrupt(STAR, protected=(), rng=np.random.default_rng(1), k=1, budget=0.5)
    assert found.refused
    assert found.flagged("budget-too-small")


@pytest.mark.parametrize("costs", [{"h": 0.0}, {"h": -1.0}, {"h": float("inf")}])
def test_costs_that_are_none_are_refused(costs):
    with pytest.raises(BadInput):
        run(STAR, costs=costs)


def test_the_words_carry_every_caution():
    found = run(CLIQUE, k=2)
    said = " ".join(flag.text for flag in found.flags)
    for words in (
        "will not come apart",
        "more violent",
        "expose who gave information",
        "tasking decision",
        "deconfliction",
        "support, diversion",
        "not a list for arrest",
        "recover",
    ):
        assert words in said
