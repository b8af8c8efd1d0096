"""Concentration: the curve, the even line, and what chance alone would look like."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.places.concentration import concentration, generalised_gini, gini


def _counts(values: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"code": [f"a{i:03d}" for i in range(len(values))], "n": values})


def test_an_even_spread_has_no_concentration() -> None:
    result = concentration(_counts([5] * 20))
    assert result.value == pytest.approx(0, abs=1e-12)
    curve = result.tables["curve"]
    assert np.allclose(curve["share_of_areas"], curve["share_of_events"])


def test_all_in_one_area() -> None:
    result = concentration(_counts([40] + [0] * 19))
    assert result.value == pytest.approx(0.95)
    assert result.tables["holds"]["areas"].to_list() == [1, 1]


def test_fewer_events_than_areas_are_measured_from_the_most_even_line() -> None:
    values = [1] * 8 + [0] * 12
    assert gini(np.array(values, dtype=float)) == pytest.approx(0.6)
    result = concentration(_counts(values))
    assert result.value == pytest.approx(0, abs=1e-12)
    assert result.flagged("SPARSE")
    curve = result.tables["curve"]
    assert np.allclose(curve["share_of_events"], curve["most_even"])


def test_half_of_events_counts_the_fullest_areas() -> None:
    holds = concentration(_counts([50, 30, 10, 5, 5])).tables["holds"]
    assert holds.filter(pl.col("share_of_events") == 0.5)["areas"].item() == 1


def test_the_interval_covers_what_counting_again_would_give() -> None:
    rng = np.random.default_rng(1)
    mean = rng.gamma(1.2, 40, 150)
    again = [generalised_gini(rng.poisson(mean).astype(float)) for _ in range(500)]
    truth = np.mean(again)
    covered = []
    for _ in range(200):
        interval = concentration(_counts(rng.poisson(mean).tolist())).interval
        assert interval is not None
        covered.append(interval.lo <= truth <= interval.hi)
    assert np.mean(covered) >= 0.9


def test_chance_alone_is_said_to_be_chance() -> None:
    rng = np.random.default_rng(3)
    result = concentration(_counts(rng.poisson(3, 100).tolist()), rng=rng)
    assert "chance alone" in result.sentence


@pytest.mark.parametrize("values", [[], [7], [0, 0, 0]])
def test_nothing_to_compare_is_a_refusal(values: list[int]) -> None:
    assert concentration(_counts(values)).refused


def test_row_order_changes_nothing() -> None:
    counts = _counts([9, 0, 3, 3, 1])
    assert concentration(counts).data_hash == concentration(counts.reverse()).data_hash
