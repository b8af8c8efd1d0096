"""Two counts, one before and one after, over times that may differ.

Krishnamoorthy & Thomson (2004), A more powerful test for comparing two Poisson means,
J. Statistical Planning and Inference 119; Przyborowski & Wilenski (1940) for the exact interval of
the ratio. Both take events to come singly; recorded crime varies more, and then `dispersed` has
their like.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from scipy import stats

from frith.measures.dispersed import (
    ASSUMED,
    FEWEST_MONTHS,
    Spread,
    holds_to,
    mean_interval,
    p_value,
    share_interval,
)
from frith.measures.verdicts import Effect, Verdict, caution, guarded, no_effect
from frith.results import Flag, Severity

METHOD = (
    "two counts given their sum, beta-binomial at the spread of their months [Przyborowski & "
    "Wilenski 1940; Cameron & Trivedi 1998]"
)
POISSON = "two Poisson counts: E-test [Krishnamoorthy & Thomson 2004], exact interval of the ratio"
SURPRISING = 0.05
TELLING_RATIO = 1.25
"""An interval of the ratio within a quarter either way shows that little can have changed."""
UNKNOWN = Spread(times=ASSUMED, known=False)


def two_counts(
    before: int,
    after: int,
    *,
    time_before: float = 1.0,
    time_after: float = 1.0,
    spread: Spread = UNKNOWN,
    picked: bool = False,
    activity_led: bool = False,
) -> Effect:
    """Whether two counts differ more than they vary anyway: ratio of rates with its interval.

    `before`, `after`: events; `time_…`: how long each was counted; `spread`: how many times the
    variance of chance such counts have, measured on the months before (`dispersed.spread_of`) or
    given; without it 2 is assumed, and said. At 1, and not measured, events come singly: the E-test
    and the exact interval. Assumes that neighbouring periods vary apart from one another. A count
    before and after without a comparison area shows a change, never its cause. Raises `ValueError`
    for negative counts.
    """
    if min(before, after) < 0 or min(time_before, time_after) <= 0:
        raise ValueError("counts are nought or more, times above nought")
    if before + after == 0:
        return no_effect(METHOD, Flag("ZERO", "Nothing was counted before or after."))
    times = {"time_before": time_before, "time_after": time_after}
    p, (lo, hi) = compared(before, after, spread=spread, **times)
    ratio = (after / time_after) / (before / time_before) if before else math.inf
    if p <= SURPRISING and not lo <= 1.0 <= hi:
        verdict = Verdict.FELL if after / time_after < before / time_before else Verdict.ROSE
    elif hi <= TELLING_RATIO and lo >= 1 / TELLING_RATIO:
        verdict = Verdict.NO_CHANGE
    else:
        verdict = Verdict.CANNOT_TELL
    verdict = guarded(verdict, picked=picked)
    holds = holds_to(before, after, expected_after=_due(**times), level=SURPRISING)
    difference = after / time_after - before / time_before
    return Effect(
        method=POISSON if singly(spread) else METHOD,
        value=difference,
        estimate=difference,
        se=math.sqrt(spread.times * (after / time_after**2 + before / time_before**2)),
        verdict=verdict,
        interval_95=None,
        parameters={
            "p": p,
            "before": before,
            "after": after,
            **times,
            "z": 2.0 * (math.sqrt(after) - math.sqrt(before)),
            "ratio": ratio,
            "ratio_lo": lo,
            "ratio_hi": hi,
            "dispersion": spread.times,
            "dispersion_known": spread.known,
            "degrees": spread.degrees,
            "holds_to": holds,
        },
        flags=(
            *caution(picked=picked, activity_led=activity_led),
            *_not_measured(spread),
            Flag("NOCONTROL", "Without a comparison area a change has no known cause."),
        ),
        sentence=f"{_from_to(before, after, **times)}: "
        + _said(verdict, lo, hi, activity_led=activity_led)
        + _upheld(verdict, spread, holds),
        tables={"counts": _rates(before, after, spread=spread, **times)},
    )


def singly(spread: Spread) -> bool:
    """True where events are taken to come one by one."""
    return spread.times <= 1.0 and spread.degrees is None


def compared(
    before: int, after: int, *, time_before: float, time_after: float, spread: Spread
) -> tuple[float, tuple[float, float]]:
    """Two-sided p and the 95% interval of the rate after over the rate before, at a spread."""
    times = {"time_before": time_before, "time_after": time_after}
    if singly(spread):
        return e_test(before, after, **times), ratio_interval(before, after, **times)
    p = p_value(before, after, expected_after=_due(**times), spread=spread)
    lo, hi = share_interval(before, after, spread=spread)
    scale = time_before / time_after
    return p, (lo / (1.0 - lo) * scale, math.inf if hi >= 1.0 else hi / (1.0 - hi) * scale)


def _due(*, time_before: float, time_after: float) -> float:
    """The share of all events that is due after, were nothing changed."""
    return time_after / (time_before + time_after)


def _not_measured(spread: Spread) -> tuple[Flag, ...]:
    """OVERDISP, where nobody knows how much the counts vary."""
    if spread.known:
        return ()
    return (
        Flag(
            "OVERDISP",
            f"How much these counts vary from month to month is not known; {spread.times:g} times "
            "the variance of chance is taken, as recorded crime of small areas often has. Give "
            f"{FEWEST_MONTHS} or more months before to measure it.",
            Severity.WARN,
        ),
    )


def _upheld(verdict: Verdict, spread: Spread, holds: float) -> str:
    """Where the spread was assumed: how much more the counts could vary and the verdict stand."""
    if spread.known or verdict not in (Verdict.FELL, Verdict.ROSE):
        return ""
    return (
        f" This takes such counts to vary {spread.times:g} times as much as chance; it would stand "
        f"up to {math.floor(10 * holds) / 10:g} times."
    )


def _rates(
    before: int, after: int, *, time_before: float, time_after: float, spread: Spread
) -> pl.DataFrame:
    """Both rates with the interval of each at the spread."""
    rows = []
    for label, count, time in (("Before", before, time_before), ("After", after, time_after)):
        lo, hi = mean_interval(count, times=spread.times)
        rows.append({"label": label, "value": count / time, "lo": lo / time, "hi": hi / time})
    return pl.DataFrame(rows)


def e_test(before: int, after: int, *, time_before: float = 1.0, time_after: float = 1.0) -> float:
    """Two-sided p-value of the E-test."""
    from statsmodels.stats.rates import test_poisson_2indep

    with np.errstate(divide="ignore"):  # statsmodels divides by nought counts on its way
        found = test_poisson_2indep(
            before, time_before, after, time_after, method="etest-wald", compare="ratio"
        )
    return float(found.pvalue)


def ratio_interval(
    before: int, after: int, *, time_before: float = 1.0, time_after: float = 1.0
) -> tuple[float, float]:
    """Exact 95% interval of the rate after over the rate before, given the total."""
    total = before + after
    lo = stats.beta.ppf(0.025, after, total - after + 1) if after else 0.0
    hi = stats.beta.ppf(0.975, after + 1, total - after) if before else 1.0
    scale = time_before / time_after
    upper = math.inf if hi >= 1.0 else hi / (1.0 - hi) * scale
    return float(lo / (1.0 - lo) * scale), float(upper)


def _from_to(before: int, after: int, *, time_before: float, time_after: float) -> str:
    """Both counts; both rates where the counts were taken over different times."""
    if time_before == time_after:
        return f"From {before:,} to {after:,}"
    rates = f"{before / time_before:,.3g} to {after / time_after:,.3g}"
    return f"From {rates} in each unit of time ({before:,} and {after:,} counted)"


def _said(verdict: Verdict, lo: float, hi: float, *, activity_led: bool) -> str:
    top = f"{hi:.1f}" if math.isfinite(hi) else "no limit"
    reach = f"the rate after is between {lo:.1f} and {top} times the rate before"
    match verdict:
        case Verdict.FELL | Verdict.ROSE:
            said = f"it {verdict} by more than it varies anyway ({reach})."
        case Verdict.NO_CHANGE:
            said = f"no detectable change ({reach})."
        case _:
            said = f"we cannot tell; {reach}."
    if activity_led and verdict in (Verdict.FELL, Verdict.ROSE):
        said += " It counts what staff found, so this is not by itself a success."
    return said


__all__ = ["compared", "e_test", "ratio_interval", "singly", "two_counts"]
