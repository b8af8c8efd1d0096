"""Section: what was recorded in the whole area, by crime type."""

from __future__ import annotations

from typing import Any

import polars as pl

from frith.charts import bar_chart
from frith.profile.content import (
    Block,
    Content,
    Figure,
    Paragraph,
    Table,
    count,
    percent,
    rate,
    text,
)
from frith.profile.material import ALL_CRIME, COUNTED_KINDS, Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.words import counted, figure, month_runs
from frith.profile.words import percent as share_of
from frith.results import Result, frame_hash
from frith.stats.intervals import rate_interval

PER = 1000.0
EVENTS = Need(
    table="events",
    where=("kind", COUNTED_KINDS),
    columns=("crime_type", "occurred_from"),
    why="count what was recorded, by type and month",
    holder="the police force; published by police.uk in broad types",
)


def build(material: Material) -> Content:
    """Records by crime type, with rates where residents are known."""
    frame = _by_type(material)
    total = material.crimes.height
    if total == 0:
        return Content(
            blocks=[Paragraph("We hold no recorded crime for these months.")], refused=True
        )
    sentence = _sentence(material, frame)
    rated = "rate" in frame.columns
    columns = [
        text("crime_type", "Crime type"),
        count("n", "Records"),
        percent("share", "Share of recorded crime", blank="not crime"),
        *(
            [rate("rate", "Per 1,000 residents"), rate("lo", "Range from"), rate("hi", "Range to")]
            if rated
            else []
        ),
    ]
    source = material.source("events", *(["population"] if rated else []))
    drawn = frame.filter((pl.col("kind") == "crime") & (pl.col("crime_type") != ALL_CRIME))
    picture = bar_chart(
        drawn.select(label="crime_type", value=pl.col("n").cast(pl.Float64)),
        unit="recorded offences",
        name="by-type",
        title=_finding(frame),
        source="",
    )
    notes = [
        "Types are the broad types of police.uk. None of them is organised crime: a type holds "
        "offences by one person and by many, and no record here says which.",
    ]
    if material.incidents.height:
        notes.append(
            "Anti-social behaviour is recorded as incidents, not as crime, and is not part of the "
            "total."
        )
    if rated:
        notes.append(
            f"Rates are for the {counted(len(material.months), 'month')} held, not for a year. The "
            "last two columns hold the range that chance alone would explain, 19 times in 20."
        )
    blocks: list[Block] = [
        Paragraph(_period(material)),
        Figure(
            name="by-type",
            title="Recorded crime by type",
            sentence=sentence,
            table=Table(
                name="crime-by-type",
                caption=f"Recorded crime in {material.area_name} by type",
                columns=tuple(columns),
                frame=frame,
            ),
            source=source,
            pictures=(picture,),
            notes=tuple(notes),
        ),
    ]
    return Content(blocks=blocks, headlines=(sentence,), results=_result(material, frame))


def _result(material: Material, frame: pl.DataFrame) -> tuple[Result, ...]:
    """How the rates were made, for the appendix; nothing where there are none."""
    if "rate" not in frame.columns:
        return ()
    return (
        Result(
            method="crude rates with exact Poisson intervals [Garwood 1936]",
            parameters={"per": PER, "denominator": "residents", "months": list(material.months)},
            data_hash=frame_hash(frame.select("crime_type", "n")),
        ),
    )


def _finding(frame: pl.DataFrame) -> str:
    top = _largest(frame)
    return f"{share_of(top['share'])} of recorded crime is {top['crime_type'].lower()}"


def _largest(frame: pl.DataFrame) -> dict[str, Any]:
    """The type of crime with most records."""
    types = frame.filter((pl.col("kind") == "crime") & (pl.col("crime_type") != ALL_CRIME))
    return types.row(0, named=True)


def _by_type(material: Material) -> pl.DataFrame:
    """All crime, each type of crime, then incidents: crime_type, kind, n, share, and rates."""
    by = (
        material.events.group_by("kind", "crime_type")
        .agg(n=pl.len().cast(pl.Int64))
        .sort(pl.col("kind"), pl.col("n"), pl.col("crime_type"), descending=[False, True, False])
    )
    whole = pl.DataFrame(
        {"kind": ["crime"], "crime_type": [ALL_CRIME], "n": [material.crimes.height]}
    )
    frame = pl.concat(
        [whole, by.select("kind", "crime_type", "n")], how="vertical_relaxed"
    ).with_columns(n=material.shown(pl.col("n")))
    frame = frame.with_columns(
        share=pl.when(pl.col("kind") == "crime").then(pl.col("n") / pl.col("n").first())
    )
    residents = material.population
    if residents is None:
        return frame
    per, lo, hi = rate_interval(
        frame["n"].to_numpy(), [float(residents["n"].sum())] * frame.height, per=PER
    )
    return frame.with_columns(rate=pl.Series(per), lo=pl.Series(lo), hi=pl.Series(hi))


def _period(material: Material) -> str:
    return (
        f"We hold records for {counted(len(material.months), 'month')}: "
        f"{month_runs(material.months)}. A month we do not hold is a gap, never a nought."
    )


def _sentence(material: Material, frame: pl.DataFrame) -> str:
    total = material.crimes.height
    largest = _largest(frame)
    said = (
        f"We hold {material.said(total)} recorded offences in {material.area_name} for "
        f"{month_runs(material.months)}"
    )
    if "rate" in frame.columns:
        top = frame.row(0, named=True)
        said += (
            f": {figure(top['rate'])} for every 1,000 residents "
            f"({figure(top['lo'])} to {figure(top['hi'])})"
        )
    said += (
        f". The largest type is {largest['crime_type'].lower()}, "
        f"{material.said(int(largest['n']))} ({share_of(largest['share'])})."
    )
    if material.incidents.height:
        incidents = material.said(material.incidents.height)
        said += f" Beside them we hold {incidents} incidents of anti-social behaviour."
    return said


SECTION = Section(name="recorded", title="What was recorded", needs=(EVENTS,), build=build)
