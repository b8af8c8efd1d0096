"""EM finds what was planted, and leans on the prior where data are thin."""

from __future__ import annotations

import numpy as np
import pytest

from frith.linkage.em import Column, expectation_maximisation


def column(name: str, u: float, *, prior: float = 0.8) -> Column:
    """A comparison of two levels: differs (0) and agrees (1)."""
    return Column(
        name=name,
        m=np.array([1 - prior, prior]),
        u=np.array([1 - u, u]),
        prior=np.array([1 - prior, prior]),
        branch=np.zeros(2, dtype=np.int64),
        label=np.arange(2),
    )


def planted(m: dict[str, float], u: dict[str, float], share: float, pairs: float):
    """Exact expected counts of every pattern of three comparisons."""
    names = list(m)
    gammas = {name: [] for name in names}
    counts = []
    for code in range(2 ** len(names)):
        levels = [(code >> at) & 1 for at in range(len(names))]
        same = share * np.prod(
            [m[n] if x else 1 - m[n] for n, x in zip(names, levels, strict=True)]
        )
        other = (1 - share) * np.prod(
            [u[n] if x else 1 - u[n] for n, x in zip(names, levels, strict=True)]
        )
        counts.append(pairs * (same + other))
        for name, level in zip(names, levels, strict=True):
            gammas[name].append(level)
    return {name: np.array(g) for name, g in gammas.items()}, np.array(counts)


def test_it_finds_the_planted_m_and_share() -> None:
    m = {"a": 0.9, "b": 0.7, "c": 0.95}
    u = {"a": 0.05, "b": 0.01, "c": 0.2}
    gammas, count = planted(m, u, 0.3, 1e6)
    found = expectation_maximisation(
        gammas, count, [column(name, u[name]) for name in m], share=0.1
    )
    assert found.matches / found.pairs == pytest.approx(0.3, abs=1e-3)
    for name, value in m.items():
        assert found.m[name][1] == pytest.approx(value, abs=2e-3)


def test_a_handful_of_matches_stays_near_the_prior() -> None:
    m = {"a": 0.5, "b": 0.5, "c": 0.5}
    u = {"a": 0.01, "b": 0.01, "c": 0.01}
    gammas, count = planted(m, u, 0.5, 4)
    found = expectation_maximisation(
        gammas, count, [column(name, u[name]) for name in m], share=0.1
    )
    assert all(0.6 < found.m[name][1] < 0.8 for name in m)


def test_unknown_values_say_nothing() -> None:
    gammas, count = planted(
        {"a": 0.9, "b": 0.7, "c": 0.9}, {"a": 0.05, "b": 0.01, "c": 0.2}, 0.3, 1e5
    )
    columns = [column("a", 0.05), column("b", 0.01), column("c", 0.2)]
    without = expectation_maximisation(gammas, count, columns[:2], share=0.1)
    blank = gammas | {"c": np.full_like(gammas["c"], -1)}
    assert expectation_maximisation(blank, count, columns, share=0.1).matches == pytest.approx(
        without.matches, rel=1e-9
    )


def test_tied_levels_share_m_across_branches() -> None:
    tied = Column(
        name="a",
        m=np.array([0.2, 0.2, 0.8, 0.8]),
        u=np.array([0.9, 0.5, 0.1, 0.5]),
        prior=np.array([0.2, 0.2, 0.8, 0.8]),
        branch=np.array([0, 1, 0, 1]),
        label=np.array([0, 0, 1, 1]),
        tied=True,
    )
    gammas = {"a": np.array([0, 1, 2, 3]), "b": np.array([1, 1, 1, 1])}
    found = expectation_maximisation(
        gammas, np.array([10.0, 20.0, 100.0, 30.0]), [tied, column("b", 0.01)], share=0.3
    )
    assert found.m["a"][0] == found.m["a"][1]
    assert found.m["a"][2] == found.m["a"][3]
    assert found.m["a"][[0, 2]].sum() == pytest.approx(1)
