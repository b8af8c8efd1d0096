"""Section: records month by month, with gaps left as gaps."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from frith.charts import monthly_chart
from frith.places.monthly import ALL, monthly_counts
from frith.profile.content import (
    Block,
    Content,
    Figure,
    Paragraph,
    Table,
    count,
    month,
    rate,
    text,
)
from frith.profile.masking import withheld
from frith.profile.material import ALL_CRIME, Material
from frith.profile.section import Section
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import counted, month_name, month_runs
from frith.results import Result, frame_hash
from frith.stats.intervals import rate_interval

LARGEST_DRAWN = 5
"""Crime types drawn as lines together; more cannot be told apart."""


def build(material: Material) -> Content:
    """Every month held, for all crime and for the largest types; all types in the HTML edition."""
    shown, hidden = shown_monthly(material)
    counting = monthly_counts(material.crimes, months=material.months)
    # a hash of true counts could be tried out until it fits
    crimes = replace(counting, data_hash=frame_hash(shown))
    source = material.source("events")
    lines = _lines(material, shown, source)
    blocks: list[Block] = [_by_month(material, shown, source, lines_alone=lines is None)]
    if lines is not None:
        blocks.append(lines)
    if hidden:
        said = "; ".join(hidden)
        blocks.append(
            Paragraph(f"Not shown by month, because a masked count could be worked out: {said}.")
        )
    return Content(
        blocks=blocks,
        flags=crimes.flags,
        results=(crimes,),
        extra_tables=(_type_by_month(material, shown),),
    )


def shown_monthly(material: Material) -> tuple[pl.DataFrame, list[str]]:
    """Counts by month and type fit to be shown, and the types that are not.

    All crime is a type called "All", incidents are types of their own; a month not held is null.
    """
    crimes = monthly_counts(material.crimes, months=material.months)
    incidents = monthly_counts(material.incidents, months=material.months)
    monthly = _together(crimes, incidents)
    hidden = _hidden_types(monthly) if material.guarded else []
    shown = monthly.filter(~pl.col("crime_type").is_in(hidden))
    return shown.select("month", "crime_type", n=material.shown(pl.col("n"))), hidden


def _together(crimes: Result, incidents: Result) -> pl.DataFrame:
    """Crime types, all crime, and incidents by type; "All" is all crime."""
    of_crime = crimes.tables["monthly"]
    of_incidents = incidents.tables["monthly"].filter(pl.col("crime_type") != ALL)
    if incidents.value == 0:
        return of_crime
    return pl.concat([of_crime, of_incidents])


def _hidden_types(monthly: pl.DataFrame) -> list[str]:
    """Types of which a masked month could be narrowed from a total over all or half the months."""
    hidden = []
    for (kind,), mine in monthly.group_by(["crime_type"], maintain_order=True):
        years = [mine.filter(pl.col("month").str.starts_with(y)) for y in _years(mine)]
        if kind != ALL and any(withheld(part) for part in (mine, *years)):
            hidden.append(str(kind))
    return hidden


def _years(monthly: pl.DataFrame) -> list[str]:
    return monthly["month"].str.slice(0, 4).unique().sort().to_list()


def _by_month(material: Material, shown: pl.DataFrame, source: str, *, lines_alone: bool) -> Figure:
    """All crime by month; its table is printed where no table of types holds it too."""
    every = shown.filter(pl.col("crime_type") == ALL).select("month", "n")
    held = every.drop_nulls("n").sort("n")
    gaps = every.filter(pl.col("n").is_null())["month"].to_list()
    low, high = held.row(0, named=True), held.row(-1, named=True)
    sentence = (
        f"Across the {counted(held.height, 'month')} held, recorded offences in a month run from "
        f"{material.said(int(low['n']))} ({month_name(low['month'])}) to "
        f"{material.said(int(high['n']))} ({month_name(high['month'])})."
    )
    if gaps:
        sentence += f" We do not hold {month_runs(gaps)}."
    return Figure(
        name="by-month",
        title="Recorded crime by month",
        sentence=sentence,
        table=Table(
            name="crime-by-month",
            caption=f"Recorded crime in {material.area_name} by month",
            columns=(
                month("month", "Month"),
                count("n", "Recorded offences", blank="not held"),
            ),
            frame=every,
            printed=lines_alone,
        ),
        source=source,
        pictures=(
            monthly_chart(
                every,
                unit="recorded offences",
                name="by-month",
                title=(
                    f"Recorded offences ran from {material.said(int(low['n']))} to "
                    f"{material.said(int(high['n']))} a month"
                ),
                source="",
            ),
        ),
        notes=("Shaded months are not held: they are gaps, not noughts.",) if gaps else (),
    )


def _lines(material: Material, shown: pl.DataFrame, source: str) -> Figure | None:
    """The largest types as lines; None where there is only one type."""
    types = (
        shown.filter(pl.col("crime_type") != ALL)
        .group_by("crime_type")
        .agg(pl.col("n").sum())
        .sort(["n", "crime_type"], descending=[True, False])
    )
    if types.height < 2:
        return None
    largest = types.head(LARGEST_DRAWN)["crime_type"].to_list()
    frame = shown.filter(pl.col("crime_type").is_in(largest)).select(
        "month", "n", series="crime_type"
    )
    title = f"The {counted(len(largest), 'largest type', 'largest types')} by month"
    every = shown.filter(pl.col("crime_type") == ALL).select("month", pl.col("n").alias(ALL_CRIME))
    table = (
        frame.pivot(on="series", index="month", values="n")
        .join(every, on="month")
        .select("month", ALL_CRIME, *largest)
        .sort("month")
    )
    return Figure(
        name="types-by-month",
        title=title,
        sentence=(
            f"The largest types over the months held are {_sizes(material, types, largest)}. "
            "Lines break where a month is not held."
        ),
        table=Table(
            name="largest-types-by-month",
            caption=title,
            columns=(
                month("month", "Month"),
                *(count(kind, kind, blank="not held") for kind in (ALL_CRIME, *largest)),
            ),
            frame=table,
        ),
        source=source,
        pictures=(
            monthly_chart(
                frame,
                unit="records",
                kind="line",
                name="types-by-month",
                title=f"The largest type over the months held is {largest[0].lower()}",
                source="",
            ),
        ),
    )


def _sizes(material: Material, types: pl.DataFrame, largest: list[str]) -> str:
    said = {row["crime_type"]: material.said(int(row["n"])) for row in types.to_dicts()}
    return "; ".join(f"{kind.lower()}, {said[kind]}" for kind in largest)


def _type_by_month(material: Material, shown: pl.DataFrame) -> Table:
    """Every type by month: records, and where residents are known the rate with its interval."""
    frame = shown.with_columns(crime_type=pl.col("crime_type").replace(ALL, ALL_CRIME)).select(
        "crime_type", "month", "n"
    )
    columns = [
        text("crime_type", "Crime type"),
        month("month", "Month"),
        count("n", "Records", blank="not held"),
    ]
    residents = material.population
    if residents is not None:
        people = [float(residents["n"].sum())] * frame.height
        n = frame["n"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        per, lo, hi = rate_interval(n, people, per=1000.0)
        frame = frame.with_columns(
            pl.Series("rate", per).fill_nan(None),
            pl.Series("lo", lo).fill_nan(None),
            pl.Series("hi", hi).fill_nan(None),
        )
        columns += [
            rate("rate", "Per 1,000 residents", blank="not held"),
            rate("lo", "Range from", blank="not held"),
            rate("hi", "Range to", blank="not held"),
        ]
    return Table(
        name="type-by-month",
        caption="Every crime type by month",
        columns=tuple(columns),
        frame=frame,
        folded=True,
        printed=False,
    )


SECTION = Section(name="months", title="Month by month", needs=(EVENTS,), build=build)
