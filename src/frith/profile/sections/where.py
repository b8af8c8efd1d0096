"""Section: neighbourhoods that stand out beyond chance, after correction for every check made."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from frith.charts import Picture
from frith.places.from_dataset import geography_in, larger_in
from frith.places.geography import Geography
from frith.places.hotspots import hot_spots
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Column,
    Content,
    Figure,
    Guard,
    Paragraph,
    Table,
    count,
    percent,
    rate,
    text,
)
from frith.profile.material import ALL_CRIME, Material
from frith.profile.needs import Need
from frith.profile.place_maps import Ground, hot_spot_map
from frith.profile.police_share import police_share
from frith.profile.section import Section
from frith.profile.sections.map import OUTLINES
from frith.profile.sections.places import PLACED, RESIDENTS_NEED
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import capital, counted, listed, number
from frith.profile.words import percent as share_of
from frith.results import Flag, Result

KINDS = (ALL_CRIME, "Drugs", "Shoplifting", "Violence and sexual offences")
"""What is tested, as one family: each type more makes every other harder to find."""
FEWEST_AREAS = 10
"""Neighbourhoods under which there are no surroundings to set one against."""
VERDICTS = {"hot": "stands out", "suggestive": "might stand out"}
REST = {"none": "no evidence", "suppressed": "too few to say"}
NOT_FOR_A_PROFILE = ("SMALL", "MAUP", "MULTI")
"""Small counts are masked by the document itself, boundaries have a table of their own, and how
many checks were made is said first."""
OUTLINED = Need(table=OUTLINES.table, why="know which areas lie together", holder=OUTLINES.holder)


def build(material: Material) -> Content:
    """Maps and tables of the areas that stand out, for a few types tested together."""
    geography = _geography(material)
    kinds = [one for one in KINDS if _held(material, one) and not material.withheld(one)]
    if geography is None or not kinds:
        return Content(
            blocks=[
                Paragraph(
                    "Too few neighbourhoods with an outline and with counts that may be shown are "
                    "held to say whether any stands out."
                )
            ],
            refused=True,
        )
    result = hot_spots(
        pl.concat([_layer(material, kind, geography) for kind in kinds]),
        material.residents,
        geography=geography,
        rng=material.rng(),
        larger=larger_in(material.dataset),
    )
    notes = _notes(material, result)
    if result.refused:
        return Content(
            blocks=[Paragraph(result.sentence), Bullets(tuple(note.text for note in notes))],
            results=(result,),
            flags=notes,
            refused=True,
        )
    return Content(
        blocks=_blocks(material, result, kinds, notes),
        results=(result,),
        flags=notes,
        headlines=(result.sentence,),
        extra_tables=(_every_area(material, result),),
    )


def geography_of_areas(material: Material) -> Geography | None:
    """The small areas that have an outline and how they lie; None where none has."""
    if not any(one["geometry"] for one in material.own_outlines):
        return None
    whole = geography_in(material.dataset)
    wanted = set(material.areas)
    return whole.onto([code for code in whole.codes if code in wanted])


def own_outlines(material: Material) -> dict[str, object]:
    """Outlines of the small areas alone, whatever else the file draws."""
    wanted = set(material.areas)
    own = [one for one in material.own_outlines if str(one["properties"]["code"]) in wanted]
    return {"type": "FeatureCollection", "features": own}


def ground_of(material: Material) -> Ground:
    """What maps of the document are drawn on; the figure says the source."""
    return Ground(outlines=own_outlines(material), places=material.dataset.outlines.get("places"))


def _geography(material: Material) -> Geography | None:
    found = geography_of_areas(material)
    return found if found is not None and len(found) >= FEWEST_AREAS else None


def _held(material: Material, kind: str) -> bool:
    return kind == ALL_CRIME or kind in material.crime_types


def _layer(material: Material, kind: str, geography: Geography) -> pl.DataFrame:
    """One type's counts fit to be shown, in the areas that have an outline."""
    shown = material.shown_counts(kind).filter(pl.col("code").is_in(list(geography.codes)))
    return shown.select("code", pl.col("n").cast(pl.Float64), series=pl.lit(kind))


