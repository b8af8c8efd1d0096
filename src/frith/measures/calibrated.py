"""One signal for the whole chart, wrong for at most one quiet series in twenty.

The four rules look at every point in four ways, so a fifth to a half of quiet two-year series are
marked somewhere. A board, or an alert that nobody has chosen to look at, needs a signal that holds
its promise for the chart as a whole. This one asks once: is there a level shift, a drift or a
single period that chance would not produce anywhere in a series of this length and total?

The statistic is the greatest log likelihood ratio over shifts, drift and single periods (a scan:
Kulldorff 1997; change points: Hinkley 1970). Its distribution comes from series with the same
total shared out by chance, so that the promise holds for small counts exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from frith.measures.limits import Floats

PROMISE = 0.05
"""At most this share of quiet series is called changed."""
DRAWS = 1999
SHORTEST_SIDE = 3
"""A shift needs three periods on each side."""
STEP = 1.5
"""Power is told against a rise by half, from the middle of the series on."""
POWER_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Whether the series changed, how, from which point on, and how well that can be seen.

    `kind` is `shift`, `drift` or `single period`; `at` the index of the first point of it (None for
    a drift); `up` its direction. `p` is the share of quiet series that look as changed as this one.
    `power` is the chance of noticing a rise by half from the middle on.
    """

    changed: bool
    kind: str
    at: int | None
    up: bool
    p: float
    power: float


