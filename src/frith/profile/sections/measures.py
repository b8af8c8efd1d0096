"""Section: the measures the partnership publishes: definition, chart with limits, and caveat."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, bar_chart, control_chart
from frith.measures.chart import FEWEST_POINTS, Chart, chart
from frith.profile.content import (
    Block,
    Caution,
    Content,
    Facts,
    Figure,
    Guard,
    Table,
    count,
    text,
)
from frith.profile.content import percent as share
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.reference import MeasureDefinition, MeasureKind, measures

SEED = (
    "awareness_sessions",
    "groups_identified",
    "groups_mapped",
    "disruptive_actions",
    "disruptions_partner_led",
)
"""The three that are published, two ends of one funnel apart, and the share led by partners."""
OWN_ACTS = ("awareness_sessions", "disruptive_actions")
"""They count what the partnership itself did, and nobody: small numbers are shown."""
VALUES = Need(
    table="measure_values",
    where=("measure", SEED),
    why="chart the measures the partnership publishes, with limits",
    holder="the partnership's performance team",
)
FEW = (
    "Some periods count fewer than five, so no chart of them is drawn, and nobody can tell a "
    "change from single periods like these."
)
DECISION = (
    "How many groups are identified or mapped may be published only by decision: police have "
    "declined to say it."
)


def build(material: Material) -> Content:
    """Each measure held: what it counts, which way is good, its chart, and what it cannot say."""
    values = material.dataset.tables["measure_values"]
    defined = {one.key: one for one in measures(on=material.on)}
    blocks: list[Block] = []
    charts, missing = [], []
    for key in SEED:
        rows = values.filter((pl.col("measure") == key) & _own(material)).sort("period")
        definition = defined[key]
        if rows.is_empty():
            missing.append(definition.name)
            continue
        found = _chart(material, rows, definition)
        charts.append(found)
        blocks += [_facts(definition), _figure(material, rows, definition, found)]
    if missing:
        blocks.append(Caution(f"No figures are held of: {', '.join(missing)}."))
    blocks.append(Caution(DECISION))
    return Content(
        blocks=blocks,
        results=tuple(charts),
        flags=tuple(dict.fromkeys(flag for one in charts for flag in one.flags)),
    )


def _own(material: Material) -> pl.Expr:
    """Figures of the area itself, or of no area named."""
    own = material.dataset.about.area.split()
    return pl.col("area").is_null() | pl.col("area").is_in([*own, ""])


def _facts(one: MeasureDefinition) -> Facts:
    over = f", over {one.denominator[0].lower()}{one.denominator[1:]}" if one.denominator else ""
    return Facts(
        (
            ("What it counts", f"{one.numerator}{over}."),
            ("What it measures", f"{str(one.kind).capitalize()}."),
            ("Which way is good", f"{str(one.direction).capitalize()}."),
            ("What it cannot say", one.caveat),
            ("Source", one.source),
        )
    )


def _chart(material: Material, rows: pl.DataFrame, one: MeasureDefinition) -> Chart:
    """Limits about the figures; a share over its denominator, everything else as it is."""
    held = rows.filter(pl.col("denominator").fill_null(1.0) > 0)
    series = (
        held.select("period", count="numerator", denominator="denominator")
        if one.denominator and not held["denominator"].null_count()
        else held.select("period", value="numerator")
    )
    return chart(
        series,
        rng=material.rng(),
        direction=one.direction,
        activity_led=one.kind is not MeasureKind.OUTCOME,
        seed=material.seed,
    )


def _figure(material: Material, rows: pl.DataFrame, one: MeasureDefinition, found: Chart) -> Figure:
    name = f"measure-{one.key.replace('_', '-')}"
    guard = Guard.FREE if one.key in OWN_ACTS else Guard.COUNT
    columns = [text("period", "Period"), count("numerator", "Counted", guard=guard)]
    frame = rows.select("period", "numerator", "denominator")
    if one.denominator:
        columns += [count("denominator", "Over"), share("share", "Share")]
        over = material.shown(pl.col("denominator"))
        part = material.shown(pl.col("numerator")) / pl.when(over > 0).then(over)
        frame = frame.with_columns(share=part)
    few = bool(rows["numerator"].is_between(1, 4).any())
    small = material.guarded and guard is Guard.COUNT and few
    said = f"{one.name}. {FEW if small else found.sentence}"
    icon = "" if found.refused or small else f"{found.icon[0].upper()}{found.icon[1:]}."
    told = () if small else tuple(flag.text for flag in found.flags)
    notes = [note for note in (icon, *told) if note]
    return Figure(
        name=name,
        title=one.name,
        sentence=said,
        table=Table(
            name=name,
            caption=f"{one.name}, by period",
            columns=tuple(columns),
            frame=frame,
            folded=True,
        ),
        source=material.source("measure_values"),
        pictures=() if small else _pictures(rows, one, found, name),
        notes=tuple(notes),
    )


def _pictures(
    rows: pl.DataFrame, one: MeasureDefinition, found: Chart, name: str
) -> tuple[Picture, ...]:
    """The chart with its limits; bars where there are too few periods for any."""
    if not found.refused:
        return (
            control_chart(
                found.tables["points"], unit=one.unit, name=name, title=one.name, source=""
            ),
        )
    frame = rows.select(label="period", value="numerator")
    return (
        bar_chart(
            frame,
            unit=f"{one.unit}; limits need {FEWEST_POINTS} periods",
            keep_order=True,
            name=name,
            title=one.name,
            source="",
        ),
    )


SECTION = Section(
    name="measures",
    title="The measures the partnership publishes",
    needs=(VALUES,),
    build=build,
    question="How many sessions, groups identified and mapped, and partner-led disruptions?",
)
