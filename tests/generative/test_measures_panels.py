"""How often a verdict finds an effect that is not there: areas over time, and two counts.

The rates that `frith.measures.appendix` states are measured here; `tests/prove` measures them on
more runs. Limits leave room for chance: with the stated rate true, more than the number allowed
comes up less than once in a hundred runs.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.measures.counts import UNKNOWN, two_counts
from frith.measures.dispersed import spread_of
from frith.measures.panel import Panel, difference, read_panel, synthetic

CLAIMS = ("fell", "rose", "moved")
PERIODS, START = 24, 18


def quiet_panel(
    rng: np.random.Generator, *, treated: int, control: int, own_course: float = 0.0
) -> Panel:
    """Areas of differing size that share a season, nothing done; `own_course`: the standard
    deviation of each area's own monthly step, beyond the common course and chance."""
    areas = treated + control
    size = rng.gamma(8.0, 4.0, areas)
    season = np.exp(0.2 * np.cos(2 * np.pi * np.arange(PERIODS) / 12))
    steps = rng.normal(0.0, own_course, (areas, PERIODS)).cumsum(axis=1) if own_course else 0.0
    mean = np.outer(size, season) * np.exp(steps)
    counts = rng.poisson(mean)
    rows = [
        {"code": f"A{a:02d}", "period": f"{p:02d}", "count": int(counts[a, p]),
         "treated": a < treated}
        for a in range(areas)
        for p in range(PERIODS)
    ]  # fmt: skip
    return read_panel(pl.DataFrame(rows), start=f"{START:02d}")


def differences(rng: np.random.Generator, runs: int, **shape: float) -> tuple[int, int]:
    """False effects of difference in differences, and runs that were judged."""
    found = [difference(quiet_panel(rng, **shape), rng=rng) for _ in range(runs)]  # type: ignore[arg-type]
    return _claims(found)


def synthetics(rng: np.random.Generator, runs: int, **shape: float) -> tuple[int, int]:
    """False effects of a synthetic control, and runs that were judged."""
    return _claims([synthetic(quiet_panel(rng, treated=1, **shape)) for _ in range(runs)])  # type: ignore[arg-type]


def pairs(
    rng: np.random.Generator,
    runs: int,
    *,
    mean: float,
    variance: float = 1.0,
    months: int = 0,
    left: float = 1.0,
) -> tuple[int, int]:
    """Changes claimed of two counts, `variance` times as varied as chance alone.

    `months` of history measure that; with none it is assumed. `left`: what the rate after is of the
    rate before, 1 where nothing changed.
    """
    found = []
    for _ in range(runs):
        history = drawn(rng, mean, variance, months)
        spread = spread_of(history) if history.sum() else UNKNOWN
        before, after = (int(drawn(rng, m, variance, 1)[0]) for m in (mean, left * mean))
        found.append(two_counts(before, after, spread=spread))
    return _claims(found)


def drawn(rng: np.random.Generator, mean: float, variance: float, many: int) -> np.ndarray:
    """Counts of one mean, whose variance is so many times it."""
    if variance == 1.0:
        return rng.poisson(mean, many)
    return rng.negative_binomial(mean / (variance - 1), 1 / variance, many)


def _claims(found: list) -> tuple[int, int]:
    judged = [one for one in found if not one.refused]
    return sum(one.verdict in CLAIMS for one in judged), len(judged)


@pytest.mark.parametrize("shape", [{"treated": 3, "control": 9}, {"treated": 10, "control": 15}])
def test_areas_that_move_alike_show_no_effect(shape: dict[str, int]) -> None:
    claimed, judged = differences(np.random.default_rng(3), 60, **shape)
    assert judged == 60
    assert claimed <= 8


@pytest.mark.parametrize("control", [12, 20])
def test_a_synthetic_control_finds_nothing_where_nothing_was_done(control: int) -> None:
    claimed, judged = synthetics(np.random.default_rng(4), 30, control=control)
    assert judged >= 15
    assert claimed <= 5


@pytest.mark.parametrize("months", [0, 24])
@pytest.mark.parametrize("variance", [1.0, 2.0])
@pytest.mark.parametrize("mean", [5.0, 30.0, 600.0])
def test_two_counts_of_one_rate_are_not_called_changed(
    mean: float, variance: float, months: int
) -> None:
    rng = np.random.default_rng(5)
    claimed, judged = pairs(rng, 150, mean=mean, variance=variance, months=months)
    assert judged > 120
    assert claimed <= 14


def test_counts_in_long_series_are_not_called_changed_where_their_months_are_known() -> None:
    claimed, judged = pairs(np.random.default_rng(6), 150, mean=100, variance=4.0, months=24)
    assert judged == 150
    assert claimed <= 14


def test_a_fall_by_half_is_seen() -> None:
    claimed, _ = pairs(np.random.default_rng(7), 100, mean=100, variance=2.0, months=24, left=0.5)
    assert claimed >= 60
