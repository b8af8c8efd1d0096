"""The study of how much recorded crime is organised: coding forms, judgements, interview notes."""

from __future__ import annotations

from frith.tables.declare import Column, Table, code, integer, number, text
from frith.tables.declared.events import THEMES

DEFINITIONS = ("2+", "3+", "statutory")
"""Two or more (research), three or more, or the statutory definition: one study, one definition."""
NOT_STATED = "not stated"
"""The theme of a crime whose record names none; a theme is never guessed."""
STUDY_THEMES = (*THEMES, NOT_STATED)
ANSWERS = ("yes", "no", "unknown")
JUDGEMENTS_OF_CODERS = ("organised", "not organised", "cannot tell")
NOT_CODED = "not coded"
CHAPTERS = ("scale", "community", "nature", "response")
"""The four questions of the Police Foundation and Perpetuity Research study (2016)."""

CRITERIA: tuple[Column, ...] = (
    text(
        "people",
        "At least as many people as the definition asks acted, or agreed to act, together.",
        values=ANSWERS,
    ),
    text(
        "continuing",
        "The same people did so on more than one occasion, or were set up to.",
        values=ANSWERS,
    ),
    text(
        "planned",
        "Somebody planned, coordinated or directed it: roles, instructions, shared means.",
        values=ANSWERS,
    ),
    text("gain", "It was for money, goods, or another gain or benefit.", values=ANSWERS),
    text(
        "control",
        "People were controlled, exploited or intimidated: victims, witnesses, those used in it.",
        values=ANSWERS,
    ),
    text(
        "serious",
        "The offence can bring seven years' imprisonment or more; to be verified locally.",
        values=ANSWERS,
    ),
    text(
        "mapped",
        "Somebody suspected in it belongs to a group the police or region have mapped.",
        values=ANSWERS,
        caveat="Says nothing of whether the crime was organised; used for coverage only.",
    ),
)
"""What a coder answers before judging, each yes, no or unknown."""


def _required(column: Column) -> Column:
    return Column(
        name=column.name,
        kind=column.kind,
        meaning=column.meaning,
        required=True,
        values=column.values,
        caveat=column.caveat,
    )


CODING = Table(
    name="study_coding",
    meaning="A coder's form as it comes back: `frith study code`.",
    key=("event_id",),
    caveat="A judgement about a recorded crime, never about a person.",
    columns=(
        text("event_id", "The crime.", required=True),
        text("coder", "Who judged it: a name or initials kept with the study.", required=True),
        text("definition", "The study's definition.", required=True, values=DEFINITIONS),
        *(_required(one) for one in CRITERIA),
        text("judgement", "The coder's judgement.", required=True, values=JUDGEMENTS_OF_CODERS),
        text("note", "Why, in a few words and without names."),
        integer("source_row", "Row of its source file.", derived=True),
        text("source_file", "Name of its source file.", derived=True),
    ),
)

JUDGEMENTS = Table(
    name="judgements",
    meaning="What a study's coders judged of each sampled crime: made by `frith study code`.",
    key=("event_id",),
    caveat=(
        "A sample: each row stands for `stratum_held` crimes divided by the rows of its theme and "
        "neighbourhood. Cannot tell and not coded are unknown, never not organised."
    ),
    columns=(
        text("event_id", "The crime.", required=True),
        text("theme", "Its theme.", required=True, values=STUDY_THEMES),
        text("neighbourhood", "Its neighbourhood, as the study drew them.", required=True),
        integer("stratum_held", "Crimes held of that theme there.", required=True, lo=1),
        text("definition", "The definition used.", required=True, values=DEFINITIONS),
        text(
            "judgement",
            "The judgement that stands.",
            required=True,
            values=(*JUDGEMENTS_OF_CODERS, NOT_CODED),
        ),
        text(
            "how",
            "How it came to stand.",
            required=True,
            values=("agreed", "reconciled", "one coder", "unresolved", "not returned"),
        ),
        *CRITERIA,
        number("kappa", "Agreement of the study's coders; the same in every row.", lo=-1, hi=1),
        number("kappa_lo", "Its lower end.", lo=-1, hi=1),
        number("kappa_hi", "Its upper end.", lo=-1, hi=1),
    ),
)

EXPECTED = Table(
    name="study_expected",
    meaning="What share a pilot found organised, to size a sample: `frith study sample`.",
    key=("theme",),
    columns=(
        text("theme", "The theme.", required=True, values=STUDY_THEMES),
        number("share", "The share a pilot found.", required=True, lo=0, hi=1),
    ),
)

NEIGHBOURHOODS = Table(
    name="study_neighbourhoods",
    meaning="Which neighbourhood each small area lies in: `frith study sample`.",
    key=("code",),
    columns=(
        code("code", "Code of the small area.", required=True),
        text("neighbourhood", "Name of the neighbourhood.", required=True),
    ),
)

NOTES = Table(
    name="study_notes",
    meaning="Interview themes as coded notes: `frith study report`.",
    key=("note_id",),
    caveat="Published: a note that holds a name, number or address is refused.",
    columns=(
        text("note_id", "Identifier of the note.", required=True),
        text("theme", "What it is about, in two or three words.", required=True),
        text("chapter", "Where it belongs.", required=True, values=CHAPTERS),
        text("role", "The speaker's role, such as housing officer; never a name.", required=True),
        text("text", "What was said, in a sentence or two, without names.", required=True),
        integer("source_row", "Row of its source file.", derived=True),
        text("source_file", "Name of its source file.", derived=True),
    ),
)

MAPPED = Table(
    name="study_mapped",
    meaning="Records of people in groups that police or region have mapped: `frith study report`.",
    key=("nominal_id", "group"),
    person_level=True,
    columns=(
        text("nominal_id", "The nominal.", required=True),
        text("group", "The group's reference.", required=True),
    ),
)

STUDY_FILES = (CODING, EXPECTED, NEIGHBOURHOODS, NOTES, MAPPED)
