"""The sections of the local profile, in order of appearance: one module a section.

To add one: write a module here with a `SECTION`, and put it in `REGISTRY` where a reader should
meet it. If a topic of `frith.profile.topics` bears its name, that topic is no longer listed as
missing. What the section needs of a data set decides whether it appears.
"""

from __future__ import annotations

from frith.profile.section import Section
from frith.profile.sections import (
    accuracy,
    community,
    comparison,
    concentration,
    deprivation,
    groups,
    hidden_extent,
    hidden_harm,
    like_months,
    map,
    measures,
    months,
    organised_share,
    outcomes,
    places,
    quality,
    recorded,
    response,
    sessions,
    silence,
    tension,
    trend,
    where,
)

REGISTRY: tuple[Section, ...] = (
    recorded.SECTION,
    months.SECTION,
    like_months.SECTION,
    places.SECTION,
    map.SECTION,
    where.SECTION,
    trend.SECTION,
    accuracy.SECTION,
    concentration.SECTION,
    deprivation.SECTION,
    outcomes.SECTION,
    organised_share.SECTION,
    groups.SECTION,
    hidden_harm.SECTION,
    hidden_extent.SECTION,
    silence.SECTION,
    community.SECTION,
    tension.SECTION,
    measures.SECTION,
    sessions.SECTION,
    response.SECTION,
    comparison.SECTION,
    quality.SECTION,
)
"""Order of reading: what, when, where, beside what, with what result, and how sure."""
