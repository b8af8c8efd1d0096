"""What followed sessions and responses: planted effects found, none invented, the rest said."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from frith.measures.appendix import chart_appendix, effect_appendix, funnel_appendix
from frith.measures.chart import chart
from frith.measures.counts import two_counts
from frith.measures.displacement import BeforeAfter, wdd, wdq
from frith.measures.followed import followed
from frith.measures.funnel import funnel
from frith.measures.responses import DIFFERENCE, SERIES, response_results

MONTHS = [f"{2022 + i // 12}-{i % 12 + 1:02d}" for i in range(48)]


def held(times: float, *, seed: int = 1, mean: float = 12.0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ten agencies, two sessions each, reports times so many in the three months after."""
    rng = np.random.default_rng(seed)
    sessions, reports = [], []
    for agency in range(10):
        when = sorted(rng.choice(np.arange(8, 40), 2, replace=False).tolist())
        sessions += [(date(2022 + m // 12, m % 12 + 1, 10), "partner", f"a{agency}") for m in when]
        for month in range(48):
            lift = times if any(1 <= month - m <= 3 for m in when) else 1.0
            day = date(2022 + month // 12, month % 12 + 1, 5)
            reports += [(day, f"a{agency}")] * int(rng.poisson(mean * lift))
    return (
        pl.DataFrame(reports, schema=["received_on", "agency"], orient="row"),
        pl.DataFrame(sessions, schema=["held_on", "audience", "agency"], orient="row"),
    )


def test_a_planted_rise_is_found_and_its_end_too() -> None:
    found = followed(*held(1.8), rng=np.random.default_rng(2))
    first, second = found.tables["windows"].head(2).iter_rows(named=True)
    assert first["verdict"] == "rose"
    assert first["lo"] <= 1.8 <= first["hi"]
    assert second["verdict"] != "rose"
    assert found.sentence.startswith("In the 3 months after a session")


def test_no_rise_is_not_invented() -> None:
    found = followed(*held(1.0), rng=np.random.default_rng(2))
    assert "rose" not in found.tables["windows"]["verdict"].to_list()


def test_too_few_reports_or_sessions_are_refused() -> None:
    reports, sessions = held(1.0)
    assert followed(reports.head(20), sessions, rng=np.random.default_rng(1)).refused
    assert followed(reports, sessions.head(2), rng=np.random.default_rng(1)).refused
    assert followed(reports, sessions, rng=np.random.default_rng(1), audiences=("school",)).refused


def responses(start: date = date(2025, 1, 1), **more: object) -> pl.DataFrame:
    parts = {"T1": "treated", "T2": "treated", "B1": "buffer", "C1": "control", "C2": "control"}
    return pl.DataFrame(
        {
            "response_id": "R1",
            "kind": "gates",
            "start": start,
            "end": None,
            "code": list(parts),
            "part": list(parts.values()),
            "crime_type": "Burglary",
        }
        | more,
        schema_overrides={"end": pl.Date},
    )


def monthly(times: dict[str, float], *, mean: float = 25.0, first: int = 36) -> pl.DataFrame:
    rng = np.random.default_rng(8)
    rows = [
        (
            code,
            month,
            "Burglary",
            int(rng.poisson(mean * (times.get(code, 1.0) if i >= first else 1))),
        )
        for code in ("T1", "T2", "B1", "C1", "C2")
        for i, month in enumerate(MONTHS)
    ]
    return pl.DataFrame(rows, schema=["code", "month", "crime_type", "n"], orient="row")


def judge(times: dict[str, float], start: date = date(2025, 1, 1)) -> object:
    counts = monthly(times, first=(start.year - 2022) * 12 + start.month - 1)
    return response_results(
        responses(start), counts, months=MONTHS, exposure={}, rng=np.random.default_rng(1)
    )[0]


def test_a_response_that_worked_moved_or_did_nothing() -> None:
    worked = judge({"T1": 0.5, "T2": 0.5})
    assert (worked.verdict, worked.way) == ("fell", SERIES)
    assert judge({"T1": 0.5, "T2": 0.5, "B1": 2.0}).verdict == "moved"
    assert judge({}).verdict in ("cannot-tell", "no-detectable-change")


def test_few_months_are_judged_by_difference_and_fewer_not_at_all() -> None:
    assert judge({"T1": 0.4, "T2": 0.4}, date(2025, 9, 1)).way == DIFFERENCE
    late = judge({}, date(2025, 11, 1))
    assert late.verdict == "refused"
    assert "2 whole months" in late.sentence


def test_an_end_in_the_middle_of_a_month_counts_whole_months_from_the_start() -> None:
    assert judge({}, date(2025, 1, 15)).months == 11


def test_every_verdict_has_its_appendix() -> None:
    parts = {
        "treated": BeforeAfter(207, 110),
        "control": BeforeAfter(308, 318),
        "buffer": BeforeAfter(178, 157),
    }
    rng = np.random.default_rng(1)
    found = {
        "wdd": wdd(parts),
        "wdq": wdq(parts, rng=rng),
        "counts": two_counts(40, 12),
    }
    for way, effect in found.items():
        told = effect_appendix(effect, way=way)
        assert told.assumptions
        assert told.checked
        assert told.power
        assert told.false_alarms
    few = effect_appendix(two_counts(2, 1), way="counts")
    assert "even a fall to nought" in few.power
    units = pl.DataFrame({"name": list("abcdef"), "count": 5, "denominator": 100})
    assert funnel_appendix(funnel(units)).false_alarm_rate == pytest.approx(0.002)
    drawn = chart(pl.DataFrame({"period": MONTHS, "value": [9.0, 11.0] * 24}), rng=rng)
    assert chart_appendix(drawn).false_alarm_rate == pytest.approx(0.05)
    assert "rise by half" in chart_appendix(drawn).power


def test_refusals_have_an_appendix_that_claims_nothing() -> None:
    told = effect_appendix(two_counts(0, 0), way="counts")
    assert told.false_alarm_rate is None
    assert told.smallest_noticed is None
    short = chart(pl.DataFrame({"period": MONTHS[:5], "value": 1.0}), rng=np.random.default_rng(1))
    assert chart_appendix(short).false_alarm_rate is None
