"""Silence over 100 boroughs: what is planted is found, quiet maps name little, power is honest."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.places.silence import FEWER, silence

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "places"))
from reporting import ten_agencies

RUNS = int(os.environ.get("FRITH_RUNS", "100"))
AREAS = 120


def _named(seed: int, *, spread: float, quiet: tuple[int, ...] = ()) -> tuple[set[str], float]:
    """Areas named, and the power the answer states."""
    reports, predictors, _ = ten_agencies(seed, AREAS, quiet=quiet, spread=spread)
    result = silence(reports, predictors)
    whole = result.tables["whole"].filter(pl.col("verdict") == FEWER)
    return set(whole["code"]), float(result.parameters["power"])


LEAST = {0.02: 0.90, 0.05: 0.80, 0.10: 0.50}
"""Found at the least: where places alike differ widely, a third of silences stay hidden, and the
answer's own power says so."""


@pytest.mark.parametrize("spread", sorted(LEAST))
def test_what_is_planted_is_found_at_least_as_often_as_said_and_quiet_maps_name_little(
    spread: float, record_property: Callable[[str, object], None]
) -> None:
    """Power as quiet maps state it is what is found, beyond chance."""
    quiet = [_named(seed, spread=spread) for seed in range(RUNS)]
    places = [seed % AREAS for seed in range(RUNS)]  # large and small, poor and rich by turns
    planted = [
        _named(1000 + seed, spread=spread, quiet=(place,))[0] for seed, place in enumerate(places)
    ]
    false = float(np.mean([bool(names) for names, _ in quiet]))
    stated = float(np.mean([power for _, power in quiet]))
    found = float(
        np.mean([f"a{place:03d}" in names for place, names in zip(places, planted, strict=True)])
    )
    print(f"spread {spread}: {false:.0%} quiet maps name, {found:.0%} found, {stated:.0%} stated")  # noqa: T201
    record_property("named on quiet maps, found, stated", (false, found, stated))
    assert false <= 0.10 + 2.4 * np.sqrt(0.09 / RUNS)
    assert found >= LEAST[spread]
    assert abs(found - stated) <= 0.10 + 2.4 * np.sqrt(0.25 / RUNS)
