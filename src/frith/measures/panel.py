"""Several areas over time: difference in differences, and synthetic control.

1. Wooldridge (2023), Simple approaches to nonlinear difference-in-differences, Econometrics J. 26:
   Poisson with area and period effects.
2. Abadie, Diamond & Hainmueller (2010), Synthetic control methods, JASA 105.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import minimize
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from frith.measures.displacement import phi
from frith.measures.limits import Floats
from frith.measures.verdicts import Effect, Verdict, caution, guarded, judge, no_effect, sentence
from frith.results import Flag, Interval, frame_hash

DID = "Poisson difference in differences with area and period effects [Wooldridge 2023]"
SYNTHETIC = "synthetic control with placebo ranks [Abadie, Diamond & Hainmueller 2010]"
FEW_CLUSTERS = 10
"""With fewer areas on either side cluster-robust errors are too small; treated labels are permuted
instead (MacKinnon & Webb 2018, The wild bootstrap for few treated clusters, Econometrics J. 21)."""
SURPRISING = 0.05
FEWEST_DONORS = 10
WORST_FIT = 0.20
"""A synthetic area that misses the months before by over a fifth of their mean is no comparison."""
COMPARABLE_FIT = 2.0
"""Placebo areas are drawn where they fit the periods before at most this many times as badly."""
PERMUTATIONS = 1999
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Panel:
    """Counts, areas by periods; which areas had the response; where it starts."""

    codes: tuple[str, ...]
    periods: tuple[str, ...]
    counts: Floats
    treated: np.ndarray
    start: int


def read_panel(rows: pl.DataFrame, *, start: str) -> Panel:
    """A panel from rows code, period, count, treated. Missing cells and unknown starts raise."""
    periods = tuple(rows["period"].unique().sort().to_list())
    if start not in periods:
        raise ValueError(f"no period {start}")
    wide = rows.pivot("period", index="code", values="count").sort("code")
    counts = wide.select(periods).cast(pl.Float64).to_numpy()
    if np.isnan(counts).any():
        area, period = np.argwhere(np.isnan(counts))[0]
        raise ValueError(f"no count for {wide['code'][int(area)]} in {periods[int(period)]}")
    treated = rows.group_by("code").agg(pl.col("treated").max()).sort("code")["treated"]
    return Panel(tuple(wide["code"]), periods, counts, treated.to_numpy() > 0, periods.index(start))


def difference(
    panel: Panel, *, rng: np.random.Generator, picked: bool = False, activity_led: bool = False
) -> Effect:
    """The change of treated areas beyond that of control areas, as events.

    Log counts of area i in period t: area effect + period effect + δ · treated · after. The
    estimate is Σ observed − expected in treated areas after the start. Errors are clustered by
    area; with fewer than ten areas the labels of treated areas are permuted instead.
    `parameters["leads"]`
    holds the effect in each period before, which should scatter about nought. Refused without
    treated or control areas, or with nothing counted. Assumes that areas would have moved alike.
    """
    if panel.treated.all() or not panel.treated.any():
        return no_effect(
            DID, Flag("ONESIDED", "There must be areas with and without the response.")
        )
    if panel.counts[panel.treated][:, : panel.start].sum() == 0 or panel.start == 0:
        return no_effect(DID, Flag("ZERO", "Nothing was counted in treated areas before."))
    delta, se = effect_size(panel, panel.treated), _clustered_error(panel)
    after = panel.counts[panel.treated][:, panel.start :].sum()
    expected = after / math.exp(delta)
    p = None
    if min(panel.treated.sum(), (~panel.treated).sum()) < FEW_CLUSTERS:
        interval, p = _permuted(panel, delta, expected, rng)
        how = "permuted labels"
    else:
        lo, hi = (math.exp(delta + sign * Z_95 * se) for sign in (-1, 1))
        interval, how = (
            Interval(expected * (lo - 1), expected * (hi - 1), 0.95, "clustered"),
            "area",
        )
    estimate = after - expected
    verdict = guarded(judge(interval, expected=expected), picked=picked)
    if p is not None and p > SURPRISING and verdict in (Verdict.FELL, Verdict.ROSE):
        verdict = Verdict.CANNOT_TELL
    return Effect(
        method=DID,
        value=estimate,
        interval=interval,
        estimate=estimate,
        se=expected * se,
        interval_95=interval,
        verdict=verdict,
        parameters={
            "rate_ratio": math.exp(delta),
            "errors": how,
            "permutation_p": p,
            "leads": _leads(panel),
            "areas": len(panel.codes),
            "expected": float(expected),
        },
        data_hash=frame_hash(pl.DataFrame(panel.counts.T)),
        flags=caution(picked=picked, activity_led=activity_led),
        sentence=sentence(
            verdict, estimate, interval, than="comparison areas", activity_led=activity_led
        ),
        tables={"leads": _lead_table(panel), "series": _without(panel)},
    )


def _lead_table(panel: Panel) -> pl.DataFrame:
    """Treated over control in each period, over the mean of the periods before, with its reach.

    The reach is that of counts which vary as much more than chance as these do from one period to
    the next.
    """
    own = panel.counts[panel.treated].sum(axis=0)
    other = panel.counts[~panel.treated].sum(axis=0)
    earlier = {"own": own[: panel.start], "other": other[: panel.start]}
    own, other = np.maximum(own, 0.5), np.maximum(other, 0.5)
    ratio = own / other
    ratio = ratio / np.exp(np.log(ratio[: panel.start]).mean())
    spread = Z_95 * np.sqrt(phi(earlier) * (1.0 / own + 1.0 / other))
    return pl.DataFrame(
        {
            "period": panel.periods,
            "value": ratio,
            "lo": ratio * np.exp(-spread),
            "hi": ratio * np.exp(spread),
        }
    )


def _without(panel: Panel) -> pl.DataFrame:
    """What was counted in treated areas, and what control areas' course led to expect there."""
    own = panel.counts[panel.treated].sum(axis=0)
    other = panel.counts[~panel.treated].sum(axis=0)
    before = slice(None, panel.start)
    share = own[before].sum() / max(float(other[before].sum()), 0.5)
    return pl.DataFrame({"period": panel.periods, "count": own, "expected_without": share * other})


