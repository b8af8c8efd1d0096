"""Section: awareness sessions, and whether reports rose afterwards and for how long."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, interval_chart
from frith.measures.followed import STAFF, followed
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
from frith.profile.content import ratio as times
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.results import Result

SESSIONS = Need(
    table="sessions",
    why="count awareness sessions, and look for the reports that should follow",
    holder="the partnership",
)
REPORTS = Need(
    table="reports",
    columns=("agency",),
    why="see whether those who came reported more afterwards",
    holder="the partnership: every agency's log of what it reported",
)
NOT_SUCCESS = (
    "A session is an activity and a report is awareness; neither is less crime. That reports rise "
    "says that more is noticed and told."
)
AUDIENCE_WORDS = {"partner": "partners' staff", "business": "businesses such as hotels"}


def build(material: Material) -> Content:
    """Sessions by audience; then reports by months since the latest session."""
    sessions, reports = (material.dataset.tables[name] for name in ("sessions", "reports"))
    together = followed(reports, sessions, rng=material.rng(), seed=material.seed)
    apart = {
        audience: followed(
            reports, sessions, rng=material.rng(), audiences=(audience,), seed=material.seed
        )
        for audience in STAFF
    }
    blocks: list[Block] = [_held(sessions)]
    if together.refused:
        blocks.append(Paragraph(f"Whether reports rose afterwards: {together.sentence}"))
    else:
        blocks.append(_figure(material, together))
    blocks += [
        Paragraph(f"After sessions for {AUDIENCE_WORDS[name]} alone: {one.sentence}")
        for name, one in apart.items()
    ]
    blocks.append(Caution(NOT_SUCCESS))
    results = (together, *(one for one in apart.values() if not one.refused))
    return Content(
        blocks=blocks,
        results=results,
        flags=together.flags,
        headlines=() if together.refused else (together.sentence,),
    )


def _held(sessions: pl.DataFrame) -> Table:
    frame = (
        sessions.group_by("audience")
        .agg(held=pl.len().cast(pl.Int64), attended=pl.col("attended").sum().cast(pl.Int64))
        .sort("audience")
    )
    return Table(
        name="sessions-held",
        caption="Awareness sessions held, by whom they were for",
        columns=(
            text("audience", "For"),
            count("held", "Sessions", guard=Guard.FREE),
            count("attended", "Came"),
        ),
        frame=frame,
    )


def _figure(material: Material, found: Result) -> Figure:
    frame = found.tables["windows"].with_columns(
        window=pl.format("months {} to {} after", "first", "last"),
        verdict=pl.col("verdict").str.replace_all("-", " "),
    )
    return Figure(
        name="sessions",
        title="Reports in the months after a session",
        sentence=found.sentence,
        table=Table(
            name="sessions",
            caption="Reports of those who came, beside months without a session in the year before",
            columns=(
                text("window", "Months"),
                count("reports", "Reports"),
                times("times", "Times as many", blank="cannot tell"),
                times("lo", "From", blank="cannot tell"),
                times("hi", "To", blank="cannot tell"),
                text("verdict", "What is said"),
            ),
            frame=frame,
        ),
        source=material.source("sessions", "reports"),
        pictures=_picture(frame),
        notes=(
            "Each agency is set against its own level and against what all agencies sent that "
            "month; how far chance reaches is seen by moving the sessions to other months.",
        ),
    )


def _picture(frame: pl.DataFrame) -> tuple[Picture, ...]:
    return (
        interval_chart(
            frame.select(label="window", value="times", lo="lo", hi="hi"),
            unit="times as many reports as in months without a session, with 95% interval",
            reference=1.0,
            reference_label="as many",
            name="sessions",
            title="Reports in the months after an awareness session",
            source="",
        ),
    )


SECTION = Section(
    name="sessions",
    title="Awareness sessions, and the reports that followed",
    needs=(SESSIONS, REPORTS),
    build=build,
    question="Did reports rise after sessions, from hotels as from partners, and for how long?",
)
