"""What followed each response: its areas against comparison areas, and next door by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from frith.measures.displacement import BeforeAfter, phi, wdd
from frith.measures.interrupted import FEWEST_AFTER, FEWEST_BEFORE, interrupted
from frith.measures.limits import Floats
from frith.measures.verdicts import Effect, Verdict, no_effect
from frith.results import Flag

METHOD = "controlled interrupted series; weighted displacement difference where months are too few"
FEWEST_MONTHS = 3
"""Fewer whole months after the start are not judged."""
FEWEST_EVENTS = 10
"""Fewer events in the area before leave nothing to fall."""
PARTS = ("treated", "buffer", "control")
SERIES, DIFFERENCE = "controlled interrupted series", "weighted displacement difference"


@dataclass(frozen=True, kw_only=True)
class Followed:
    """One response: what it was meant to reduce, where it was, next door, and what is said.

    `way` names the method that judged; `other` is the second way's effect on the same areas, by
    which a verdict is taken back where it points the opposite way.
    """

    response_id: str
    kind: str
    crime_type: str
    months: int
    here: Effect
    beside: Effect | None = None
    other: Effect | None = None
    way: str = ""
    verdict: str = Verdict.REFUSED
    sentence: str = ""


@dataclass(frozen=True)
class Case:
    """One response laid out: monthly counts and residents by part, and where it begins."""

    months: list[str]
    series: Mapping[str, Floats]
    size: Mapping[str, float]
    start: int
    after: int
    named: Mapping[str, list[str]] = field(default_factory=dict)


def response_results(
    responses: pl.DataFrame,
    monthly: pl.DataFrame,
    *,
    months: Sequence[str],
    exposure: Mapping[str, float],
    rng: np.random.Generator,
) -> list[Followed]:
    """Each response in turn: did what it was meant to reduce fall more than elsewhere?

    `responses`: response_id, kind, start, end, code, part, crime_type. `monthly`: code, month,
    crime_type, n of recorded crime; a month of `months` without a row is a nought. `exposure`:
    residents by area; areas without are given one each, so that areas count alike.

    A response is judged over its whole months, at most to the last held. With 24 months before and
    six after, by an interrupted series with the comparison areas as control; with fewer, by the
    weighted displacement difference over as many months before as after, per resident. The rule is
    fixed, so that nobody picks the way that pleases. Where both can be done and they point opposite
    ways, nothing is claimed. Next door is judged in the same way by itself. What a response was
    meant to reduce is named in the data, before; blank is all recorded crime.
    """
    found = []
    for key, rows in responses.group_by("response_id", maintain_order=True):
        found.append(
            _one(str(key[0]), rows, monthly, months=list(months), exposure=exposure, rng=rng)
        )
    return found


def _one(
    name: str,
    rows: pl.DataFrame,
    monthly: pl.DataFrame,
    *,
    months: list[str],
    exposure: Mapping[str, float],
    rng: np.random.Generator,
) -> Followed:
    first = rows.row(0, named=True)
    kind, wanted = str(first["kind"]), str(first["crime_type"] or "")
    counted = monthly.filter(pl.col("crime_type") == wanted) if wanted else monthly
    case = laid_out(rows, counted, months=months, exposure=exposure)
    what = wanted or "all recorded crime"
    problem = unfit(case)
    if problem is not None:
        return Followed(
            response_id=name,
            kind=kind,
            crime_type=what,
            months=case.after,
            here=no_effect(METHOD, problem),
            sentence=f"{kind}: {problem.text}",
        )
    by_series = _by_series(case, "treated", rng)
    by_difference = difference_per_resident(case, "treated")
    beside = None
    if case.named["buffer"]:
        beside = _by_series(case, "buffer", rng) or difference_per_resident(case, "buffer")
    here = by_series or by_difference
    other = by_difference if by_series is not None else None
    verdict = _verdict(here, beside, other)
    return Followed(
        response_id=name,
        kind=kind,
        crime_type=what,
        months=case.after,
        here=here,
        beside=beside,
        other=other,
        way=SERIES if by_series is not None else DIFFERENCE,
        verdict=verdict,
        sentence=f"{kind} ({what}): {_said(here, beside, verdict)}",
    )


def laid_out(
    rows: pl.DataFrame,
    counted: pl.DataFrame,
    *,
    months: list[str],
    exposure: Mapping[str, float],
) -> Case:
    """One response's rows and the counts it is judged by (code, month, n) as a case."""
    first = rows.row(0, named=True)
    after = _after(first["start"], first["end"], months)
    named = {part: rows.filter(pl.col("part") == part)["code"].to_list() for part in PARTS}
    return Case(
        months=months,
        series={part: _series(counted, codes, months) for part, codes in named.items()},
        size={
            part: sum(exposure.get(code, 1.0) for code in codes) for part, codes in named.items()
        },
        start=months.index(after[0]) if after else 0,
        after=len(after),
        named=named,
    )


