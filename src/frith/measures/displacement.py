"""Before and after, against a comparison, and whether crime moved next door.

1. Wheeler & Ratcliffe (2018), A simple weighted displacement difference test, Crime Science 7.
2. Bowers & Johnson (2003), Measuring the geographical displacement and diffusion of benefit effects
   of crime prevention activity, J. Quantitative Criminology 19.
3. Wheeler, Riddell & Haberman (2021), on weighting by harm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.measures.limits import Floats
from frith.measures.verdicts import Effect, Verdict, caution, guarded, judge, no_effect, sentence
from frith.results import Flag, Interval, Severity

WDD = "weighted displacement difference [Wheeler & Ratcliffe 2018]"
WDQ = "weighted displacement quotient [Bowers & Johnson 2003]"
Z_95 = 1.959963984540054
PARTS = ("treated", "control", "buffer", "buffer_control")
RESAMPLES = 4999


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Counts in one part of the design. Weights divide: months, square kilometres, people."""

    before: float
    after: float
    weight_before: float = 1.0
    weight_after: float = 1.0

    @property
    def change(self) -> float:
        """After less before, each over its weight."""
        return self.after / self.weight_after - self.before / self.weight_before

    @property
    def variance(self) -> float:
        """Poisson variance of the change."""
        return self.after / self.weight_after**2 + self.before / self.weight_before**2


def wdd(
    parts: Mapping[str, BeforeAfter],
    *,
    overdispersion: float | None = 1.0,
    picked: bool = False,
    activity_led: bool = False,
    pretrend_shown: bool = False,
) -> Effect:
    """(ΔT − ΔC) + (ΔDt − ΔDc), with a Poisson standard error widened by overdispersion [1].

    `parts`: `treated` and `control`; and, to see whether crime moved, `buffer` and
    `buffer_control`. `overdispersion`: variance over mean of monthly counts before the response, at
    least 1 (`phi` measures it); None where it is not known, and then a flag says that false
    successes come more often than one in twenty (17% at 2, 32% at 4). `picked`: the area was picked
    because it was high. Raises `ValueError` without treated and control.

    The value is a number of events, below nought for fewer. Assumes that treated and control would
    have moved alike: draw them before the response. Not for a share or a rate.
    """
    if not {"treated", "control"} <= set(parts):
        raise ValueError("wdd needs treated and control")
    phi_used = max(1.0, overdispersion or 1.0)
    local = parts["treated"].change - parts["control"].change
    spread = parts["treated"].variance + parts["control"].variance
    moved, moved_spread = 0.0, 0.0
    if {"buffer", "buffer_control"} <= set(parts):
        moved = parts["buffer"].change - parts["buffer_control"].change
        moved_spread = parts["buffer"].variance + parts["buffer_control"].variance
    estimate = local + moved
    se = math.sqrt((spread + moved_spread) * phi_used)
    interval = _around(estimate, se)
    expected = parts["treated"].before / parts["treated"].weight_before
    verdict = guarded(judge(interval, expected=expected), picked=picked)
    if _has_moved(local, spread * phi_used, moved, moved_spread * phi_used):
        verdict = Verdict.MOVED
    flags = [*caution(picked=picked, activity_led=activity_led)]
    if overdispersion is None:
        flags.append(
            Flag(
                "OVERDISP",
                "It is not known how much these counts vary from month to month; if more than "
                "chance, as recorded crime does, the interval is too narrow.",
            )
        )
    if not pretrend_shown:
        flags.append(
            Flag(
                "PRETREND",
                "Look at both areas before the response: they must have moved alike.",
                Severity.NOTE,
            )
        )
    return Effect(
        method=WDD,
        value=estimate,
        interval=interval,
        estimate=estimate,
        se=se,
        interval_95=interval,
        verdict=verdict,
        parameters={
            "overdispersion": phi_used,
            "overdispersion_known": overdispersion is not None,
            "before": expected,
            "picked": picked,
            "local": local,
            "next_door": moved,
        },
        flags=tuple(flags),
        sentence=_said(verdict, estimate, interval, moved_spread > 0, activity_led=activity_led),
        tables={"parts": _part_table(parts, phi_used, estimate, interval)},
    )


PART_WORDS = {
    "treated": "Change where it was",
    "control": "Change in comparison areas",
    "buffer": "Change next door",
    "buffer_control": "Change next to comparison areas",
}


def _part_table(
    parts: Mapping[str, BeforeAfter], phi_used: float, estimate: float, interval: Interval
) -> pl.DataFrame:
    """The change of each part with its interval, and the difference they come to."""
    rows: list[dict[str, object]] = []
    for name, said in PART_WORDS.items():
        if name in parts:
            reach = _around(parts[name].change, math.sqrt(parts[name].variance * phi_used))
            rows.append(
                {"label": said, "value": parts[name].change, "lo": reach.lo, "hi": reach.hi}
            )
    rows.append({"label": "What is left", "value": estimate, "lo": interval.lo, "hi": interval.hi})
    return pl.DataFrame(rows)


