"""Section: does the map of hot spots find the next months' crime, and better than a simple list?"""

from __future__ import annotations

import polars as pl

from frith.places.accuracy import HEADLINE, HISTORY, HORIZON, map_accuracy
from frith.places.from_dataset import Chosen, every_month
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
    percent,
    ratio,
    text,
)
from frith.profile.masking import withheld
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.place_charts import accuracy_charts, accuracy_wins
from frith.profile.section import Section
from frith.profile.sections.places import PLACED
from frith.profile.sections.recorded import EVENTS
from frith.profile.sections.where import FEWEST_AREAS, OUTLINED, geography_of_areas
from frith.profile.words import counted, month_runs
from frith.profile.words import percent as share_of
from frith.results import Result

SIMPLEST = 8
"""Areas of the simple list that are named: a list to look at, not a ranking."""
JUDGED = Need(
    table="events",
    months=HISTORY + HORIZON,
    why="hide the latest months and see whether a map of the earlier ones finds them",
    holder="the police force; police.uk keeps three years of months",
)


def build(material: Material) -> Content:
    """What the map caught of months it had not seen, beside last year's count and last months'."""
    held = f"We hold {counted(len(material.months), 'month')}: {month_runs(material.months)}."
    geography = geography_of_areas(material)
    if geography is None or len(geography) < FEWEST_AREAS:
        said = "Too few neighbourhoods have an outline to choose between."
        return Content(blocks=[Paragraph(f"{said} {held}")], refused=True)
    counted_ = (
        material.crimes.drop_nulls("area").group_by(code="area", month="month").agg(n=pl.len())
    )
    whole = every_month(counted_, geography.codes, months=material.months, chosen=Chosen())
    result = map_accuracy(
        whole.with_columns(n=material.shown(pl.col("n").cast(pl.Int64))), geography=geography
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
            f"{held} The latest {HORIZON} months were hidden, a map drawn from the "
            f"{HISTORY} before them, and what it would have caught counted; then the window moved "
            f"on: {counted(int(result.parameters['rounds']), 'round')}. Two simple lists were "
            "tried beside it: last year's count, and the last three months."
        ),
        figure,
    ]
    if not accuracy_wins(result.tables["beaten"]):
        simple = _simple_list(material)
        if simple is not None:
            blocks.append(simple)
    if result.flags:
        blocks.append(Bullets(tuple(note.text for note in result.flags)))
    blocks.append(
        Caution(
            "A map of hot spots asks what is more than chance; a list for patrols asks where most "
            "is recorded. What is caught here is recorded crime, which follows where people report "
            "and where police look; sent there again and again, a list proves itself right."
        )
    )
    return Content(
        blocks=blocks, results=(result,), flags=result.flags, headlines=(figure.sentence,)
    )


def _figure(material: Material, result: Result) -> Figure:
    source = material.source("events", "areas")
    summary = result.tables["summary"]
    return Figure(
        name="accuracy",
        title="Does the map find the next months' crime?",
        sentence=result.sentence,
        table=Table(
            name="accuracy",
            caption="What each way of choosing would have caught, by share of the area chosen",
            columns=(
                text("looked", "Share of the area"),
                text("method", "Chosen by"),
                percent("hit_rate", "Crime caught"),
                percent("hit_rate_lo", "Range from"),
                percent("hit_rate_hi", "Range to"),
                ratio("pai", "PAI"),
                ratio("pei", "PEI"),
                ratio("ppai", "Penalised PAI"),
                count("rounds", "Rounds", guard=Guard.FREE),
            ),
            frame=summary.with_columns(
                looked=pl.col("budget").map_elements(share_of, return_dtype=pl.String)
            ),
        ),
        source=source,
        pictures=tuple(accuracy_charts(summary, result.tables["beaten"], source="")),
        notes=(
            "PAI: crime caught as a share, over ground as a share; 1 is choosing blindly. PEI: of "
            "the most that could have been caught with that ground. Penalised PAI rewards tiny "
            "areas less.",
            f"The verdict is at {share_of(HEADLINE)} of the area; ranges are over the rounds.",
        ),
    )


def _simple_list(material: Material) -> Table | None:
    """The areas last year's count would choose first, in order of name; the simple one."""
    if material.guarded and withheld(material.counts()):
        return None
    last = material.months[-HISTORY:]
    recent = (
        material.crimes.filter(pl.col("month").is_in(last))
        .drop_nulls("area")
        .group_by(code="area")
        .agg(n=pl.len().cast(pl.Int64))
        .sort("n", "code", descending=[True, False])
        .head(SIMPLEST)
    )
    names = pl.Series([material.name_of(code) for code in recent["code"]], dtype=pl.String)
    return Table(
        name="accuracy-simple",
        caption=(
            f"The simple list: the {counted(recent.height, 'neighbourhood')} with most recorded "
            "crime in the latest twelve months held, in order of name"
        ),
        columns=(text("name", "Area"), count("n", "Records")),
        frame=recent.with_columns(name=names).sort("name"),
    )


SECTION = Section(
    name="accuracy",
    title="Does the map predict?",
    needs=(EVENTS, PLACED, OUTLINED, JUDGED),
    build=build,
)
