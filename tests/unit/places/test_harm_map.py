"""Harm: days for counts, one event that swamps a map, and police-led crime kept apart."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

from frith.places.harm_map import harm_counts, police_led
from frith.places.hotspots import hot_spots

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, counts_of, honeycomb

WEIGHTS = pl.DataFrame({"key": ["Homicide", "Theft"], "days": [5475, 20]})


def test_harm_is_days_with_its_variance_and_its_heaviest_event() -> None:
    counts = pl.DataFrame(
        {
            "code": ["a", "a", "b", "b"],
            "key": ["Theft", "Homicide", "Theft", "Fly-tipping"],
            "n": [3, 1, 2, 9],
        }
    )
    harm, missing = harm_counts(counts, WEIGHTS)
    assert harm.rows() == [
        ("a", 5535.0, 3 * 400 + 5475.0**2, 4.0, 5475.0),
        ("b", 40.0, 800.0, 2.0, 20.0),
    ]
    assert missing == ["Fly-tipping"]


def test_one_homicide_is_said_to_drive_the_map_and_makes_no_hot_spot() -> None:
    rng = np.random.default_rng(1)
    theft = counts_of(rng.poisson(2, 167)).with_columns(key=pl.lit("Theft"))
    killed = pl.DataFrame({"code": ["a040"], "n": [1], "key": ["Homicide"]})
    harm, _ = harm_counts(
        pl.concat([theft, killed.select(theft.columns)], how="vertical_relaxed"), WEIGHTS
    )
    result = hot_spots(
        harm,
        counts_of(np.full(167, 1500)),
        geography=honeycomb(),
        rng=np.random.default_rng(1),
    )
    assert result.flagged("ONEEVENT")
    assert result.value == 0
    row = result.tables["areas"].filter(pl.col("code") == "a040").row(0, named=True)
    assert row["rate_lo"] < row["rate"] < row["rate_hi"]


def test_harm_that_gathers_is_found() -> None:
    rng = np.random.default_rng(2)
    near = honeycomb().touching
    rate = np.full(167, 4.0)
    rate[[80, *near.of(80)]] = 16
    counts = counts_of(rng.poisson(rate)).with_columns(key=pl.lit("Theft"))
    harm, _ = harm_counts(counts, WEIGHTS)
    result = hot_spots(
        harm, counts_of(np.full(167, 1500)), geography=honeycomb(), rng=np.random.default_rng(1)
    )
    assert "a080" in result.tables["areas"].filter(pl.col("verdict") == "hot")["code"].to_list()


def test_police_led_as_recorded_and_as_guessed() -> None:
    events = pl.DataFrame(
        {
            "area": ["a", "a", "a", "b", None],
            "crime_type": ["Drugs", "Drugs", "Burglary", None, "Drugs"],
            "police_led": [False, None, None, True, True],
        }
    )
    result = police_led(events)
    assert result.tables["areas"].select("code", "reported", "police_led").rows() == [
        ("a", 2, 1),
        ("b", 0, 1),
    ]
    assert result.value == 0.5
    assert result.flagged("GUESSED")
    assert result.flagged("LED")
    assert codes(1) == ["a000"]
