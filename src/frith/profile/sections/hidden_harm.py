"""Section: what is recorded, referred and reported of hidden harm; none of it the extent."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.charts import bar_chart, control_chart
from frith.charts.picture import Picture
from frith.measures.limits import t_chart
from frith.measures.signals import outside
from frith.prevalence.indicators import Series, indicators
from frith.profile.content import (
    Block,
    Caution,
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
from frith.reference import Direction

MEASURES = ("nrm_referrals", "duty_to_notify", "modern_slavery_offences")
TABLES = ("events", "referrals", "reports", "measure_values")
FEWEST_GAPS = 12
"""Fewer gaps make limits that wander too much to show; the note then says the days in words."""
SHOWN_QUARTERS = 12
"""Three years of quarters are drawn; the table holds them all."""
PUBLISHED = Need(
    table="measure_values",
    where=("measure", MEASURES),
    why="show what is referred and notified beside what is recorded",
    holder="the Home Office (National Referral Mechanism tables) and the partnership",
)


def build(material: Material) -> Content:
    """Every indicator held, by quarter, with what a change would mean."""
    dataset = material.dataset
    held = {name: dataset.tables[name] for name in TABLES if dataset.has(name)}
    found = indicators(**held, rng=material.rng(), seed=material.seed)
    if found.refused:
        return Content(
            blocks=[Paragraph(found.sentence)], results=(found,), flags=found.flags, refused=True
        )
    series: tuple[Series, ...] = found.parameters["series"]
    own = {one.measure for one in series if not one.area}
    series = tuple(one for one in series if not (_is_own(material, one) and one.measure in own))
    whole = [one for one in series if not one.part]
    blocks: list[Block] = [
        Paragraph(
            "Victims of exploitation are often afraid to tell anyone, so these counts say how much "
            "is noticed and told, not how much there is."
        ),
        *(_figure(material, one) for one in whole),
    ]
    parts = [one for one in series if one.part]
    if parts:
        blocks.append(_by_type(parts))
    blocks.append(
        Caution(
            "A rise in referrals or reports is a wanted early effect of awareness. A fall, or "
            "none at all, is not a sign of safety."
        )
    )
    return Content(
        blocks=blocks,
        results=(found,),
        flags=found.flags,
        headlines=(_sentence(material, whole[0]),) if whole else (),
    )


def _is_own(material: Material, one: Series) -> bool:
    """True where supplied figures are of the very area whose records are counted here."""
    return one.area != "" and one.area in material.dataset.about.area.split()


def _too_small(material: Material, one: Series) -> bool:
    """True where a quarter's count may not be shown, so that no picture may be drawn of it."""
    return material.guarded and any(0 < n < _SMALL for n in one.counts)


def _area(material: Material, code: str) -> str:
    """The area's name, where the data set or its publisher's numbering tells it."""
    return _PUBLISHED_AREAS.get(code, "") or (material.name_of(code) if code else "")


_PUBLISHED_AREAS = {
    "K02000001": "the United Kingdom",
    "E23000011": "South Yorkshire Police",
    "E92000001": "England",
}
"""Areas of national tables: Office for National Statistics, register of geographic codes."""


def _sentence(material: Material, one: Series) -> str:
    """How many, where and when, as far as counts may be told; and whether that moved."""
    where = _area(material, one.area)
    named = f"{one.name} ({where})" if where else one.name
    said = (
        f"{named}: {material.said(int(sum(one.counts)))} from "
        f"{quarters(one.quarters[0], one.quarters[-1])}"
    )
    lo, hi = int(min(one.counts)), int(max(one.counts))
    if not _too_small(material, one) and lo < hi:
        low, high = (material.said(n).removeprefix("about ") for n in (lo, hi))
        about = "about " if material.guarded else ""
        said += f", between {about}{low} and {high} a quarter"
    return f"{said}. {_moved(one)}"


