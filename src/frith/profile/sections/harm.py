"""Section: how harmful recorded crime was by an index's weights; reported and found kept apart."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, bar_chart
from frith.errors import Mendable
from frith.harm import Harm, Weights, choose, harm_by, weigh
from frith.harm.weights import FOUND, REPORTED
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Column,
    Content,
    Figure,
    Form,
    Guard,
    Paragraph,
    Table,
    count,
    text,
)
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.organised_share import theme_names
from frith.profile.words import capital, number, percent
from frith.results import Flag

NEEDS = (
    Need(
        table="events",
        columns=("offence_code",),
        why="weigh offences of different harm; the broad types cannot be weighed",
        holder="the police force",
    ),
    Need(
        table="weights",
        why="give each offence its weight, with edition and source: frith ships none",
        holder="Cambridge Centre for Evidence-Based Policing; ONS",
    ),
)
KEPT_FLAGS = ("EDITION", "STRANDS", "NOWEIGHT", "BROAD", "GUESSED", "ONEEVENT", "PARTIAL")
SAFE_FLAGS = ("EDITION", "STRANDS")
"""Flags whose words hold no count."""
SAFE_FIGURES = 3
"""Significant figures of days where counts are masked: more would give counts away."""
NO_THEME = "no theme recorded"
LIMITS = (
    "Days are an index of sentences for offences: a way to add up unlike crimes, not what anybody "
    "went through, and not time that anybody served.",
    "An average weight of an offence group stands for offences of very different harm. Slavery and "
    "exploitation look lighter than they are wherever they are weighed by a broad group.",
    "What no record holds weighs nothing here. Hidden harm is not small harm.",
)
APART = (
    "What police activity finds, such as drugs and weapons, is weighed apart: an index made for "
    "reported crime has no fair weight for it, and more of it means more looking."
)


def build(material: Material) -> Content:
    """Harm by type of crime and by theme, in how few places half lies, and what is left out."""
    try:
        weights = choose(material.dataset.tables["weights"])
    except Mendable as problem:
        return Content(
            blocks=[Paragraph(f"No harm is given: {problem.what}. Editions are never mixed.")],
            refused=True,
        )
    crimes = _crimes(material)
    weighed = weigh(crimes, weights)
    by_type = _harm(material, weighed, crimes, weights, by="crime_type")
    if by_type.refused:
        said = "No reported crime here has a weight in this edition, so its harm is unknown."
        return Content(blocks=[Paragraph(said)], results=(by_type,), refused=True)
    by_theme = _harm(material, weighed, crimes, weights, by="theme")
    sentence = _sentence(material, by_type)
    blocks: list[Block] = [
        Paragraph(
            f"Each recorded crime is given the weight of its offence, in days, from "
            f"{weights.edition}. Counted by weight, a grave crime is not lost among many small "
            "ones."
        ),
        _by_type(material, by_type, sentence),
        _table(material, by_theme, "harm-by-theme", "Theme"),
        _strands(material, by_type),
        Paragraph(_where(material, crimes, weighed, weights.statistics[0])),
        Bullets(LIMITS),
        Caution(APART),
    ]
    return Content(
        blocks=blocks,
        results=(by_type,),
        flags=_flags(material, by_type),
        headlines=(sentence,),
    )


def _crimes(material: Material) -> pl.DataFrame:
    """The crimes that this document counts, with what a weight is looked up by."""
    counted = material.crimes.select("event_id", "crime_type", "area")
    held = material.dataset.tables["events"].select(
        "event_id", "offence_code", "police_led", pl.col("theme").fill_null(NO_THEME)
    )
    return counted.join(held, on="event_id", how="left")


def _harm(
    material: Material,
    weighed: pl.DataFrame,
    crimes: pl.DataFrame,
    weights: Weights,
    *,
    by: str,
) -> Harm:
    return harm_by(
        weighed,
        crimes.select("event_id", name=by),
        weights=weights,
        rng=material.rng(),
        by=by,
        seed=material.seed,
    )


def _flags(material: Material, found: Harm) -> tuple[Flag, ...]:
    kept = SAFE_FLAGS if material.guarded else KEPT_FLAGS
    return tuple(flag for flag in found.flags if flag.code in kept)


def _days(material: Material, value: float | None) -> str:
    """Days as they may be said; to three figures where counts are masked."""
    if value is None:
        return "unknown"
    if not material.guarded or value == 0:
        return number(value)
    return f"about {number(float(f'{value:.{SAFE_FIGURES}g}'))}"


def _sentence(material: Material, found: Harm) -> str:
    """The whole by each statistic, its interval, and what carries most of it."""
    row = found.tables["overall"].filter(pl.col("strand") == REPORTED).row(0, named=True)
    amounts = [
        f"{_days(material, row[name])} days by {name} weights ("
        f"{_days(material, row[f'{name}_lo']).removeprefix('about ')} to "
        f"{_days(material, row[f'{name}_hi']).removeprefix('about ')})"
        for name in found.parameters["statistics"]
        if row[name] is not None
    ]
    said = f"Reported crime carries {' and '.join(amounts)} in {found.edition}."
    unknown = row["unknown"] / row["events"]
    if unknown:
        said += f" {percent(unknown)} of it has no weight and is unknown, not harmless."
    return f"{said} {_most(found)}"


def _most(found: Harm) -> str:
    """What carries most harm beside what is recorded most, where the order is more than chance."""
    first = str(found.parameters["statistic_of_value"])
    rows = (
        found.tables["groups"]
        .filter((pl.col("strand") == REPORTED) & pl.col("rank_events").is_not_null())
        .sort([first, "name"], descending=[True, False], nulls_last=True)
    )
    if rows.height < 2:
        return ""
    top, second = rows.row(0, named=True), rows.row(1, named=True)
    whole = rows[first].sum()
    if top[f"{first}_lo"] is None or top[f"{first}_lo"] <= second[f"{first}_hi"]:
        return "Which type carries most cannot be told from chance."
    held = f"Most of what was weighed, {percent(top[first] / whole)}, is {top['name'].lower()}"
    busiest = rows.sort("events", descending=True)["name"][0]
    return f"{held}." if busiest == top["name"] else f"{held}; {busiest.lower()} is recorded most."


def _columns(name: str, label: str, statistics: list[str]) -> tuple[Column, ...]:
    columns = [text(name, label), count("events", "Crimes"), count("unknown", "Without a weight")]
    for statistic in statistics:
        columns += [
            _day_column(statistic, f"Days ({statistic})"),
            _day_column(f"{statistic}_lo", f"{statistic.capitalize()} from"),
            _day_column(f"{statistic}_hi", f"{statistic.capitalize()} to"),
        ]
    return tuple(columns)


def _day_column(name: str, label: str) -> Column:
    return Column(name=name, label=label, form=Form.RATE, guard=Guard.FROM_COUNT, blank="unknown")


def _rounded(material: Material, frame: pl.DataFrame, statistics: list[str]) -> pl.DataFrame:
    """Days as they may be shown: whole, or to three figures where counts are masked."""
    names = [f"{one}{end}" for one in statistics for end in ("", "_lo", "_hi")]
    return frame.with_columns(
        pl.col(one).round_sig_figs(SAFE_FIGURES) if material.guarded else pl.col(one).round(0)
        for one in names
    )


def _table(material: Material, found: Harm, name: str, label: str) -> Table:
    """Reported crime by group; groups in order of name, for an order of harm would be noise."""
    statistics = list(found.parameters["statistics"])
    frame = found.tables["groups"].filter(pl.col("strand") == REPORTED)
    frame = frame.with_columns(pl.col("name").replace(theme_names())).sort("name")
    return Table(
        name=name,
        caption=f"Days of harm of reported crime by {label.lower()}, with 95% intervals",
        columns=_columns("name", label, statistics),
        frame=_rounded(material, frame, statistics),
    )


def _by_type(material: Material, found: Harm, sentence: str) -> Figure:
    table = _table(material, found, "harm", "Crime type")
    return Figure(
        name="harm",
        title="Harm of reported crime by type",
        sentence=sentence,
        table=table,
        source=material.source("events", "weights"),
        pictures=_picture(material, found),
        notes=(
            "Median weights let no single offence of a group decide; mean weights count its worst. "
            "Where the two part, a few grave offences make the difference.",
            "Intervals take crimes as independent: where one brings others they are too narrow.",
        ),
    )


def _picture(material: Material, found: Harm) -> tuple[Picture, ...]:
    """Days by type, for types with crimes enough to have a place in an order."""
    first = str(found.parameters["statistic_of_value"])
    rows = found.tables["groups"].filter(
        (pl.col("strand") == REPORTED) & pl.col("rank_events").is_not_null()
    )
    if rows.height < 2:
        return ()
    shown = _rounded(material, rows, [first])
    return (
        bar_chart(
            shown.select(label="name", value=first, lo=f"{first}_lo", hi=f"{first}_hi"),
            unit=f"days of harm of reported crime, by {first} weights, with 95% intervals",
            decimals=0,
            name="harm",
            title=_most(found),
            source="",
        ),
    )


def _strands(material: Material, found: Harm) -> Table:
    """What was reported and what police found: two figures, never added."""
    statistics = list(found.parameters["statistics"])
    frame = found.tables["overall"].sort("strand", descending=True)
    frame = frame.with_columns(
        name=pl.col("strand").replace({name: capital(name) for name in (REPORTED, FOUND)})
    )
    return Table(
        name="harm-strands",
        caption="Reported crime, and crime found by police activity, weighed apart",
        columns=_columns("name", "How it came to light", statistics),
        frame=_rounded(material, frame, statistics),
    )


def _where(material: Material, crimes: pl.DataFrame, weighed: pl.DataFrame, statistic: str) -> str:
    """In how few neighbourhoods half of the harm lies, beside half of the crimes it came from."""
    rows = (
        weighed.filter((pl.col("strand") == REPORTED) & pl.col(statistic).is_not_null())
        .join(crimes.select("event_id", "area"), on="event_id")
        .drop_nulls("area")
        .group_by("area")
        .agg(n=pl.len(), days=pl.col(statistic).sum())
    )
    if rows.is_empty():
        return "No weighed crime has a known place."
    harm, records = (_fewest(rows[name]) for name in ("days", "n"))
    return (
        f"Half of the weighed harm lies in {harm} of {len(material.areas)} neighbourhoods, and "
        f"half of the same crimes in {records}. One grave crime can move a neighbourhood far up, "
        "so which they are is left to an analyst (frith harm --by area) and not drawn here."
    )


def _fewest(values: pl.Series) -> int:
    """How many of the largest values make half of their sum."""
    ordered = values.sort(descending=True).cum_sum()
    return int((ordered < 0.5 * float(values.sum())).sum()) + 1


SECTION = Section(name="harm", title="How harmful it was", needs=NEEDS, build=build)
