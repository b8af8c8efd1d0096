"""Section: recorded crime beside deprivation: where, and never why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from frith.charts import decile_chart, interval_chart
from frith.places.deprivation import VINTAGE_OF_EDITION, DeprivationResult, by_decile
from frith.profile.content import (
    Block,
    Caution,
    Content,
    Figure,
    Guard,
    Paragraph,
    Table,
    count,
    rate,
    ratio,
    text,
)
from frith.profile.material import ALL_CRIME, WARD_PREFIX, Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.child_exploitation import blocks_of
from frith.profile.sections.places import PLACED, RESIDENTS_NEED
from frith.profile.sections.recorded import EVENTS
from frith.profile.words import counted, figure
from frith.results import Result

DOMAIN = "income"
"""The whole index contains recorded crime, and would be compared with itself."""
FEWEST_OF_A_TYPE = 30
"""Records of a type under which its ratio is not worth trying."""
FEW_AREAS = 5
"""Neighbourhoods in a tenth under which its rate is said to be rough."""
DEPRIVED = Need(
    table="deprivation",
    where=("domain", (DOMAIN,)),
    why="set recorded crime beside how deprived a place is",
    holder="the Ministry of Housing, Communities and Local Government (Indices of Deprivation)",
)


def build(material: Material) -> Content:
    """Rates by tenth of income deprivation, and the ratio for each crime type."""
    edition = _edition(material)
    if edition is None:
        return Content(
            blocks=[
                Paragraph(
                    "The deprivation figures we hold were published on other area codes than the "
                    "records, so they cannot be set beside each other."
                )
            ],
            refused=True,
        )
    result = _result(material, ALL_CRIME, edition)
    if result.refused:
        return Content(
            blocks=[Paragraph(result.sentence)], results=(result,), flags=result.flags, refused=True
        )
    main = _by_decile(material, result, edition)
    example, asked = blocks_of(material)
    blocks: list[Block] = [
        main,
        _by_type(material, edition),
        *example,
        Caution(
            "This describes where crime is recorded, not why. A neighbourhood is not a person: "
            "nothing here says who offends, or that people who live in a deprived place do."
        ),
    ]
    return Content(
        blocks=blocks,
        results=(result, *asked),
        flags=result.flags,
        headlines=(main.sentence,),
    )


def _edition(material: Material) -> str | None:
    """The latest edition held that was published on the data set's own area codes."""
    held = material.dataset.tables["deprivation"].filter(pl.col("domain") == DOMAIN)
    vintage = material.dataset.about.area_vintage
    fitting = [one for one in held["edition"].unique() if VINTAGE_OF_EDITION.get(one) == vintage]
    return max(fitting, default=None)


def _result(material: Material, kind: str, edition: str) -> Result:
    what = "Recorded offences" if kind == ALL_CRIME else f"Recorded {kind.lower()}"
    return by_decile(
        material.shown_counts(kind),
        material.residents,
        material.dataset.tables["deprivation"],
        edition=edition,
        domain=DOMAIN,
        what=what,
        area_vintage=material.dataset.about.area_vintage,
        neighbours=material.neighbours,
        clusters=dict(material.within(WARD_PREFIX).iter_rows()) or None,
        rng=material.rng(),
    )


def _by_decile(material: Material, result: Result, edition: str) -> Figure:
    frame = result.tables["deciles"]
    source = material.source("events", "population", "deprivation")
    present = frame["decile"].to_list()
    absent = [tenth for tenth in range(1, 11) if tenth not in present]
    notes = [
        f"Tenths are of England, by the income domain of the {edition} indices; 1 is the most "
        "deprived. The income domain is used because the whole index contains recorded crime."
    ]
    notes.append(
        "How many times as common is worked out from every neighbourhood together and allows for "
        "how much neighbourhoods differ, so it is not exactly one rate of the table over another."
    )
    ends = (frame.row(0, named=True), frame.row(-1, named=True))
    notes += [
        f"Tenth {end['decile']} holds {counted(end['areas'], 'neighbourhood')} here, so what is "
        "said of it is rough."
        for end in ends
        if end["areas"] < FEW_AREAS
    ]
    if absent:
        notes.append(
            f"No neighbourhood of {material.area_name} lies in tenth "
            + ", ".join(str(tenth) for tenth in absent)
            + "."
        )
    return Figure(
        name="deprivation",
        title="Recorded crime by income deprivation",
        sentence=result.sentence,
        table=Table(
            name="deprivation-deciles",
            caption="Recorded crime by tenth of income deprivation",
            columns=(
                text("decile", "Tenth of England (1 most deprived)"),
                count("areas", "Neighbourhoods", guard=Guard.FREE),
                count("count", "Records"),
                count("population", "Residents", guard=Guard.FREE),
                rate("rate", "Per 1,000 residents"),
                rate("rate_lo", "Range from"),
                rate("rate_hi", "Range to"),
            ),
            frame=frame,
        ),
        source=source,
        pictures=(
            decile_chart(
                frame.select("decile", "rate", lo="rate_lo", hi="rate_hi"),
                unit="recorded offences per 1,000 residents",
                name="deprivation",
                title=_decile_title(frame),
                source="",
            ),
        ),
        notes=tuple(notes),
    )


