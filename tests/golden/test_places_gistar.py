"""Gi* and local Moran against published and reference values."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.places.local import gi_star, gi_star_z, local_moran
from frith.places.neighbours import from_rows
from support import shared

PLACES = "reference/places"


def _sids():
    table = pl.read_csv(shared(f"{PLACES}/sids_nc_gistar_moran_eb.csv"))
    rows = [np.array([int(k) - 1 for k in text.split(";")]) for text in table["neighbours"]]
    return table, from_rows(rows, codes=[str(f) for f in table["fips"]], kind="queen")


def test_tiny_six() -> None:
    table = pl.read_csv(shared(f"{PLACES}/tiny6_gistar.csv"))
    points = table.select("x", "y").to_numpy()
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    rows = [np.flatnonzero((d <= 15) & (d > 0)) for d in apart]
    near = from_rows(rows, codes=list("abcdef"), kind="within 15")
    z = gi_star_z(table["value"].to_numpy().astype(float), near)
    # distance band 15, binary, self included (PySAL's six-point example): tolerance 1e-7
    assert np.abs(z - table["gistar_z"].to_numpy()).max() < 1e-7
    assert z[0] == pytest.approx(-1.39727626, abs=1e-7)
    assert z[5] == pytest.approx(2.02424331, abs=1e-7)


def test_sids_gi_star_equals_spdep() -> None:
    table, near = _sids()
    z = gi_star_z(table["rate74"].to_numpy(), near)
    # spdep::localG(include.self) on North Carolina: tolerance 1e-9
    assert np.abs(z - table["gistar_z_spdep"].to_numpy()).max() < 1e-9
    assert z.max() == pytest.approx(4.25177239, abs=1e-8)
    assert table["name"][int(z.argmax())] == "Northampton"


def test_sids_local_moran_is_spdeps_times_n_minus_1_over_n() -> None:
    table, near = _sids()
    found = local_moran(
        table["rate74"].to_numpy(), near, rng=np.random.default_rng(1), permutations=99
    )
    assert np.abs(found.i * 100 / 99 - table["localI"].to_numpy()).max() < 1e-9


def test_permutation_p_equals_counting_every_neighbourhood() -> None:
    from itertools import combinations

    x = np.array([3.0, 9, 4, 4, 8, 1, 7, 2, 6, 5])
    near = from_rows(
        [[1, 2], [0, 2, 4], [0, 1, 3], [2], [1, 6, 8], [6, 7], [4, 5], [5, 9], [4, 9], [7, 8]],
        codes=list("abcdefghij"),
        kind="queen",
    )
    found = gi_star(x, near, rng=np.random.default_rng(1), permutations=99_999, stop_after=0)
    for i in range(10):
        others = np.delete(x, i)
        own = x[near.of(i)].sum()
        sums = [sum(pick) for pick in combinations(others, len(near.of(i)))]
        # Anselin (1995): the exact conditional distribution, drawn without replacement
        assert found.p[i] == pytest.approx(np.mean(np.array(sums) >= own), abs=0.006)


def test_stopping_early_agrees_with_every_permutation() -> None:
    table, near = _sids()
    x = table["rate74"].to_numpy()
    full = gi_star(x, near, rng=np.random.default_rng(1), permutations=19_999, stop_after=0)
    early = gi_star(x, near, rng=np.random.default_rng(1), permutations=19_999, stop_after=1000)
    assert np.all(early.made <= full.made)
    assert np.abs(early.p - full.p).max() < 0.05
    small = full.p < 0.02
    assert np.abs(early.p - full.p)[small].max() < 0.003
