"""Section: after a burglary, are more near it soon after than chance would give?"""

from __future__ import annotations

import polars as pl

from frith.places.from_dataset import Chosen, one_kind, placed_events, points_in
from frith.places.near_repeat import near_repeat
from frith.profile.content import (
    Bullets,
    Caution,
    Content,
    Figure,
    Paragraph,
    Table,
    count,
    rate,
    ratio,
    text,
)
from frith.profile.masking import LARGEST_MASKED
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.place_charts import near_repeat_chart
from frith.profile.section import Section
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import counted
from frith.results import Result

POINTS = Need(
    table="events",
    columns=("longitude", "latitude"),
    why="say how near one event lay to another",
    holder="the police force, with exact points and days; police.uk publishes neither",
)


def build(material: Material) -> Content:
    """Pairs of events near in place and time, beside the same places with their dates shuffled."""
    chosen, note = one_kind(material.dataset, Chosen(kinds=("crime",)))
    points = points_in(placed_events(material.dataset, chosen))
    result = near_repeat(points, rng=material.rng())
    flags = result.flags if note is None or result.refused else (*result.flags, note)
    caveats = Bullets(tuple(one.text for one in flags))
    if result.refused:
        return Content(
            blocks=[Paragraph("Near repeats cannot be told from what is held."), caveats],
            results=(result,),
            flags=flags,
            refused=True,
        )
    what = (chosen.crime_type or "recorded crime").lower()
    return Content(
        blocks=[
            Paragraph(
                f"{counted(int(result.parameters['events']), 'event')} of {what} with a point and "
                "a day were set beside the same places with their dates shuffled "
                f"{result.parameters['permutations']:,} times. Busy places and busy seasons are "
                "kept, so that neither makes a near repeat."
            ),
            _figure(material, result, what),
            *([caveats] if flags else []),
            Caution(
                "Events follow events: this says how soon and how near to warn neighbours and look "
                "again, never who did it. A place hit before is a place to protect."
            ),
        ],
        results=(result,),
        flags=flags,
        headlines=(result.sentence,),
    )


def _figure(material: Material, result: Result, what: str) -> Figure:
    bands = result.tables["bands"]
    if material.guarded:  # a ratio beside what was expected gives a small count away
        small = pl.col("observed").is_between(1, LARGEST_MASKED)
        bands = bands.with_columns(ratio=pl.when(~small).then("ratio"))
    table = bands.with_columns(
        apart=pl.when(pl.col("place") == "same")
        .then(pl.lit("same place"))
        .otherwise(pl.format("{} to under {} m", _whole("space_from"), _whole("space_to"))),
        later=pl.format("{} to under {} days", _whole("time_from"), _whole("time_to")),
    )
    return Figure(
        name="near-repeat",
        title=f"What follows {what}, near by and soon",
        sentence=result.sentence,
        table=Table(
            name="near-repeat",
            caption="Pairs of events by how far apart and how long after",
            columns=(
                text("apart", "Apart"),
                text("later", "Later"),
                count("observed", "Pairs"),
                rate("expected", "Expected"),
                ratio("ratio", "Times expected", blank="none expected"),
                text("verdict", "What the test says"),
            ),
            frame=table,
            folded=True,
        ),
        source=material.source("events"),
        pictures=(near_repeat_chart(bands, source=""),),
        notes=("All bands are corrected together. Same place: within a metre.",),
    )


def _whole(name: str) -> pl.Expr:
    return pl.col(name).round().cast(pl.Int64)


SECTION = Section(
    name="near-repeat",
    title="What follows near by and soon",
    needs=(EVENTS, POINTS),
    build=build,
    question="After one event, are more near it soon after, and for how long?",
)
