"""Section: counts and rates by neighbourhood and ward, for all recorded crime and for each type."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, interval_chart
from frith.places.rates import area_rates
from frith.profile.content import (
    Block,
    Caution,
    Column,
    Content,
    Figure,
    Guard,
    Paragraph,
    Table,
    count,
    rate,
    text,
)
from frith.profile.material import ALL_CRIME, RESIDENTS, WARD_PREFIX, Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import counted, figure
from frith.results import Result

PLACED = Need(
    table="events",
    columns=("area",),
    why="say in which neighbourhood something was recorded",
    holder="the police force; published by police.uk",
)
RESIDENTS_NEED = Need(
    table="population",
    where=("denominator", (RESIDENTS,)),
    above_zero="n",
    why="set counts against how many people live in a place",
    holder="the Office for National Statistics (Census 2021)",
)
RATE_COLUMNS: tuple[Column, ...] = (
    count("count", "Records"),
    count("population", "Residents", guard=Guard.FREE),
    rate("rate", "Per 1,000 residents"),
    rate("rate_lo", "Range from"),
    rate("rate_hi", "Range to"),
    rate("smoothed", "Smoothed"),
)


def build(material: Material) -> Content:
    """Tables by ward and neighbourhood; every type in the HTML edition and as files."""
    small = rates_of(material, ALL_CRIME)
    blocks: list[Block] = [
        Paragraph(
            f"The tables list {counted(len(material.areas), 'neighbourhood')} (lower layer super "
            "output areas, LSOAs: small census areas of about 1,500 people). Each rate has the "
            "range that chance alone would explain, 19 times in 20. The smoothed rate leans "
            "towards the rate of the whole area where a neighbourhood holds few people."
        ),
        Caution(
            "Rates are per resident. In town centres and shopping parks most people present live "
            "elsewhere, so rates there look high. A low count means few records; it does not mean "
            "that a place is safe. Do not rank places by these figures."
        ),
    ]
    results = [small]
    tied = material.within(WARD_PREFIX)
    by_ward = not material.guarded and not tied.is_empty()
    if by_ward:
        wards = _ward_rates(material, tied, ALL_CRIME)
        results.append(wards)
        blocks.append(_ward_figure(material, wards))
    blocks.append(_area_table(material, small, ALL_CRIME, "Neighbourhoods"))
    extra: list[Table] = []
    held_back: list[str] = []
    for kind in material.crime_types:
        if material.withheld(kind):
            held_back.append(kind)
            continue
        extra.append(_area_table(material, rates_of(material, kind), kind, "Neighbourhoods"))
        if by_ward:
            extra.append(_area_table(material, _ward_rates(material, tied, kind), kind, "Wards"))
    if held_back:
        blocks.append(
            Paragraph(
                "Not shown by place, because a masked count could be worked out: "
                + "; ".join(held_back)
                + "."
            )
        )
    if extra:
        blocks.append(Paragraph("Tables for each crime type follow."))
    return Content(
        blocks=blocks, results=tuple(results), flags=small.flags, extra_tables=tuple(extra)
    )


def rates_of(material: Material, kind: str) -> Result:
    """Rates of every small area for one crime type, from counts fit to be shown."""
    return area_rates(material.shown_counts(kind), material.population, per=1000.0)


def _ward_rates(material: Material, tied: pl.DataFrame, kind: str) -> Result:
    """Rates of wards, summed from the small areas that fit them best."""
    counts = _summed(material.counts(kind), tied)
    return area_rates(counts, _summed(material.residents, tied), per=1000.0)


def _summed(frame: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """`code`, `n` of the larger areas, as sums of their small areas."""
    return (
        frame.join(tied, left_on="code", right_on="area")
        .group_by(pl.col("larger").alias("code"))
        .agg(pl.col("n").sum())
        .sort("code")
    )


def _area_table(material: Material, result: Result, kind: str, areas: str) -> Table:
    frame = result.tables["areas"]
    names = [material.name_of(code) for code in frame["code"]]
    stem = "all" if kind == ALL_CRIME else "".join(c if c.isalnum() else "-" for c in kind.lower())
    return Table(
        name=f"{'lsoa' if areas == 'Neighbourhoods' else 'ward'}-{stem}",
        caption=f"{areas}: {kind if kind == ALL_CRIME else kind.lower()}, records and rates",
        columns=(text("name", "Area"), text("code", "Code"), *RATE_COLUMNS),
        frame=frame.with_columns(name=pl.Series(names, dtype=pl.String)).sort("name", "code"),
        folded=True,
        printed=areas == "Wards",
    )


def _ward_figure(material: Material, wards: Result) -> Figure:
    frame = wards.tables["areas"]
    table = _area_table(material, wards, ALL_CRIME, "Wards")
    source = material.source("events", "population", "lookups")
    ordered = table.frame
    lowest, highest = frame["rate"].min(), frame["rate"].max()
    pictures: tuple[Picture, ...] = ()
    if frame.height <= MOST_WARDS_DRAWN:
        pictures = (
            interval_chart(
                ordered.select(label="name", value="rate", lo="rate_lo", hi="rate_hi"),
                unit="recorded offences per 1,000 residents",
                name="wards",
                title=(
                    f"Ward rates run from {figure(float(str(lowest)))} to "
                    f"{figure(float(str(highest)))} per 1,000 residents"
                ),
                source="",
            ),
        )
    return Figure(
        name="wards",
        title="Recorded crime by ward",
        sentence=(
            f"Rates of the {counted(frame.height, 'ward')} run from "
            f"{figure(float(str(lowest)))} to {figure(float(str(highest)))} recorded offences for "
            f"every 1,000 residents over the {counted(len(material.months), 'month')} held. "
            "Wards are in order of name, not of rate."
        ),
        table=table,
        source=source,
        pictures=pictures,
        notes=(
            "Wards are added up from the neighbourhoods that fit them best (ONS best-fit lookup).",
        ),
    )


MOST_WARDS_DRAWN = 40
"""Beyond this a chart of wards no longer fits a page; the table stands alone."""

SECTION = Section(
    name="places",
    title="Recorded crime by ward and neighbourhood",
    needs=(EVENTS, PLACED, RESIDENTS_NEED),
    build=build,
)