def _notes(material: Material, result: Result) -> tuple[Flag, ...]:
    """What a reader must know besides: the method's notes, and those of the source."""
    made = result.parameters["permutations"]
    notes = [
        Flag(
            one.code,
            f"With {number(made)} shuffles no chance smaller than 1 in {number(made + 1)} can be "
            "told. With so many checks, an area that stands out may be missed.",
            one.severity,
        )
        if one.code == "CAPPED"
        else one
        for one in result.flags
        if one.code not in NOT_FOR_A_PROFILE
    ]
    events = material.dataset.tables["events"]
    if (events["point_precision"] == "snapped").any():
        notes.append(
            Flag(
                "SNAPPED",
                "Records lie on shared map points, each standing for eight or more addresses: "
                "neighbourhoods can be told apart, streets cannot.",
            )
        )
    return tuple(notes)


def _blocks(
    material: Material, result: Result, kinds: list[str], notes: tuple[Flag, ...]
) -> list[Block]:
    left_out = [one for one in KINDS if _held(material, one) and one not in kinds]
    tests, shuffles = result.parameters["tests"], result.parameters["permutations"]
    blocks: list[Block] = [
        Paragraph(
            "Each neighbourhood and those around it are set against the same records shuffled "
            f"{number(shuffles)} times. {number(tests)} checks were made over "
            f"{counted(len(kinds), 'map')}, and the correction covers them all. An area stands out "
            "only where both ways of saying who is a neighbour agree; where they do not, it might."
        ),
        _figure(material, result, kinds),
    ]
    if _found(result).height:
        blocks.append(_by_type(result))
    boundaries = result.tables["boundaries"]
    if boundaries.height:
        blocks.append(_boundaries(boundaries))
    if notes:
        blocks.append(Bullets(tuple(note.text for note in notes)))
    if left_out:
        blocks.append(
            Paragraph(
                "Not tested, because a masked count could be worked out: " + "; ".join(left_out)
            )
        )
    blocks.append(
        Caution(
            "No evidence is not evidence of safety: it says that chance would explain what is "
            "recorded. An area that stands out is where records gather, often a town centre; it "
            "says nothing of the people who live there. Look before acting."
        )
    )
    return blocks


def _found(result: Result) -> pl.DataFrame:
    return result.tables["areas"].filter(pl.col("verdict").is_in(list(VERDICTS)))


def _figure(material: Material, result: Result, kinds: list[str]) -> Figure:
    """A map of each type in which any area stands out or might; all crime in any case."""
    found = _found(result)
    drawn = [one for one in kinds if one in (kinds[0], *found["series"].unique())]
    led, led_note = police_share(material)
    led = led.select("code", led="share")
    rows = _named(material, found).join(led, on="code", how="left").sort("order", "name", "code")
    columns: list[Column] = [
        text("name", "Area"),
        text("series", "Crime type"),
        text("said", "What the test says"),
        count("count", "Records"),
        rate("expected", "Expected"),
        rate("rate", "Per 1,000 residents"),
        rate("rate_lo", "Range from"),
        rate("rate_hi", "Range to"),
    ]
    if led_note:
        columns.append(percent("led", "All crime found by police"))
    table = Table(
        name="where",
        caption="Areas that stand out or might, in order of type and name, not of rate",
        columns=tuple(columns),
        frame=rows,
        folded=rows.height > LONG,
        printed=rows.height <= LONG,
    )
    return Figure(
        name="where",
        title="Neighbourhoods that stand out beyond chance",
        sentence=result.sentence,
        table=table if rows.height else _by_type(result),
        source=material.source("events", "population", "areas"),
        pictures=tuple(_map(material, result, kind) for kind in drawn),
        notes=tuple(
            note
            for note in (
                "Expected is what the area would hold at the rate of all areas together.",
                led_note,
                _undrawn([one for one in kinds if one not in drawn]),
            )
            if note
        ),
    )


