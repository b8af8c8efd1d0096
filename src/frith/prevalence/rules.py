"""When an estimate is refused, marked indicative, or shown as a range: one function a rule.

The thresholds R3, R4, R8, R9 and R10 come from a simulation of four independent lists and are
judgements; each is a named constant so that it can be argued with.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from frith.prevalence.captures import Captures

FEWEST_SEEN = 20
FEWEST_OVERLAPS, FEW_OVERLAPS = 5, 10
FEW_SEEN = 50
MOST_INFINITE = 0.05
WIDEST_RATIO = 10.0
LEAST_SHARE, MOST_SHARE = 0.2, 0.8
WIDEST_RANGE = 2.0
THIN_COVERAGE = 0.55


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that spoke, in plain English."""

    rule: str
    text: str


def number_of_lists(captures: Captures) -> list[Reason]:
    """R1: two lists with anybody on them are the least."""
    if captures.k >= 2:
        return []
    return [Reason("R1", "Fewer than two lists hold anybody, so nothing overlaps.")]


def enough_seen(captures: Captures) -> list[Reason]:
    """R0: below twenty people no method gives more than what was put in."""
    if captures.seen >= FEWEST_SEEN:
        return []
    return [
        Reason(
            "R0",
            f"Only {captures.seen} people were seen; {FEWEST_SEEN} are the least for which an "
            "estimate says anything. Pool several years, or neighbouring boroughs.",
        )
    ]


def nested(captures: Captures) -> list[Reason]:
    """R6: a list that repeats, contains or holds all of the others is no second look."""
    found = []
    sizes = [captures.on_all(1 << i) for i in range(captures.k)]
    for i, name in enumerate(captures.lists):
        if captures.k > 1 and sizes[i] == captures.seen:
            found.append(Reason("R6", f"“{name}” holds everybody seen; leave it out."))
    if found:
        return found
    for a, b in itertools.combinations(range(captures.k), 2):
        both = captures.on_all(1 << a | 1 << b)
        first, second = captures.lists[a], captures.lists[b]
        if both == sizes[a] == sizes[b]:
            text = f"“{first}” and “{second}” hold the same people; merge them."
        elif both in (sizes[a], sizes[b]) and both >= FEWEST_OVERLAPS:
            inner, outer = (first, second) if both == sizes[a] else (second, first)
            text = f"everybody on “{inner}” is on “{outer}” too; merge them."
        else:
            continue
        found.append(Reason("R6", text[0].upper() + text[1:]))
    return found


def any_overlap(captures: Captures) -> list[Reason]:
    """R2: without overlap the unseen could be none or millions."""
    if captures.overlaps:
        return []
    return [
        Reason(
            "R2",
            "Nobody is on two lists, so the lists say nothing of those they missed: "
            f"at least {captures.seen}, and no more can be said.",
        )
    ]


def enough_overlap(captures: Captures) -> list[Reason]:
    """R3: fewer than five overlaps bound the number from below only."""
    if captures.overlaps >= FEWEST_OVERLAPS or captures.overlaps == 0:
        return []
    people = "person is" if captures.overlaps == 1 else "people are"
    return [
        Reason(
            "R3",
            f"Only {captures.overlaps} {people} on more than one list; with fewer than "
            f"{FEWEST_OVERLAPS} we can say “at least {captures.seen}”, not how many.",
        )
    ]


def thin(captures: Captures, share_infinite: float) -> list[Reason]:
    """R4: thin tables give an indication."""
    found = []
    if captures.overlaps < FEW_OVERLAPS:
        found.append(Reason("R4", f"Only {captures.overlaps} people are on more than one list."))
    if captures.seen < FEW_SEEN:
        found.append(Reason("R4", f"Only {captures.seen} people were seen."))
    if share_infinite > MOST_INFINITE:
        found.append(
            Reason(
                "R4",
                f"In {share_infinite:.0%} of resamples the lists set no upper limit, so none is "
                "given.",
            )
        )
    return found


def two_lists(captures: Captures) -> list[Reason]:
    """R5: two lists cannot check their own assumption."""
    if captures.k != 2:
        return []
    return [
        Reason(
            "R5",
            "With two lists it cannot be checked whether being on one makes being on the other "
            "more or less likely; a third list is needed for that.",
        )
    ]


def too_wide(lo: float, hi: float) -> list[Reason]:
    """R8: an interval ten times as high as low has no middle worth quoting."""
    if math.isfinite(hi) and hi <= WIDEST_RATIO * lo:
        return []
    return [Reason("R8", "The interval is too wide for a single number to be quoted.")]


def stretched(share_below: float) -> list[Reason]:
    """R9: an estimate far from the middle of its resamples."""
    if LEAST_SHARE <= share_below <= MOST_SHARE:
        return []
    return [
        Reason(
            "R9",
            f"{share_below:.0%} of resamples lie below the estimate, where about half should; "
            "the interval is stretched and may be too narrow.",
        )
    ]


def disagreement(what: str, estimates: Sequence[float]) -> list[Reason]:
    """R10: reasonable choices that disagree by more than two times are the finding."""
    finite = [value for value in estimates if math.isfinite(value)]
    if len(finite) < 2 or max(finite) <= WIDEST_RANGE * min(finite):
        return []
    return [
        Reason(
            "R10",
            f"{what} give answers from {two_figures(min(finite))} to "
            f"{two_figures(max(finite))}: the range is the answer.",
        )
    ]


def thin_coverage(coverage: float) -> list[Reason]:
    """A note: how much of each list the others saw."""
    if coverage >= THIN_COVERAGE:
        return []
    return [
        Reason(
            "coverage",
            f"On average {coverage:.0%} of a list's people are on another list as well; "
            f"{THIN_COVERAGE:.0%} or more would be comfortable.",
        )
    ]


def two_figures(value: float) -> str:
    """A number to two significant figures, with thousands separated."""
    if value == 0 or not math.isfinite(value):
        return "no limit" if math.isinf(value) else "0"
    rounded = round(value, 1 - int(np.floor(np.log10(abs(value)))))
    return f"{rounded:,.0f}"
