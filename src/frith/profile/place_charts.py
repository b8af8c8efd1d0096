"""Charts of what the methods of place found: accuracy beside its rivals, near repeats, curves."""

from __future__ import annotations

import polars as pl

from frith.charts import (
    Picture,
    bar_chart,
    concentration_chart,
    decile_chart,
    heat_table,
    interval_chart,
)
from frith.profile.words import figure, percent

THE_MAP = "hot-spot map"
HEADLINE = 0.05
HIGHEST_RATIO = 99.0
RATIO_BREAKS = (0.5, 0.8, 1.25, 2.0)
"""Shades about 1, so that ratios which differ by chance look alike."""


def accuracy_charts(summary: pl.DataFrame, beaten: pl.DataFrame, *, source: str) -> list[Picture]:
    """PAI, then PEI, of the map beside its rivals, by share of the area that is looked after.

    `summary`: `budget`, `method`, `pai`, `pei` with `_lo` and `_hi`; `beaten`: `budget`, `rival`,
    `verdict`.
    """
    wins = accuracy_wins(beaten)
    title = (
        "The map catches more than the simple lists do"
        if wins
        else "The map does not beat a simple list: last year's count does as well or better"
    )
    note = "Whiskers are 95% ranges over the rounds judged"
    said = {
        "pai": "PAI: how many times as many events as the same share of ground picked blindly",
        "pei": "PEI: share of the best that could have been caught with that ground",
    }
    pictures = []
    for name, unit in said.items():
        rows = summary.with_columns(
            label=pl.format(
                "{}% of area: {}",
                (100 * pl.col("budget")).round().cast(pl.Int64),
                pl.col("method"),
            )
        )
        drawn = rows.select(
            "label",
            "method",
            value=name,
            lo=pl.col(f"{name}_lo").clip(0),
            # no map catches more than the best could
            hi=pl.col(f"{name}_hi").clip(upper_bound=1.0 if name == "pei" else None),
        )
        pictures.append(
            bar_chart(
                drawn.drop("method"),
                unit=unit,
                keep_order=True,
                highlight=drawn.filter(pl.col("method") == THE_MAP)["label"].to_list(),
                decimals=2,
                name=f"accuracy-{name}",
                title=title,
                note=note,
                source=source,
            )
        )
    return pictures


def accuracy_wins(beaten: pl.DataFrame) -> bool:
    """True where the map does better than both rivals at the headline budget."""
    at = beaten.filter((pl.col("budget") - HEADLINE).abs() < 1e-9)["verdict"]
    return at.len() > 0 and bool((at == "better").all())


def near_repeat_chart(bands: pl.DataFrame, *, source: str) -> Picture:
    """How many times as often as chance, by distance and by days between; outlined where more.

    `bands`: `near_repeat`'s table.
    """
    rows = bands.with_columns(
        row=pl.when(pl.col("place") == "same")
        .then(pl.lit("Same place"))
        .otherwise(
            pl.format("{} to under {} m", _whole("space_from"), _whole("space_to")),
        ),
        column=pl.format("{} to under {} days", _whole("time_from"), _whole("time_to")),
        value=pl.col("ratio").clip(0, HIGHEST_RATIO),
        marked=pl.col("verdict") == "more than chance",
    )
    more = rows.filter("marked")
    title = "No distance or delay holds more pairs than chance would give"
    if more.height:
        top = more.sort("ratio", descending=True, nulls_last=True).row(0, named=True)
        where = "the same place" if top["place"] == "same" else f"{top['row']} away"
        title = (
            f"After an event, {where} sees {figure(top['ratio'])} times as many as chance would "
            f"give, {top['column']} later"
        )
    return heat_table(
        rows.select("row", "column", "value", "marked"),
        unit="pairs observed over pairs expected, dates shuffled; outlined: more than chance",
        decimals=2,
        breaks=RATIO_BREAKS,
        name="near-repeat",
        title=title,
        note="Bands hold their lower end and not their upper; a dash: too few pairs held or due",
        source=source,
    )


def _whole(name: str) -> pl.Expr:
    return pl.col(name).round().cast(pl.Int64)


def concentration_picture(curve: pl.DataFrame, *, source: str) -> Picture:
    """The curve, with the smallest share of areas that holds half."""
    half = curve.filter(pl.col("share_of_events") >= 0.5 - 1e-12)["share_of_areas"].min()
    return concentration_chart(
        curve,
        name="concentration",
        title=f"Half of the recorded events lie in {percent(float(str(half)))} of the areas",
        source=source,
    )


def deprivation_picture(deciles: pl.DataFrame, *, unit: str, source: str) -> Picture:
    """Rates by tenth. `deciles`: `by_decile`'s table."""
    first, last = deciles.row(0, named=True), deciles.row(-1, named=True)
    return decile_chart(
        deciles.select("decile", "rate", lo="rate_lo", hi="rate_hi"),
        unit=unit,
        name="deprivation",
        title=f"From {figure(first['rate'])} in tenth {first['decile']} to "
        f"{figure(last['rate'])} in tenth {last['decile']}: where, not why",
        source=source,
    )


def exploitation_chart(sources: pl.DataFrame, *, source: str) -> Picture:
    """Child exploitation by source: most deprived tenth over least, refused ones said so.

    `sources`: `child_exploitation`'s table.
    """
    more = sources.filter(pl.col("verdict") == "more common").height
    answered = sources.drop_nulls("ratio").height
    title = "No source can be compared between the most and the least deprived tenth"
    if answered:
        title = (
            f"More common in the most deprived tenth in {more} of {answered} sources that can be "
            "compared"
        )
    said = {"too few": "too few to say", "cannot tell": "cannot tell"}
    return interval_chart(
        sources.select(
            label="source",
            value="ratio",
            lo="ratio_lo",
            hi="ratio_hi",
            note=pl.col("verdict").replace_strict(said, default=None, return_dtype=pl.String),
        ),
        unit="times as common for each child in the most deprived tenth as in the least",
        reference=1,
        reference_label="the same",
        name="child-exploitation",
        title=title,
        note="Recorded, referred or reported: where, not why, and never which children",
        source=source,
    )
