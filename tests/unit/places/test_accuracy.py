"""Accuracy: judged on what was not seen, beside simple rivals, and honest where it loses."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.places.accuracy import choose, map_accuracy, pai, penalised_pai
from frith.places.wording import calendar

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, honeycomb


def _counts(rate: np.ndarray, months: int = 36, seed: int = 1) -> pl.DataFrame:
    drawn = np.random.default_rng(seed).poisson(rate[:, None], (167, months))
    return pl.DataFrame(
        {
            "code": np.repeat(codes(167), months).tolist(),
            "month": calendar("2023-01", "2026-12")[:months] * 167,
            "n": drawn.ravel().tolist(),
        }
    )


def _lone_peaks() -> np.ndarray:
    rate = np.full(167, 1.0)
    rate[::17] = 30
    return rate


def test_the_budget_is_kept_and_what_does_not_fit_is_passed_over() -> None:
    size = np.array([5.0, 1, 1, 1, 2])
    assert choose(np.array([9.0, 5, 4, 3, 2]), size, budget=0.2).tolist() == [1, 2]
    assert choose(np.array([1.0, 1, 1, 1, 1]), np.ones(5), budget=0.4).tolist() == [0, 1]


def test_indices_by_hand() -> None:
    assert pai(20, 100, 0.05) == pytest.approx(4)
    assert penalised_pai(20, 100, 0.04, alpha=0.5) == pytest.approx(1)
    assert np.isnan(pai(0, 0, 0.05))


def test_a_map_that_loses_to_last_years_count_says_so() -> None:
    result = map_accuracy(_counts(_lone_peaks()), geography=honeycomb())
    assert "does not beat" in result.sentence
    verdicts = result.tables["beaten"].filter(pl.col("budget") == 0.05)["verdict"]
    assert set(verdicts) == {"worse"}


def test_a_map_that_knows_better_is_said_to_do_better() -> None:
    rate = _lone_peaks()
    moved = _counts(np.ones(167)).with_columns(n=pl.col("n"))
    truth = _counts(rate)
    late = moved.filter(pl.col("month") < "2024-01")
    counts = pl.concat([late, truth.filter(pl.col("month") >= "2024-01")])
    result = map_accuracy(counts, geography=honeycomb(), score=lambda _: rate, horizon=1)
    assert result.tables["rounds"]["origin"].min() == "2024-01"
    at = result.tables["summary"].filter(pl.col("budget") == 0.05)
    rates = dict(at.select("method", "hit_rate").rows())
    assert rates["hot-spot map"] >= rates["last year's count"]


def test_judging_uses_only_what_had_been_seen() -> None:
    seen: list[int] = []

    def watching(months: np.ndarray) -> np.ndarray:
        seen.append(months.shape[1])
        return months.sum(axis=1)

    map_accuracy(_counts(_lone_peaks()), geography=honeycomb(), score=watching)
    assert seen == [12, 15, 18, 21, 24, 27, 30, 33]


def test_a_perfect_map_has_an_efficiency_of_one() -> None:
    rate = np.zeros(167)
    rate[:8] = 50
    result = map_accuracy(_counts(rate), geography=honeycomb())
    at = result.tables["summary"].filter(
        (pl.col("budget") == 0.05) & (pl.col("method") == "last year's count")
    )
    assert at["pei"].item() == pytest.approx(1)


def test_too_little_history_is_a_refusal() -> None:
    result = map_accuracy(_counts(_lone_peaks(), months=16), geography=honeycomb())
    assert result.refused
    assert result.flagged("SHORT")


def test_a_gap_is_never_judged_across() -> None:
    counts = _counts(_lone_peaks()).filter(pl.col("month") != "2024-08")
    result = map_accuracy(counts, geography=honeycomb())
    assert result.flagged("RECORDING")
    assert not {"2024-06", "2024-07"} & set(result.tables["rounds"]["origin"])


def test_nothing_recorded_is_no_crash() -> None:
    result = map_accuracy(_counts(np.zeros(167)), geography=honeycomb())
    assert result.flagged("SPARSE")
