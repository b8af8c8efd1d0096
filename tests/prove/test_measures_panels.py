"""How often an effect is found where there is none, on many runs, and how often one that is there.

What `tests/generative/test_measures_panels.py` asks of a few runs. `FRITH_RUNS` sets how many.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import pytest

from generative.test_measures_panels import differences, pairs, synthetics

RUNS = int(os.environ.get("FRITH_RUNS", "1000"))
Record = Callable[[str, object], None]


def at_most(share: float, runs: int) -> float:
    """The most that comes up, save once in a thousand, where the true share is `share`."""
    return share * runs + 3.1 * np.sqrt(runs * share * (1 - share)) + 1


def said(record: Record, name: str, claimed: int, judged: int) -> None:
    """Kept in the report of the run, and printed by pytest -s."""
    record(name, (claimed, judged))
    print(f"{name}: {claimed} of {judged}, {claimed / judged:.1%}")  # noqa: T201


@pytest.mark.parametrize("own_course", [0.0, 0.05])
@pytest.mark.parametrize("areas", [(3, 9), (10, 10), (10, 15)])
def test_difference_in_differences_where_nothing_was_done(
    areas: tuple[int, int], own_course: float, record_property: Record
) -> None:
    treated, control = areas
    claimed, judged = differences(
        np.random.default_rng([30, treated, control]),
        RUNS,
        treated=treated,
        control=control,
        own_course=own_course,
    )
    said(record_property, f"differences {areas}, own course {own_course}", claimed, judged)
    assert judged == RUNS
    assert claimed <= at_most(0.07, RUNS)


@pytest.mark.parametrize("control", [12, 20, 40])
def test_synthetic_control_where_nothing_was_done(control: int, record_property: Record) -> None:
    runs = RUNS // 5
    claimed, judged = synthetics(np.random.default_rng([31, control]), runs, control=control)
    said(record_property, f"synthetic, {control} areas", claimed, judged)
    assert judged >= runs / 4
    assert claimed <= at_most(0.05, judged)


MEANS = (5.0, 20.0, 100.0, 1000.0)
SPREADS = (1.0, 2.0, 4.0)


@pytest.mark.parametrize("months", [0, 12, 24])
@pytest.mark.parametrize("variance", SPREADS)
@pytest.mark.parametrize("mean", MEANS)
def test_two_counts_of_one_rate(
    mean: float, variance: float, months: int, record_property: Record
) -> None:
    rng = np.random.default_rng([32, int(mean), int(variance), months])
    claimed, judged = pairs(rng, RUNS, mean=mean, variance=variance, months=months)
    name = f"counts, mean {mean:g}, variance {variance:g}, {months} months"
    said(record_property, name, claimed, judged)
    fallen, asked = pairs(rng, RUNS, mean=mean, variance=variance, months=months, left=0.5)
    said(record_property, f"{name}, a fall by half", fallen, asked)
    if months or variance <= 2:
        assert claimed <= at_most(0.05, judged)
    else:
        assert claimed <= at_most(0.20, judged)  # more varied than was assumed, and said so
    if mean >= 1000:
        assert fallen >= 0.95 * asked
