"""Near repeats: bands with exact ends, refusals, and nothing where there is nothing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.places.near_repeat import near_repeat, pair_table, whole_times


def _scattered(n: int, seed: int, follow: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 5000, (2, n))
    day = rng.integers(0, 365, n)
    picked = rng.choice(n, follow, replace=False)
    return pl.DataFrame(
        {
            "x": np.concatenate([x, x[picked] + rng.uniform(20, 120, follow)]),
            "y": np.concatenate([y, y[picked] + rng.uniform(20, 120, follow)]),
            "date": [
                date(2025, 1, 1) + timedelta(days=int(d))
                for d in np.concatenate([day, day[picked] + rng.integers(1, 6, follow)])
            ],
        }
    )


def test_pairs_agree_with_every_pair_by_hand() -> None:
    rng = np.random.default_rng(1)
    x, y, days = rng.uniform(0, 3000, 150), rng.uniform(0, 2000, 150), rng.integers(0, 60, 150)
    space, time = [1.0, 200, 700], [7.0, 14, 30]
    found = pair_table(x, y, days.astype(float), space_m=space, time_days=time)
    i, j = np.triu_indices(150, 1)
    apart, gap = np.hypot(x[i] - x[j], y[i] - y[j]), np.abs(days[i] - days[j])
    by_hand = np.histogram2d(apart, gap, bins=[[0, 1, 200, 700 - 1e-9], [0, 7, 14, 30 - 1e-9]])[0]
    assert np.array_equal(found, by_hand)


def test_bands_hold_their_lower_end_and_not_their_upper() -> None:
    x = np.array([0.0, 200.0, 5000.0, 5199.0])
    found = pair_table(
        x, np.zeros(4), np.array([0.0, 7, 0, 6]), space_m=[1, 200, 400], time_days=[7, 14]
    )
    assert found.tolist() == [[0, 0], [1, 0], [0, 1]]


def test_burglaries_that_follow_burglaries_are_found() -> None:
    result = near_repeat(_scattered(400, 1, follow=60), rng=np.random.default_rng(1))
    row = result.tables["bands"].filter(pl.col("place") == "near").row(0, named=True)
    assert (row["space_from"], row["space_to"], row["time_from"], row["time_to"]) == (1, 200, 0, 7)
    assert row["verdict"] == "more than chance"
    assert result.value == row["ratio"] > 2
    assert "under 200 metres" in result.sentence


def test_a_busy_street_in_a_busy_season_is_no_near_repeat() -> None:
    def named(seed: int) -> bool:
        rng = np.random.default_rng(seed)
        busy = rng.random(300) < 0.4
        x = np.where(busy, rng.normal(2500, 100, 300), rng.uniform(0, 5000, 300))
        y = np.where(busy, rng.normal(2500, 100, 300), rng.uniform(0, 5000, 300))
        day = np.where(
            rng.random(300) < 0.5, rng.integers(300, 365, 300), rng.integers(0, 365, 300)
        )
        events = pl.DataFrame({"x": x, "y": y, "date": day.astype(float)})
        bands = near_repeat(events, rng=rng, permutations=399).tables["bands"]
        return "more than chance" in bands["verdict"].to_list()

    assert sum(named(seed) for seed in range(60)) <= 10  # 8% in truth


def test_repeats_at_one_place_are_told_apart() -> None:
    spread = _scattered(200, 2)
    again = spread.head(40).with_columns(date=pl.col("date") + pl.duration(days=3))
    result = near_repeat(pl.concat([spread, again]), rng=np.random.default_rng(1))
    same = result.tables["bands"].filter(pl.col("place") == "same").row(0, named=True)
    assert same["observed"] == 40
    assert same["verdict"] == "more than chance"
    assert "same place" in result.sentence


def test_snapped_and_monthly_are_refused_and_say_why() -> None:
    events = _scattered(200, 1)
    moved = events.with_columns(point_precision=pl.lit("snapped"))
    assert near_repeat(moved, rng=np.random.default_rng(1)).flagged("SNAPPED")
    monthly = events.with_columns(date=pl.col("date").dt.truncate("1mo"))
    assert near_repeat(monthly, rng=np.random.default_rng(1)).flagged("MONTHLY")
    stated = events.with_columns(date_precision=pl.lit("month"))
    assert near_repeat(stated, rng=np.random.default_rng(1)).refused
    heaped = events.with_columns(x=pl.lit(0.0), y=pl.lit(0.0))
    assert near_repeat(heaped, rng=np.random.default_rng(1)).flagged("SNAPPED")
    exact = heaped.with_columns(point_precision=pl.lit("exact"))
    assert not near_repeat(exact, rng=np.random.default_rng(1), permutations=99).refused


def test_few_events_are_refused_and_lost_ones_counted() -> None:
    assert near_repeat(_scattered(12, 1), rng=np.random.default_rng(1)).flagged("SPARSE")
    events = _scattered(60, 1).with_columns(x=pl.when(pl.col("y") < 500).then(None).otherwise("x"))
    assert near_repeat(events, rng=np.random.default_rng(1), permutations=99).flagged("NOPLACE")


def test_too_many_pairs_are_refused_before_any_shuffling() -> None:
    result = near_repeat(_scattered(200, 1), rng=np.random.default_rng(1), most_pairs=50)
    (reason,) = result.flags
    assert (result.refused, reason.code) == (True, "PAIRS")
    assert "one crime type" in reason.text


def test_row_order_changes_nothing() -> None:
    events = _scattered(120, 3, follow=20)
    first, second = (
        near_repeat(e, rng=np.random.default_rng(1), permutations=99).tables["bands"]
        for e in (events, events.reverse())
    )
    assert first.equals(second)


def test_bands_must_rise() -> None:
    with pytest.raises(BadInput, match="rise"):
        near_repeat(_scattered(60, 1), rng=np.random.default_rng(1), space_m=[400, 200])


def test_days_are_whole_or_become_minutes() -> None:
    times, unit = whole_times(pl.Series([0.0, 2.0, 400.0]))
    assert (times.dtype, unit, times.tolist()) == (np.int16, 1, [0, 2, 400])
    times, unit = whole_times(pl.Series([0.0, 0.5]))
    assert (times.dtype, unit, times.tolist()) == (np.int32, 1440, [0, 720])
