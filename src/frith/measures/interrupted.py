"""Interrupted time series: what would have come without the response, and what came.

Bernal, Cummins & Gasparrini (2017), Interrupted time series regression for the evaluation of public
health interventions, Int. J. Epidemiology 46. Newey & West (1987) for autocorrelation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from frith.measures.limits import Floats
from frith.measures.verdicts import Effect, caution, guarded, judge, no_effect, sentence
from frith.results import Flag, Interval, Severity, frame_hash

METHOD = "segmented quasi-Poisson regression [Bernal et al. 2017], Newey–West intervals"
FEWEST_BEFORE, FEWEST_AFTER = 24, 6
SEASON = 12
MOST_LAG = 12
DRAWS = 4000
HARMONICS = 2


@dataclass(frozen=True)
class Segments:
    """The fitted model: coefficients by name, with standard errors of both kinds."""

    names: tuple[str, ...]
    coefficients: Floats
    se: Floats
    se_robust: Floats
    dispersion: float
    fitted: Floats
    counterfactual: Floats
    lag_one: float


def fit_segments(
    counts: Floats,
    *,
    start: int,
    month: Floats | None = None,
    exposure: Floats | None = None,
    control: Floats | None = None,
) -> Segments:
    """ln μ = β0 + β1 t + β2 post + β3 (t − t0) post + two harmonic pairs (+ offset, + control),
    with t0 the last period before, so that the first period of the response counts as one.

    `counts`: events by period, in order. `start`: index of the first period of the response.
    `month`: 1 … 12 for each period, where there are seasons. `exposure`: offset, such as days or
    people. `control`: a comparison series, entered as its logarithm. Quasi-Poisson, Pearson scale.
    """
    design, names = _design(len(counts), start, month, control)
    offset = None if exposure is None else np.log(exposure)
    model = GLM(counts, design, family=Poisson(), offset=offset)
    plain = model.fit(scale="X2")
    lags = int(min(MOST_LAG, max(1, round(len(counts) ** 0.25 * 1.5))))
    robust = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    without = design.copy()
    without[:, [names.index("post"), names.index("post_slope")]] = 0.0
    expected = (
        plain.predict(without, offset=offset) if offset is not None else plain.predict(without)
    )
    residual = (counts - plain.fittedvalues) / np.sqrt(plain.fittedvalues)
    return Segments(
        names=tuple(names),
        coefficients=np.asarray(plain.params),
        se=np.asarray(plain.bse),
        se_robust=np.asarray(robust.bse),
        dispersion=float(plain.scale),
        fitted=np.asarray(plain.fittedvalues),
        counterfactual=np.asarray(expected),
        lag_one=float(np.corrcoef(residual[:-1], residual[1:])[0, 1]),
    )


def _design(
    n: int, start: int, month: Floats | None, control: Floats | None
) -> tuple[Floats, list[str]]:
    time = np.arange(n, dtype=np.float64)
    post = (time >= start).astype(np.float64)
    columns = [np.ones(n), time, post, (time - start + 1.0) * post]
    names = ["constant", "time", "post", "post_slope"]
    if month is not None:
        for harmonic in range(1, HARMONICS + 1):
            angle = 2.0 * np.pi * harmonic * month / SEASON
            columns += [np.sin(angle), np.cos(angle)]
            names += [f"sin{harmonic}", f"cos{harmonic}"]
    if control is not None:
        columns.append(np.log(np.maximum(control, 0.5)))
        names.append("control")
    return np.column_stack(columns), names


def interrupted(
    series: pl.DataFrame,
    *,
    start: str,
    rng: np.random.Generator,
    picked: bool = False,
    activity_led: bool = False,
    seed: int | None = None,
) -> Effect:
    """How many events more or fewer there were than the series before would have led to.

    `series`: `period` (YYYY-MM or any order of time), `count`, and where known `denominator`
    (exposure) and `control` (a comparison series). `start`: the first period of the response.
    Refused with fewer than 24 periods before or six after. The estimate is events observed less
    events expected from `start` on; its interval comes from draws of the fitted model with
    Newey–West covariance and overdispersion. Assumes that nothing else changed at `start`; with a
    control series, nothing that the control did not feel too. Raises `ValueError` for an unknown
    start.
    """
    periods = [str(period) for period in series["period"]]
    if start not in periods:
        raise ValueError(f"no period {start}")
    at = periods.index(start)
    if at < FEWEST_BEFORE or len(periods) - at < FEWEST_AFTER:
        return no_effect(
            METHOD,
            Flag(
                "SHORT",
                f"{at} periods before and {len(periods) - at} after; {FEWEST_BEFORE} and "
                f"{FEWEST_AFTER} are the least from which a change can be told from a season.",
            ),
            seed=seed,
        )
    counts = series["count"].cast(pl.Float64).to_numpy()
    if counts[:at].sum() == 0:
        return no_effect(
            METHOD, Flag("ZERO", "Nothing was counted before the response."), seed=seed
        )
    fitted = fit_segments(
        counts,
        start=at,
        month=_months(periods),
        exposure=_column(series, "denominator"),
        control=_control(series),
    )
    difference = float(counts[at:].sum() - fitted.counterfactual[at:].sum())
    interval, lo, hi = _interval(counts, fitted, series, periods=periods, at=at, rng=rng)
    verdict = guarded(
        judge(interval, expected=float(fitted.counterfactual[at:].sum())), picked=picked
    )
    return Effect(
        method=METHOD,
        value=difference,
        interval=interval,
        estimate=difference,
        se=(interval.hi - interval.lo) / 3.919927969,
        interval_95=interval,
        verdict=verdict,
        seed=seed,
        data_hash=frame_hash(series),
        parameters={
            "start": start,
            "dispersion": fitted.dispersion,
            "periods_before": at,
            "periods_after": len(periods) - at,
            "lag_one": fitted.lag_one,
            "seasons": _months(periods) is not None,
            "control": _control(series) is not None,
            "expected": float(fitted.counterfactual[at:].sum()),
            "step": float(fitted.coefficients[fitted.names.index("post")]),
            "step_se": float(fitted.se[fitted.names.index("post")]),
        },
        flags=(
            *caution(picked=picked, activity_led=activity_led),
            *_flags(series, periods, fitted),
        ),
        sentence=sentence(
            verdict,
            difference,
            interval,
            forecast="the periods before led to expect",
            activity_led=activity_led,
        ),
        tables={
            "series": pl.DataFrame(
                {
                    "period": periods,
                    "count": counts,
                    "fitted": fitted.fitted,
                    "expected_without": fitted.counterfactual,
                    "lo": [None] * at + lo.tolist(),
                    "hi": [None] * at + hi.tolist(),
                },
                schema_overrides={"lo": pl.Float64, "hi": pl.Float64},
            )
        },
    )


def _interval(
    counts: Floats,
    fitted: Segments,
    series: pl.DataFrame,
    *,
    periods: list[str],
    at: int,
    rng: np.random.Generator,
) -> tuple[Interval, Floats, Floats]:
    """Observed less expected, over draws of the coefficients and of the counts themselves.

    And the reach of what would have come in each period after the start.
    """
    design, names = _design(len(counts), at, _months(periods), _control(series))
    exposure = _column(series, "denominator")
    offset = np.zeros(len(counts)) if exposure is None else np.log(exposure)
    model = GLM(counts, design, family=Poisson(), offset=offset)
    lags = int(min(MOST_LAG, max(1, round(len(counts) ** 0.25 * 1.5))))
    covariance = np.asarray(model.fit(cov_type="HAC", cov_kwds={"maxlags": lags}).cov_params())
    plain = np.asarray(model.fit(scale="X2").cov_params())
    if np.trace(plain) > np.trace(covariance):  # short series: the robust one can be too small
        covariance = plain
    drawn = rng.multivariate_normal(fitted.coefficients, covariance, size=DRAWS, method="eigh")
    drawn[:, [names.index("post"), names.index("post_slope")]] = 0.0
    expected = np.exp(np.clip(drawn @ design[at:].T + offset[at:], -50, 50))
    phi = max(1.0, fitted.dispersion)
    noise = rng.normal(size=expected.shape) * np.sqrt(phi * expected)
    drawn_counts = np.maximum(expected + noise, 0.0)
    difference = counts[at:].sum() - (expected + noise).sum(axis=1)
    lo, hi = np.quantile(difference, (0.025, 0.975))
    low, high = np.quantile(drawn_counts, (0.025, 0.975), axis=0)
    return Interval(float(lo), float(hi), 0.95, "simulation, Newey–West"), low, high


def _months(periods: list[str]) -> Floats | None:
    """Month numbers, where the periods are months."""
    try:
        return np.asarray([int(period[5:7]) for period in periods if period[4] == "-"], float)
    except (ValueError, IndexError):
        return None


def _column(series: pl.DataFrame, name: str) -> Floats | None:
    if name not in series.columns or series[name].null_count():
        return None
    return series[name].cast(pl.Float64).to_numpy()


def _control(series: pl.DataFrame) -> Floats | None:
    """The comparison series; none where it never moves, because then it says nothing."""
    found = _column(series, "control")
    return None if found is None or np.ptp(found) == 0 else found


def _flags(series: pl.DataFrame, periods: list[str], fitted: Segments) -> tuple[Flag, ...]:
    flags = []
    if "control" not in series.columns:
        flags.append(
            Flag("NOCONTROL", "Without a comparison series, whatever else changed then is in it.")
        )
    if _months(periods) is None:
        flags.append(Flag("SEASON", "The periods are not months: seasons are not allowed for."))
    if abs(fitted.lag_one) > 2.0 / np.sqrt(len(periods)):
        flags.append(
            Flag(
                "AUTOCORRELATION",
                f"Neighbouring months resemble each other (correlation {fitted.lag_one:.2f}); the "
                "interval allows for it.",
                Severity.NOTE,
            )
        )
    return tuple(flags)
