"""What a reader of a map must be told: one function a flag, so that words agree everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frith.places.wording import counted, figure, listed, month_runs
from frith.results import Flag, Severity

SPARSE_MEAN = 0.5
SPARSE_TOTAL = 30
"""Below either (mean events per area, events in all) there is no hot-spot verdict."""
SMALL_COUNT = 5
"""Counts of 1 to 4 are masked by whoever publishes."""
EDGE_SHARE = 0.15
"""Share of hot areas on the boundary from which neighbouring districts' data are wanted."""
ONE_EVENT_SHARE = 0.25
"""Share of harm from one event from which the map is that event's."""
SNAPPED_SHARE = 0.2
"""Share of events on a shared coordinate from which points are taken as snapped."""
BOUNDARY_SHARE = 0.5
"""Share of the hot population that must stay hot in larger areas."""
PERMUTATIONS_PER_TEST = 20
"""Permutations wanted for each test of a family, over its q."""
TREND_PERIODS = 24
"""Periods needed before anything is called a trend."""


def no_denominator(codes: Sequence[str], denominator: str) -> Flag:
    """DENOM: areas without the population their rate would need."""
    if not codes:
        return Flag("DENOM", f"No {denominator} were given: counts only, no rates.")
    return Flag(
        "DENOM",
        f"No rate for {counted(len(codes), 'area')} without {denominator}: {listed(list(codes))}.",
    )


def unmatched(codes: Sequence[str], table: str, events: float | None = None) -> Flag:
    """UNMATCHED: codes of one table that another does not know."""
    holding = "" if events is None else f", holding {events:,.0f} events"
    return Flag(
        "UNMATCHED",
        f"{counted(len(codes), 'area code').capitalize()}{holding} not found in {table}: "
        f"{listed(sorted(codes))}. Check that both use the same vintage of boundaries.",
    )


def resident_note(denominator: str) -> Flag:
    """RESIDENTS: what a resident denominator cannot see."""
    return Flag(
        "RESIDENTS",
        f"Rates are per {denominator}. In town centres most people present live elsewhere, so "
        "rates there look high.",
        Severity.NOTE,
    )


def small(n: int) -> Flag:
    """SMALL: areas with 1 to 4 events, to be masked before publishing."""
    return Flag(
        "SMALL",
        f"{counted(n, 'area').capitalize()} with 1 to {SMALL_COUNT - 1} events: mask before "
        "publishing.",
        Severity.NOTE,
    )


def sparse(name: str, total: float, areas: int) -> Flag:
    """SPARSE: too few events for a hot-spot verdict."""
    return Flag(
        "SPARSE",
        f"{name}: {total:,.0f} events over {areas:,} areas are too few to say where it gathers; "
        f"at least {SPARSE_TOTAL} events and {SPARSE_MEAN:g} an area are needed.",
    )


def one_event(name: str, share: float) -> Flag:
    """ONEEVENT: one event makes a large part of the harm."""
    return Flag("ONEEVENT", f"{name}: driven by one event, which is {share:.0%} of all the harm.")


def many_tests(tests: int, series: int, what: str = "crime types or periods") -> Flag:
    """MULTI: several crime types or periods (or agencies) were looked at together."""
    return Flag(
        "MULTI",
        f"{tests:,} checks were made over {series} {what}; the correction covers them all.",
        Severity.NOTE,
    )


def edge(share: float) -> Flag:
    """EDGE: hot areas on the district's boundary."""
    return Flag(
        "EDGE",
        f"{share:.0%} of the hot areas lie on the district's edge, where half of the surroundings "
        "are unseen. Ask the neighbouring districts for their counts.",
    )


def no_neighbour(codes: Sequence[str]) -> Flag:
    """NONEIGH: areas that touch no other and were given their nearest."""
    return Flag(
        "NONEIGH",
        f"{counted(len(codes), 'area').capitalize()} touching no other, joined to the nearest: "
        f"{listed(list(codes))}.",
    )


def capped(permutations: int) -> Flag:
    """CAPPED: the smallest p-value that could be reached is above what the correction may need."""
    return Flag(
        "CAPPED",
        f"With {permutations:,} permutations the smallest p is {1 / (permutations + 1):.1g}; "
        "so many areas could need a smaller one, so some hot areas may be missed.",
        Severity.NOTE,
    )


def missing_months(months: Sequence[str]) -> Flag:
    """RECORDING: months not held, which are gaps and not zeros."""
    return Flag(
        "RECORDING",
        f"Months not held, left as gaps and never counted as none: {month_runs(months)}.",
    )


def short(n: int, unit: str = "month") -> Flag:
    """SHORT: too little history to speak of a trend."""
    return Flag(
        "SHORT",
        f"Only {counted(n, unit)} can be compared; a trend needs at least {TREND_PERIODS}. This is "
        "a comparison, not a trend.",
    )


def circular() -> Flag:
    """IMDCRIME: the index holds a crime domain, so part of the pattern is there by construction."""
    return Flag(
        "IMDCRIME",
        "The index used contains recorded crime itself, so part of this pattern is there by "
        "construction. Use the income domain, or the index without crime.",
    )


def overdispersed(phi: float) -> Flag:
    """OVERDISP: counts vary more than chance alone would give, and limits were widened."""
    return Flag(
        "OVERDISP",
        f"Counts vary {figure(phi)} times as much as independent events would; limits are "
        "widened to match.",
        Severity.NOTE,
    )


def disagreement(areas: int) -> Flag:
    """WEIGHTS: areas hot by one view of who is a neighbour and not by the other."""
    return Flag(
        "WEIGHTS",
        f"{counted(areas, 'area').capitalize()} {'stands' if areas == 1 else 'stand'} out by only "
        "one of the two ways of saying who is a neighbour (touching, nearest six): suggestive, no "
        "more.",
        Severity.NOTE,
    )


def boundaries(shares: Mapping[str, float], level: str) -> Flag:
    """MAUP: hot spots that do not survive larger areas. `shares`: series → share still hot."""
    said = listed([f"{name} ({share:.0%})" for name, share in shares.items()], most=len(shares))
    return Flag(
        "MAUP",
        f"Depends on boundaries: when the areas are {level}s, under half of the people in hot "
        f"areas are still in one: {said}.",
    )


def lent(areas: int) -> Flag:
    """LENT: areas that are hot through their surroundings only."""
    return Flag(
        "LENT",
        f"{counted(areas, 'hot area').capitalize()} {'has' if areas == 1 else 'have'} no more "
        "events than expected: hot through the surroundings, not of itself.",
        Severity.NOTE,
    )


def few_larger(level: str, areas: int) -> Flag:
    """FEWLARGER: too few larger areas to try the boundaries on."""
    return Flag(
        "FEWLARGER",
        f"Only {areas} {level}s here: too few to see whether a hot spot hangs on the boundaries.",
        Severity.NOTE,
    )
