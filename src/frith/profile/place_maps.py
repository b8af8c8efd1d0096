"""Maps of what the methods of place found: verdicts, clusters, trends, silence, density, police.

Each takes a result's table and the outlines; the words on the map say the finding, with its unit
and its denominator. Used by the sections and by the commands alike, so that both draw the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from frith.charts import (
    Picture,
    category_map,
    choropleth,
    small_multiples_map,
    street_map,
    surface_map,
    verdict_map,
)
from frith.places.silence import AS_EXPECTED, CANNOT, FEWER
from frith.profile.place_charts import RATIO_BREAKS
from frith.profile.words import capital, counted, figure, percent

GeoJson = Mapping[str, Any]
CERTAIN = 0.05
"""Chance under which a cluster of the scan is called more than chance."""
TREND_WORDS = ("new", "growing", "steady", "fading")


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every map of a data set is drawn on: outlines, place names, and its source line."""

    outlines: GeoJson
    places: GeoJson | None = None
    source: str = ""


def hot_spot_map(
    areas: pl.DataFrame, ground: Ground, *, series: str, name: str, denominator: str = "residents"
) -> Picture:
    """One series' verdicts; the note names what counts were set against.

    `areas`: `code`, `verdict`. `denominator`: "none" for a map of counts.
    """
    hot, might = (areas.filter(pl.col("verdict") == v).height for v in ("hot", "suggestive"))
    title = f"{series}: no area stands out"
    if hot:
        title = f"{series}: {counted(hot, 'area')} {'stands' if hot == 1 else 'stand'} out"
    if might:
        title += f", {counted(might, 'area')} might"
    against = (
        "counts, with no regard to who lives there"
        if denominator == "none"
        else f"set against the number of {denominator.replace('_', ' ')} of each area"
    )
    return verdict_map(
        areas.select("code", "verdict"),
        ground.outlines,
        labels={
            "hot": "Stands out",
            "suggestive": "Might stand out",
            "suppressed": "Too few to say",
        },
        places=ground.places,
        name=name,
        title=title,
        note=f"{capital(against)}. No evidence is not evidence of safety",
        source=ground.source,
    )


def rate_maps(
    areas: pl.DataFrame, ground: Ground, *, per: float, denominator: str, what: str, name: str
) -> Picture:
    """Rates as recorded and smoothed, in one key: towards the whole, and towards what is around.

    `areas`: `code`, `rate`, `smoothed`, optionally `smoothed_local`.
    """
    panels = {
        "As recorded": areas.select("code", value="rate"),
        "Smoothed towards the whole": areas.select("code", value="smoothed"),
    }
    if "smoothed_local" in areas.columns:
        panels["Smoothed towards the areas around"] = areas.select("code", value="smoothed_local")
    unit = f"per {per:,.0f} {denominator.replace('_', ' ')}"
    smooth = areas["smoothed"].drop_nulls()
    ends = f"{_said(smooth.min())} to {_said(smooth.max())}"
    return small_multiples_map(
        panels,
        ground.outlines,
        legend_title=what,
        unit=unit,
        name=name,
        title=f"{what}: smoothed rates run from {ends} {unit}",
        note="Shades are equal groups of areas, and no test",
        source=ground.source,
    )


def police_led_map(led: pl.DataFrame, ground: Ground, *, name: str = "police-led") -> Picture:
    """The share of each area's records found by police activity, to be read beside every map.

    `led`: `code`, `share` (0 to 1), `reported`, `police_led`.
    """
    found, reported = (float(str(led[name].sum())) for name in ("police_led", "reported"))
    return choropleth(
        led.select("code", value=100 * pl.col("share")),
        ground.outlines,
        legend_title="Records found by police activity",
        unit="% of the area's records",
        places=ground.places,
        name=name,
        title=f"Police activity found {percent(found / max(found + reported, 1))} of what is "
        "recorded",
        note="Where this share is high, a map of all records shows partly where police looked",
        source=ground.source,
    )


def cluster_map(
    clusters: pl.DataFrame, members: pl.DataFrame, codes: list[str], ground: Ground
) -> Picture:
    """The clusters that chance alone would rarely make, numbered; those it would, as one kind.

    `clusters`: `rank`, `areas`, `observed`, `expected`, `ratio`, `p`; `members`: `rank`, `code`;
    `codes`: every area looked at.
    """
    real = clusters.filter(pl.col("p") <= CERTAIN).sort("rank").head(4)
    labels = {
        int(row["rank"]): f"{row['rank']}: {row['observed']:,.0f} recorded where "
        f"{figure(row['expected'])} would be expected"
        for row in real.iter_rows(named=True)
    }
    chance = "As strong as chance makes somewhere"
    named = dict(members.filter(pl.col("rank").is_in(list(labels))).select("code", "rank").rows())
    others = set(members["code"]) - set(named)
    category = [
        labels[named[code]] if code in named else chance if code in others else None
        for code in codes
    ]
    categories = [*labels.values(), *([chance] if others else [])]
    n = len(labels)
    return category_map(
        pl.DataFrame(
            {"code": codes, "category": category}, schema_overrides={"category": pl.String}
        ),
        ground.outlines,
        categories=categories,
        rest="In no cluster",
        legend_title="Clusters, strongest first",
        marks={label: str(rank) for rank, label in labels.items()},
        places=ground.places,
        name="clusters",
        title=f"{capital(counted(n, 'cluster'))} stronger than chance makes"
        if n
        else "No cluster is stronger than chance makes somewhere",
        note="A cluster chosen for being high looks less high when counted again",
        source=ground.source,
    )