def _after(start: date, end: date | None, months: list[str]) -> list[str]:
    """Whole months of the response that are held: from the first that begins in it."""
    begun = f"{start:%Y-%m}" if start.day == 1 else f"{start:%Y-%m}~"
    last = f"{end:%Y-%m}" if end is not None else "9999"
    return [month for month in months if begun <= month <= last]


def _series(counted: pl.DataFrame, codes: list[str], months: list[str]) -> Floats:
    own = counted.filter(pl.col("code").is_in(codes))
    tallied = dict(own.group_by("month").agg(pl.col("n").sum()).rows())
    return np.array([float(tallied.get(month, 0)) for month in months])


def unfit(case: Case) -> Flag | None:
    """Why a response cannot be judged, where it cannot."""
    if not case.named["treated"] or not case.named["control"]:
        return Flag("ONESIDED", "no comparison areas are named, so nothing can be said.")
    if case.after < FEWEST_MONTHS or case.start < case.after:
        return Flag(
            "SHORT",
            f"{case.after} whole months held since it began and {case.start} before; at least "
            f"{FEWEST_MONTHS}, and as many before, are needed.",
        )
    if case.series["treated"][case.start - case.after : case.start].sum() < FEWEST_EVENTS:
        return Flag("ZERO", f"fewer than {FEWEST_EVENTS} were recorded there before.")
    return None


def difference_per_resident(case: Case, part: str) -> Effect:
    """The part against control per resident of the part, over equal windows."""
    before = slice(case.start - case.after, case.start)
    after = slice(case.start, case.start + case.after)
    own, control = case.series[part], case.series["control"]
    weight = case.size["control"] / case.size[part]
    parts = {
        "treated": BeforeAfter(own[before].sum(), own[after].sum()),
        "control": BeforeAfter(control[before].sum(), control[after].sum(), weight, weight),
    }
    earlier = {name: case.series[name][: case.start] for name in (part, "control")}
    return wdd(parts, overdispersion=phi(earlier))


def _by_series(case: Case, part: str, rng: np.random.Generator) -> Effect | None:
    """The part's months with the comparison areas as control; None where it refuses."""
    if case.start < FEWEST_BEFORE or case.after < FEWEST_AFTER:
        return None
    held = slice(0, case.start + case.after)
    frame = pl.DataFrame(
        {
            "period": case.months[held],
            "count": case.series[part][held],
            "control": case.series["control"][held],
        }
    )
    found = interrupted(frame, start=case.months[case.start], rng=rng)
    return None if found.refused else found


def _verdict(here: Effect, beside: Effect | None, other: Effect | None) -> str:
    """What the first way says, unless the second says the opposite; moved where it rose beside."""
    if other is not None and {here.verdict, other.verdict} == {Verdict.FELL, Verdict.ROSE}:
        return Verdict.CANNOT_TELL
    if here.verdict == Verdict.FELL and beside is not None and beside.verdict == Verdict.ROSE:
        return Verdict.MOVED
    return here.verdict


def _said(here: Effect, beside: Effect | None, verdict: str) -> str:
    size, reach = f"{abs(here.value or 0):,.0f}", ""
    if here.interval_95 is not None:
        lo, hi = here.interval_95.lo, here.interval_95.hi
        reach = f" (between {_more(lo)} and {_more(hi)})"
    match verdict:
        case Verdict.FELL:
            said = f"{size} fewer than comparison areas led to expect{reach}."
        case Verdict.ROSE:
            said = f"{size} more than comparison areas led to expect{reach}."
        case Verdict.MOVED:
            said = f"it fell where the response was{reach} and rose next door: some of it moved."
        case Verdict.NO_CHANGE:
            said = f"no detectable change{reach}."
        case _:
            said = f"we cannot tell{reach}."
    if verdict == Verdict.FELL and beside is not None:
        said += {
            Verdict.FELL: " Next door it fell too.",
            Verdict.NO_CHANGE: " Next door there is no detectable change.",
        }.get(Verdict(beside.verdict), " Whether it moved next door we cannot tell.")
    return said


def _more(value: float) -> str:
    return f"{abs(value):,.0f} {'fewer' if value < 0 else 'more'}"
