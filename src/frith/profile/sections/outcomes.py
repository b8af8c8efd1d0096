"""Section: what became of recorded crime, as far as the outcomes held say."""

from __future__ import annotations

import polars as pl

from frith.charts import bar_chart
from frith.profile.content import (
    Block,
    Caution,
    Content,
    Figure,
    Paragraph,
    Table,
    count,
    month,
    percent,
    text,
)
from frith.profile.masking import withheld
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.words import capital, counted, month_runs
from frith.profile.words import percent as share_of
from frith.reference.catalogue import load

OUTCOMES = Need(
    table="outcomes",
    columns=("outcome",),
    why="say what became of recorded crime",
    holder="the police force and the courts; published by police.uk",
)
UNKNOWN_GROUP = "not in the reference list"
CHARGED = "charged or court"
GROUP_WORDS = {
    "no suspect identified": "No suspect identified",
    "evidential difficulties": "Suspect known, case could not go on",
    CHARGED: "Charged or in court",
    "out of court": "Dealt with out of court",
    "under investigation": "Under investigation",
    "other": "Other",
    UNKNOWN_GROUP: "Not in the reference list",
}
"""Groups of the reference list in a board's words, in the order of a table's columns."""
FEWEST_OF_A_TYPE = 30
"""Outcomes of a type under which its shares are not shown."""


def build(material: Material) -> Content:
    """The latest outcome held of each crime, then outcomes by the month they were decided."""
    held = _of_our_crimes(material)
    if held.is_empty():
        return Content(
            blocks=[Paragraph("We hold no outcome for the crimes we count.")], refused=True
        )
    main = _by_group(material, _latest(held))
    blocks: list[Block] = [main, _by_type(material, _latest(held))]
    dated = held.drop_nulls("month")
    if dated.height:
        blocks.append(_by_month(material, dated))
    blocks.append(
        Caution(
            "Outcomes take months: a recent crime has had less time for one. A charge is not a "
            "conviction. Where a case could not go on, a victim may have been afraid; a person "
            "found with drugs may have been exploited. None of this measures how good anyone's "
            "work was."
        )
    )
    return Content(blocks=blocks, headlines=(main.sentence,))


def _of_our_crimes(material: Material) -> pl.DataFrame:
    """event_id, crime_type, outcome, group, month (null: as last published), each once."""
    groups = {str(row["name"]): str(row["group"]) for row in load("outcome_types").rows}
    ours = material.crimes.select("event_id", "crime_type")
    return (
        material.dataset.tables["outcomes"]
        .select(
            "event_id",
            "outcome",
            group=pl.col("outcome").replace_strict(groups, default=UNKNOWN_GROUP),
            month=pl.col("decided_on").dt.strftime("%Y-%m"),
        )
        .unique()
        .join(ours, on="event_id", how="inner")
        .sort("event_id", "month", "outcome", nulls_last=True)
    )


def _latest(held: pl.DataFrame) -> pl.DataFrame:
    """One outcome a crime: the one last published with the crime, else the latest decided.

    An undated outcome is the publisher's "last outcome"; it sorts after every dated one. Of
    several decided in one month the last in alphabetical order stands, so that nothing is chance.
    """
    return held.unique("event_id", keep="last", maintain_order=True)


def _by_group(material: Material, latest: pl.DataFrame) -> Figure:
    total, crimes = latest.height, material.crimes.height
    frame = (
        latest.group_by("group")
        .agg(n=pl.len().cast(pl.Int64), wordings=pl.col("outcome").unique().sort().str.join("; "))
        .sort(["n", "group"], descending=[True, False])
        .with_columns(n=material.shown(pl.col("n")), name=pl.col("group").replace(GROUP_WORDS))
        .with_columns(share=pl.col("n") / pl.col("n").sum())
    )
    said = "; ".join(f"{row['name'].lower()}, {share_of(row['share'])}" for row in frame.to_dicts())
    top = frame.row(0, named=True)
    return Figure(
        name="outcomes",
        title="Outcomes of the crimes we hold",
        sentence=(f"{_how_many(material, total, crimes)}. By the latest we hold: {said}."),
        table=Table(
            name="outcomes",
            caption="Latest outcome held of each recorded offence, by group",
            columns=(
                text("name", "Group"),
                count("n", "Offences"),
                percent("share", "Share of those with an outcome"),
                text("wordings", "Wording in the publisher's files"),
            ),
            frame=frame,
        ),
        source=material.source("outcomes"),
        pictures=(
            bar_chart(
                frame.select(label="name", value=pl.col("n").cast(pl.Float64)),
                unit="recorded offences with an outcome",
                name="outcomes",
                title=f"{top['name']}: {share_of(top['share'])} of offences with an outcome",
                source="",
            ),
        ),
        notes=("Groups are those of frith's reference list of outcome types.",),
    )


