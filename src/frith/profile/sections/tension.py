"""Section: community tension as judged, beside how much was reported; no reports is not calm."""

from __future__ import annotations

import polars as pl

from frith.measures.community import community
from frith.measures.tension import ZERO_REPORTS
from frith.profile.community_pictures import tension_picture
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
    text,
)
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.words import quarters

TENSION = Need(
    table="tension",
    why="show what was judged of tension, beside how much anybody reported",
    holder="the police force's weekly tension summary and the partnership",
)


def build(material: Material) -> Content:
    """The latest quarter by area, and the levels of the quarters before."""
    found = community(material.dataset).tension
    if found.refused:
        return Content(
            blocks=[Paragraph(found.sentence)], results=(found,), flags=found.flags, refused=True
        )
    names = {code: material.name_of(code) for code in found.tables["tension"]["code"].unique()}
    blocks: list[Block] = [_figure(material, found.tables["tension"], found.sentence, names)]
    drawn = tension_picture(found, names, source="")
    first = blocks[0]
    if isinstance(first, Figure) and drawn:
        blocks[0] = Figure(
            name=first.name,
            title=first.title,
            sentence=first.sentence,
            table=first.table,
            source=first.source,
            notes=first.notes,
            pictures=drawn,
        )
    blocks.append(Caution(ZERO_REPORTS))
    return Content(blocks=blocks, results=(found,), flags=found.flags, headlines=(found.sentence,))


def _figure(
    material: Material, table: pl.DataFrame, sentence: str, names: dict[str, str]
) -> Figure:
    """The latest quarter; where counts are guarded, only whether anybody reported."""
    latest = table.filter(pl.col("quarter") == pl.col("quarter").max()).with_columns(
        name=pl.col("code").replace(names),
        heard=pl.when(pl.col("reports") > 0).then(pl.lit("some")).otherwise(pl.lit("none")),
    )
    reported: Column = (
        text("heard", "Reports")
        if material.guarded
        else count("reports", "Reports", guard=Guard.FREE, blank="no log held")
    )
    newest = str(table["quarter"].max())
    return Figure(
        name="tension",
        title="Tension: experienced, evident, potential",
        sentence=sentence,
        table=Table(
            name="tension",
            caption=f"The highest level judged, {quarters(newest, newest)}",
            columns=(
                text("name", "Area"),
                Column(name="experienced", label="Experienced", blank="not judged"),
                Column(name="evident", label="Evident", blank="not judged"),
                Column(name="potential", label="Potential", blank="not judged"),
                Column(name="trend", label="Than before", blank="nothing to compare"),
                reported,
                text("state", "What is known"),
            ),
            frame=latest.sort("name"),
        ),
        source=material.source("tension", "reports"),
        notes=("Levels are words in order, as the partnership set them; they are not averaged.",),
    )


SECTION = Section(
    name="tension",
    title="Community tension, and who reported",
    needs=(TENSION,),
    build=build,
    question="Where is tension experienced, evident or potential, and where does nobody report?",
)
