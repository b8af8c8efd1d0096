"""The sections of the local profile, in order of appearance: one module a section.

To add one: write a module here with a `SECTION`, and put it in `CHAPTERS` where a reader should
meet it. If a topic of `frith.profile.topics` bears its name, that topic is no longer listed as
missing. What the section needs of a data set decides whether it appears.
"""

from __future__ import annotations

from frith.profile.section import Section
from frith.profile.sections import (
    accuracy,
    clusters,
    community,
    comparison,
    concentration,
    density,
    deprivation,
    groups,
    harm,
    hidden_extent,
    hidden_harm,
    like_months,
    map,
    measures,
    months,
    near_repeat,
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

CHAPTERS: tuple[tuple[str, tuple[Section, ...]], ...] = (
    (
        "What was recorded",
        (
            recorded.SECTION,
            months.SECTION,
            like_months.SECTION,
            comparison.SECTION,
            outcomes.SECTION,
            harm.SECTION,
        ),
    ),
    (
        "Where it was recorded",
        (
            places.SECTION,
            map.SECTION,
            where.SECTION,
            clusters.SECTION,
            density.SECTION,
            near_repeat.SECTION,
            trend.SECTION,
            accuracy.SECTION,
            concentration.SECTION,
            deprivation.SECTION,
        ),
    ),
    (
        "How much is organised, and who is recorded together",
        (organised_share.SECTION, groups.SECTION),
    ),
    (
        "Who may be harmed and unseen",
        (hidden_harm.SECTION, hidden_extent.SECTION, silence.SECTION),
    ),
    ("What people feel", (community.SECTION, tension.SECTION)),
    (
        "What was done, and whether it worked",
        (response.SECTION, sessions.SECTION, measures.SECTION),
    ),
    ("How far to trust it", (quality.SECTION,)),
)
"""Order of reading: what, where, by whom together, to whom, how felt, how answered, how sure."""
REGISTRY: tuple[Section, ...] = tuple(one for _, held in CHAPTERS for one in held)