LONG = 20
"""Rows beyond which the table is left to the HTML edition and its file."""


def _undrawn(kinds: list[str]) -> str:
    if not kinds:
        return ""
    named = listed([one.lower() for one in kinds])
    return f"No map is drawn where no area stands out or might: {named}."


def _named(material: Material, areas: pl.DataFrame) -> pl.DataFrame:
    """Areas with their names, the verdict in words, and true counts for the document to mask."""
    true = pl.concat(
        [material.counts(kind).with_columns(series=pl.lit(kind)) for kind in KINDS],
    ).rename({"n": "true"})
    order = {kind: position for position, kind in enumerate(KINDS)}
    return (
        areas.join(true, on=["series", "code"], how="left")
        .with_columns(
            name=pl.Series([material.name_of(code) for code in areas["code"]], dtype=pl.String),
            said=pl.col("verdict").replace_strict({**VERDICTS, **REST}),
            order=pl.col("series").replace_strict(order),
            count=pl.col("true"),
        )
        .drop("true")
    )


def _map(material: Material, result: Result, kind: str) -> Picture:
    return hot_spot_map(
        result.tables["areas"].filter(pl.col("series") == kind),
        ground_of(material),
        series=kind,
        name="where" if kind == KINDS[0] else f"where-{kind.lower().replace(' ', '-')}",
    )


def _by_type(result: Result) -> Table:
    """How many areas each map names, and for how many there is no evidence."""
    verdict = pl.col("verdict")
    frame = (
        result.tables["areas"]
        .group_by("series", maintain_order=True)
        .agg(**{one: (verdict == one).sum() for one in (*VERDICTS, *REST)})
    )
    order: Mapping[str, int] = {kind: position for position, kind in enumerate(KINDS)}
    return Table(
        name="where-by-type",
        caption="Neighbourhoods by what the test says of them",
        columns=(
            text("series", "Crime type"),
            count("hot", "Stand out", guard=Guard.FREE),
            count("suggestive", "Might stand out", guard=Guard.FREE),
            count("none", "No evidence", guard=Guard.FREE),
            count("suppressed", "Too few to say", guard=Guard.FREE),
        ),
        frame=frame.sort(pl.col("series").replace_strict(order)),
    )


def _boundaries(frame: pl.DataFrame) -> Table:
    """How much of what stands out would still do so if the areas were drawn larger."""
    said = [
        share_of(share) if share is not None else "not known"
        for share in frame["share_kept"].to_list()
    ]
    return Table(
        name="where-boundaries",
        caption=(
            "Does it hang on the boundaries? Of the residents of areas that stand out, the share "
            "still in one when the areas are drawn larger; under half, it does"
        ),
        columns=(
            text("series", "Crime type"),
            text("level", "Larger areas"),
            count("areas", "How many there are", guard=Guard.FREE),
            text("kept", "Still standing out"),
        ),
        frame=frame.with_columns(
            kept=pl.Series(said, dtype=pl.String),
            level=pl.col("level").map_elements(lambda one: capital(f"{one}s"), pl.String),
        ),
    )


def _every_area(material: Material, result: Result) -> Table:
    rows = _named(material, result.tables["areas"]).sort("order", "name", "code")
    return Table(
        name="where-every-area",
        caption="Every neighbourhood, by type, with what the test says of it",
        columns=(
            text("name", "Area"),
            text("code", "Code"),
            text("series", "Crime type"),
            text("said", "What the test says"),
            count("count", "Records"),
            rate("rate", "Per 1,000 residents"),
        ),
        frame=rows,
        folded=True,
        printed=False,
    )


SECTION = Section(
    name="where",
    title="Places that stand out beyond chance",
    needs=(EVENTS, PLACED, RESIDENTS_NEED, OUTLINED),
    build=build,
)
