"""The scan: against brute force, what it refuses, and that nothing but the counts decides it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.places.geography import geography_from_points
from frith.places.scan import scan

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, counts_of


def _points(n: int = 40, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 10_000, (n, 2))


def _district(n: int = 40):
    return geography_from_points(_points(n), codes=codes(n))


PEOPLE = counts_of(np.full(40, 1000))


def _by_hand(cases: np.ndarray, share: float) -> float:
    """Every circle, one by one."""
    points, total = _points(), cases.sum()
    best = 0.0
    for centre in points:
        order = np.argsort(np.hypot(*(points - centre).T), kind="stable")
        for k in range(1, int(share * 40) + 1):
            c, e = cases[order[:k]].sum(), total * k / 40
            if c > e:
                llr = c * np.log(c / e)
                llr += (total - c) * np.log((total - c) / (total - e)) if total > c else 0
                best = max(best, llr)
    return best


def test_agrees_with_every_circle_by_hand() -> None:
    for seed in range(8):
        cases = np.random.default_rng(seed).poisson(4, 40)
        result = scan(
            counts_of(cases),
            geography=_district(),
            population=PEOPLE,
            rng=np.random.default_rng(1),
            draws=19,
        )
        assert result.value == pytest.approx(_by_hand(cases, 0.25), abs=1e-9)


def test_a_planted_circle_is_found_and_clusters_share_no_area() -> None:
    rate = np.full(40, 4.0)
    near = np.argsort(np.hypot(*(_points() - _points()[7]).T))[:5]
    rate[near] = 16
    result = scan(
        counts_of(np.random.default_rng(2).poisson(rate)),
        geography=_district(),
        population=PEOPLE,
        rng=np.random.default_rng(1),
    )
    members = result.tables["members"]
    assert len(set(members.filter(pl.col("rank") == 1)["code"]) & {codes(40)[i] for i in near}) >= 4
    assert not members["code"].is_duplicated().any()
    assert result.tables["clusters"]["p"][0] <= 0.01
    assert "by chance" in result.sentence


def test_a_quiet_district_says_so() -> None:
    result = scan(
        counts_of(np.random.default_rng(4).poisson(4, 40)),
        geography=_district(),
        population=PEOPLE,
        rng=np.random.default_rng(1),
    )
    assert "do not rank" in result.sentence


def test_no_cluster_takes_more_than_its_share_of_people() -> None:
    people = counts_of(np.random.default_rng(3).integers(100, 5000, 40))
    result = scan(
        counts_of(np.random.default_rng(4).poisson(9, 40)),
        geography=_district(),
        population=people,
        rng=np.random.default_rng(1),
        draws=19,
    )
    held = result.tables["members"].join(people, on="code").group_by("rank").agg(pl.col("n").sum())
    assert held["n"].max() <= 0.25 * people["n"].sum()


def _months(seed: int, *, burst: bool = False) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    months = [f"2025-{m:02d}" for m in range(1, 13)]
    rows = []
    for i, code in enumerate(codes(40)):
        for t, month in enumerate(months):
            rows.append((code, month, int(rng.poisson(8 if burst and i == 7 and t >= 10 else 1))))
    return pl.DataFrame(rows, schema=["code", "month", "n"], orient="row")


@pytest.mark.parametrize("model", ["poisson", "permutation"])
def test_a_burst_that_lasts_until_now_is_an_alarm(model: str) -> None:
    result = scan(
        _months(1, burst=True),
        geography=_district(),
        population=PEOPLE if model == "poisson" else None,
        model=model,
        when="prospective",
        rng=np.random.default_rng(1),
        looks=3,
    )
    best = result.tables["clusters"].row(0, named=True)
    assert (best["first"], best["last"]) == ("2025-11", "2025-12")
    assert best["centre"] == "a007" or best["areas"] <= 3
    assert best["recurrence"] == pytest.approx(1 / best["p"])
    assert "three times" in " ".join(note.text for note in result.flags)


def test_dates_shuffled_keep_the_totals_so_a_busy_area_is_no_cluster() -> None:
    rng = np.random.default_rng(2)
    busy = pl.col("code") == "a003"
    steady = pl.Series(rng.poisson(9, 480))
    table = _months(2).with_columns(n=pl.when(busy).then(steady).otherwise("n"))
    result = scan(
        table,
        geography=_district(),
        model="permutation",
        when="space-time",
        rng=np.random.default_rng(1),
        draws=199,
    )
    assert result.tables["clusters"]["p"][0] > 0.05


def test_row_order_and_turning_change_nothing() -> None:
    counts = counts_of(np.random.default_rng(5).poisson(6, 40))
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    order = np.random.default_rng(1).permutation(40)
    turned = geography_from_points(
        (_points() @ turn + 4e5)[order], codes=[codes(40)[i] for i in order]
    )
    first, second = (
        scan(c, geography=g, population=PEOPLE, rng=np.random.default_rng(1), draws=99)
        for c, g in ((counts, _district()), (counts.reverse(), turned))
    )
    same = [c for c in first.tables["clusters"].columns if c != "radius_m"]
    assert first.tables["clusters"].select(same).equals(second.tables["clusters"].select(same))


def test_what_it_lacks_is_named() -> None:
    counts = counts_of(np.full(40, 5))
    rng = np.random.default_rng(1)
    with pytest.raises(BadInput, match="population"):
        scan(counts, geography=_district(), rng=rng)
    with pytest.raises(BadInput, match="months"):
        scan(counts, geography=_district(), rng=rng, population=PEOPLE, when="prospective")
    with pytest.raises(BadInput, match="outline or point"):
        scan(counts_of(np.full(41, 5)), geography=_district(), rng=rng, population=PEOPLE)


def test_too_few_events_are_refused() -> None:
    result = scan(
        counts_of(np.bincount([1, 5], minlength=40)),
        geography=_district(),
        population=PEOPLE,
        rng=np.random.default_rng(1),
    )
    assert result.refused
    assert result.flagged("SPARSE")
