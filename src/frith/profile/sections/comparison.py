"""Section: this area beside other districts, as a funnel and not a league table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from frith.charts import Picture, funnel_chart
from frith.places.comparison import compare_areas
from frith.profile.content import (
    Block,
    Caution,
    Content,
    Figure,
    Guard,
    Paragraph,
    Table,
    count,
    rate,
    text,
)
from frith.profile.material import DISTRICT_PREFIX, Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.places import RESIDENTS_NEED
from frith.profile.words import capital, counted, figure, month_runs, span
from frith.reference.crime import crime_types
from frith.results import Result
from frith.stats.intervals import rate_interval

OTHERS = Need(
    table="counts",
    columns=("code", "month", "n"),
    why="set this area beside others over the same months",
    holder="police.uk, for every district of England and Wales but Greater Manchester",
)
FEWEST_RESIDENTS = 20_000
"""Districts of fewer (the City of London, the Isles of Scilly) are full of people who live
elsewhere, so a rate per resident says nothing of them."""
SHARE_OF_MOST = 0.5
"""A month is used where at least this share of the best-covered month's districts hold it."""
POSITIONS = {
    "inside": "within the usual range",
    "above 95": "above the usual range",
    "above 99.8": "clearly above the usual range",
    "below 95": "below the usual range",
    "below 99.8": "clearly below the usual range",
}


def build(material: Material) -> Content:
    """Districts of the same force side by side, then the funnel of every district held."""
    counts = _all_crime(material)
    districts = counts["code"].unique().sort().to_list()
    residents = material.residents_of(districts).filter(pl.col("n") >= FEWEST_RESIDENTS)
    home = _home(material, districts)
    blocks: list[Block] = []
    near = _near(material, counts, residents)
    if near is not None:
        blocks.append(near)
    result = None
    if home is not None:
        months = _common_months(counts, home)
        result = compare_areas(counts, residents, home=home, months=months)
        if result.refused:
            blocks.append(Paragraph(f"No funnel: {result.sentence}"))
        else:
            blocks.append(_funnel(material, result, home))
    answered = result is not None and not result.refused
    if near is None and not answered:
        blocks.append(
            Paragraph("The counts we hold for other areas share too few months and residents.")
        )
    blocks.append(
        Caution(
            "Forces record differently and some months of some forces are missing from what is "
            "published. A difference between districts is a question to ask, not a verdict."
        )
    )
    return Content(
        blocks=blocks,
        headlines=(_funnel_sentence(result),) if answered and result is not None else (),
        flags=result.flags if result is not None else (),
        results=(result,) if result is not None else (),
        refused=near is None and not answered,
    )


def _all_crime(material: Material) -> pl.DataFrame:
    """Counts of all recorded crime by district and month, ours from our own records.

    Incidents of disorder are left out: they are not recorded as crime.
    """
    disorder = [one.name for one in crime_types() if one.is_asb]
    others = (
        material.dataset.tables["counts"]
        .filter(~pl.col("crime_type").is_in(disorder))
        .group_by("code", "month")
        .agg(pl.col("n").sum())
    )
    ours = (
        material.crimes.join(material.within(DISTRICT_PREFIX), on="area")
        .group_by(pl.col("larger").alias("code"), "month")
        .agg(n=pl.len().cast(pl.Int64))
        .with_columns(n=material.shown(pl.col("n")).cast(pl.Float64).round().cast(pl.Int64))
    )
    not_ours = others.filter(~pl.col("code").is_in(ours["code"].unique().to_list()))
    return pl.concat([ours, not_ours], how="vertical_relaxed").sort("code", "month")


def _home(material: Material, districts: Sequence[str]) -> str | None:
    """The one district this document is about; None where it covers several or is not counted."""
    return material.dataset.about.area if material.dataset.about.area in districts else None


def _common_months(counts: pl.DataFrame, home: str) -> list[str]:
    """Months the home district holds and most other districts hold too."""
    own = counts.filter(pl.col("code") == home)["month"]
    held = (
        counts.filter(pl.col("month").is_in(own.to_list()))
        .group_by("month")
        .agg(districts=pl.col("code").n_unique())
    )
    most = int(str(held["districts"].max()))
    return held.filter(pl.col("districts") >= SHARE_OF_MOST * most)["month"].sort().to_list()


