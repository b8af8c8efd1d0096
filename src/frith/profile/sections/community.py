"""Section: what people feel, beside what is recorded; neither answers the other."""

from __future__ import annotations

import polars as pl

from frith.measures.community import Community, community
from frith.measures.perception import NEVER_ALONE
from frith.measures.survey import WHOLE
from frith.profile.community_pictures import gap_pictures, worry_of, worry_pictures
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Content,
    Figure,
    Paragraph,
    Table,
    count,
    percent,
    rate,
    ratio,
    text,
)
from frith.profile.masking import ROUNDED_TO
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section

SURVEY = Need(
    table="survey",
    why="set what people say beside what is recorded",
    holder="the council and the office of the police and crime commissioner",
)
FIRST_WAVE = "first wave held"


def build(material: Material) -> Content:
    """Shares with base and interval, changes beyond chance, and the gap to the record by area."""
    found = community(material.dataset, rounded_to=ROUNDED_TO if material.guarded else 1)
    if found.perception.refused:
        return Content(
            blocks=[Paragraph(found.perception.sentence)],
            results=(found.perception,),
            flags=found.perception.flags,
            refused=True,
        )
    blocks: list[Block] = [_worry(material, found)]
    if not found.drift.is_empty():
        blocks.append(_drift(found))
    if found.gaps.refused:
        blocks.append(Paragraph(f"By area, worry is not set beside record. {found.gaps.sentence}"))
    else:
        blocks.append(_gap(material, found))
    flags = tuple(dict.fromkeys((*found.perception.flags, *found.gaps.flags)))
    blocks += [Bullets(tuple(flag.text for flag in found.perception.flags)), Caution(NEVER_ALONE)]
    return Content(
        blocks=blocks,
        results=(found.perception, found.gaps),
        flags=flags,
        headlines=() if found.gaps.refused else (found.gaps.sentence,),
    )


def _worry(material: Material, found: Community) -> Figure:
    """Every question and wave, with the change from the wave before."""
    said = worry_of(found.meanings)
    whole = pl.col("code") == WHOLE
    changes = found.perception.tables["changes"].filter(whole)
    frame = (
        found.perception.tables["shares"]
        .filter(whole)
        .join(changes.select("question", "wave", "verdict"), on=["question", "wave"], how="left")
        .with_columns(
            what=pl.col("question").replace(said), verdict=pl.col("verdict").fill_null(FIRST_WAVE)
        )
        .sort("question", "wave")
    )
    return Figure(
        name="worry",
        title="What people say they worry about",
        sentence=found.perception.sentence,
        table=Table(
            name="worry",
            caption="People who worry, by question and wave, in every area together",
            columns=(
                text("what", "People who"),
                text("wave", "Wave"),
                count("base", "Asked"),
                percent("share", "Share", blank="too few"),
                percent("lo", "From", blank="too few"),
                percent("hi", "To", blank="too few"),
                text("verdict", "Since the wave before"),
            ),
            frame=frame,
        ),
        source=material.source("survey"),
        pictures=worry_pictures(found.perception, found.meanings, source=""),
        notes=(
            "From and to: the share lies between them 19 times in 20, weights allowed for.",
            "A change is named only beyond chance, over all questions asked together.",
        ),
    )


def _drift(found: Community) -> Table:
    """Worry and record side by side from wave to wave: never the record alone."""
    said = worry_of(found.meanings)
    frame = found.drift.with_columns(
        what=pl.col("question").replace(said),
        waves=pl.format("{} to {}", "from_wave", "wave"),
    )
    return Table(
        name="worry-and-record",
        caption="Worry and record from wave to wave, the record in the like months of both years",
        columns=(
            text("what", "People who"),
            text("waves", "Waves"),
            text("verdict", "Worry"),
            count("earlier", "Recorded before"),
            count("later", "Recorded after"),
            ratio("ratio_lo", "Times as many, from"),
            ratio("ratio_hi", "To"),
            text("drift", "Together"),
        ),
        frame=frame,
    )


def _gap(material: Material, found: Community) -> Figure:
    """Areas by how much more, or less, they worry than areas with such a record."""
    said = worry_of(found.meanings)
    names = found.gaps.tables["gaps"]["code"].unique().to_list()
    table = (
        found.gaps.tables["gaps"]
        .filter(pl.col("wave") == pl.col("wave").max().over("question"))
        .with_columns(
            name=pl.col("code").replace({code: material.name_of(code) for code in names}),
            what=pl.col("question").replace(said),
        )
        .sort("question", "name")
    )
    return Figure(
        name="worry-gap",
        title="Where worry and record part",
        sentence=found.gaps.sentence,
        table=Table(
            name="worry-gap",
            caption="Share who worry, and what areas with such a record say",
            columns=(
                text("name", "Area"),
                text("what", "People who"),
                text("wave", "Wave"),
                percent("share", "Share"),
                percent("expected", "With such a record"),
                rate("lo_points", "Points of difference, from"),
                rate("hi_points", "To"),
                text("verdict", "What is said"),
            ),
            frame=table.with_columns(
                (100 * pl.col(one)).alias(f"{one}_points") for one in ("lo", "hi")
            ),
            folded=True,
        ),
        source=material.source("survey", "events", "population"),
        pictures=gap_pictures(
            found.gaps, found.meanings, {code: material.name_of(code) for code in names}, source=""
        ),
        notes=(
            "The record is that of the year to the wave, per resident.",
            "Named only where chance would name one in twenty of all that are named.",
            "A gap asks for a visit; it does not say who is right.",
        ),
    )


SECTION = Section(
    name="community",
    title="What people feel, beside what is recorded",
    needs=(SURVEY,),
    build=build,
)
