"""Section: which places are newly hot, growing, steady or fading; not before there is history."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, heat_table
from frith.places.flags import TREND_PERIODS
from frith.places.from_dataset import Chosen, every_month
from frith.places.trends import hot_spot_trends
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Content,
    Figure,
    Guard,
    Paragraph,
    Table,
    count,
    month,
    text,
)
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.place_maps import trend_map
from frith.profile.section import Section
from frith.profile.sections.places import PLACED, RESIDENTS_NEED
from frith.profile.sections.recorded import EVENTS
from frith.profile.sections.where import FEWEST_AREAS, OUTLINED, geography_of_areas, ground_of
from frith.profile.words import counted, month_runs, number
from frith.results import Result

HISTORY = Need(
    table="events",
    months=TREND_PERIODS,
    why="tell a trend from a season or from chance",
    holder="the police force; police.uk keeps three years of months",
)
MOST_DRAWN = 15
"""Areas beyond which the chart of months no longer fits a page; the table stands alone."""


def build(material: Material) -> Content:
    """Areas that stood out in any month, and whether they are gaining on the rest."""
    held = f"We hold {counted(len(material.months), 'month')}: {month_runs(material.months)}."
    geography = geography_of_areas(material)
    if geography is None or len(geography) < FEWEST_AREAS:
        said = "Too few neighbourhoods have an outline to say which stand out."
        return Content(blocks=[Paragraph(f"{said} {held}")], refused=True)
    result = hot_spot_trends(
        _counts(material, geography.codes),
        material.residents,
        geography=geography,
        rng=material.rng(),
    )
    if result.refused:
        return Content(
            blocks=[Paragraph(f"{result.sentence} {held}")],
            results=(result,),
            flags=result.flags,
            refused=True,
        )
    figure = _figure(material, result)
    blocks: list[Block] = [
        Paragraph(
            f"{held} In every month each neighbourhood and those around it are set against the "
            f"same records shuffled up to {number(result.parameters['permutations'])} times, "
            "corrected over all areas and months."
        ),
        figure,
    ]
    if result.flags:
        blocks.append(Bullets(tuple(one.text for one in result.flags)))
    blocks.append(
        Caution(
            "This says whether a place gains on the rest of the area or falls back, not whether "
            "crime rises or falls. Growing and fading may be changes of recording, of police "
            "activity or of willingness to report."
        )
    )
    return Content(
        blocks=blocks, results=(result,), flags=result.flags, headlines=(figure.sentence,)
    )


def _counts(material: Material, codes: tuple[str, ...]) -> pl.DataFrame:
    """Recorded crime by area and month, fit to be shown, 0 where a month held none."""
    counted_ = (
        material.crimes.drop_nulls("area").group_by(code="area", month="month").agg(n=pl.len())
    )
    whole = every_month(counted_, codes, months=material.months, chosen=Chosen())
    return whole.with_columns(n=material.shown(pl.col("n")))


def _figure(material: Material, result: Result) -> Figure:
    every = result.tables["areas"]
    once = every.filter(pl.col("word").is_not_null() | (pl.col("months_hot") > 0))
    areas = once if once.height else every
    names = pl.Series([material.name_of(code) for code in areas["code"]], dtype=pl.String)
    areas = areas.with_columns(name=names).sort("name", "code")
    return Figure(
        name="trend",
        title="Which places are newly standing out, growing, steady or fading",
        sentence=result.sentence,
        table=Table(
            name="trend",
            caption="Neighbourhoods that stood out in any month, or all where none did",
            columns=(
                text("name", "Area"),
                text("word", "Now"),
                count("months_hot", "Months it stood out", guard=Guard.FREE),
                count("months", "Months held", guard=Guard.FREE),
                month("first_hot", "First"),
                month("last_hot", "Last"),
            ),
            frame=areas.with_columns(word=pl.col("word").fill_null("not in the latest month")),
        ),
        source=material.source("events", "population", "areas"),
        pictures=(trend_map(every, ground_of(material)), *_picture(result, areas)),
        notes=(
            "New: stands out only of late. Growing or fading: a trend over all months held that "
            "survives correction over every area. Steady: stands out, and neither.",
            "Areas counted above stand out in the latest month, or did in nearly all; the table "
            "lists the others that once did as well.",
            "That an area never stood out is no sign of safety.",
        ),
    )


def _picture(result: Result, areas: pl.DataFrame) -> tuple[Picture, ...]:
    """How far each area lay above the rest, month by month."""
    drawn = areas.filter(pl.col("word").is_not_null()).select("code", row="name")
    if not 0 < drawn.height <= MOST_DRAWN or drawn["row"].is_duplicated().any():
        return ()
    months = drawn.join(result.tables["series"], on="code", how="inner", maintain_order="left")
    return (
        heat_table(
            months.select("row", column="month", value="z", marked="hot"),
            unit="standard errors above the rest of the area; outlined where it stood out",
            decimals=1,
            name="trend",
            title=f"How far {counted(drawn.height, 'area')} lay above the rest, month by month",
            source="",
        ),
    )


SECTION = Section(
    name="trend",
    title="What is rising or falling",
    needs=(EVENTS, PLACED, RESIDENTS_NEED, OUTLINED, HISTORY),
    build=build,
)
