"""Gi* by permutation against esda, which compiles for a minute: so not in the daily tests."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.places.local import gi_star
from frith.places.neighbours import from_rows
from support import shared

PLACES = "reference/places"


def _sids():
    table = pl.read_csv(shared(f"{PLACES}/sids_nc_gistar_moran_eb.csv"))
    rows = [np.array([int(k) - 1 for k in text.split(";")]) for text in table["neighbours"]]
    return table, from_rows(rows, codes=[str(f) for f in table["fips"]], kind="queen")


def test_permutation_p_equals_esda_within_its_error() -> None:
    import esda
    import libpysal

    table, near = _sids()
    x = table["rate74"].to_numpy().astype(float)
    w = libpysal.weights.W(
        {i: [int(j) for j in near.of(i)] for i in range(100)}, silence_warnings=True
    )
    theirs = esda.G_Local(x, w, star=True, transform="B", permutations=9999, seed=1)
    ours = gi_star(x, near, rng=np.random.default_rng(1), permutations=9999, stop_after=0)
    high = theirs.Zs > 0
    # esda folds p to the nearer tail; ours is always that of high values
    p = np.where(ours.p <= 0.5, ours.p, np.nan)
    usable = high & ~np.isnan(p) & (theirs.p_sim < 0.45)
    error = 4 * np.sqrt(2 * theirs.p_sim * (1 - theirs.p_sim) / 9999) + 2e-4
    assert usable.sum() > 25
    assert np.all(np.abs(p - theirs.p_sim)[usable] < error[usable])
