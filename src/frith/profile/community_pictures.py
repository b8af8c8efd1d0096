"""Pictures of community impact: worry by wave, its gap to the record, tension by quarter."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from frith.charts import Picture, heat_table, interval_chart
from frith.measures.survey import WHOLE
from frith.results import Result

MOST_AREAS = 30
"""More areas do not fit a page; those farthest from what the record suggests are drawn."""
MOST_QUARTERS = 8
FEW = "too few answers"


def worry_of(meanings: pl.DataFrame) -> dict[str, str]:
    """Question to what is worried about, as it follows "people who …"."""
    rows = meanings.select("question", "worry").drop_nulls().unique("question")
    return dict(rows.iter_rows())


def worry_pictures(found: Result, meanings: pl.DataFrame, *, source: str) -> tuple[Picture, ...]:
    """Each question's share in every wave, with its interval."""
    if found.refused:
        return ()
    said = worry_of(meanings)
    whole = found.tables["shares"].filter(pl.col("code") == WHOLE).sort("question", "wave")
    percent = [(100 * pl.col(name)).alias(name) for name in ("lo", "hi")]
    return tuple(
        interval_chart(
            rows.select(label="wave", value=100 * pl.col("share"), note=pl.lit(FEW)).with_columns(
                rows.select(percent)
            ),
            unit="per cent of people asked, with 95% interval",
            name=f"worry-{str(question).replace('_', '-')}",
            title=f"People who {said.get(str(question), question)}, wave by wave",
            note="Intervals that overlap may hold one and the same share",
            source=source,
        )
        for (question,), rows in whole.group_by("question", maintain_order=True)
    )


def gap_pictures(
    found: Result, meanings: pl.DataFrame, names: Mapping[str, str], *, source: str
) -> tuple[Picture, ...]:
    """For each question, how much more each area worries than areas with its record."""
    if found.refused:
        return ()
    said = worry_of(meanings)
    drawn = []
    table = found.tables["gaps"]
    for question in table["question"].unique().sort():
        rows = table.filter(pl.col("question") == question)
        rows = rows.filter(pl.col("wave") == rows["wave"].max())
        rows = rows.sort(pl.col("gap").abs(), descending=True).head(MOST_AREAS)
        rows = rows.with_columns(label=pl.col("code").replace(dict(names))).sort("label", "code")
        frame = rows.select(
            "label",
            value=100 * pl.col("gap"),
            lo=100 * pl.col("lo"),
            hi=100 * pl.col("hi"),
        )
        if frame["label"].is_duplicated().any():
            frame = frame.with_columns(label=rows["code"])
        what = said.get(question, question)
        drawn.append(
            interval_chart(
                frame,
                unit="points more (or fewer) than in areas with such a record, with 95% interval",
                reference=0.0,
                reference_label="as the record suggests",
                name=f"gap-{question.replace('_', '-')}",
                title=f"People who {what}: where worry and record part, {rows['wave'][0]}",
                note="In order of name. One area in twenty would miss the line by chance",
                source=source,
            )
        )
    return tuple(drawn)


def tension_picture(found: Result, names: Mapping[str, str], *, source: str) -> tuple[Picture, ...]:
    """The highest level of each area and quarter; where nothing is known there is a dash."""
    if found.refused:
        return ()
    table = found.tables["tension"]
    last = table["quarter"].unique().sort().tail(MOST_QUARTERS).to_list()
    rows = table.filter(pl.col("quarter").is_in(last))
    rows = rows.with_columns(name=pl.col("code").replace(dict(names))).sort("name", "quarter")
    if rows["highest"].null_count() == rows.height or rows["code"].n_unique() > MOST_AREAS:
        return ()
    known = pl.col("state") == "judged"
    frame = rows.select(
        row="name",
        column="quarter",
        value=pl.when(known).then(pl.col("highest")).otherwise(None),
    )
    levels = found.parameters["levels"]
    said = ", ".join(f"{number} {name}" for number, name in levels.items())
    return (
        heat_table(
            frame,
            unit=f"highest level of the quarter ({said})",
            decimals=0,
            name="tension",
            title="Tension as judged, by area and quarter",
            note="A dash is no judgement, or one without a single report. It is not calm",
            source=source,
        ),
    )