def _decile_title(frame: pl.DataFrame) -> str:
    first, last = frame.row(0, named=True), frame.row(-1, named=True)
    return (
        f"From {figure(first['rate'])} per 1,000 residents in tenth {first['decile']} to "
        f"{figure(last['rate'])} in tenth {last['decile']}"
    )


def _by_type(material: Material, edition: str) -> Figure:
    """The ratio of most to least deprived for each type; a refusal is printed as one."""
    rows: list[Mapping[str, object]] = []
    for kind in material.crime_types:
        enough = material.of_type(kind).height >= FEWEST_OF_A_TYPE and not material.withheld(kind)
        result = _result(material, kind, edition) if enough else None
        rows.append(_ratio_row(kind, result))
    frame = pl.DataFrame(rows, schema=_RATIO_SCHEMA)
    answered = frame.drop_nulls("ratio")
    source = material.source("events", "population", "deprivation")
    sentence = f"No ratio can be given for any of {counted(frame.height, 'type')}."
    if answered.height:
        above = answered.filter(pl.col("lo") > 1).height
        sentence = (
            f"For {counted(above, 'type')} of the {answered.height} with an answer the whole range "
            "lies above 1: more common in the most deprived tenth than in the least. Ranges "
            "overlap, so types are not ranked; they run from "
            f"{_times(answered.sort('ratio').row(0, named=True))} to "
            f"{_times(answered.sort('ratio').row(-1, named=True))}."
        )
    return Figure(
        name="deprivation-by-type",
        title="How many times as common in the most deprived tenth",
        sentence=sentence,
        table=Table(
            name="deprivation-by-type",
            caption="Rate in the most deprived tenth over the rate in the least, by type",
            columns=(
                text("crime_type", "Crime type"),
                ratio("ratio", "Times as common", blank="no answer"),
                ratio("lo", "Range from", blank="no answer"),
                ratio("hi", "Range to", blank="no answer"),
                text("note", "Note"),
            ),
            frame=frame,
        ),
        source=source,
        pictures=(
            interval_chart(
                frame.select(label="crime_type", value="ratio", lo="lo", hi="hi", note="note"),
                unit="times as common in the most deprived tenth as in the least",
                reference=1,
                reference_label="the same",
                name="deprivation-by-type",
                title="More common in the most deprived tenth, by different amounts"
                if answered.height and bool((answered["lo"] > 1).all())
                else "Recorded crime in the most deprived tenth beside the least",
                source="",
            ),
        ),
        notes=("Types are the broad types of police.uk, and each is judged by itself.",),
    )


def _times(row: dict[str, Any]) -> str:
    return (
        f"{figure(row['ratio'])} times ({figure(row['lo'])} to {figure(row['hi'])}) for "
        f"{row['crime_type'].lower()}"
    )


_RATIO_SCHEMA = {
    "crime_type": pl.String,
    "ratio": pl.Float64,
    "lo": pl.Float64,
    "hi": pl.Float64,
    "note": pl.String,
}


def _ratio_row(kind: str, result: Result | None) -> dict[str, object]:
    if result is None or result.refused or result.interval is None:
        one_end = result is not None and result.flagged("DECILES")
        reason = "none recorded at one end" if one_end else "too few records"
        return {"crime_type": kind, "ratio": None, "lo": None, "hi": None, "note": reason}
    note = ""
    if isinstance(result, DeprivationResult) and result.compared not in (None, (1, 10)):
        note = "between the most and least deprived tenths present"
    return {
        "crime_type": kind,
        "ratio": result.value,
        "lo": result.interval.lo,
        "hi": result.interval.hi,
        "note": note,
    }


SECTION = Section(
    name="deprivation",
    title="Recorded crime and deprivation",
    needs=(EVENTS, PLACED, RESIDENTS_NEED, DEPRIVED),
    build=build,
)