def _near(material: Material, counts: pl.DataFrame, residents: pl.DataFrame) -> Figure | None:
    """Districts that hold every month this data set holds: its own force's."""
    months = list(material.months)
    like = (
        counts.filter(pl.col("month").is_in(months))
        .group_by("code")
        .agg(count=pl.col("n").sum(), held=pl.len())
        .filter(pl.col("held") == len(months))
        .join(residents.rename({"n": "population"}), on="code")
        .sort("code")
    )
    if like.height < 2:
        return None
    per, lo, hi = rate_interval(like["count"].to_numpy(), like["population"].to_numpy(), per=1000.0)
    names = [material.name_of(code) for code in like["code"]]
    frame = like.with_columns(
        name=pl.Series(names), rate=pl.Series(per), rate_lo=pl.Series(lo), rate_hi=pl.Series(hi)
    ).sort("name")
    return Figure(
        name="near",
        title="Districts recorded by the same force",
        sentence=_near_sentence(material, frame),
        table=Table(
            name="districts-same-force",
            caption="Recorded crime by district of the same force, over the same months",
            columns=_COLUMNS,
            frame=frame,
        ),
        source=material.source("counts", "population"),
        notes=("Districts are in order of name, not of rate.",),
    )


def _near_sentence(material: Material, frame: pl.DataFrame) -> str:
    """The rates of the districts that have a name; how many stand in the table by code alone."""
    named = frame.filter(pl.col("name") != pl.col("code"))
    held = counted(len(material.months), "month")
    if named.is_empty():
        return (
            f"Rates over the {held} held of {counted(frame.height, 'district')} stand in the table "
            "by code, because the data set gives no names."
        )
    said = "; ".join(
        f"{row['name']} {figure(row['rate'])} ({span(row['rate_lo'], row['rate_hi'])})"
        for row in named.to_dicts()
    )
    others = frame.height - named.height
    rest = f" {capital(counted(others, 'other'))} stand in the table by code." if others else ""
    return f"Recorded offences for every 1,000 residents over the {held} held: {said}.{rest}"


_COLUMNS = (
    text("name", "District"),
    text("code", "Code"),
    count("count", "Recorded offences"),
    count("population", "Residents", guard=Guard.FREE),
    rate("rate", "Per 1,000 residents"),
    rate("rate_lo", "Range from"),
    rate("rate_hi", "Range to"),
)


def _funnel(material: Material, result: Result, home: str) -> Figure:
    frame = result.tables["areas"]
    names = [material.name_of(code) for code in frame["code"]]
    table = frame.with_columns(
        name=pl.Series(names), position=pl.col("position").replace_strict(POSITIONS)
    ).sort("name", "code")
    source = material.source("counts", "population")
    return Figure(
        name="funnel",
        title="Beside other districts of England and Wales",
        sentence=_funnel_sentence(result),
        table=Table(
            name="districts",
            caption=f"Recorded crime by district, {month_runs(result.parameters['months'])}",
            columns=(*_COLUMNS, text("position", "Where it lies")),
            frame=table,
            folded=True,
            printed=False,
        ),
        source=source,
        pictures=(_funnel_picture(material, frame, home),),
        notes=(
            "The funnel is the range that districts of a size usually show. Districts inside it "
            "are not ranked. Residents are of the census; the funnel allows for how much districts "
            f"differ. Districts of fewer than {FEWEST_RESIDENTS:,} residents are left out: most "
            "people present there live elsewhere.",
        ),
    )


def _funnel_picture(material: Material, frame: pl.DataFrame, home: str) -> Picture:
    """The home district and any outside the outer limits are named; the others are dots."""
    per = 1000.0 * float(frame["expected"].sum()) / float(frame["population"].sum())
    limits = (
        frame.sort("population")
        .unique("population", keep="first", maintain_order=True)
        .select(
            "lower_95",
            "upper_95",
            "lower_998",
            "upper_998",
            denominator="population",
            centre=pl.lit(per),
        )
    )
    drawn = frame.select(
        name=pl.col("code").map_elements(material.name_of, pl.String),
        denominator="population",
        rate="rate",
        outside=pl.col("code") == home,
    )
    return funnel_chart(
        drawn,
        limits,
        unit="recorded offences per 1,000 residents",
        denominator="residents",
        areas="district",
        name="funnel",
        title=f"{material.area_name} lies {POSITIONS[_row(frame, home)['position']]} of districts",
        source="",
        alt=(
            f"Funnel of {frame.height:,} districts by residents and recorded offences per 1,000 "
            f"residents. {_where(frame, home, material)}"
        ),
    )


def _row(frame: pl.DataFrame, home: str) -> dict[str, Any]:
    return frame.filter(pl.col("code") == home).row(0, named=True)


def _where(frame: pl.DataFrame, home: str, material: Material) -> str:
    row = _row(frame, home)
    return f"{material.area_name} lies {POSITIONS[row['position']]}, at {figure(row['rate'])}."


def _funnel_sentence(result: Result) -> str:
    return result.sentence.replace("recorded events", "recorded offences")


SECTION = Section(
    name="comparison",
    title="Beside other areas",
    needs=(OTHERS, RESIDENTS_NEED),
    build=build,
)
