"""Bootstrap with full re-selection in every resample, and BCa limits with guards.

DiCiccio & Efron (1996), Bootstrap confidence intervals, Statist. Sci. 11;
Chan, Silverman & Vincent (2021), section 3.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from frith.prevalence.captures import Floats

TIE = 1e-8
"""Replicates this close to the estimate (relative) are ties and count as below it, so that rounding
in the last digit does not decide where they fall."""

Totals = Callable[[Floats], Floats]
"""From tables (batch, cells) to N̂ for each, model selection included."""


@dataclass(frozen=True)
class Bootstrap:
    """N̂ in each resample, and what turns their quantiles into BCa limits."""

    estimate: float
    replicates: Floats
    bias: float
    acceleration: float
    share_below: float

    @property
    def share_infinite(self) -> float:
        """Share of resamples in which no finite estimate exists."""
        return float(np.isinf(self.replicates).mean())

    def limit(self, level: float) -> float:
        """The BCa limit at `level`, such as 0.975; infinite where the replicates are."""
        z = self.bias + norm.ppf(level)
        corrected = norm.cdf(self.bias + z / (1.0 - self.acceleration * z))
        return quantile(self.replicates, float(corrected))

    def interval(self, level: float) -> tuple[float, float]:
        """Equal-tailed BCa interval, such as level 0.95."""
        tail = (1.0 - level) / 2.0
        return self.limit(tail), self.limit(1.0 - tail)


def resample(counts: Floats, *, replicates: int, rng: np.random.Generator) -> Floats:
    """Multinomial resamples of the M people seen. Shape (replicates, cells)."""
    seen = int(counts.sum())
    return rng.multinomial(seen, counts / seen, size=replicates).astype(np.float64)


def bca(counts: Floats, estimate: float, resamples: Floats, totals: Totals) -> Bootstrap:
    """Replicates, bias correction and acceleration.

    `counts`: (cells,), the table. `resamples`: (B, cells). `totals` re-selects and refits. The
    acceleration comes from leaving out one person of each distinct history in turn, weighted by
    how many share it. A bias correction that would be infinite is held at half a replicate.
    """
    replicates = totals(resamples)
    held = np.flatnonzero(counts > 0)
    fewer = np.repeat(counts[None, :], len(held), axis=0)
    fewer[np.arange(len(held)), held] -= 1
    share_below = float((replicates <= estimate * (1.0 + TIE)).mean())
    half = 0.5 / len(replicates)
    return Bootstrap(
        estimate=estimate,
        replicates=replicates,
        bias=float(norm.ppf(min(max(share_below, half), 1.0 - half))),
        acceleration=_acceleration(totals(fewer), counts[held]),
        share_below=share_below,
    )


def _acceleration(left_out: Floats, weights: Floats) -> float:
    """a = Σ n d³ / (6 (Σ n d²)^{3/2}); 0 where leaving one person out changes nothing."""
    finite = np.isfinite(left_out)
    if not finite.any():
        return 0.0
    n, total = weights[finite], left_out[finite]
    difference = np.average(total, weights=n) - total
    spread = float((n * difference**2).sum())
    if spread <= (TIE * float(np.abs(total).max())) ** 2:
        return 0.0
    return float((n * difference**3).sum() / (6.0 * spread**1.5))


def quantile(values: Floats, level: float) -> float:
    """Median-unbiased quantile (Hyndman & Fan's type 8) that lets infinite values be infinite."""
    ordered = np.sort(values)
    n = len(ordered)
    position = min(max(n * level + (level + 1.0) / 3.0, 1.0), float(n))
    below = int(np.floor(position))
    share = position - below
    lo, hi = float(ordered[below - 1]), float(ordered[min(below, n - 1)])
    if share == 0.0 or lo == hi:
        return lo
    return lo + share * (hi - lo) if np.isfinite(hi) else hi
