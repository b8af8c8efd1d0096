"""What is recorded, referred and reported: counts with a direction policy, no percentages."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from frith.prevalence.indicators import Series, indicators, steadiness
from frith.results import Result
from frith.tables import TABLES, empty_frame


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def frame(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    empty = empty_frame(TABLES[name])
    given = pl.DataFrame(rows, strict=False)
    return pl.concat(
        [empty, given.cast({c: empty.schema[c] for c in given.columns})], how="diagonal"
    )


def twelve_offences() -> pl.DataFrame:
    slavery = [
        {
            "event_id": f"m{month}",
            "source": "synthetic",
            "kind": "crime",
            "offence_code": "106",
            "occurred_from": datetime(2025, month, 5 + month),
            "date_precision": "day",
        }
        for month in range(1, 13)
    ]
    other = slavery[0] | {"event_id": "x", "offence_code": "56A"}
    return frame("events", [*slavery, other])


def series(found: Result) -> list[Series]:
    return list(found.parameters["series"])


def test_twelve_a_year_is_shown_by_days_between_and_never_as_a_percentage() -> None:
    found = indicators(events=twelve_offences(), rng=rng())
    (one,) = series(found)
    assert one.counts == (3, 3, 3, 3)
    assert one.days_between[0] == (date(2025, 2, 7) - date(2025, 1, 6)).days
    assert len(one.days_between) == 11
    assert one.steady is True
    assert "%" not in one.sentence
    assert found.flagged("RARE")
    assert found.flagged("NOT_EXTENT")
    assert "12 from January to March 2025" in one.sentence


def test_referrals_are_counted_by_route_and_type_with_quarters_of_none() -> None:
    rows = [
        {"referral_id": "1", "made_on": date(2024, 1, 5), "route": "nrm", "exploitation": "labour"},
        {"referral_id": "2", "made_on": date(2024, 8, 5), "route": "nrm", "exploitation": "sexual"},
        {"referral_id": "3", "made_on": date(2024, 2, 5), "route": "duty_to_notify"},
        {"referral_id": "4", "made_on": date(2024, 2, 5), "route": "mash"},
    ]
    found = series(indicators(referrals=frame("referrals", rows), rng=rng()))
    assert [(s.measure, s.part, s.counts) for s in found] == [
        ("nrm_referrals", "", (1, 0, 1)),
        ("nrm_referrals", "labour", (1, 0, 0)),
        ("nrm_referrals", "sexual", (0, 0, 1)),
        ("duty_to_notify", "", (1, 0, 0)),
    ]
    assert all(s.direction == "higher wanted then lower" for s in found)


def test_a_rise_in_referrals_is_not_bad_news() -> None:
    rows = [
        {"measure": "nrm_referrals", "period": f"2024-Q{q}", "numerator": n, "source": "s"}
        for q, n in zip((1, 2, 3, 4), (10.0, 20.0, 40.0, 80.0), strict=True)
    ]
    (one,) = series(indicators(measure_values=frame("measure_values", rows), rng=rng()))
    assert one.steady is False
    assert "wanted at first" in one.sentence
    for word in ("worse", "concern", "alarming", "significant"):
        assert word not in one.sentence


def test_supplied_types_stand_under_their_measure() -> None:
    rows = [
        {"measure": key, "period": "2024-Q1", "numerator": 5.0, "source": "s"}
        for key in ("nrm_referrals", "nrm_referrals_labour", "tension_reports")
    ]
    found = series(indicators(measure_values=frame("measure_values", rows), rng=rng()))
    assert [(s.measure, s.part) for s in found] == [
        ("nrm_referrals", ""),
        ("nrm_referrals", "labour"),
    ]


def test_nothing_held_is_a_refusal_that_does_not_say_there_is_none() -> None:
    found = indicators(rng=rng())
    assert found.refused
    assert "nothing of how much there is" in found.sentence


@pytest.mark.parametrize("mean", [0.7, 3.0, 25.0])
def test_chance_alone_is_called_steady(mean: float) -> None:
    draw = np.random.default_rng(4)
    called = [steadiness(draw.poisson(mean, size=12).astype(float), rng=draw) for _ in range(120)]
    judged = [each for each in called if each is not None]
    # 5% of steady series may be called unsteady; 120 of them give at most 13 with 99% chance.
    assert judged.count(False) <= 13


def test_too_few_quarters_say_nothing() -> None:
    assert steadiness(np.asarray([3.0, 9.0]), rng=rng()) is None