def harm_wdd(effects: Mapping[str, Effect], days: Mapping[str, float]) -> Effect:
    """Σ w·WDD over crime types, with √Σ w²·SE² [3]; never for crime that police activity finds."""
    estimate = sum(days[key] * (effect.estimate or 0.0) for key, effect in effects.items())
    se = math.sqrt(sum((days[key] * (effect.se or 0.0)) ** 2 for key, effect in effects.items()))
    interval = _around(estimate, se)
    return Effect(
        method=WDD,
        value=estimate,
        interval=interval,
        estimate=estimate,
        se=se,
        interval_95=interval,
        verdict=judge(interval, expected=abs(estimate) + se),
        parameters={"days": dict(days)},
        sentence=(
            f"Harm changed by {estimate:,.0f} days ({interval.lo:,.0f} to {interval.hi:,.0f})."
        ),
    )


def phi(monthly: Mapping[str, Floats]) -> float:
    """Overdispersion of monthly counts before the response: pooled variance over mean, at least 1.

    From each month to the next, so that a trend shared by the areas does not count.
    """
    variance = sum(float((np.diff(series) ** 2).sum()) / 2.0 for series in monthly.values())
    mean = sum(float(series.mean()) * (len(series) - 1) for series in monthly.values())
    return max(1.0, variance / mean) if mean > 0 else 1.0


def wdq(parts: Mapping[str, BeforeAfter], *, rng: np.random.Generator) -> Effect:
    """(Da/Ca − Db/Cb) / (Ra/Ca − Rb/Cb) [2]: above nought benefits spread, below nought it moved.

    `parts`: treated, control and buffer. Meaningful only where the treated area improved against
    control; otherwise refused: there is no reduction to displace. Interval by Poisson resampling.
    """
    if not {"treated", "control", "buffer"} <= set(parts):
        raise ValueError("wdq needs treated, control and buffer")
    t, c, b = (parts[name] for name in ("treated", "control", "buffer"))
    if c.before <= 0 or c.after <= 0:
        return no_effect(WDQ, Flag("ZERO", "The control area has a count of nought."))
    success = t.after / c.after - t.before / c.before
    if success >= 0:
        return no_effect(
            WDQ, Flag("NOSUCCESS", "There was no reduction against control, so none could move.")
        )
    quotient = (b.after / c.after - b.before / c.before) / success
    interval = _resampled(t, c, b, rng)
    verdict = Verdict.MOVED if interval.hi < 0 else Verdict.CANNOT_TELL
    return Effect(
        method=WDQ,
        value=quotient,
        interval=interval,
        estimate=quotient,
        interval_95=interval,
        verdict=verdict,
        parameters={"resamples": RESAMPLES, "success": success},
        sentence=_quotient_said(quotient, interval),
    )


def _resampled(
    t: BeforeAfter, c: BeforeAfter, b: BeforeAfter, rng: np.random.Generator
) -> Interval:
    """Quotients of Poisson resamples in which the treated area improved."""
    means = [t.before, t.after, c.before, c.after, b.before, b.after]
    drawn = rng.poisson(means, size=(RESAMPLES, 6)).astype(np.float64)
    drawn = drawn[(drawn[:, 2] > 0) & (drawn[:, 3] > 0)]
    success = drawn[:, 1] / drawn[:, 3] - drawn[:, 0] / drawn[:, 2]
    near = drawn[:, 5] / drawn[:, 3] - drawn[:, 4] / drawn[:, 2]
    quotients = near[success < 0] / success[success < 0]
    lo, hi = np.quantile(quotients, (0.025, 0.975))
    return Interval(float(lo), float(hi), 0.95, "bootstrap")


def _quotient_said(quotient: float, interval: Interval) -> str:
    """In words: benefits spread, crime moved, or it cannot be told."""
    if interval.lo > 0:
        return f"Next door gained too: {quotient:.2f} of the reduction ({interval.lo:.2f} or more)."
    if interval.hi < 0:
        return f"{abs(quotient):.0%} of the reduction moved next door, at least {-interval.hi:.0%}."
    return "We cannot tell whether crime moved next door."


def _has_moved(local: float, spread: float, moved: float, moved_spread: float) -> bool:
    """True where offences clearly fell where the response was and clearly rose next door."""
    if moved_spread <= 0:
        return False
    fell = local + Z_95 * math.sqrt(spread) < 0
    rose = moved - Z_95 * math.sqrt(moved_spread) > 0
    return fell and rose


def _around(estimate: float, se: float) -> Interval:
    return Interval(estimate - Z_95 * se, estimate + Z_95 * se, 0.95, "normal")


def _said(
    verdict: Verdict, estimate: float, interval: Interval, looked: bool, *, activity_led: bool
) -> str:
    said = sentence(verdict, estimate, interval, than="comparison areas", activity_led=activity_led)
    if verdict is Verdict.FELL and looked:
        said += " No sign that crime moved next door."
    return said
