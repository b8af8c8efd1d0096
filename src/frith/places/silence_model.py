"""What areas like it send: expectations from the others only, and how far chance alone reaches.

Sources: Hilbe (2011), "Negative Binomial Regression"; Marshall and Spiegelhalter (2003), Statistics
in Medicine 22, 1649–1660 (each left out of its own); Clayton and Kaldor (1987), Biometrics 43,
671–681 (an area's own level from the rest of it, gamma and Poisson).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import betainc, pdtr

from frith.errors import BadInput
from frith.places.inputs import keyed
from frith.stats.intervals import Floats
from frith.stats.negative_binomial import fit_counts

NODES = 15
WHOLE = "All agencies"
LEAST_SPREAD = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """One row for each area, or each area and agency, in order of area then agency.

    `design`: level, predictors of the area, then a level for each agency but the first.
    """

    code: npt.NDArray[Any]
    agency: npt.NDArray[Any]
    received: Floats
    design: Floats
    offset: Floats
    names: tuple[str, ...]
    predictors: int
    """How many columns of the design differ between areas."""

    @property
    def areas(self) -> int:
        """How many areas."""
        return int(np.unique(self.code).size)

    @property
    def agencies(self) -> int:
        """How many agencies; 1 where they are not asked of singly."""
        return self.code.size // max(self.areas, 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Expected:
    """For each cell: its mean, the error of the mean's logarithm, and spread beyond Poisson."""

    mean: Floats
    error: Floats
    alpha: Floats


def cells_of(reports: pl.DataFrame, predictors: pl.DataFrame) -> Cells:
    """Received, design and offset by area (and agency); an area without a report has 0."""
    places = predictors.filter(pl.col("population") > 0).sort("code")
    if places["code"].is_duplicated().any():
        raise BadInput("an area has two rows", where="predictors", mend="Keep one row an area.")
    by_agency = "agency" in reports.columns
    keys = ("code", "agency") if by_agency else ("code",)
    received = keyed(reports, table="reports", keys=keys)
    agencies = received["agency"].unique().sort().to_list() if by_agency else [WHOLE]
    grid = places.join(pl.DataFrame({"agency": agencies}), how="cross")
    grid = grid.join(received, on=list(keys), how="left").with_columns(pl.col("n").fill_null(0.0))
    grid = grid.sort("code", "agency")
    named = [c for c in predictors.columns if c not in ("code", "population")]
    columns, names = [np.ones(grid.height)], ["level"]
    for name in named:
        values = grid[name].cast(pl.Float64).to_numpy()
        if np.isnan(values).any():
            raise BadInput(f"{name} has gaps", where="predictors", mend="Leave those areas out.")
        if values.std() > 0:  # the same everywhere explains nothing
            columns.append((values - values.mean()) / values.std())
            names.append(name)
    levels = [(grid["agency"] == one).to_numpy().astype(np.float64) for one in agencies[1:]]
    return Cells(
        code=grid["code"].to_numpy(),
        agency=grid["agency"].to_numpy(),
        received=grid["n"].to_numpy(),
        design=np.column_stack([*columns, *levels]),
        offset=np.log(grid["population"].cast(pl.Float64).to_numpy()),
        names=(*names, *agencies[1:]),
        predictors=len(names) - 1,
    )


def whole_of(cells: Cells) -> Cells:
    """The same areas with all agencies together."""
    first = np.arange(0, cells.code.size, cells.agencies)
    received = cells.received.reshape(-1, cells.agencies).sum(axis=1)
    kept = cells.predictors + 1
    return Cells(
        code=cells.code[first],
        agency=np.full(first.size, WHOLE, dtype=object),
        received=received,
        design=cells.design[first, :kept],
        offset=cells.offset[first],
        names=cells.names[:kept],
        predictors=cells.predictors,
    )


def left_out(cells: Cells) -> Expected:
    """What areas like it send, each area left out of its own expectation."""
    mean, error, alpha = (np.empty(cells.received.size) for _ in range(3))
    for code in np.unique(cells.code):
        mine = cells.code == code
        fit = fit_counts(cells.received[~mine], cells.design[~mine], offset=cells.offset[~mine])
        x = cells.design[mine]
        mean[mine] = np.exp(x @ fit.coefficients + cells.offset[mine])
        error[mine] = np.sqrt(np.einsum("ij,jk,ik->i", x, fit.covariance, x))
        alpha[mine] = fit.alpha
    return Expected(mean=mean, error=error, alpha=alpha)