def _how_many(material: Material, total: int, crimes: int) -> str:
    if total == crimes:
        return f"Every recorded offence we hold ({material.said(crimes)}) has an outcome"
    return (
        f"Of {material.said(crimes)} recorded offences we hold, {material.said(total)} have an "
        "outcome"
    )


def _by_type(material: Material, latest: pl.DataFrame) -> Figure:
    """Shares of each group, for each type with enough outcomes."""
    by_group = latest.group_by("crime_type", "group").agg(n=pl.len().cast(pl.Int64))
    if material.guarded:
        kept = [
            str(kind)
            for (kind,), mine in by_group.group_by(["crime_type"], maintain_order=True)
            if not withheld(mine)
        ]
        by_group = by_group.filter(pl.col("crime_type").is_in(kept))
    shares = (
        by_group.with_columns(n=material.shown(pl.col("n")))
        .with_columns(total=pl.col("n").sum().over("crime_type"))
        .filter(pl.col("total") >= FEWEST_OF_A_TYPE)
        .with_columns(share=pl.col("n") / pl.col("total"))
        .pivot(on="group", index=["crime_type", "total"], values="share")
        .rename({"total": "n"})
        .sort("crime_type")
    )
    present = [group for group in GROUP_WORDS if group in shares.columns]
    shares = shares.with_columns(pl.col(present).fill_null(0.0))
    said = (
        f"{capital(counted(shares.height, 'type'))} have at least {FEWEST_OF_A_TYPE} offences with "
        "an outcome."
    )
    if CHARGED in present and shares.height > 1:
        ordered = shares.sort(CHARGED, "crime_type")
        low, high = ordered.row(0, named=True), ordered.row(-1, named=True)
        said += (
            f" The share charged or in court runs from {share_of(low[CHARGED])} "
            f"({low['crime_type'].lower()}) to {share_of(high[CHARGED])} "
            f"({high['crime_type'].lower()})."
        )
    return Figure(
        name="outcomes-by-type",
        title="Outcomes by crime type",
        sentence=said,
        table=Table(
            name="outcomes-by-type",
            caption="Share of offences in each group of outcomes, by crime type",
            columns=(
                text("crime_type", "Crime type"),
                count("n", "Offences"),
                *(percent(group, GROUP_WORDS[group]) for group in present),
            ),
            frame=shares,
        ),
        source=material.source("outcomes", "events"),
    )


def _by_month(material: Material, dated: pl.DataFrame) -> Figure:
    """Outcomes decided in each month for which an outcomes file is held."""
    months = dated["month"].unique().sort().to_list()
    table = (
        dated.group_by("month", "group")
        .agg(n=pl.len().cast(pl.Int64))
        .pivot(on="group", index="month", values="n")
        .sort("month")
    )
    present = [group for group in GROUP_WORDS if group in table.columns]
    table = table.with_columns(pl.col(present).fill_null(0))
    return Figure(
        name="outcomes-by-month",
        title="Outcomes by the month they were decided",
        sentence=(
            f"Files of dated outcomes cover {month_runs(months)} only: "
            f"{material.said(dated.height)} outcomes of crimes we hold. One crime may have several."
        ),
        table=Table(
            name="outcomes-by-month",
            caption="Outcomes of crimes we hold, by the month they were decided",
            columns=(
                month("month", "Month"),
                *(count(group, GROUP_WORDS[group]) for group in present),
            ),
            frame=table,
        ),
        source=material.source("outcomes"),
        notes=(
            "Outcomes of crimes from months or places we do not hold are left out, so the first "
            "months look emptier than they were.",
        ),
    )


SECTION = Section(name="outcomes", title="What became of it", needs=(OUTCOMES,), build=build)
