"""The season taken out: what it needs, what it leaves, and what is said where it is left in."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.measures.chart import chart
from frith.measures.seasons import can_adjust, season_of, without_season
from frith.measures.series import checked
from frith.reference import Direction


def months(n: int) -> list[str]:
    return [f"{2020 + i // 12}-{i % 12 + 1:02d}" for i in range(n)]


def wave(n: int, mean: float = 60.0, swing: float = 0.3) -> np.ndarray:
    return mean * np.exp(swing * np.sin(2 * np.pi * np.arange(n) / 12))


def series(values: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"period": months(len(values)), "value": values.astype(float)})


def test_the_planted_season_comes_back() -> None:
    data = checked(series(np.rint(wave(48, 6000))))
    factors = np.array(season_of(data).factors)
    truth = wave(12, 1.0)
    np.testing.assert_allclose(factors, truth / truth.mean(), rtol=2e-3)
    left = without_season(data, season_of(data))
    assert left.values.std() / left.values.mean() < 0.005


def test_a_rise_from_year_to_year_is_no_season() -> None:
    growing = np.repeat([1000.0, 1200.0, 1500.0], 12)
    np.testing.assert_allclose(season_of(checked(series(growing))).factors, 1.0, rtol=1e-6)


def test_it_needs_three_whole_years_without_a_gap() -> None:
    assert can_adjust(checked(series(wave(36).round())))
    assert not can_adjust(checked(series(wave(35).round())))
    gappy = series(wave(37).round()).filter(pl.col("period") != "2021-05")
    assert not can_adjust(checked(gappy))
    found = chart(series(wave(30).round()), rng=np.random.default_rng(1), adjust_season=True)
    assert found.refused
    assert found.flagged("NOSEASON")


def test_a_season_left_in_is_no_change_and_one_taken_out_leaves_none() -> None:
    rng = np.random.default_rng(3)
    seasonal = series(rng.poisson(wave(48)))
    kept = chart(seasonal, rng=rng, direction=Direction.LOWER_GOOD)
    assert kept.flagged("SEASON")
    assert "cannot be told" in kept.sentence
    assert kept.icon in ("follows the seasons: no change told", "no change beyond chance")
    assert not kept.rag.startswith(("red", "green"))
    taken = chart(seasonal, rng=rng, adjust_season=True)
    assert taken.flagged("ADJUSTED")
    assert not taken.signal.changed
    assert taken.tables["points"]["recorded"].to_list() == seasonal["value"].to_list()


def test_a_rise_is_seen_through_the_season() -> None:
    rng = np.random.default_rng(3)
    mean = wave(48) * np.where(np.arange(48) >= 27, 1.5, 1.0)
    found = chart(
        series(rng.poisson(mean)), rng=rng, adjust_season=True, direction=Direction.LOWER_GOOD
    )
    assert found.signal.changed
    assert found.icon == "changed: up, concern"
    assert found.rag == "red (changed: up, concern)"


@pytest.mark.parametrize("values", [np.full(36, 2.0), np.full(36, 3.0)])
def test_few_a_month_have_no_season(values: np.ndarray) -> None:
    assert chart(series(values), rng=np.random.default_rng(1), adjust_season=True).refused
