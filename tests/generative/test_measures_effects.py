"""Nothing there, nothing said: effects, gaps, changes and sessions on data without any.

The limits leave room for chance: with 5% true, more than the number allowed comes up less than
once in a hundred runs.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.measures.calibrated import calibrate_counts
from frith.measures.interrupted import interrupted
from frith.measures.perception import gaps
from frith.measures.quiet import signal_of
from frith.measures.seasons import season_of, without_season
from frith.measures.series import checked, choose
from frith.measures.survey import WHOLE, estimates

CLAIMS = ("fell", "rose", "moved")


def months(n: int) -> list[str]:
    return [f"{2019 + i // 12}-{i % 12 + 1:02d}" for i in range(n)]


def test_a_season_and_a_january_start_claim_no_effect() -> None:
    rng = np.random.default_rng(11)
    time = np.arange(48)
    mean = 50 * np.exp(0.3 * np.cos(2 * np.pi * time / 12))
    claimed = 0
    for _ in range(100):
        series = pl.DataFrame({"period": months(48), "count": rng.poisson(mean)})
        claimed += interrupted(series, start="2022-01", rng=rng).verdict in CLAIMS
    assert claimed <= 11


@pytest.mark.parametrize("n", [36, 60])
def test_charts_with_the_season_taken_out_keep_the_promise(n: int) -> None:
    rng = np.random.default_rng(n)
    time = np.arange(n)
    mean = 30 * np.exp(0.3 * np.sin(2 * np.pi * time / 12) + 0.1 * np.cos(4 * np.pi * time / 12))
    wrong = 0
    for _ in range(100):
        data = checked(pl.DataFrame({"period": months(n), "value": rng.poisson(mean) * 1.0}))
        left = without_season(data, season_of(data))
        wrong += signal_of(left, choose(left)[0], rng).changed
    assert wrong <= 11


def test_power_is_told_as_it_is() -> None:
    # A rise by half from the middle on, mean 10: the share noticed is the power told beside it.
    rng = np.random.default_rng(2)
    told, seen = [], 0
    for _ in range(100):
        quiet = calibrate_counts(rng.poisson(10, 24).astype(float), np.ones(24), rng=rng)
        told.append(quiet.power)
        raised = rng.poisson(np.where(np.arange(24) >= 12, 15, 10)).astype(float)
        seen += calibrate_counts(raised, np.ones(24), rng=rng).changed
    assert abs(np.mean(told) - seen / 100) < 0.15


def test_worry_that_follows_the_record_shows_no_gap() -> None:
    rng = np.random.default_rng(5)
    codes = [f"W{i}" for i in range(20)]
    key = {"question": "q", "wave": "1", "code": codes}
    maps = singly = 0
    for _ in range(60):
        rate = np.exp(rng.normal(4, 0.5, 20))
        worry = 1 / (1 + np.exp(-(-1 + 0.5 * (np.log(rate) - 4))))
        base = rng.integers(60, 160, 20).astype(float)
        share = rng.binomial(base.astype(int), worry) / base
        shares = pl.DataFrame(key | {"share": share, "effective_base": base})
        record = pl.DataFrame(key | {"n": rng.poisson(rate * 3), "exposure": 3.0})
        table = gaps(shares, record).tables["gaps"]
        maps += table["verdict"].str.contains("worried than").any()
        singly += int((table["p"] <= 0.05).sum())
    assert maps <= 8  # of 60 maps at a false discovery rate of 5%
    assert singly <= 0.07 * 60 * 20


def test_unchanged_worry_is_not_called_changed() -> None:
    rng = np.random.default_rng(6)
    meanings = pl.DataFrame(
        {"question": "q", "worry": "worry", "answer": ["yes", "no"], "worried": [True, False]}
    )
    changed = 0
    for _ in range(100):
        frame = pl.DataFrame(
            {
                "wave": np.repeat(["1", "2"], 300),
                "code": "A",
                "question": "q",
                "answer": np.where(rng.random(600) < 0.35, "yes", "no"),
                "weight": rng.gamma(2.0, 0.5, 600),
            }
        )
        found = estimates(frame, meanings).tables["changes"].filter(pl.col("code") == WHOLE)
        changed += found["verdict"][0] in ("more worried", "less worried")
    assert changed <= 11
