"""Figures of a study's report: shares beside each other, criteria, losses and victims.

What may not be told of few crimes is left out here, with words in its place.
"""

from __future__ import annotations

import polars as pl

from frith.charts import interval_chart
from frith.charts.picture import Picture
from frith.profile.content import Block, Column, Figure, Form, Guard, Paragraph, Table, count, text
from frith.profile.masking import LARGEST_MASKED
from frith.profile.material import Material
from frith.profile.sections.organised_share import (
    CRITERION_WORDS,
    masked_as,
    per_cent,
    theme_names,
    without_few,
)
from frith.profile.sections.outcomes import GROUP_WORDS
from frith.profile.study_material import Study
from frith.results import Result
from frith.study.parts import NO_OUTCOME

PARTS = {"organised": "Judged organised", "not organised": "Judged not organised"}
NOT_SHOWN = (
    "How many crimes judged organised {what} rests on fewer than five crimes, and is not shown."
)
IN_TABLE = "What may be shown of it is in the table; part rests on fewer than five crimes."
NOT_TRIED = "The data set lacks what this needs."


def told(material: Material, result: Result, few: bool, *, instead: str = IN_TABLE) -> str:
    """The result's sentence, unless it would tell a count of few crimes."""
    if result.refused:
        return refusal(material, result)
    return instead if material.guarded and few else result.sentence


def refusal(material: Material, result: Result) -> str:
    """Why there is no answer; without the count where counts are masked."""
    if not material.guarded:
        return result.sentence
    return (
        "Too few sampled crimes were judged organised, or hold what this needs, to say more. "
        "Enlarge the sample where organised crime is likeliest."
    )


def any_small(frame: pl.DataFrame, name: str) -> bool:
    """True where a count of the column is of few crimes."""
    return frame.filter((pl.col(name) > 0) & (pl.col(name) <= LARGEST_MASKED)).height > 0


def few_control(result: Result) -> bool:
    """True where few crimes were answered with people being controlled."""
    if result.refused:
        return False
    row = result.tables["criteria"].filter(pl.col("criterion") == "control")
    return any_small(row, "yes")


def compared_part(study: Study, name: str, title: str, stem: str) -> list[Block]:
    """A comparison with the sentence of its result, or why there is none."""
    result = study.parts[name]
    if result.refused:
        return [Paragraph(refusal(study.material, result))]
    used = {"outcomes": "charged or court", "found": "found by police"}[name]
    few = any_small(result.tables[name].filter(pl.col("group") == used), "n")
    return [compared(study, name, title, stem, told(study.material, result, few))]


def compared(study: Study, name: str, title: str, stem: str, sentence: str) -> Figure:
    """Shares of each group within the organised part and the rest."""
    frame = (
        study.parts[name]
        .tables[name]
        .with_columns(
            pl.col("group").replace(theme_names() | outcome_names()),
            part=pl.col("part").replace(PARTS),
        )
    )
    counted = frame.filter(pl.col("n") > 0)
    shown = without_few(study.material, counted, "n", within="part", adds_up=True).sort(
        ["part", "share", "group"], descending=[True, True, False], nulls_last=True
    )
    return Figure(
        name=stem,
        title=title,
        sentence=sentence,
        table=Table(
            name=stem,
            caption=f"{title}: shares of each part, with 95% intervals",
            columns=(
                text("part", "Part"),
                text("group", name.capitalize()),
                per_cent(study.material, "share", "Share"),
                per_cent(study.material, "from", "From"),
                per_cent(study.material, "to", "To"),
                count("n", "Sampled crimes", blank=masked_as(study.material)),
            ),
            frame=shown.select("part", "group", "share", "from", "to", "n"),
        ),
        source=study.material.source("judgements"),
        pictures=_organised_picture(shown, stem, title if sentence == IN_TABLE else sentence),
    )