def by_agency(cells: Cells, whole: Expected) -> Expected:
    """What each agency should send from each area: its share, moved by what the others send there.

    `whole`: of the areas, all agencies together. With a level for each agency and predictors of the
    area, a Poisson model's fit is the area's mean times the agency's share elsewhere, so one model
    serves every agency. Spread beyond it is split into what an area's agencies share and what each
    has alone (`_alone`). The former is a gamma prior on the area's own level; the other agencies'
    reports from the area update it, counted for less where agencies differ much by themselves.
    """
    n = cells.agencies
    received = cells.received.reshape(-1, n)
    seen = received.sum(axis=1, keepdims=True)
    elsewhere = received.sum(axis=0, keepdims=True) - received
    share = elsewhere / np.maximum(elsewhere.sum(axis=1, keepdims=True), 1.0)
    mean = whole.mean[:, None] * share
    due = mean.sum(axis=1, keepdims=True)
    own = _alone(received, share)
    evenness = np.sum(share**2, axis=1, keepdims=True)
    shape = 1 / np.maximum(whole.alpha[:, None] - own * evenness, LEAST_SPREAD)
    others_due, others_seen = due - mean, seen - received
    squares = np.sum(mean**2, axis=1, keepdims=True) - mean**2
    trust = 1 / (1 + own * squares / np.maximum(others_due, LEAST_SPREAD))
    level = (shape + trust * others_seen) / (shape + trust * others_due)
    unsure = 1 / (shape + trust * others_seen)
    error = np.sqrt(whole.error[:, None] ** 2 + 1 / np.maximum(elsewhere, 1.0))
    return Expected(
        mean=(mean * level).ravel(),
        error=error.ravel(),
        alpha=((1 + own) * (1 + unsure) - 1).ravel(),
    )


def _alone(received: Floats, share: Floats) -> float:
    """How much agencies differ from area to area by themselves, given what an area sends in all.

    By moments: the squared differences beyond a multinomial's, over what a spread of 1 would add.
    """
    total = received.sum(axis=1, keepdims=True)
    beyond = (received - total * share) ** 2 - total * share * (1 - share)
    evenness = np.sum(share**2, axis=1, keepdims=True)
    added = (total * share) ** 2 * (1 - 2 * share + evenness)
    return max(0.0, float(beyond.sum() / max(added.sum(), LEAST_SPREAD)))


def lower_tail(count: Floats, expected: Expected) -> Floats:
    """P(at most this many), averaged over what the expectation itself may be."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    mean = expected.mean[:, None] * np.exp(expected.error[:, None] * nodes)
    k = np.broadcast_to(count[:, None], mean.shape)
    extra = np.maximum(expected.alpha, 1e-9)[:, None]
    negative = betainc(1 / extra, k + 1, 1 / (1 + extra * mean))
    tail = np.where(expected.alpha[:, None] > LEAST_SPREAD, negative, pdtr(k, mean))
    return np.asarray(tail @ (weights / weights.sum()), dtype=np.float64)


def power_of(expected: Expected, *, left: float, p: float) -> Floats:
    """The chance that a cell sending `left` of its due falls to a lower tail of `p` or less.

    With the spread that cells alike have: where it is wide, even a silent one need not stand out.
    """
    least = np.full(expected.mean.size, -1.0)
    most = np.ceil(expected.mean)
    # the largest count still in the tail, by halving: the tail rises with the count
    while (going := most - least > 1).any():
        middle = np.floor((least + most) / 2)
        within = lower_tail(middle, expected) <= p
        least = np.where(going & within, middle, least)
        most = np.where(going & ~within, middle, most)
    silent = Expected(mean=left * expected.mean, error=expected.error, alpha=expected.alpha)
    found = lower_tail(np.maximum(least, 0.0), silent)
    return np.where(least < 0, 0.0, found)


def usual_range(expected: Expected) -> tuple[Floats, Floats]:
    """The middle 95% of what areas like it send, by walking up the counts."""
    lo, hi = np.full(expected.mean.size, -1.0), np.full(expected.mean.size, -1.0)
    count, step = np.zeros(expected.mean.size), np.maximum(1.0, np.floor(expected.mean / 50))
    while (left := np.flatnonzero(hi < 0)).size:
        some = Expected(
            mean=expected.mean[left], error=expected.error[left], alpha=expected.alpha[left]
        )
        tail = lower_tail(count[left], some)
        lo[left] = np.where((lo[left] < 0) & (tail >= 0.025), count[left], lo[left])
        hi[left] = np.where(tail >= 0.975, count[left], hi[left])
        count += step
    return lo, hi


def whole_model(cells: Cells) -> pl.DataFrame:
    """The model of all areas together, for the appendix."""
    fit = fit_counts(cells.received, cells.design, offset=cells.offset)
    half = 1.959963984540054 * fit.standard_errors
    return pl.DataFrame(
        {
            "term": list(cells.names),
            "coefficient": fit.coefficients,
            "lo": fit.coefficients - half,
            "hi": fit.coefficients + half,
        }
    )
