"""The appendix of a chart or a verdict: parameters, assumptions, what was checked, and how often
it is wrong or blind. Boards read the sentence; whoever must answer for it reads this.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frith.measures.calibrated import PROMISE
from frith.measures.chart import Chart
from frith.measures.counts import SURPRISING, compared
from frith.measures.dispersed import Spread, mean_at_most
from frith.measures.displacement import Z_95
from frith.measures.panel import FEW_CLUSTERS, WORST_FIT
from frith.measures.verdicts import Effect
from frith.results import Result

NOTICED = 2.8015
"""Standard errors of an effect that is noticed four times in five at 5%: 1.96 + 0.8416 (normal)."""
MEASURED: Mapping[str, tuple[float, str]] = {
    "wdd": (
        0.05,
        "counts that vary by chance alone; 17% at a variance of twice the mean and 32% at "
        "four times it, where that is not allowed for by simulation",
    ),
    "its": (0.05, "monthly series with a season and no effect"),
    "did": (
        0.05,
        "areas that moved alike; measured 6% where labels are exchanged (three areas against "
        "nine) and 7% with clustered errors (ten against ten or fifteen)",
    ),
    "synthetic": (
        0.05,
        "areas that moved alike; measured 2.4% against 20 of them, and nothing is claimed against "
        "fewer than 19",
    ),
    "counts": (
        0.05,
        "counts whose spread was measured on 24 periods before: measured 0.3% to 6.7% from a mean "
        "of 5 to 1,000 and at one, two and four times the variance of chance; where 2 was assumed, "
        "up to 5.3% at one and two times, and 12% to 15% at four",
    ),
}
"""The share of false effects that each method is built for, and on what; `tests/generative` holds
it to that."""


@dataclass(frozen=True, kw_only=True)
class Appendix:
    """What stands behind a chart or verdict, in lines that can be printed or read by a program."""

    method: str
    parameters: Mapping[str, Any]
    assumptions: tuple[str, ...]
    checked: tuple[str, ...]
    false_alarm_rate: float | None
    false_alarms: str
    power: str
    smallest_noticed: float | None = None
    data_hash: str = ""
    seed: int | None = None


CHART_ASSUMPTIONS: Mapping[str, tuple[str, ...]] = {
    "c": ("Events come singly and independently.", "Every period is as long as every other."),
    "u": ("Events come singly and independently.", "The denominator is what events arise from."),
    "p": ("Each case counts once, independently of the others.",),
    "u-prime": ("Spread from one period to the next is what is usual for this series.",),
    "p-prime": ("Spread from one period to the next is what is usual for this series.",),
    "xmr": ("Spread from one period to the next is what is usual for this series.",),
    "g": ("Cases come one after another with one chance of the event each.",),
    "t": ("Events come singly; the time between them falls off evenly (Nelson's power).",),
}
EFFECT_ASSUMPTIONS: Mapping[str, tuple[str, ...]] = {
    "wdd": (
        "Treated and comparison areas would have changed by as many events without the response.",
        "Nothing else began in one of them alone.",
        "Counts vary as the overdispersion says, and each part apart from the others.",
    ),
    "wdq": (
        "The comparison area shows what would have come in the other two.",
        "There was a reduction; without one the quotient means nothing.",
    ),
    "its": (
        "The trend and the season before would have gone on.",
        "Nothing else changed when the response began, or the control felt it too.",
        "Recording was the same before and after.",
    ),
    "did": (
        "Areas would have moved alike, in proportion, without the response.",
        "The response in one area changed nothing in those compared.",
    ),
    "synthetic": (
        "The mix of areas that moved like this one before would have gone on doing so.",
        "Nothing else happened to this area alone.",
    ),
    "counts": (
        "Counts vary as the overdispersion says, and each period apart from its neighbours.",
        "Nothing else changed between the two: without a comparison a change has no known cause.",
    ),
    "funnel": (
        "One common rate is a sensible yardstick for all units.",
        "Most units differ only as units usually do.",
    ),
}


def chart_appendix(found: Chart) -> Appendix:
    """What stands behind a control chart."""
    signal = found.signal
    checked = [f"Kind of chart: {found.kind or 'none'} ({found.why or 'refused'})."]
    if signal is not None:
        checked.append(
            f"Shift, drift and single periods over the whole chart: p = {signal.p:.3f} against "
            f"quiet series of this length and total."
        )
    if found.false_alarms is not None:
        checked.append(
            f"The four rules mark {found.false_alarms:.0%} of quiet charts like this one somewhere."
        )
    checked += [f"Limits drawn anew from {one.period}: {one.reason}." for one in found.rebased]
    checked += [flag.text for flag in found.flags]
    power = (
        "Refused: nothing was judged."
        if signal is None
        else f"A rise by half from the middle on would be noticed {signal.power:.0%} of the time."
    )
    return Appendix(
        method=found.method,
        parameters=found.parameters,
        assumptions=CHART_ASSUMPTIONS.get(found.kind, ()),
        checked=tuple(checked),
        false_alarm_rate=PROMISE if signal is not None else None,
        false_alarms=(
            "The single signal is wrong for at most one quiet chart in twenty."
            if signal is not None
            else "Nothing was judged."
        ),
        power=power,
        data_hash=found.data_hash,
        seed=found.seed,
    )


def funnel_appendix(found: Result) -> Appendix:
    """What stands behind a funnel."""
    units = found.tables["units"].height
    return Appendix(
        method=found.method,
        parameters=found.parameters,
        assumptions=EFFECT_ASSUMPTIONS["funnel"],
        checked=(
            f"Units vary {found.parameters['phi']:.2f} times as much as chance alone would make "
            "them, the outermost tenth at each end drawn in first; the limits are widened by the "
            "square root of that.",
            f"{units} units were looked at: {0.002 * units:.1f} lie outside the outer limits by "
            "chance alone.",
        ),
        false_alarm_rate=0.002,
        false_alarms="Each unit lies outside the outer limits by chance twice in a thousand.",
        power=(
            "A unit is noticed half the time where its true rate is at the outer limit; small "
            "units have wide limits, and lying inside says little of them."
        ),
        data_hash=found.data_hash,
    )


def effect_appendix(found: Effect, *, way: str) -> Appendix:
    """What stands behind a verdict; `way` is wdd, wdq, its, did, synthetic or counts."""
    rate, on = MEASURED.get(way, (None, ""))
    smallest = None if found.refused else _smallest(found, way)
    return Appendix(
        method=found.method,
        parameters={
            key: value
            for key, value in found.parameters.items()
            if not isinstance(value, list | tuple)
        },
        assumptions=EFFECT_ASSUMPTIONS[way],
        checked=(*_checked(found, way), *(flag.text for flag in found.flags)),
        false_alarm_rate=None if found.refused else rate,
        false_alarms=_false_alarms(found, rate, on),
        power=_power(found, way, smallest),
        smallest_noticed=smallest,
        data_hash=found.data_hash,
        seed=found.seed,
    )


def _false_alarms(found: Effect, rate: float | None, on: str) -> str:
    if found.refused:
        return "Nothing was judged."
    if rate is None:
        return "The quotient is no test: read it beside the weighted displacement difference."
    return f"Built to find an effect that is not there at most {rate:.0%} of the time, on {on}."


def _smallest(found: Effect, way: str) -> float | None:
    """The smallest effect noticed four times in five, in events (or a rate, for two counts)."""
    if way == "counts":
        return _fall_noticed(found)
    if way == "wdq" or found.interval_95 is None:
        return None
    half = (found.interval_95.hi - found.interval_95.lo) / 2
    return NOTICED * half / Z_95


MOST_EXACT = 400
"""Counts above this are told apart by their square roots; the two agree there."""


def _fall_noticed(found: Effect) -> float | None:
    """The fall of the rate that two counts would show four times in five; None: not even to nought.

    From the count before as it stands: the most that could come after and still be called a fall,
    and the rate that stays at or below it four times in five.
    """
    before, after_time = found.parameters["before"], found.parameters["time_after"]
    time, vary = found.parameters["time_before"], found.parameters["dispersion"]
    rate = before / time
    if before > MOST_EXACT:
        root = max(0.0, math.sqrt(before) - NOTICED * math.sqrt(vary / 2.0))
        return float((before - root**2) / time)
    spread = Spread(times=vary, degrees=found.parameters["degrees"])

    def falls(after: int) -> bool:
        p, (_, hi) = compared(before, after, time_before=time, time_after=after_time, spread=spread)
        return p <= SURPRISING and hi < 1

    least, most = -1, math.ceil(rate * after_time)
    while most - least > 1:  # whatever is called a fall, fewer would be too
        middle = (least + most) // 2
        least, most = (middle, most) if falls(middle) else (least, middle)
    if least < 0:
        return None
    mean = mean_at_most(least, chance=0.8, times=vary)
    return float(rate - mean / after_time) if mean > 0 else None


def _power(found: Effect, way: str, smallest: float | None) -> str:
    if found.refused:
        return "Refused: nothing was judged."
    if way == "counts":
        before = found.parameters["before"] / found.parameters["time_before"]
        if smallest is None:
            return (
                f"From {before:.3g} even a fall to nought would go unseen more than once in five."
            )
        return f"From {before:.3g}, a fall by {smallest:,.1f} would be noticed four times in five."
    if smallest is None:
        return "Not known: a quotient has no plain power. Its interval says what it could be."
    expected = _expected(found)
    share = f" ({smallest / expected:.0%} of what was expected)" if expected else ""
    return (
        f"An effect of {smallest:,.0f} events{share} or more would be noticed four times in five."
    )


def _expected(found: Effect) -> float | None:
    for name in ("expected", "before"):
        value = found.parameters.get(name)
        if isinstance(value, int | float) and value > 0:
            return float(value)
    return None


def _checked(found: Effect, way: str) -> tuple[str, ...]:
    """What was looked at on the way, in words."""
    p = found.parameters
    if found.refused:
        return ()
    match way:
        case "wdd":
            known = "measured or given" if p["overdispersion_known"] else "not known"
            return (f"Overdispersion: {p['overdispersion']:.2f}, {known}.",)
        case "wdq":
            return (
                f"Reduction against control: {p['success']:.3f}; below nought, so there was one.",
            )
        case "its":
            return (
                f"Periods: {p['periods_before']} before, {p['periods_after']} after.",
                f"Spread: {p['dispersion']:.2f} times that of chance; allowed for.",
                f"Neighbouring residuals correlate by {p['lag_one']:.2f}: Newey–West.",
                "Seasons: two pairs of waves a year."
                if p["seasons"]
                else "Seasons: not allowed for.",
                "Control series: in the model." if p["control"] else "Control series: none.",
            )
        case "did":
            return (*_leads(found), f"Errors by: {p['errors']}.", _labels(p))
        case "synthetic":
            return (
                f"Misfit before: {p['misfit_share']:.0%} of the mean; {WORST_FIT:.0%} is the most.",
                f"Placebo areas with as great a gap for their fit: p = {p['placebo_p']:.3f} of "
                f"{p['donors']}.",
            )
    return (
        f"p = {p['p']:.3f}. Ratio of rates {p['ratio']:.2f} ({p['ratio_lo']:.2f} to "
        f"{p['ratio_hi']:.2f}).",
        f"Overdispersion: {p['dispersion']:.2f}, {_how_known(p)}.",
    )


def _how_known(p: Mapping[str, Any]) -> str:
    if not p["dispersion_known"]:
        return "assumed"
    return "given" if p["degrees"] is None else "measured on the months before, its doubt allowed"


def _leads(found: Effect) -> tuple[str, ...]:
    """How many periods before lie off the even line, where one in twenty would by chance."""
    table = found.tables["leads"].head(len(found.parameters["leads"]))
    off = int(((table["lo"] > 1) | (table["hi"] < 1)).sum())
    fair = "as many as chance makes" if off <= max(1, 0.1 * table.height) else "more than chance"
    return (f"Moved alike before: {off} of {table.height} periods lie off the even line, {fair}.",)


def _labels(p: Mapping[str, Any]) -> str:
    if p["permutation_p"] is None:
        return f"{p['areas']} areas, {FEW_CLUSTERS} or more on each side: clustered errors hold."
    return f"Labels of treated areas exchanged: p = {p['permutation_p']:.3f}."