def _organised_picture(shown: pl.DataFrame, stem: str, sentence: str) -> tuple[Picture, ...]:
    rows = shown.filter((pl.col("part") == PARTS["organised"]) & pl.col("share").is_not_null())
    if rows.is_empty():
        return ()
    return (
        interval_chart(
            rows.select(
                label="group",
                value="share",
                lo="from",
                hi="to",
            ),
            unit="per cent of crimes judged organised, with 95% intervals",
            name=stem,
            title=sentence,
            source="",
        ),
    )


def criteria_figure(study: Study, result: Result) -> Figure:
    """Each criterion's share of the crimes judged organised, low and high."""
    frame = result.tables["criteria"].with_columns(
        name=pl.col("criterion").replace(CRITERION_WORDS)
    )
    shown = without_few(study.material, frame, "yes")
    rows = shown.filter(pl.col("lo").is_not_null())
    sentence = result.sentence if not few_control(result) else IN_TABLE
    pictures = (
        (
            interval_chart(
                rows.select(
                    label="name",
                    value="lo",
                    lo="from",
                    hi="to",
                ),
                unit="per cent of crimes judged organised; the mark is the low bound, the line "
                "reaches as far as the unknown and chance allow",
                name="organised-criteria",
                title="What coders answered of crimes judged organised",
                source="",
            ),
        )
        if rows.height
        else ()
    )
    return Figure(
        name="organised-criteria",
        title="What crimes judged organised are like",
        sentence=sentence,
        table=Table(
            name="organised-criteria",
            caption="What coders answered of crimes judged organised: shares, low and high",
            columns=(
                text("name", "Criterion"),
                per_cent(study.material, "lo", "Low"),
                per_cent(study.material, "hi", "High"),
                per_cent(study.material, "from", "From"),
                per_cent(study.material, "to", "To"),
                count("yes", "Yes", blank=masked_as(study.material)),
                count("unknown", "Unknown"),
            ),
            frame=shown.select("name", "lo", "hi", "from", "to", "yes", "unknown"),
        ),
        source=study.material.source("judgements"),
        pictures=pictures,
        notes=("Low: unknown counted as no; high: as yes; from and to: with chance, 95%.",),
    )


def distribution(study: Study, name: str, stem: str, caption: str) -> list[Block]:
    """Median and mean of a value within the organised part and the rest."""
    result = study.parts.get(name)
    if result is None:
        return [Paragraph(NOT_TRIED)]
    if result.refused:
        return [Paragraph(refusal(study.material, result))]
    frame = result.tables[name].with_columns(pl.col("part").replace(PARTS))
    values = ("median", "median_lo", "median_hi", "mean", "mean_lo", "mean_hi")
    frame = frame.with_columns(pl.col(one).round_sig_figs(2) for one in values)
    labels = {
        "median": "Median",
        "median_lo": "Median from",
        "median_hi": "Median to",
        "mean": "Mean",
        "mean_lo": "Mean from",
        "mean_hi": "Mean to",
    }
    return [
        Figure(
            name=f"organised-{stem}",
            title=caption,
            sentence=result.sentence,
            table=Table(
                name=f"organised-{stem}",
                caption=f"{caption}: median and mean with 95% intervals, to two figures",
                columns=(
                    text("part", "Part"),
                    count("crimes", "Sampled crimes"),
                    count("with_value", "Of them with a value"),
                    *(_amount(one, labels[one], whole=name == "losses") for one in values),
                ),
                frame=frame.select("part", "crimes", "with_value", *values),
            ),
            source=study.material.source("judgements"),
        )
    ]


def _amount(name: str, label: str, *, whole: bool) -> Column:
    form = Form.COUNT if whole else Form.RATE
    return Column(name=name, label=label, form=form, guard=Guard.FROM_COUNT, blank="too few")


def outcome_names() -> dict[str, str]:
    """Groups of outcomes in a board's words."""
    return GROUP_WORDS | {NO_OUTCOME: "No outcome held"}
