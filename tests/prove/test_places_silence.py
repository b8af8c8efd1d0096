"""Silence over 100 boroughs: what is planted is found, quiet maps name little, power is honest."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.places.silence import FEWER, silence

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "places"))
from reporting import ten_agencies

RUNS = 100
AREAS = 120


def _named(seed: int, *, spread: float, quiet: tuple[int, ...] = ()) -> tuple[set[str], float]:
    """Areas named, and the power the answer states."""
    reports, predictors, _ = ten_agencies(seed, AREAS, quiet=quiet, spread=spread)
    result = silence(reports, predictors)
    whole = result.tables["whole"].filter(pl.col("verdict") == FEWER)
    return set(whole["code"]), float(result.parameters["power"])


@pytest.mark.parametrize("spread", [0.02, 0.05, 0.10])
def test_what_is_planted_is_found_at_least_as_often_as_said_and_quiet_maps_name_little(
    spread: float, record_property: Callable[[str, object], None]
) -> None:
    """Power as quiet maps state it may promise less than is found, and never clearly more."""
    quiet = [_named(seed, spread=spread) for seed in range(RUNS)]
    planted = [_named(1000 + seed, spread=spread, quiet=(3,))[0] for seed in range(RUNS)]
    false = float(np.mean([bool(names) for names, _ in quiet]))
    stated = float(np.mean([power for _, power in quiet]))
    found = float(np.mean(["a003" in names for names in planted]))
    record_property("named on quiet maps, found, stated", (false, found, stated))
    assert false <= 0.10
    assert found >= 0.80
    assert found - 0.30 <= stated <= found + 0.05
