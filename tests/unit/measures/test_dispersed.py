"""Two counts that vary more than chance: the exact test at no extra spread, wider beyond it."""

from __future__ import annotations

import pytest
from scipy import stats

from frith.measures.counts import ratio_interval, two_counts
from frith.measures.dispersed import (
    Spread,
    holds_to,
    mean_interval,
    p_value,
    share_interval,
    spread_of,
)
from frith.stats.intervals import poisson_interval

CHANCE = Spread(times=1.0)


def test_at_the_spread_of_chance_it_is_the_exact_test() -> None:
    """Given their sum, two Poisson counts are binomial (Przyborowski & Wilenski 1940)."""
    tail = stats.binom.cdf(12, 52, 0.5)
    assert p_value(40, 12, expected_after=0.5, spread=CHANCE) == pytest.approx(2 * tail)
    lo, hi = share_interval(40, 12, spread=CHANCE)
    assert (lo / (1 - lo), hi / (1 - hi)) == pytest.approx(ratio_interval(40, 12), rel=1e-6)
    assert mean_interval(12, times=1.0) == pytest.approx(poisson_interval(12))


def test_just_above_chance_nothing_jumps() -> None:
    near = p_value(40, 12, expected_after=0.5, spread=Spread(times=1.001))
    assert near == pytest.approx(p_value(40, 12, expected_after=0.5, spread=CHANCE), rel=0.02)


def test_more_spread_and_a_measured_one_ask_for_more() -> None:
    ps = [p_value(40, 12, expected_after=0.5, spread=Spread(times=t)) for t in (1.0, 2.0, 4.0)]
    assert ps == sorted(ps)
    doubted = p_value(40, 12, expected_after=0.5, spread=Spread(times=2.0, degrees=8.0))
    assert doubted > ps[1]
    held = holds_to(40, 12, expected_after=0.5, level=0.05)
    at = p_value(40, 12, expected_after=0.5, spread=Spread(times=held))
    assert at == pytest.approx(0.05, abs=1e-3)
    assert mean_interval(12, times=4.0)[1] > mean_interval(12, times=1.0)[1]


def test_spread_is_measured_from_month_to_month() -> None:
    assert spread_of([10.0, 20.0] * 6).times == pytest.approx(50 / 15)
    assert spread_of([10.0] * 12).times == 1.0  # never less than chance
    for few in ([5.0] * 11, [0.0] * 12):
        with pytest.raises(ValueError, match="12 months"):
            spread_of(few)


def test_an_assumed_spread_is_said_and_how_far_the_verdict_holds() -> None:
    assumed = two_counts(40, 12)
    assert assumed.flagged("OVERDISP")
    assert "would stand up to 3.9 times" in assumed.sentence
    measured = two_counts(40, 12, spread=spread_of([3.0, 4.0] * 6))
    assert not measured.flagged("OVERDISP")
    assert "would stand" not in measured.sentence
    assert two_counts(40, 24).verdict == "cannot-tell"
    assert two_counts(40, 20, spread=CHANCE).verdict == "fell"


def test_counts_over_different_times_are_said_as_rates() -> None:
    found = two_counts(120, 30, time_before=12, time_after=6)
    assert found.sentence.startswith("From 10 to 5 in each unit of time (120 and 30 counted)")
