"""Section: how few neighbourhoods hold how much of what was recorded."""

from __future__ import annotations

import polars as pl

from frith.charts import concentration_chart
from frith.places.concentration import concentration
from frith.profile.content import Content, Figure, Guard, Paragraph, Table, count, percent
from frith.profile.material import Material
from frith.profile.section import Section
from frith.profile.sections.places import PLACED
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import counted
from frith.profile.words import percent as share_of


def build(material: Material) -> Content:
    """The curve and its two readings; declines where there is nothing to rank."""
    result = concentration(material.shown_counts(), rng=material.rng())
    if result.refused:
        return Content(
            blocks=[Paragraph(result.sentence)], results=(result,), flags=result.flags, refused=True
        )
    holds = result.tables["holds"]
    half = holds.filter(pl.col("share_of_events") == 0.5).row(0, named=True)
    quarter = holds.filter(pl.col("share_of_events") == 0.25).row(0, named=True)
    source = material.source("events")
    sentence = (
        f"Half of the recorded crime with a known place lies in "
        f"{counted(int(half['areas']), 'neighbourhood')} of {len(material.areas):,} "
        f"({share_of(half['share_of_areas'])}), and a quarter in "
        f"{counted(int(quarter['areas']), 'neighbourhood')}."
    )
    picture = concentration_chart(
        result.tables["curve"],
        areas="neighbourhoods",
        events="recorded crime",
        name="concentration",
        title=(
            f"Half of recorded crime lies in {share_of(half['share_of_areas'])} of neighbourhoods"
        ),
        source="",
    )
    figure = Figure(
        name="concentration",
        title="How concentrated recorded crime is",
        sentence=sentence,
        table=Table(
            name="concentration",
            caption="Neighbourhoods, most records first, that hold a share of recorded crime",
            columns=(
                percent("share_of_events", "Share of recorded crime"),
                count("areas", "Neighbourhoods", guard=Guard.FREE),
                percent("share_of_areas", "Share of neighbourhoods"),
            ),
            frame=holds,
        ),
        source=source,
        pictures=(picture,),
        notes=(
            "Even with nothing at work some places hold more than others; the dashed line is the "
            "most even spread possible. These are neighbourhoods, not streets: published figures "
            "for streets are no yardstick. Town centres count towards the few, because people from "
            "everywhere meet there.",
        ),
    )
    return Content(blocks=[figure], results=(result,), flags=result.flags, headlines=(sentence,))


SECTION = Section(
    name="concentration",
    title="How concentrated it is",
    needs=(EVENTS, PLACED),
    build=build,
)
