"""Two counts, one before and one after, over times that may differ.

Krishnamoorthy & Thomson (2004), A more powerful test for comparing two Poisson means,
J. Statistical Planning and Inference 119; Przyborowski & Wilenski (1940) for the exact interval of
the ratio.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from scipy import stats
from statsmodels.stats.rates import test_poisson_2indep

from frith.measures.verdicts import Effect, Verdict, caution, guarded, no_effect
from frith.results import Flag
from frith.stats.intervals import poisson_interval

METHOD = "two Poisson counts: E-test [Krishnamoorthy & Thomson 2004], exact interval of the ratio"
SURPRISING = 0.05
TELLING_RATIO = 1.25
"""An interval of the ratio within a quarter either way shows that little can have changed."""


def two_counts(
    before: int,
    after: int,
    *,
    time_before: float = 1.0,
    time_after: float = 1.0,
    picked: bool = False,
    activity_led: bool = False,
) -> Effect:
    """Whether two counts differ more than chance makes them: ratio of rates with exact interval.

    `before`, `after`: events; `time_…`: how long each was counted. Assumes events come singly;
    crime that comes in series varies more, and then this is too sure. A count before and after
    without a comparison area shows a change, never its cause. Raises `ValueError` for negative
    counts.
    """
    if min(before, after) < 0 or min(time_before, time_after) <= 0:
        raise ValueError("counts are nought or more, times above nought")
    if before + after == 0:
        return no_effect(METHOD, Flag("ZERO", "Nothing was counted before or after."))
    p = e_test(before, after, time_before=time_before, time_after=time_after)
    ratio = (after / time_after) / (before / time_before) if before else math.inf
    lo, hi = ratio_interval(before, after, time_before=time_before, time_after=time_after)
    if p <= SURPRISING and not lo <= 1.0 <= hi:
        verdict = Verdict.FELL if after / time_after < before / time_before else Verdict.ROSE
    elif hi <= TELLING_RATIO and lo >= 1 / TELLING_RATIO:
        verdict = Verdict.NO_CHANGE
    else:
        verdict = Verdict.CANNOT_TELL
    verdict = guarded(verdict, picked=picked)
    difference = after / time_after - before / time_before
    return Effect(
        method=METHOD,
        value=difference,
        estimate=difference,
        se=math.sqrt(after / time_after**2 + before / time_before**2),
        verdict=verdict,
        interval_95=None,
        parameters={
            "p": p,
            "before": before,
            "after": after,
            "time_before": time_before,
            "time_after": time_after,
            "z": 2.0 * (math.sqrt(after) - math.sqrt(before)),
            "ratio": ratio,
            "ratio_lo": lo,
            "ratio_hi": hi,
        },
        flags=(
            *caution(picked=picked, activity_led=activity_led),
            Flag("NOCONTROL", "Without a comparison area a change has no known cause."),
        ),
        sentence=_said(before, after, verdict, lo, hi, activity_led=activity_led),
        tables={"counts": _rates(before, after, time_before, time_after)},
    )


def _rates(before: int, after: int, time_before: float, time_after: float) -> pl.DataFrame:
    """Both rates with their exact intervals."""
    rows = []
    for label, count, time in (("Before", before, time_before), ("After", after, time_after)):
        lo, hi = poisson_interval(count)
        rows.append({"label": label, "value": count / time, "lo": lo / time, "hi": hi / time})
    return pl.DataFrame(rows)


def e_test(before: int, after: int, *, time_before: float = 1.0, time_after: float = 1.0) -> float:
    """Two-sided p-value of the E-test."""
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


def _said(
    before: int, after: int, verdict: Verdict, lo: float, hi: float, *, activity_led: bool
) -> str:
    top = f"{hi:.1f}" if math.isfinite(hi) else "no limit"
    reach = f"the rate after is between {lo:.1f} and {top} times the rate before"
    match verdict:
        case Verdict.FELL | Verdict.ROSE:
            said = f"From {before} to {after}: it {verdict} by more than chance makes ({reach})."
        case Verdict.NO_CHANGE:
            said = f"From {before} to {after}: no detectable change ({reach})."
        case _:
            said = f"From {before} to {after}: we cannot tell; {reach}."
    if activity_led and verdict in (Verdict.FELL, Verdict.ROSE):
        said += " It counts what staff found, so this is not by itself a success."
    return said


__all__ = ["e_test", "ratio_interval", "two_counts"]
