"""Silence: quiet areas are named, quiet is never safe, and thin data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from frith.errors import BadInput
from frith.places.silence import silence


def _borough(
    seed: int, *, quiet: Sequence[int] = (), per_head: float = 0.03
) -> tuple[pl.DataFrame, pl.DataFrame]:
    rng = np.random.default_rng(seed)
    codes = [f"a{i:03d}" for i in range(120)]
    people, decile = rng.integers(1000, 2500, 120), rng.integers(1, 11, 120)
    crime = rng.normal(3, 0.5, 120)
    mean = people * per_head * np.exp(-0.05 * decile + 0.3 * (crime - 3))
    mean = rng.gamma(1 / 0.1, 0.1 * mean)
    mean[list(quiet)] *= 0.05
    reports = pl.DataFrame({"code": codes, "n": rng.poisson(mean)})
    table = {"code": codes, "population": people, "deprivation": decile, "recorded_crime": crime}
    return reports, pl.DataFrame(table)


def test_areas_far_quieter_than_their_like_are_named() -> None:
    result = silence(*_borough(1, quiet=(3, 50)))
    quiet = result.tables["areas"].filter(pl.col("verdict") == "fewer than expected")
    assert quiet["code"].to_list() == ["a003", "a050"]
    assert result.value == 2
    assert "Go and ask there" in result.sentence


def test_nothing_there_is_rarely_named() -> None:
    named = [silence(*_borough(seed)).value > 0 for seed in range(2, 17)]
    assert sum(named) <= 3


def test_low_reporting_is_never_called_safe() -> None:
    for result in (silence(*_borough(1, quiet=(3,))), silence(*_borough(2))):
        assert "not little harm" in result.sentence
        assert result.flagged("SILENCE")
        for word in ("safe", "low crime", "quiet area is"):
            assert word not in result.sentence


def test_an_area_without_a_single_report_is_there_with_none() -> None:
    reports, predictors = _borough(1)
    areas = silence(reports.filter(pl.col("code") != "a010"), predictors).tables["areas"]
    row = areas.filter(pl.col("code") == "a010").row(0, named=True)
    assert row["received"] == 0
    assert row["lo"] < row["expected"] < row["hi"]
    assert row["verdict"] == "fewer than expected"


def test_where_little_is_expected_it_cannot_tell() -> None:
    result = silence(*_borough(1, per_head=0.001))
    assert set(result.tables["areas"]["verdict"]) == {"cannot tell"}
    assert result.flagged("SPARSE")


def test_an_area_does_not_count_in_its_own_expectation() -> None:
    reports, predictors = _borough(1)
    more = reports.with_columns(n=pl.when(pl.col("code") == "a020").then(900).otherwise("n"))
    first, second = (silence(r, predictors).tables["areas"] for r in (reports, more))
    at = pl.col("code") == "a020"
    assert first.filter(at)["expected"].item() == pytest.approx(
        second.filter(at)["expected"].item()
    )


def test_each_agency_by_itself_and_by_sessions_held() -> None:
    housing, predictors = _borough(1, quiet=(3,))
    health = _borough(7)[0]
    both = pl.concat(
        [
            housing.with_columns(agency=pl.lit("Housing")),
            health.with_columns(agency=pl.lit("Health")),
        ]
    )
    result = silence(both, predictors)
    quiet = result.tables["areas"].filter(pl.col("verdict") == "fewer than expected")
    assert quiet.select("code", "agency").rows() == [("a003", "Housing")]
    assert "Housing" in result.sentence
    held = pl.DataFrame({"agency": ["Housing", "Health"], "n": [9, 2]})
    assert "sessions held" in silence(both, predictors, sessions=held).parameters["predictors"]


def test_too_thin_is_a_refusal_that_still_says_it_is_not_safety() -> None:
    reports, predictors = _borough(1)
    few = silence(reports.head(15), predictors.head(15))
    assert few.refused
    assert "not little harm" in few.sentence
    many = predictors.with_columns(
        **{f"x{i}": pl.Series(np.random.default_rng(i).normal(size=120)) for i in range(12)}
    )
    assert silence(reports, many).flagged("PREDICTORS")


def test_gaps_in_predictors_are_refused() -> None:
    reports, predictors = _borough(1)
    with pytest.raises(BadInput, match="gaps"):
        silence(reports, predictors.with_columns(deprivation=pl.lit(None, dtype=pl.Float64)))
