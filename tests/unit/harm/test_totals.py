"""Harm of groups: both statistics, intervals, the single heaviest event, strands apart."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.harm import Harm, Weights, harm_by, national_costs
from frith.harm.weights import FOUND, REPORTED

WEIGHTS = Weights(edition="one", source="a", days={"median": {"k": 1.0}, "mean": {"k": 2.0}})


def weighed(*rows: tuple[str, float | None, float | None, int]) -> pl.DataFrame:
    """Events from (strand, median, mean, how many)."""
    made = [
        {
            "median": median,
            "mean": mean,
            "by": None if median is None and mean is None else "code",
            "key": "k",
            "strand": strand,
            "guessed": False,
        }
        for strand, median, mean, n in rows
        for _ in range(n)
    ]
    frame = pl.DataFrame(made, schema_overrides={"median": pl.Float64, "mean": pl.Float64})
    return frame.with_columns(event_id=pl.format("e{}", pl.int_range(pl.len())))


def harm(rows: pl.DataFrame, *, name: str = "all of it", resamples: int = 4000) -> Harm:
    groups = rows.select("event_id", name=pl.lit(name))
    rng = np.random.default_rng(1)
    return harm_by(rows, groups, weights=WEIGHTS, rng=rng, resamples=resamples)


def test_harm_is_days_times_events_by_each_statistic() -> None:
    found = harm(weighed((REPORTED, 2.0, 20.0, 100), (REPORTED, 10.0, 30.0, 5)))
    row = found.tables["groups"].row(0, named=True)
    assert (row["median"], row["mean"], row["events"]) == (250.0, 2150.0, 105)
    assert found.value == 250.0


def test_the_interval_is_as_wide_as_the_variance_of_a_weighted_sum() -> None:
    found = harm(weighed((REPORTED, 2.0, 2.0, 400), (REPORTED, 10.0, 10.0, 100)))
    row = found.tables["overall"].row(0, named=True)
    sd = np.sqrt(400 * 4 + 100 * 100)  # Σ days² × count
    assert row["median_hi"] - row["median_lo"] == pytest.approx(2 * 1.96 * sd, rel=0.05)


def test_one_homicide_is_said_to_drive_the_total() -> None:
    found = harm(weighed((REPORTED, 5475.0, 5475.0, 1), (REPORTED, 1.0, 1.0, 500)))
    row = found.tables["overall"].row(0, named=True)
    assert row["median_largest_share"] == pytest.approx(5475 / 5975)
    assert found.flagged("ONEEVENT")
    assert "92%" in found.sentence


def test_what_police_found_is_never_added() -> None:
    found = harm(weighed((REPORTED, 2.0, 2.0, 30), (FOUND, 100.0, 100.0, 30)))
    assert found.value == 60.0
    rows = {row["strand"]: row["median"] for row in found.tables["groups"].iter_rows(named=True)}
    assert rows == {REPORTED: 60.0, FOUND: 3000.0}
    assert "kept apart" in found.sentence


def test_events_without_weight_are_counted_and_listed() -> None:
    found = harm(weighed((REPORTED, 2.0, 2.0, 6), (REPORTED, None, None, 4)))
    row = found.tables["groups"].row(0, named=True)
    assert (row["events"], row["weighted"], row["unknown"]) == (10, 6, 4)
    assert found.tables["unweighted"].rows() == [("k", 4)]
    assert found.flagged("PARTIAL")


def test_no_weight_at_all_is_refused() -> None:
    found = harm(weighed((REPORTED, None, None, 4), (FOUND, 2.0, 2.0, 9)))
    assert found.refused
    assert found.flagged("NOWEIGHTS")


def test_a_statistic_that_only_some_have_gives_no_total() -> None:
    row = (
        harm(weighed((REPORTED, 2.0, None, 6), (REPORTED, 3.0, 5.0, 4)))
        .tables["groups"]
        .row(0, named=True)
    )
    assert row["median"] == 24.0
    assert row["mean"] is None


def test_small_groups_have_no_place_in_an_order() -> None:
    rows = weighed((REPORTED, 1.0, 1.0, 60), (REPORTED, 9.0, 9.0, 25), (REPORTED, 99.0, 99.0, 3))
    names = ["many"] * 60 + ["heavy"] * 25 + ["few"] * 3
    found = harm_by(
        rows,
        rows.select("event_id", name=pl.Series(names)),
        weights=WEIGHTS,
        rng=np.random.default_rng(1),
    )
    ranks = {
        row["name"]: (row["rank_events"], row["rank_median"])
        for row in found.tables["groups"].iter_rows(named=True)
    }
    assert ranks == {"many": (1, 2), "heavy": (2, 1), "few": (None, None)}


def test_the_same_seed_gives_the_same_interval() -> None:
    rows = weighed((REPORTED, 2.0, 3.0, 50))
    assert harm(rows).tables["groups"].equals(harm(rows).tables["groups"])


def test_national_costs_stand_beside_with_edition_and_correction() -> None:
    found = national_costs(theme="drugs")
    rows = found.tables["costs"]
    assert 20.0 in rows["gbp_bn"].to_list()
    assert 8.0 not in rows["gbp_bn"].to_list()  # economic crime is another theme's
    assert "corrected in March 2019" in " ".join(rows["note"].to_list())
    assert all("unverified" in told for told in rows["checked"].to_list())
    assert found.value is None


def test_asked_to_multiply_it_refuses_and_says_what_to_do() -> None:
    found = national_costs(times=12)
    assert found.refused
    assert found.flagged("NOMULTIPLY")
    assert "frith evaluate" in found.sentence
    assert "costs" not in found.tables