def calibrate_counts(
    counts: Floats, sizes: Floats, *, rng: np.random.Generator, share: bool = False
) -> Calibrated:
    """The chart-wide signal for counts over sizes (all 1 for equal periods).

    `share`: counts are so many of the sizes. The null shares out the series' own total: multinomial
    for events, multivariate hypergeometric for shares. Raises `ValueError` for fewer than six
    points. Assumes events come singly; where they do not, use `calibrate_values`.
    """
    _long_enough(counts)
    total = int(counts.sum())
    weight = sizes / sizes.sum()
    if total == 0:
        return Calibrated(False, "", None, False, 1.0, 0.0)
    quiet = _quiet(sizes, total, rng=rng, share=share, draws=DRAWS)
    score, window = _count_scores(counts[None, :], weight)
    null = _count_scores(quiet, weight)[0].max(axis=1)
    threshold = float(np.quantile(null, 1.0 - PROMISE))
    tilted = weight * np.where(np.arange(len(counts)) >= len(counts) // 2, STEP, 1.0)
    raised = rng.poisson(total * tilted, size=(POWER_DRAWS, len(counts))).astype(np.float64)
    power = float((_count_scores(raised, weight)[0].max(axis=1) > threshold).mean())
    return _told(score[0], window, counts / np.maximum(weight, 1e-300), null, power)


def calibrate_values(values: Floats, *, rng: np.random.Generator) -> Calibrated:
    """The chart-wide signal for measurements and for counts that vary more than chance.

    The null is a normal series; scores are free of its mean and spread. Not for skewed values.
    Raises `ValueError` for fewer than six points.
    """
    _long_enough(values)
    if np.ptp(values) == 0:
        return Calibrated(False, "", None, False, 1.0, 0.0)
    n = len(values)
    score, window = _value_scores(values[None, :])
    null = _normal_null(n)
    threshold = float(np.quantile(null, 1.0 - PROMISE))
    mean, spread = float(values.mean()), float(np.diff(values).std() / np.sqrt(2.0))
    raised = rng.normal(mean, spread, size=(POWER_DRAWS, n))
    raised[:, n // 2 :] += (STEP - 1.0) * mean
    power = float((_value_scores(raised)[0].max(axis=1) > threshold).mean())
    return _told(score[0], window, values, null, power)


def _long_enough(values: Floats) -> None:
    if len(values) < 2 * SHORTEST_SIDE:
        raise ValueError(f"at least {2 * SHORTEST_SIDE} points are needed")


def _told(
    score: Floats, windows: list[tuple[str, int | None]], level: Floats, null: Floats, power: float
) -> Calibrated:
    best = int(score.argmax())
    kind, at = windows[best]
    p = float(((null >= score[best] - 1e-12).sum() + 1) / (len(null) + 1))
    if kind == "drift":
        up = bool(np.polyfit(np.arange(len(level)), level, 1)[0] > 0)
    elif kind == "shift":
        up = bool(level[at:].mean() > level[:at].mean())
    else:
        up = bool(level[at] > level.mean())
    return Calibrated(p <= PROMISE, kind if p <= PROMISE else "", at, up, p, power)


def _quiet(
    sizes: Floats, total: int, *, rng: np.random.Generator, share: bool, draws: int
) -> Floats:
    """Series with this total and no change in them."""
    if share:
        whole = np.rint(sizes).astype(np.int64)
        found = rng.multivariate_hypergeometric(whole, total, size=draws, method="marginals")
    else:
        found = rng.multinomial(total, sizes / sizes.sum(), size=draws)
    return found.astype(np.float64)


def _windows(n: int) -> list[tuple[str, int | None]]:
    """Shifts by their first point, single periods, and drift: what each score is of."""
    shifts: list[tuple[str, int | None]] = [
        ("shift", at) for at in range(SHORTEST_SIDE, n - SHORTEST_SIDE + 1)
    ]
    return [*shifts, *[("single period", at) for at in range(n)], ("drift", None)]


def _count_scores(counts: Floats, weight: Floats) -> tuple[Floats, list[tuple[str, int | None]]]:
    """Log likelihood ratios of every window for every series (rows)."""
    n = counts.shape[1]
    total = counts.sum(axis=1, keepdims=True)
    after = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    share_after = weight[::-1].cumsum()[::-1]
    cuts = np.arange(SHORTEST_SIDE, n - SHORTEST_SIDE + 1)
    shift = _two_parts(after[:, cuts], total, share_after[cuts])
    single = _two_parts(counts, total, weight)
    time = np.arange(n) - (weight * np.arange(n)).sum()
    variance = total[:, 0] * (weight * time**2).sum()
    drift = (counts @ time) ** 2 / (2.0 * np.maximum(variance, 1e-300))
    return np.hstack([shift, single, drift[:, None]]), _windows(n)


def _two_parts(inside: Floats, total: Floats, share: Floats) -> Floats:
    """Log likelihood ratio of two rates against one, given the total."""
    expected = total * share
    outside = total - inside
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(inside > 0, inside * np.log(inside / expected), 0.0)
        second = np.where(outside > 0, outside * np.log(outside / (total - expected)), 0.0)
    return np.nan_to_num(first + second)


def _value_scores(values: Floats) -> tuple[Floats, list[tuple[str, int | None]]]:
    """Log likelihood ratios for normal values with unknown spread."""
    n = values.shape[1]
    centred = values - values.mean(axis=1, keepdims=True)
    whole = (centred**2).sum(axis=1, keepdims=True)
    cuts = np.arange(SHORTEST_SIDE, n - SHORTEST_SIDE + 1)
    after = centred[:, ::-1].cumsum(axis=1)[:, ::-1][:, cuts]
    shift = after**2 / (n - cuts) + after**2 / cuts
    single = centred**2 * n / (n - 1)
    time = np.arange(n) - (n - 1) / 2
    drift = (centred @ time) ** 2 / (time**2).sum()
    explained = np.hstack([shift, single, drift[:, None]])
    left = np.maximum(whole - explained, 1e-12 * whole)
    return 0.5 * n * np.log(whole / left), _windows(n)


@lru_cache(maxsize=64)
def _normal_null(n: int) -> Floats:
    """Greatest scores of quiet normal series; the same for every mean and spread."""
    rng = np.random.default_rng(n)
    return np.asarray(_value_scores(rng.normal(size=(DRAWS, n)))[0].max(axis=1))
