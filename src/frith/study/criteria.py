"""The agreed criteria: what each definition of organised asks, and which answers contradict it.

A computer judges nothing here. It refuses a row whose judgement its own answers contradict.
Sources: Crocker and others (2016), two or more offenders linked; general knowledge of Serious Crime
Act 2015 s.45(6), to be verified locally.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "2+": ("people",),
        "3+": ("people",),
        "statutory": ("people", "gain", "serious"),
    }
)
"""What must be yes for a crime to be organised under each definition. Other criteria inform."""
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "2+": "two or more people acting together (the definition of the research)",
        "3+": "three or more people acting together",
        "statutory": (
            "the statutory definition: three or more people acting, or agreeing to act, together "
            "in an offence of seven years' imprisonment or more, for gain or benefit (Serious "
            "Crime Act 2015 s.45; to be verified locally)"
        ),
    }
)
"""Each definition as a report says it. One definition's share is never another's."""


def contradiction(definition: str, answers: Mapping[str, str]) -> str:
    """Why the judgement and the answers cannot both stand; empty where they can.

    `answers`: each criterion and `judgement`. Organised needs every required criterion to be yes;
    not organised cannot stand where all of them are yes and planning or continuity is yes too.
    """
    needed = REQUIRED[definition]
    lacking = [name for name in needed if answers[name] != "yes"]
    if answers["judgement"] == "organised" and lacking:
        said = " and ".join(f"{name} is {answers[name]}" for name in lacking)
        return f"is organised although {said}: under {definition} that must be yes"
    whole = not lacking and "yes" in (answers["planned"], answers["continuing"])
    if answers["judgement"] == "not organised" and whole:
        return (
            f"is not organised although every criterion that {definition} asks is yes and it was "
            "planned or continuing: change an answer or the judgement"
        )
    return ""