def effect_size(panel: Panel, treated: np.ndarray) -> float:
    """δ by its closed form: where the response starts at once everywhere, the maximum likelihood
    estimate with area and period effects is the log ratio of the four sums. Half an event is added
    where a sum is nought.
    """
    own, other = panel.counts[treated], panel.counts[~treated]
    sums = [
        max(float(part.sum()), 0.5)
        for group in (own, other)
        for part in (group[:, : panel.start], group[:, panel.start :])
    ]
    return math.log(sums[1] / sums[0]) - math.log(sums[3] / sums[2])


def _clustered_error(panel: Panel) -> float:
    """The error of δ clustered by area."""
    areas, periods = panel.counts.shape
    area = np.repeat(np.arange(areas), periods)
    period = np.tile(np.arange(periods), areas)
    live = panel.counts.sum(axis=1) > 0
    keep = live[area]
    design = np.column_stack(
        [
            (panel.treated[area] & (period >= panel.start)).astype(np.float64),
            *[(area == a).astype(np.float64) for a in np.flatnonzero(live)],
            *[(period == p).astype(np.float64) for p in range(1, periods)],
        ]
    )[keep]
    model = GLM(panel.counts.ravel()[keep], design, family=Poisson())
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": area[keep]})
    return float(fitted.bse[0])


def _permuted(
    panel: Panel, delta: float, expected: float, rng: np.random.Generator
) -> tuple[Interval, float]:
    """The reach of δ over random relabellings, put about the estimate; and how rare it is."""
    n = int(panel.treated.sum())
    drawn = []
    for _ in range(PERMUTATIONS):
        labels = np.zeros(len(panel.codes), dtype=bool)
        labels[rng.choice(len(panel.codes), size=n, replace=False)] = True
        drawn.append(effect_size(panel, labels))
    lo, hi = np.quantile(drawn, (0.025, 0.975))
    ends = sorted(math.exp(delta - edge) for edge in (lo, hi))
    as_great = sum(abs(other) >= abs(delta) - 1e-12 for other in drawn)
    interval = Interval(
        expected * (ends[0] - 1), expected * (ends[1] - 1), 0.95, "permuted treated labels"
    )
    return interval, (as_great + 1) / (len(drawn) + 1)


def _leads(panel: Panel) -> tuple[float, ...]:
    """Treated over control by period before the start, over its own mean: alike is about 1."""
    treated = panel.counts[panel.treated].sum(axis=0)[: panel.start]
    control = np.maximum(panel.counts[~panel.treated].sum(axis=0)[: panel.start], 0.5)
    ratio = treated / control
    return tuple((ratio / ratio.mean()).tolist()) if ratio.mean() > 0 else ()


