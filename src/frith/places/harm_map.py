"""Harm instead of counts, and crime that police activity finds kept apart from crime reported.

Source: Sherman, Neyroud and Neyroud (2016), "The Cambridge Crime Harm Index", Policing 10, 171–183.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.harm.weights import POLICE_LED_TYPES
from frith.places.inputs import keyed, need
from frith.places.wording import counted
from frith.results import Flag, Result, Severity, frame_hash
from frith.stats.intervals import wilson_interval

LED_METHOD = "share of recorded events found by police activity, Wilson interval"


def harm_counts(counts: pl.DataFrame, weights: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Harm by area: Σ count × days, its variance, and the largest single event.

    `counts`: `code`, `key` (offence group, code or crime type), `n`; `weights`: `key`, `days`, one
    row a key: choose statistic and edition first, and say which. Returns a frame of `code`, `n`
    (days), `variance` (Σ days²·count), `events`, `largest` (days of the heaviest kind present),
    ready for `hot_spots`; and the keys that have no weight, which are left out of it and must be
    told. Leave out activity-led crime before: an index has no weight for what policing finds.
    Source: Sherman, Neyroud and Neyroud (2016).
    """
    data = keyed(counts, table="counts", keys=("code", "key"))
    days = keyed(weights, table="weights", keys=("key",), value="days")
    joined = data.join(days, on="key", how="left")
    unweighted = joined.filter(pl.col("days").is_null() & (pl.col("n") > 0))["key"].unique().sort()
    n, heavy = pl.col("n"), pl.col("days").fill_null(0.0)
    harm = (
        joined.group_by("code")
        .agg(
            n=(n * heavy).sum(),
            variance=(n * heavy**2).sum(),
            events=n.filter(heavy > 0).sum(),
            largest=heavy.filter(n > 0).max().fill_null(0.0),
        )
        .sort("code")
    )
    return harm, unweighted.to_list()


def police_led(events: pl.DataFrame) -> Result:
    """How much of what is recorded was found by police activity, by area.

    `events`: `area`, `crime_type`, `police_led` (blank where not said). Where nothing says,
    police.uk's Drugs and Possession of weapons stand in, with the flag GUESSED. Returns a `Result`:
    value is the share found by police activity; table `areas` (code, reported, police_led, share,
    lo, hi). A map of police-led crime shows where police looked. Source: Wilson (1927) for the
    interval.
    """
    need(events, ["area", "crime_type", "police_led"], table="events")
    placed = events.filter(pl.col("area").is_not_null())
    said = pl.col("police_led")
    guessed = int(placed["police_led"].null_count())
    led = (
        pl.when(said.is_not_null())
        .then(said)
        .otherwise(pl.col("crime_type").is_in(POLICE_LED_TYPES).fill_null(False))
    )
    areas = (
        placed.select(code="area", led=led)
        .group_by("code")
        .agg(
            reported=(~pl.col("led")).sum().cast(pl.Int64),
            police_led=pl.col("led").sum().cast(pl.Int64),
        )
        .sort("code")
    )
    found, total = areas["police_led"].to_numpy(), placed.height
    every = (areas["reported"] + areas["police_led"]).to_numpy()
    lo, hi = wilson_interval(found, every)
    areas = areas.with_columns(share=pl.Series(found / np.maximum(every, 1)), lo=lo, hi=hi)
    share = float(found.sum() / total) if total else None
    notes = [
        Flag(
            "LED",
            "Crime found by police activity shows where police looked: neither more nor less of it "
            "is success or failure.",
            Severity.NOTE,
        )
    ]
    if guessed:
        notes.append(
            Flag(
                "GUESSED",
                f"{guessed:,} of {total:,} records do not say how they came to light; drugs and "
                "weapons offences stand in for police activity.",
            )
        )
    return Result(
        method=LED_METHOD,
        value=share,
        parameters={"types": list(POLICE_LED_TYPES)},
        data_hash=frame_hash(areas),
        flags=tuple(notes),
        sentence=f"About {share:.0%} of what is recorded here was found by police activity rather "
        "than reported."
        if share is not None
        else f"{counted(0, 'event').capitalize()} with a place.",
        tables={"areas": areas},
    )
