"""What must change nothing: the order of rows, where the map lies, how it is turned; three areas.

Methods with their own such test beside them (hot spots, rates, scan, concentration) are not here.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.places.accuracy import map_accuracy
from frith.places.concentration import concentration
from frith.places.deprivation import by_decile
from frith.places.near_repeat import near_repeat
from frith.places.scan import scan
from frith.places.silence import silence
from frith.places.trends import hot_spot_trends
from frith.places.wording import calendar

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, counts_of, honeycomb
from reporting import ten_agencies

N, MONTHS = 40, 27
PEOPLE = counts_of(np.full(N, 1500))


def _months() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    rate = np.full((N, 1), 5.0)
    rate[:4] = 15
    return pl.DataFrame(
        {
            "code": np.repeat(codes(N), MONTHS).tolist(),
            "month": calendar("2023-01", "2026-12")[:MONTHS] * N,
            "n": rng.poisson(rate, (N, MONTHS)).ravel().tolist(),
        }
    )


def _shuffled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sample(fraction=1.0, shuffle=True, seed=5)


def test_row_order_changes_no_trend() -> None:
    first, second = (
        hot_spot_trends(
            counts, PEOPLE, geography=honeycomb(N), rng=np.random.default_rng(1), permutations=99
        ).tables["areas"]
        for counts in (_months(), _shuffled(_months()))
    )
    assert first.sort("code").equals(second.sort("code"))


def test_row_order_changes_no_accuracy() -> None:
    first, second = (
        map_accuracy(counts, geography=honeycomb(N)).tables["summary"]
        for counts in (_months(), _shuffled(_months()))
    )
    assert first.equals(second)


def test_row_order_changes_no_silence() -> None:
    reports, predictors, _ = ten_agencies(1, N, quiet=(3,))
    first = silence(reports, predictors).tables["whole"]
    second = silence(_shuffled(reports), _shuffled(predictors)).tables["whole"]
    assert first["verdict"].equals(second["verdict"])
    assert first["expected"].to_list() == pytest.approx(second["expected"].to_list(), rel=1e-9)


def test_row_order_changes_no_gradient_of_deprivation() -> None:
    rng = np.random.default_rng(2)
    decile = np.repeat(np.arange(1, 11), 8)
    named = [f"E0100{i:04d}" for i in range(80)]
    counts = pl.DataFrame({"code": named, "n": rng.poisson(40 - 2 * decile)})
    people = pl.DataFrame({"code": named, "n": 1500})
    table = pl.DataFrame({"code": named, "edition": "2025", "domain": "income", "decile": decile})
    first = by_decile(counts, people, table).value
    assert first == pytest.approx(
        by_decile(_shuffled(counts), _shuffled(people), _shuffled(table)).value, rel=1e-9
    )


@pytest.mark.parametrize("angle", [0.0, 37.0, 90.0])
def test_moving_and_turning_the_ground_changes_no_pair(angle: float) -> None:
    rng = np.random.default_rng(3)
    xy, day = rng.uniform(0, 3000, (80, 2)), rng.integers(0, 200, 80)
    turn = np.radians(angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    moved = xy @ matrix.T + 425_000

    def observed(points: np.ndarray) -> list[int]:
        events = pl.DataFrame({"x": points[:, 0], "y": points[:, 1], "date": day.astype(float)})
        result = near_repeat(events, rng=np.random.default_rng(1), permutations=99)
        return result.tables["bands"]["observed"].to_list()

    assert observed(xy) == observed(moved)


def test_three_areas_are_answered_or_refused_and_never_crash() -> None:
    three = counts_of(np.array([40, 25, 60]))
    people = counts_of(np.full(3, 1500))
    found = scan(
        three, geography=honeycomb(3), rng=np.random.default_rng(1), population=people, draws=99
    )
    assert found.sentence
    assert not concentration(three, rng=np.random.default_rng(1)).refused
    reports, predictors, _ = ten_agencies(1, 3)
    assert silence(reports, predictors).refused
    months = _months().filter(pl.col("code").is_in(codes(3)))
    trend = hot_spot_trends(
        months, people, geography=honeycomb(3), rng=np.random.default_rng(1), permutations=99
    )
    assert trend.sentence
    assert map_accuracy(months, geography=honeycomb(3)).sentence
