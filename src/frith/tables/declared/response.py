"""What partners report, refer, do and measure."""

from frith.tables.declare import Table, code, day, integer, number, text
from frith.tables.declared.events import THEMES

REPORTS = Table(
    name="reports",
    meaning="That an agency reported something, without a word of what: for coverage and silence.",
    key=("report_id",),
    caveat="No reports is not calm: it may be fear, or nobody asked.",
    columns=(
        text("report_id", "Identifier of the report.", required=True),
        day("received_on", "When it came in.", required=True),
        text("agency", "Who sent it.", required=True),
        code("area", "Area it is about."),
        text("theme", "The issue it is about.", values=THEMES),
    ),
)

REFERRALS = Table(
    name="referrals",
    meaning="A referral made for a possible victim, without a name.",
    key=("referral_id",),
    caveat="A rise in referrals is a wanted early effect of awareness, never bad news by itself.",
    columns=(
        text("referral_id", "Identifier of the referral.", required=True),
        day("made_on", "When it was made.", required=True),
        text("route", "nrm, duty_to_notify, mash, care_act, mental_health, …", required=True),
        text("exploitation", "Type of exploitation."),
        code("area", "Area."),
        text("age_group", "Age group when exploited."),
        text("outcome", "What became of it."),
    ),
)

RESPONSES = Table(
    name="responses",
    meaning="What was done, where and when, and which areas serve as buffer and control.",
    key=("response_id", "code", "part"),
    columns=(
        text("response_id", "Identifier of the response.", required=True),
        text("kind", "What was done.", required=True),
        day("start", "First day.", required=True),
        day("end", "Last day; blank while it goes on."),
        code("code", "Area code.", required=True),
        text(
            "part",
            "The area's part in judging it.",
            required=True,
            values=("treated", "buffer", "control"),
        ),
        text(
            "crime_type",
            "What it was meant to reduce, named before it began, in the wording of police.uk; "
            "blank: all recorded crime.",
        ),
    ),
)

SESSIONS = Table(
    name="sessions",
    meaning="An awareness session held.",
    key=("session_id",),
    caveat="An activity: it may lead to reports, it is not itself an outcome.",
    columns=(
        text("session_id", "Identifier of the session.", required=True),
        day("held_on", "When it was held.", required=True),
        text(
            "audience",
            "Whom it was for.",
            required=True,
            values=("partner", "business", "school", "public"),
        ),
        text("agency", "Who held it or whose staff came."),
        text("theme", "The issue it was about.", values=THEMES),
        integer("attended", "How many came.", lo=0),
    ),
)

SURVEY = Table(
    name="survey",
    meaning="One answer to one question in one wave of a perception survey.",
    caveat="What people feel is not what was recorded; show both and the gap.",
    columns=(
        text("wave", "The wave, such as 2025.", required=True),
        code("code", "Area code.", required=True),
        text("question", "The question.", required=True),
        text("answer", "The answer.", required=True),
        number("weight", "Survey weight.", lo=0),
    ),
)

TENSION = Table(
    name="tension",
    meaning="A dated judgement of community tension in an area: experienced, evident, potential.",
    key=("assessment_id",),
    caveat=(
        "A judgement, not a count; levels are ordered words and are never averaged. No community "
        "or group is named here. No judgement and no reports is not calm."
    ),
    columns=(
        text("assessment_id", "Identifier of the judgement.", required=True),
        day("assessed_on", "When it was made.", required=True),
        code("code", "Area code.", required=True),
        integer("experienced", "Level of what people there feel; see `tension_levels`.", lo=1),
        integer("evident", "Level of what can be seen happening.", lo=1),
        integer("potential", "Level of what may yet be set off.", lo=1),
        integer("sources", "How many sources it rests on.", lo=0),
        day("review_on", "When it is looked at again."),
    ),
)

MEASURE_VALUES = Table(
    name="measure_values",
    meaning="A measure's figures in a period, as supplied.",
    columns=(
        text("measure", "The measure's key in the reference list.", required=True),
        text("period", "YYYY, YYYY-Qn or YYYY-MM.", required=True),
        number("numerator", "Numerator.", required=True),
        number("denominator", "Denominator, where the measure has one."),
        code("area", "Area."),
        text("source", "Who supplied it.", required=True),
    ),
)
