"""The questions a local profile should answer, with the data each needs and who usually has it.

A topic is listed as missing until a section of its name is registered. The shape is that of a
local profile of serious and organised crime: threat, vulnerability, community, response, gaps.
Source: Home Office, serious and organised crime local profiles: a guide (2025), its purpose; the
contents are custom, to be verified locally.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from frith.profile.needs import Need
from frith.profile.section import Topic

TOPICS: tuple[Topic, ...] = (
    Topic(
        name="groups",
        title="Groups that offend together",
        question="Who is recorded together more often than chance, and in which themes?",
        needs=(
            Need(
                table="nominals",
                why="know which records are of one person",
                holder="the police force, housing, licensing and trading standards",
            ),
            Need(
                table="roles",
                why="tell suspects from victims and witnesses of the same event",
                holder="the police force",
            ),
        ),
    ),
    Topic(
        name="organised-share",
        title="How much of recorded crime is organised",
        question="What share of each type of crime can be tied to three or more acting together?",
        needs=(
            Need(
                table="roles",
                why="draw a sample of crimes and see who was suspected in each",
                holder="the police force",
            ),
            Need(
                table="events",
                columns=("offence_code",),
                why="separate offences that the broad types mix",
                holder="the police force",
            ),
        ),
    ),
    Topic(
        name="hidden-harm",
        title="Exploitation and other hidden harm",
        question="What is recorded, referred and reported of slavery and exploitation?",
        needs=(
            Need(
                table="referrals",
                why="see possible victims whom no recorded crime shows",
                holder="safeguarding teams, the Home Office (National Referral Mechanism), health",
            ),
            Need(
                table="lists",
                why="estimate how many are seen by no one, or say that it cannot be estimated",
                holder="councils, police, charities and health, under an agreement",
            ),
        ),
    ),
    Topic(
        name="silence",
        title="Where nothing is reported",
        question="Where do fewer reports come in than would be expected, and from which partner?",
        needs=(
            Need(
                table="reports",
                why="tell calm from fear, or from nobody asking",
                holder="the partnership: every agency's log of what it reported",
            ),
        ),
    ),
    Topic(
        name="trend",
        title="What is rising or falling",
        question="Beyond a comparison of two years, is anything changing?",
        needs=(
            Need(
                table="events",
                months=24,
                why="tell a trend from a season or from chance",
                holder="the police force; police.uk keeps three years of months",
            ),
        ),
    ),
    Topic(
        name="where",
        title="Places that stand out beyond chance",
        question="Which neighbourhoods stand out once chance and many checks are allowed for?",
        needs=(
            Need(
                table="events",
                columns=("area",),
                why="test each neighbourhood against its surroundings",
                holder="the police force; published by police.uk",
            ),
            Need(
                table="areas",
                why="know which neighbourhoods lie beside each other",
                holder="the Office for National Statistics",
            ),
        ),
    ),
    Topic(
        name="community",
        title="What people feel, beside what is recorded",
        question="Do perception and record part, where, and what was done about it?",
        needs=(
            Need(
                table="survey",
                why="set what people say beside what is recorded",
                holder="the council and the office of the police and crime commissioner",
            ),
        ),
    ),
    Topic(
        name="response",
        title="What was done, and whether it worked",
        question="What was done to pursue, prevent, protect and prepare, and what followed?",
        needs=(
            Need(
                table="responses",
                why="know where and when something was done",
                holder="the partnership: each agency's action log",
            ),
            Need(
                table="sessions",
                why="count awareness sessions, and look for the reports that should follow",
                holder="the partnership",
            ),
        ),
    ),
)

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "recorded": "How much was recorded, of what?",
        "months": "How did it run from month to month?",
        "like-months": "Did a month differ from the same month of another year beyond chance?",
        "places": "How much was recorded in each ward and neighbourhood?",
        "map": "Where was crime recorded?",
        "accuracy": "Would this map have pointed to where crime was recorded afterwards?",
        "concentration": "In how few places does half of it lie?",
        "deprivation": "Is it recorded more often where people are poorer, and by how much?",
        "outcomes": "What became of what was recorded?",
        "harm": "Which kinds of crime carry the most harm, and not only the most records?",
        "hidden-extent": "How many possible victims may no list hold, or can that not be told?",
        "comparison": "How does the area stand beside others, where it can be compared at all?",
        "quality": "How far can the data be trusted?",
    }
)
"""What sections that are no topic answer, asked where one is missing."""
