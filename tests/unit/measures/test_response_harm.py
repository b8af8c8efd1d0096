"""A response by harm: each weight's difference times its days; no weight is unknown, not nought."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from frith.measures.response_harm import harm_results

MONTHS = [f"2024-{m:02d}" for m in range(1, 13)]
LOG = pl.DataFrame(
    {
        "response_id": "R1",
        "kind": "gates",
        "start": date(2024, 7, 1),
        "end": None,
        "code": ["T", "C"],
        "part": ["treated", "control"],
        "crime_type": "Burglary",
    },
    schema_overrides={"end": pl.Date},
)
SIZE = {"T": 1000.0, "C": 1000.0}


def weighed(grave: dict[str, tuple[int, int]], petty: dict[str, tuple[int, int]]) -> pl.DataFrame:
    """A month's crimes by area before and after, of 100 days each and of 1."""
    rows = [
        (code, month, "Burglary", days, days, n[month >= "2024-07"])
        for days, areas in ((100.0, grave), (1.0, petty))
        for code, n in areas.items()
        for month in MONTHS
    ]
    columns = ["code", "month", "crime_type", "median", "mean", "n"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_each_weights_difference_counts_its_days() -> None:
    """Six months at 5 fewer grave crimes and 2 more petty: −3,000 + 12 days."""
    rows = weighed({"T": (10, 5), "C": (10, 10)}, {"T": (4, 6), "C": (4, 4)})
    found = harm_results(LOG, rows, months=MONTHS, exposure=SIZE)["R1"]
    effect = found.effects["median"]
    assert effect.value == pytest.approx(-30 * 100 + 12)
    counts = 60 + 30 + 60 + 60, 24 + 36 + 24 + 24  # steady months vary less than chance: 1 is used
    assert effect.se == pytest.approx((counts[0] * 100**2 + counts[1]) ** 0.5)
    assert found.before["median"] == 6 * (10 * 100 + 4)
    assert "Harm fell more than elsewhere" in found.sentence


def test_counts_may_fall_where_harm_does_not() -> None:
    rows = weighed({"T": (1, 1), "C": (1, 1)}, {"T": (40, 20), "C": (40, 40)})
    found = harm_results(LOG, rows, months=MONTHS, exposure=SIZE)["R1"]
    assert found.sentence.startswith("Whether harm changed we cannot tell")


def test_what_has_no_weight_is_said_and_one_grave_event_too() -> None:
    rows = weighed({"T": (0, 0), "C": (0, 0)}, {"T": (4, 4), "C": (4, 4)})
    one = rows.head(1).with_columns(
        n=pl.lit(1, pl.Int64), median=pl.lit(5000.0), mean=pl.lit(5000.0)
    )
    none = rows.head(1).with_columns(n=pl.lit(7, pl.Int64), median=None, mean=None)
    whole = pl.concat([rows, one, none], how="diagonal_relaxed")
    found = harm_results(LOG, whole, months=MONTHS, exposure=SIZE)["R1"]
    assert found.unknown == 7
    assert "One event makes 99% of it" in found.sentence


def test_a_response_that_cannot_be_judged_has_no_harm() -> None:
    rows = weighed({"T": (1, 1), "C": (1, 1)}, {"T": (4, 4), "C": (4, 4)})
    assert harm_results(LOG.head(1), rows, months=MONTHS, exposure=SIZE) == {}
    unweighed = rows.with_columns(median=None, mean=None)
    typed = unweighed.cast({"median": pl.Float64, "mean": pl.Float64})
    assert harm_results(LOG, typed, months=MONTHS, exposure=SIZE) == {}