def trend_map(areas: pl.DataFrame, ground: Ground) -> Picture:
    """Hot spots by what they are doing: new, growing, steady, fading, each with its letter.

    `areas`: `code`, `word` (null where the area does not stand out), `months`.
    """
    met = [word for word in TREND_WORDS if (areas["word"] == word).any()]
    said = [f"{areas.filter(pl.col('word') == word).height} {word}" for word in met]
    total = areas["word"].drop_nulls().len()
    months = int(str(areas["months"].max()))
    title = f"Over {counted(months, 'month')} no area stood out from the rest"
    if total:
        title = f"{capital(counted(total, 'area'))} stood out over {months} months: "
        title += ", ".join(said)
    return category_map(
        areas.select("code", category=pl.col("word").replace_strict(_CAPITALS, default=None)),
        ground.outlines,
        categories=[_CAPITALS[word] for word in TREND_WORDS],
        rest="Never stood out of late",
        legend_title="What the hot spot is doing",
        marks={_CAPITALS[word]: word[0].upper() for word in met},
        places=ground.places,
        name="trends",
        title=title,
        note="Set against the rest of the district in the same month, not against the past",
        source=ground.source,
    )


_CAPITALS = {word: word.capitalize() for word in TREND_WORDS}


def silence_map(
    areas: pl.DataFrame, ground: Ground, *, cells: pl.DataFrame | None = None
) -> Picture:
    """Where to ask first; areas quiet from a partner by itself are marked apart.

    `areas`: `code`, `verdict`, as `silence` says it; `cells`: the same of each partner in the same
    areas, None where partners were not asked of by these.
    """
    drawn = areas.select("code", verdict=pl.col("verdict").replace_strict(_SILENCE))
    if cells is not None:
        quiet = cells.filter(pl.col("verdict") == FEWER)["code"].to_list()
        partly = pl.col("code").is_in(quiet) & (pl.col("verdict") != "hot")
        drawn = drawn.with_columns(
            verdict=pl.when(partly).then(pl.lit("suggestive")).otherwise("verdict")
        )
    n = drawn.filter(pl.col("verdict") == "hot").height
    some = drawn.filter(pl.col("verdict") == "suggestive").height
    title = "No area is clearly quieter than its like"
    if n:
        title = f"Outreach is owed first in {counted(n, 'area')}"
    elif some:
        title = f"From {counted(some, 'area')} one partner or more sends fewer than its like"
    return verdict_map(
        drawn,
        ground.outlines,
        legend_title="Reports beside places like it",
        labels={
            "hot": "Fewer: ask here first",
            "suggestive": "Fewer from one partner" if cells is not None else "",
            "none": "As expected (not: safe)",
            "suppressed": "Cannot tell",
        },
        places=ground.places,
        name="silence",
        title=title,
        note="Few reports are not little harm",
        source=ground.source,
    )


_SILENCE = {FEWER: "hot", AS_EXPECTED: "none", CANNOT: "suppressed"}


def density_maps(
    cells: pl.DataFrame, ground: Ground, *, cell_m: float, bandwidth_m: float, against: str = ""
) -> list[Picture]:
    """Events per km², and where `against` names what was expected, events over expected.

    `cells`: `x`, `y`, `density`, `ratio`.
    """
    smoothed = f"Smoothed over {bandwidth_m:,.0f} metres. A picture, not a test: it has ups and "
    note = smoothed + "downs where there is nothing but chance"
    top = float(str(cells["density"].max()))
    drawn = [
        surface_map(
            cells.select("x", "y", value="density"),
            ground.outlines,
            cell_m=cell_m,
            legend_title="Recorded events",
            unit="per km²",
            places=ground.places,
            name="density",
            title=f"Recorded events reach {figure(top)} per km² where they lie thickest",
            note=note,
            source=ground.source,
        )
    ]
    if against and cells["ratio"].null_count() < cells.height:
        most = float(str(cells["ratio"].max()))
        drawn.append(
            surface_map(
                cells.select("x", "y", value="ratio"),
                ground.outlines,
                cell_m=cell_m,
                legend_title="Recorded events",
                unit=f"times what the {against} there would give",
                breaks=RATIO_BREAKS,
                places=ground.places,
                name="excess-ratio",
                title=f"Up to {figure(most)} times as many events as the {against} there would "
                "give",
                note=note,
                source=ground.source,
            )
        )
    return drawn


def street_density_map(pieces: pl.DataFrame, ground: Ground, *, bandwidth_m: float) -> Picture:
    """Events along streets. `pieces`: `x1`, `y1`, `x2`, `y2`, `density` (events per km)."""
    top = float(str(pieces["density"].max()))
    return street_map(
        pieces.select("x1", "y1", "x2", "y2", value="density"),
        ground.outlines,
        legend_title="Recorded events",
        unit="per km of street",
        places=ground.places,
        name="street-density",
        title=f"Recorded events reach {figure(top)} per km of street where they lie thickest",
        note=f"Spread along streets over {bandwidth_m:,.0f} metres. A picture, not a test: streets "
        "differ by chance",
        source=ground.source,
    )


def _said(value: object) -> str:
    return figure(float(str(value)))
