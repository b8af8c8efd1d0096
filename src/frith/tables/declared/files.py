"""Files that single commands take: declared like tables, but no part of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from frith.tables.declare import Table, boolean, integer, number, text
from frith.tables.declared.study import STUDY_FILES

SERIES = Table(
    name="series",
    meaning="One figure a period, in order of time: `frith chart`, `frith evaluate its`.",
    key=("period",),
    columns=(
        text("period", "YYYY-MM, YYYY-Qn, YYYY, or any name, in order.", required=True),
        number("value", "The figure, where there is no denominator."),
        number("count", "Events, where there is a denominator.", lo=0),
        number("denominator", "What they are counted over.", lo=0),
        number("control", "The same count in a comparison area.", lo=0),
    ),
)

BEFORE_AFTER = Table(
    name="before_after",
    meaning="Counts before and after a response: `frith evaluate wdd` and `wdq`.",
    key=("part",),
    columns=(
        text(
            "part",
            "The part of the design.",
            required=True,
            values=("treated", "control", "buffer", "buffer_control"),
        ),
        number("before", "Events before.", required=True, lo=0),
        number("after", "Events after.", required=True, lo=0),
        number("weight_before", "What `before` is divided by: months, area; 1 where blank.", lo=0),
        number("weight_after", "What `after` is divided by; 1 where blank.", lo=0),
    ),
)

PANEL = Table(
    name="panel",
    meaning="Counts by area and period: `frith evaluate did` and `synthetic`.",
    key=("code", "period"),
    columns=(
        text("code", "The area, or the part of the design.", required=True),
        text("period", "The period, in order of time.", required=True),
        number("count", "Events.", required=True, lo=0),
        number("treated", "1 where the area had the response, else 0.", lo=0, hi=1),
    ),
)

TWO_COUNTS = Table(
    name="two_counts",
    meaning="Two counts, before and after: `frith evaluate counts`.",
    key=("when",),
    columns=(
        text("when", "before or after.", required=True, values=("before", "after")),
        number("count", "Events.", required=True, lo=0),
        number("time", "How long they were counted, in any one unit; 1 where blank.", lo=0),
    ),
)

UNITS = Table(
    name="units",
    meaning="A count and what was expected, for each unit: `frith chart --kind funnel`.",
    key=("name",),
    columns=(
        text("name", "The unit: an area, a partner, a school.", required=True),
        number("count", "Events.", required=True, lo=0),
        number("denominator", "What they are counted over.", required=True, lo=0),
    ),
)

SURVEY_ANSWERS = Table(
    name="survey_answers",
    meaning="What each answer of a survey means: `frith community --questions`.",
    key=("question", "answer"),
    caveat="An answer that is not listed, or is neither, is left out of the base; that is said.",
    columns=(
        text("question", "The question, as the survey table writes it.", required=True),
        text("wording", "What people were asked."),
        text("worry", "What is worried about, after “people who …”."),
        text("answer", "The answer, as the survey table writes it.", required=True),
        boolean("worried", "Whether it says worry; blank: neither (does not know)."),
        text("record", "Crime type to set beside it, or `all recorded crime`; blank: none."),
    ),
)

TENSION_LEVELS = Table(
    name="tension_levels",
    meaning="Names of the levels of tension, calmest first: `frith community --levels`.",
    key=("level",),
    columns=(
        integer("level", "The level as the tension table writes it.", required=True, lo=1),
        text("name", "What it is called.", required=True),
        integer("rank", "Its place from the calmest, 1, upwards.", required=True, lo=1),
    ),
)

FILES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            SERIES,
            BEFORE_AFTER,
            PANEL,
            TWO_COUNTS,
            UNITS,
            SURVEY_ANSWERS,
            TENSION_LEVELS,
            *STUDY_FILES,
        )
    }
)
"""Every file a command takes by itself, by name."""
