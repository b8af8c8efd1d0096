"""Files that single commands take: declared like tables, but no part of a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from frith.tables.declare import Table, number, text

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

FILES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (SERIES, BEFORE_AFTER, PANEL, TWO_COUNTS, UNITS)}
)
"""Every file a command takes by itself, by name."""