def synthetic(panel: Panel, *, picked: bool = False, activity_led: bool = False) -> Effect:
    """One treated area against a weighted mix of others that moved like it before.

    Weights are nought or more and sum to one, by least squares on the periods before. The interval
    is that of the same gap in areas without the response (placebos), scaled by their fit; the
    share of placebos with as great a gap over misfit is `parameters["placebo_p"]`. Refused with
    fewer than ten donors, with other than one treated area, or where the mix misses the periods
    before by over
    a fifth of their mean.
    """
    if panel.treated.sum() != 1:
        return no_effect(SYNTHETIC, Flag("ONEAREA", "Synthetic control takes one treated area."))
    donors = np.flatnonzero(~panel.treated)
    if len(donors) < FEWEST_DONORS:
        return no_effect(
            SYNTHETIC,
            Flag("DONORS", f"{len(donors)} comparison areas; {FEWEST_DONORS} are the least."),
        )
    own = int(np.flatnonzero(panel.treated)[0])
    weights, gap, misfit = _against(panel, own, donors)
    mean = float(panel.counts[own, : panel.start].mean())
    if misfit > WORST_FIT * mean:
        return no_effect(
            SYNTHETIC,
            Flag(
                "MISFIT",
                f"No mix of the other areas moved like this one before: it misses by {misfit:.1f} "
                f"a period, where the mean is {mean:.1f}.",
            ),
        )
    placebos = [_against(panel, int(d), donors[donors != d])[1:] for d in donors]
    estimate = float(gap[panel.start :].sum())
    scaled = [
        float(other[panel.start :].sum()) / max(fit, 1e-9) * misfit for other, fit in placebos
    ]
    lo, hi = np.quantile(scaled, (0.025, 0.975))
    interval = Interval(estimate - float(hi), estimate - float(lo), 0.95, "placebo areas")
    as_great = sum(abs(value) >= abs(estimate) for value in scaled)
    expected = float((panel.counts[own] - gap)[panel.start :].sum())
    verdict = guarded(judge(interval, expected=expected), picked=picked)
    p = (as_great + 1) / (len(scaled) + 1)
    if verdict in (Verdict.FELL, Verdict.ROSE) and p > SURPRISING:
        verdict = Verdict.CANNOT_TELL
    return Effect(
        method=SYNTHETIC,
        value=estimate,
        interval=interval,
        estimate=estimate,
        interval_95=interval,
        verdict=verdict,
        parameters={
            "placebo_p": p,
            "weights": {panel.codes[d]: float(w) for d, w in zip(donors, weights, strict=True)},
            "misfit": misfit,
            "misfit_share": misfit / mean,
            "donors": len(donors),
            "expected": expected,
        },
        flags=(*_few_donors(len(donors)), *caution(picked=picked, activity_led=activity_led)),
        sentence=sentence(
            verdict, estimate, interval, than="areas like it", activity_led=activity_led
        ),
        tables={
            "series": pl.DataFrame(
                {
                    "period": panel.periods,
                    "count": panel.counts[own],
                    "expected_without": panel.counts[own] - gap,
                }
            ),
            "placebos": pl.DataFrame(
                [
                    {"name": panel.codes[d], "period": period, "gap": float(value)}
                    for d, (other, fit) in zip(donors, placebos, strict=True)
                    if fit <= COMPARABLE_FIT * max(misfit, 1e-9)
                    for period, value in zip(panel.periods, other, strict=True)
                ],
                schema={"name": pl.String, "period": pl.String, "gap": pl.Float64},
            ),
        },
    )


def _few_donors(donors: int) -> tuple[Flag, ...]:
    """With so few that even the greatest gap of all is no rarity, no effect can be told."""
    if 1 / (donors + 1) <= SURPRISING:
        return ()
    least = math.ceil(1 / SURPRISING) - 1
    return (
        Flag(
            "FEWDONORS",
            f"With {donors} comparison areas even the greatest gap of all would come up by chance "
            f"once in {donors + 1}: an effect can be told from {least} on.",
        ),
    )


def _against(panel: Panel, own: int, donors: np.ndarray) -> tuple[Floats, Floats, float]:
    """Weights of the donors, the gap in every period, and the root mean square misfit before."""
    before = slice(None, panel.start)
    target, others = panel.counts[own, before], panel.counts[donors][:, before]
    weights = simplex_weights(others.T, target)
    gap = panel.counts[own] - weights @ panel.counts[donors]
    return weights, gap, float(np.sqrt((gap[before] ** 2).mean()))


def simplex_weights(columns: Floats, target: Floats) -> Floats:
    """Weights >= 0 that sum to one and bring `columns` (periods by donors) nearest to `target`."""
    n = columns.shape[1]
    scale = max(float(np.abs(target).max()), 1.0)
    x, y = columns / scale, target / scale

    def loss(w: Floats) -> float:
        return float(((x @ w - y) ** 2).sum())

    def slope(w: Floats) -> Floats:
        return np.asarray(2.0 * x.T @ (x @ w - y))

    found = minimize(  # type: ignore[call-overload]
        loss,
        np.full(n, 1.0 / n),
        jac=slope,
        bounds=[(0.0, 1.0)] * n,
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": lambda _: np.ones(n)}],
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    )
    weights = np.maximum(found.x, 0.0)
    return np.asarray(weights / weights.sum())
