"""The chart the data call for, what it refuses, and what it says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput, UnknownName
from frith.measures.chart import Chart, Rebase, chart
from frith.reference import Direction

MONTHS = [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(24)]


def draw(values: object, **options: object) -> Chart:
    frame = pl.DataFrame({"period": MONTHS[: len(values)], "value": values})  # type: ignore[arg-type]
    return chart(frame, rng=np.random.default_rng(1), **options)  # type: ignore[arg-type]


def rated(counts: object, sizes: object, **options: object) -> Chart:
    frame = pl.DataFrame({"period": MONTHS, "count": counts, "denominator": sizes})
    return chart(frame, rng=np.random.default_rng(1), **options)  # type: ignore[arg-type]


QUIET = [
    20,
    22,
    19,
    21,
    23,
    18,
    20,
    22,
    19,
    21,
    20,
    23,
    18,
    21,
    19,
    22,
    20,
    21,
    19,
    20,
    22,
    21,
    18,
    20,
]


def test_the_data_choose_the_chart_and_the_reason_is_given() -> None:
    rng = np.random.default_rng(3)
    assert draw(QUIET).kind == "c"
    assert "too small for an individuals chart" in draw(rng.poisson(1, 24)).why
    assert draw(rng.normal(3.3, 0.5, 24)).kind == "xmr"
    wild = rng.negative_binomial(2, 2 / 42, 24)
    assert (draw(wild).kind, "as much as chance" in draw(wild).why) == ("xmr", True)
    sizes = rng.integers(800, 1200, 24)
    assert rated(rng.binomial(sizes, 0.3), sizes).kind in ("p", "p-prime")
    assert rated(rng.poisson(sizes / 7 * 0.3), sizes / 7).kind in ("u", "u-prime")


def test_a_shift_does_not_count_as_spread() -> None:
    rng = np.random.default_rng(1)
    found = draw(np.r_[rng.poisson(20, 12), rng.poisson(34, 12)])
    assert found.kind == "c"
    assert found.signal is not None
    assert (found.signal.changed, found.signal.kind, found.signal.up) == (True, "shift", True)
    assert abs(MONTHS.index("2024-01") - found.signal.at) <= 1
    assert "rose" in found.sentence


def test_individuals_of_rare_counts_are_refused_with_what_to_do() -> None:
    found = draw([1, 0, 2, 1, 0, 1, 3, 0, 1, 1, 0, 2], kind="xmr")
    assert found.refused
    assert "days between" in found.sentence


def test_too_few_points_are_refused() -> None:
    assert draw(QUIET[:11]).refused
    assert not draw(QUIET[:12]).refused


def test_one_high_month_is_said_to_be_one() -> None:
    values = list(QUIET)
    values[10] = 60
    found = draw(values)
    assert found.sentence.startswith("2023-11 stands out high; the rest is as usual.")


def test_quiet_says_the_range_and_no_change() -> None:
    found = draw(QUIET)
    assert found.icon == "no change beyond chance"
    assert "within its usual range" in found.sentence
    for word in ("significant", "p-value", "sigma", "trend"):
        assert word not in found.sentence


@pytest.mark.parametrize(
    ("direction", "activity", "icon"),
    [
        (Direction.LOWER_GOOD, False, "changed: up, concern"),
        (Direction.HIGHER_GOOD, False, "changed: up, improving"),
        (Direction.NEUTRAL, False, "changed: up"),
        (Direction.HIGHER_THEN_LOWER, False, "changed: up"),
        (Direction.HIGHER_GOOD, True, "changed: up"),
    ],
)
def test_up_is_good_bad_or_neither_by_policy(
    direction: Direction, activity: bool, icon: str
) -> None:
    rng = np.random.default_rng(1)
    values = np.r_[rng.poisson(20, 12), rng.poisson(34, 12)]
    assert draw(values, direction=direction, activity_led=activity).icon == icon


def test_a_rise_in_referrals_is_said_to_be_wanted_at_first() -> None:
    rng = np.random.default_rng(1)
    values = np.r_[rng.poisson(20, 12), rng.poisson(34, 12)]
    assert "wanted at first" in draw(values, direction=Direction.HIGHER_THEN_LOWER).sentence


def test_limits_are_drawn_anew_only_with_a_dated_reason() -> None:
    values = [*QUIET[:12], *[v + 15 for v in QUIET[:12]]]
    found = draw(values, rebase=[Rebase("2024-01", "new recording rule")])
    assert found.points[0].centre == pytest.approx(np.mean(QUIET[:12]))
    assert found.points[-1].centre == pytest.approx(np.mean(QUIET[:12]) + 15)
    assert not found.signal.changed
    with pytest.raises(BadInput, match="without a reason"):
        draw(values, rebase=[Rebase("2024-01", " ")])
    with pytest.raises(BadInput, match="no period 2030-01"):
        draw(values, rebase=[Rebase("2030-01", "x")])
    with pytest.raises(BadInput, match="leaves 4 points"):
        draw(values, rebase=[Rebase("2023-05", "x")])


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"period": ["a"], "count": [1]}, "no column `value`"),
        ({"value": [1]}, "no column `period`"),
        ({"period": ["a", "b"], "value": [1, None]}, "`value` is blank in row 3"),
        ({"period": ["a", "a"], "value": [1, 2]}, "a period stands twice"),
        ({"period": ["a"], "count": [1], "denominator": [0]}, "denominator of a"),
    ],
)
def test_bad_input_says_what_and_where(columns: dict[str, list[object]], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        chart(pl.DataFrame(columns), rng=np.random.default_rng(1))


def test_unknown_kinds_and_unfit_ones() -> None:
    with pytest.raises(UnknownName, match="Choose one of"):
        draw(QUIET, kind="pie")
    assert "denominator" in draw(QUIET, kind="p").sentence
    assert "whole counts" in draw([v + 0.5 for v in QUIET], kind="c").sentence


def test_seasons_are_remarked_on() -> None:
    months = np.arange(24)
    values = np.random.default_rng(2).poisson(40 + 25 * np.sin(2 * np.pi * months / 12))
    assert "same month of other years" in " ".join(f.text for f in draw(values).flags)
    assert "cannot be told from a change" in " ".join(f.text for f in draw(QUIET[:13]).flags)


def test_waiting_times_say_that_higher_is_rarer() -> None:
    gaps = np.random.default_rng(2).exponential(30, 24).round()
    found = draw(gaps, kind="t")
    assert found.flagged("GAPS")
    assert not found.refused


def test_same_seed_same_answer() -> None:
    assert draw(QUIET).as_json() == draw(QUIET).as_json()
