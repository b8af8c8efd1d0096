"""Deprivation that clusters: one latent field, ten domains, ranks in another England."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from scipy.special import expit
from scipy.stats import norm

from frith.borough.draws import Floats
from frith.borough.place import Place

RANKS = {"2019": 32_844, "2025": 33_755}
"""How many areas England has in each edition (IoD2019: lsoa11; IoD2025: lsoa21)."""
LOADINGS = {
    "imd": 0.99,
    "income": 0.96,
    "employment": 0.94,
    "education": 0.88,
    "health": 0.88,
    "crime": 0.72,
    "housing": 0.15,
    "environment": 0.30,
    "idaci": 0.92,
    "idaopi": 0.85,
}
"""How closely a domain follows the latent field; the order is that of IoD2019's published ranks."""
BOROUGH_SHIFT = 0.30
"""Standard deviations by which the borough is more deprived than England: 2 areas in 9 come into
the most deprived tenth, as in Rotherham (36 of 167)."""
DECILES = 10
TOP_SCORE = 93.0
"""The highest score of the whole index in IoD2019 is just below it; every domain is scaled so."""


def latent(rng: np.random.Generator, place: Place) -> Floats:
    """A standardised field over the areas: patches of need round the towns, easier at the edge."""
    centres, radius = place.ground.centres, place.ground.radius_m
    field = np.zeros(place.areas)
    for town in range(len(place.ground.towns)):
        at = place.ground.towns[town] + rng.normal(0, 0.08 * radius, 2)
        gap = np.hypot(*(centres - at).T)
        field += rng.uniform(0.6, 1.6) * np.exp(-0.5 * (gap / (0.17 * radius)) ** 2)
    field = (field - field.mean()) / field.std()
    noise = rng.normal(0, 1, place.areas)
    left, right = place.ground.left, place.ground.right
    degree = np.bincount(np.r_[left, right], minlength=place.areas)
    near = np.bincount(left, noise[right], place.areas) + np.bincount(
        right, noise[left], place.areas
    )
    smooth = 0.5 * noise + 0.5 * near / np.maximum(degree, 1)
    field = 0.85 * field + 0.5 * smooth / smooth.std()
    return (field - field.mean()) / field.std()


def deprivation(rng: np.random.Generator, place: Place, need: Floats) -> pl.DataFrame:
    """The `deprivation` table: edition 2019 on lsoa11 codes, edition 2025 on lsoa21 codes."""
    vintages = place.vintages
    parts = np.bincount(vintages.pair_old)
    old_need = np.bincount(vintages.pair_old, need[vintages.pair_new]) / parts
    frames = []
    for edition, vintage, codes, level in (
        ("2019", "lsoa11", vintages.old_codes, old_need),
        ("2025", "lsoa21", place.codes, need),
    ):
        for domain, loading in LOADINGS.items():
            own = loading * level + np.sqrt(1 - loading**2) * rng.normal(0, 1, level.size)
            share = norm.sf(own * 1.05 + BOROUGH_SHIFT)
            rank = _ranks(share, RANKS[edition])
            frames.append(
                pl.DataFrame(
                    {
                        "code": list(codes),
                        "area_vintage": vintage,
                        "edition": edition,
                        "domain": domain,
                        "decile": (rank - 1) * DECILES // RANKS[edition] + 1,
                        "rank": rank,
                        "score": np.round(TOP_SCORE * expit(0.95 * own - 1.35), 3),
                    }
                )
            )
    return pl.concat(frames)


def _ranks(share: Floats, total: int) -> np.ndarray:
    """Different ranks 1…total in the order of `share`."""
    rank = np.clip(np.ceil(share * total), 1, total).astype(np.int64)
    order = np.argsort(share, kind="stable")
    for before, at in pairwise(order.tolist()):
        rank[at] = max(rank[at], rank[before] + 1)
    over = int(rank[order[-1]] - total)
    return rank - max(0, over) if over < rank[order[0]] else rank
