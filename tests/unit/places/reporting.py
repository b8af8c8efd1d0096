"""Made-up reporting by ten agencies: their usual shares, areas quiet, and areas quiet from one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

SHARES = np.array([0.18, 0.10, 0.17, 0.13, 0.09, 0.06, 0.06, 0.05, 0.09, 0.07])
SPREAD = 0.02
"""Variance of areas' own levels around what their people would give, about the mean squared."""


def ten_agencies(
    seed: int,
    areas: int,
    *,
    quiet: Sequence[int] = (),
    mute: Sequence[int] = (),
    spread: float = SPREAD,
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """Ten agencies, about 50 reports an area; `quiet` areas, and areas quiet from agency 0 alone,
    send 15% of their due. Areas lie five to a larger one."""
    rng = np.random.default_rng(seed)
    codes = [f"a{i:03d}" for i in range(areas)]
    people, decile = rng.integers(1100, 2100, areas), rng.integers(1, 11, areas)
    own = rng.gamma(1 / spread, spread, areas)
    mean = people * 0.042 * np.exp(-0.05 * decile) * own
    cells = mean[:, None] * SHARES
    cells[list(quiet)] *= 0.15
    cells[list(mute), 0] *= 0.15
    reports = pl.DataFrame(
        {
            "code": np.repeat(codes, 10).tolist(),
            "agency": [f"g{j}" for j in range(10)] * areas,
            "n": rng.poisson(cells).ravel(),
        }
    )
    predictors = pl.DataFrame({"code": codes, "population": people, "deprivation": decile})
    return reports, predictors, {code: f"m{i // 5}" for i, code in enumerate(codes)}
