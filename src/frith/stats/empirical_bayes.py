"""Empirical-Bayes rates: small areas borrow strength from the rest.

Sources: Marshall (1991), "Mapping disease and mortality rates using empirical Bayes estimators",
Applied Statistics 40, 283–294; Assunção and Reis (1999), "A new proposal to adjust Moran's I for
population density", Statistics in Medicine 18, 2147–2162.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from frith.stats.intervals import Floats


class Moments(NamedTuple):
    """Mean rate `m`, and `a`, the variance of true rates about it (0 where chance will do)."""

    m: float
    a: float


def marshall_moments(counts: npt.ArrayLike, population: npt.ArrayLike) -> Moments:
    """Marshall's moment estimates of the mean rate and of the variance between true rates.

    `counts` and `population`: one-dimensional, same length; areas without population are left out.
    Both are NaN where no area has any. A negative variance becomes 0. Source: Marshall (1991).
    """
    events, people = _usable(counts, population)
    total = people.sum()
    if total == 0:
        return Moments(float("nan"), float("nan"))
    m = float(events.sum() / total)
    s2 = float(np.sum(people * (events / people - m) ** 2) / total)
    return Moments(m, max(0.0, s2 - m / float(people.mean())))


def marshall_global(counts: npt.ArrayLike, population: npt.ArrayLike) -> Floats:
    """Rates shrunk towards the mean of all areas, the more the smaller the area.

    `counts`, `population`: one-dimensional, same length. Returns events per head (multiply by
    1,000 for the usual rate); NaN where the population is zero or missing. Assumes areas are
    alike but for chance and a common spread: where one part of the district is plainly another
    world, use `marshall_local`. Not for testing: shrinking makes neighbours alike only where the
    local form is used. Source: Marshall (1991).
    """
    m, a = marshall_moments(counts, population)
    return _shrunk(counts, population, m=m, a=a)


def marshall_local(
    counts: npt.ArrayLike, population: npt.ArrayLike, neighbours: Sequence[npt.ArrayLike]
) -> Floats:
    """Rates shrunk towards the mean of each area's neighbours and itself.

    `neighbours`: for each area the positions of its neighbours, itself not among them. Other
    arguments and result as `marshall_global`. The variance within a neighbourhood is of each
    member's rate about *that member's own* neighbourhood mean, as Marshall writes it. Never use
    as input to a test of clustering: it makes neighbours alike by construction.
    Source: Marshall (1991).
    """
    events, people = np.asarray(counts, dtype=np.float64), _positive(population)
    missing = np.isnan(people) | np.isnan(events)
    events, people = np.where(missing, 0.0, events), np.where(missing, 0.0, people)
    members = _membership(neighbours)
    held = members @ people
    with np.errstate(invalid="ignore", divide="ignore"):
        m = members @ events / held
        squared = np.where(missing, 0.0, people * (events / people - m) ** 2)
        mean_people = held / (members @ (~missing).astype(np.float64))
        a = np.maximum(members @ squared / held - m / mean_people, 0.0)
    return _shrunk(events, people, m=m, a=a)


def standardised_rate(counts: npt.ArrayLike, population: npt.ArrayLike) -> Floats:
    """Each area's distance from the mean rate in units of what chance and spread would give.

    (r − m) / √(a + m/P): mean 0 and variance about 1 whatever the population, so areas may be
    exchanged in a permutation test. Arguments as `marshall_global`; NaN without population, all
    zero where nothing was counted. Source: Assunção and Reis (1999).
    """
    m, a = marshall_moments(counts, population)
    events = np.asarray(counts, dtype=np.float64)
    people = _positive(population)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(a + m / people)
        z = np.where(spread > 0, (events / people - m) / spread, 0.0)
    return np.where(np.isnan(people) | np.isnan(events), np.nan, z)


def _shrunk(
    counts: npt.ArrayLike, population: npt.ArrayLike, *, m: npt.ArrayLike, a: npt.ArrayLike
) -> Floats:
    """w·r + (1 − w)·m with w = a / (a + m/P)."""
    events = np.asarray(counts, dtype=np.float64)
    people = _positive(population)
    mean = np.asarray(m, dtype=np.float64)
    between = np.asarray(a, dtype=np.float64)
    within = mean / people
    with np.errstate(invalid="ignore", divide="ignore"):
        w = np.where(between + within > 0, between / (between + within), 0.0)
    return np.where(np.isnan(people), np.nan, w * events / people + (1 - w) * mean)


def _membership(neighbours: Sequence[npt.ArrayLike]) -> sparse.csr_array:
    """Rows of 0 and 1: who belongs to each area's neighbourhood, itself included."""
    n = len(neighbours)
    rows = [np.asarray(near, dtype=np.int64) for near in neighbours]
    ends = np.concatenate([[0], np.cumsum([row.size for row in rows], dtype=np.int64)])
    flat = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    others = sparse.csr_array((np.ones(flat.size), flat, ends), shape=(n, n))
    return sparse.csr_array(others + sparse.eye_array(n))


def _positive(population: npt.ArrayLike) -> Floats:
    """Populations, with NaN for zero."""
    people = np.asarray(population, dtype=np.float64)
    return np.where(people > 0, people, np.nan)


def _usable(counts: npt.ArrayLike, population: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Events and population of the areas that have both."""
    events = np.asarray(counts, dtype=np.float64)
    people = _positive(population)
    kept = ~(np.isnan(people) | np.isnan(events))
    return events[kept], people[kept]
