"""Section: the strongest clusters of recorded crime, beside the strongest that chance makes."""

from __future__ import annotations

import polars as pl

from frith.places.scan import scan
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
    rate,
    ratio,
    text,
)
from frith.profile.masking import withheld
from frith.profile.material import Material
from frith.profile.place_maps import CERTAIN, cluster_map
from frith.profile.section import Section
from frith.profile.sections.places import PLACED, RESIDENTS_NEED
from frith.profile.sections.recorded import EVENTS
from frith.profile.sections.where import FEWEST_AREAS, OUTLINED, geography_of_areas, ground_of
from frith.profile.words import listed, number
from frith.results import Result

SHOWN = 4
"""Clusters named: as many as the map numbers."""
NOT_FOR_A_PROFILE = ("SMALL",)


def build(material: Material) -> Content:
    """Circles of neighbouring areas that hold more than their residents would give."""
    geography = geography_of_areas(material)
    if geography is None or len(geography) < FEWEST_AREAS:
        said = "Too few neighbourhoods have an outline to look for clusters of them."
        return Content(blocks=[Paragraph(said)], refused=True)
    counts = material.counts().filter(pl.col("code").is_in(list(geography.codes)))
    if material.guarded and withheld(counts):
        said = "Clusters are not shown, because a masked count could be worked out."
        return Content(blocks=[Paragraph(said)], refused=True)
    result = scan(
        counts.with_columns(n=material.shown(pl.col("n")).round().cast(pl.Int64)),
        geography=geography,
        rng=material.rng(),
        population=material.residents,
    )
    notes = tuple(one for one in result.flags if one.code not in NOT_FOR_A_PROFILE)
    if result.refused:
        return Content(
            blocks=[Paragraph(result.sentence), Bullets(tuple(one.text for one in notes))],
            results=(result,),
            flags=notes,
            refused=True,
        )
    blocks: list[Block] = [
        Paragraph(
            "Every circle of neighbouring areas that holds up to a quarter of the residents was "
            f"looked at, and the strongest set beside the strongest on "
            f"{number(result.parameters['draws'])} maps on which chance alone placed as many "
            "records, so that having looked everywhere is allowed for."
        ),
        _figure(material, result, list(geography.codes)),
    ]
    if notes:
        blocks.append(Bullets(tuple(one.text for one in notes)))
    blocks.append(
        Caution(
            "A cluster is where records gather for the people who live there: most often a town "
            "centre, where most people present live elsewhere. Its edge is drawn by circles and "
            "is not a boundary of anything."
        )
    )
    return Content(
        blocks=blocks,
        results=(result,),
        flags=notes,
        extra_tables=(_members(material, result),),
    )


def _figure(material: Material, result: Result, codes: list[str]) -> Figure:
    clusters, members = result.tables["clusters"], result.tables["members"]
    real = clusters.filter(pl.col("p") <= CERTAIN).sort("rank").head(SHOWN)
    shown = real if real.height else clusters.sort("rank").head(1)
    where = {
        rank: sorted(material.name_of(code) for code in held["code"])
        for (rank,), held in members.group_by("rank")
    }
    frame = shown.with_columns(
        cluster=pl.col("rank").cast(pl.String),
        names=pl.Series([listed(where[rank], most=3) for rank in shown["rank"]], dtype=pl.String),
    )
    return Figure(
        name="clusters",
        title="Clusters of recorded crime",
        sentence=result.sentence,
        table=Table(
            name="clusters",
            caption="Clusters that chance alone would rarely make, strongest first"
            if real.height
            else "The strongest cluster, no stronger than chance makes somewhere",
            columns=(
                text("cluster", "Cluster"),
                text("names", "Neighbourhoods"),
                count("areas", "How many", guard=Guard.FREE),
                count("observed", "Records"),
                rate("expected", "Expected"),
                ratio("ratio", "Times expected"),
                percent("p", "Chance makes one as strong"),
            ),
            frame=frame,
        ),
        source=material.source("events", "population", "areas"),
        pictures=(cluster_map(clusters, members, codes, ground_of(material)),),
    )


def _members(material: Material, result: Result) -> Table:
    """Every neighbourhood of every cluster that chance would rarely make."""
    real = result.tables["clusters"].filter(pl.col("p") <= CERTAIN)["rank"].to_list()
    rows = result.tables["members"].filter(pl.col("rank").is_in(real[:SHOWN]))
    names = pl.Series([material.name_of(code) for code in rows["code"]], dtype=pl.String)
    return Table(
        name="clusters-members",
        caption="The neighbourhoods of each cluster",
        columns=(text("cluster", "Cluster"), text("name", "Area"), text("code", "Code")),
        frame=rows.with_columns(name=names, cluster=pl.col("rank").cast(pl.String)).sort(
            "rank", "name", "code"
        ),
        folded=True,
        printed=False,
    )


SECTION = Section(
    name="clusters",
    title="Clusters beyond what residents would give",
    needs=(EVENTS, PLACED, RESIDENTS_NEED, OUTLINED),
    build=build,
    question="Which groups of neighbourhoods together hold more than their residents would give?",
)