def _moved(one: Series) -> str:
    """Whether quarters differ by more than chance, and what a rise would mean."""
    if one.steady is None:
        return "Too few quarters to say whether that changed."
    if one.steady:
        return "Its quarters differ by no more than chance would produce."
    meaning = (
        "A rise can mean that more is noticed, which is wanted at first, or that there is more."
        if one.direction == Direction.HIGHER_THEN_LOWER
        else "Counts like this rise and fall with how hard anyone looks."
    )
    return f"It changed by more than chance would produce. {meaning}"


_SMALL = 5


def _figure(material: Material, one: Series) -> Figure:
    frame = pl.DataFrame(
        {"quarter": one.quarters, "n": [int(n) for n in one.counts]},
        schema={"quarter": pl.String, "n": pl.Int64},
    )
    name = (
        f"hidden-harm-{one.measure.replace('_', '-')}{'-' + one.area.lower() if one.area else ''}"
    )
    where = _area(material, one.area)
    title = f"{one.name}, {where}" if where else one.name
    drawn = frame.tail(SHOWN_QUARTERS)
    notes = [one.caveat]
    if _too_small(material, one):
        notes.append("Some quarters count fewer than five, so no picture of them is drawn.")
    if one.days_between:
        gaps = sorted(one.days_between)
        notes.append(
            f"Events are rare, so the days between them say more than counts: half the time "
            f"{gaps[len(gaps) // 2]} days or fewer passed, at most {gaps[-1]}."
        )
    return Figure(
        name=name,
        title=title,
        sentence=_sentence(material, one),
        table=Table(
            name=name,
            caption=f"{title} by quarter",
            columns=(text("quarter", "Quarter"), count("n", "Number")),
            frame=frame,
            folded=True,
            printed=False,
        ),
        source=material.source(_table_of(one)),
        pictures=()
        if _too_small(material, one)
        else (_between(one, name, title),)
        if len(one.days_between) >= FEWEST_GAPS and not material.guarded
        else (
            bar_chart(
                drawn.select(label="quarter", value=material.shown(pl.col("n"))),
                unit="a quarter",
                keep_order=True,
                decimals=0,
                name=name,
                title=f"{title}, latest {drawn.height} quarters held",
                source="",
            ),
        ),
        notes=tuple(notes),
    )


def _between(one: Series, name: str, title: str) -> Picture:
    """Days between rare events within the range they usually keep: higher is rarer."""
    days = np.asarray(one.days_between, dtype=np.float64)
    limits = t_chart(days)
    frame = pl.DataFrame(
        {
            "period": [str(number) for number in range(2, len(days) + 2)],
            "value": days,
            "centre": limits.centre,
            "lower": limits.lower,
            "upper": limits.upper,
            "signals": [
                ["outside the usual range"] if out else [] for out in outside(days, limits)
            ],
        },
        schema_overrides={"signals": pl.List(pl.String)},
    ).with_columns(pl.col("lower").fill_nan(None))
    return control_chart(
        frame,
        unit="days since the event before; higher is rarer",
        decimals=0,
        name=name,
        title=f"{title}: days between events, from the second held to the latest",
        source="",
    )


def _table_of(one: Series) -> str:
    return {
        "recorded events": "events",
        "referrals": "referrals",
        "reports from partners": "reports",
    }.get(one.source, "measure_values")


def _by_type(parts: list[Series]) -> Table:
    """Totals by exploitation type and age group, over the quarters held."""
    frame = pl.DataFrame(
        [
            {
                "measure": one.name,
                "part": one.part.replace("_", " "),
                "over": quarters(one.quarters[0], one.quarters[-1]),
                "n": int(sum(one.counts)),
            }
            for one in parts
        ]
    )
    return Table(
        name="hidden-harm-by-type",
        caption="By type of exploitation, and by age when exploited: the same people twice",
        columns=(
            text("measure", "Indicator"),
            text("part", "Type or age"),
            text("over", "Over"),
            count("n", "Number", guard=Guard.COUNT),
        ),
        frame=frame,
        folded=True,
    )


SECTION = Section(
    name="hidden-harm",
    title="Exploitation and other hidden harm",
    needs=(PUBLISHED,),
    build=build,
)
