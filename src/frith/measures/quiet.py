"""The signal for a whole chart, and how often the four rules mark a quiet one like it."""

from __future__ import annotations

import numpy as np

from frith.measures import limits as lim
from frith.measures.calibrated import Calibrated, calibrate_counts, calibrate_values
from frith.measures.limits import Floats, Limits
from frith.measures.series import Series, limits_of
from frith.measures.signals import false_alarm_rate


def signal_of(data: Series, kind: str, rng: np.random.Generator) -> Calibrated:
    """The chart-wide signal suited to the kind of chart."""
    if kind in ("c", "u", "p"):
        return calibrate_counts(data.counts, data.sizes, rng=rng, share=kind == "p")
    if kind in ("g", "t"):
        return calibrate_values(np.maximum(data.values, 0.5) ** lim.T_POWER, rng=rng)
    if (data.values >= 0).all():  # square roots make the spread of counts the same at every level
        return calibrate_values(np.sqrt(data.values), rng=rng)
    return calibrate_values(data.values, rng=rng)


def false_alarms_of(data: Series, kind: str, rng: np.random.Generator) -> float:
    """Share of quiet series like this one that the four rules mark somewhere."""
    n, mean, total = len(data.values), float(data.values.mean()), data.counts.sum()

    def draw(times: int) -> Floats:
        if kind == "p":
            chance = total / data.sizes.sum()
            cases = rng.binomial(data.sizes.astype(np.int64), chance, size=(times, n))
            return np.asarray(cases / data.sizes)
        if kind in ("c", "u"):
            drawn = rng.poisson(total * data.sizes / data.sizes.sum(), size=(times, n))
            return np.asarray(drawn / data.sizes)
        if kind == "g":
            return (rng.geometric(1 / (mean + 1), size=(times, n)) - 1).astype(np.float64)
        if kind == "t":
            return rng.exponential(mean, size=(times, n))
        return rng.normal(size=(times, n))

    def limits_about(series: Floats) -> Limits:
        if kind in ("u", "p"):
            return _of_rates(series, data, kind)
        return limits_of(
            Series(data.periods, series, series, data.sizes, rated=False), _plain(kind)
        )

    return false_alarm_rate(draw, limits_about, simulations=500)


def _plain(kind: str) -> str:
    return "xmr" if kind.endswith("prime") else kind


def _of_rates(rates: Floats, data: Series, kind: str) -> Limits:
    """Limits of a rate chart about drawn rates over the same denominators."""
    return limits_of(Series(data.periods, rates, rates * data.sizes, data.sizes, rated=True), kind)
