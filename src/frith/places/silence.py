"""Silence: where fewer reports come from than places like it send. Never read as safety.

Source: Hilbe (2011), "Negative Binomial Regression", for the model; leaving each area out of its
own expectation follows Marshall and Spiegelhalter (2003), Statistics in Medicine 22, 1649–1660.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import betainc, pdtr

from frith.errors import BadInput
from frith.places import flags as flag
from frith.places.inputs import keyed, need
from frith.places.wording import capital, counted, listed
from frith.results import Flag, Result, Severity, frame_hash, refuse
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import Floats
from frith.stats.negative_binomial import fit_counts

METHOD = "expected reports, each area left out of its own, negative binomial [Hilbe 2011]"
Q = 0.05
FEWEST_AREAS = 20
AREAS_A_PREDICTOR = 10
"""Areas wanted for each predictor, below which a model only learns the areas by heart."""
NODES = 15
WHOLE = "All agencies"


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cells:
    """One row for each area, or each area and agency."""

    code: npt.NDArray[Any]
    agency: npt.NDArray[Any]
    received: Floats
    design: Floats
    offset: Floats
    names: tuple[str, ...]


def silence(
    reports: pl.DataFrame,
    predictors: pl.DataFrame,
    *,
    sessions: pl.DataFrame | None = None,
    q: float = Q,
) -> Result:
    """Which areas (and agencies) send fewer reports than others like them.

    `reports`: `code`, `n`, and `agency` to ask of each agency by itself; reports or referrals
    received. `predictors`: `code`, `population`, and any named numbers an area's reporting may hang
    on (deprivation, recorded crime rate, …), one row an area; it drives the list, so an area
    without a report is there with 0. `sessions`: `agency`, `n`, awareness sessions held by agency;
    without it each agency has a level of its own. Every area is judged by a negative binomial model
    of the others only, with the uncertainty of that model. Returns a `Result`: value is how many
    areas are quieter than expected; table `areas` (code, agency, received, expected, lo, hi, p, q,
    verdict); table `model` (term, coefficient, lo, hi). Verdict: fewer than expected (q ≤ 0.05,
    lower tail), as expected, cannot tell (so few expected that even none would not stand out).
    Refuses under 30 reports, 20 areas, or 10 areas a predictor. Silence is a question: fear,
    distrust, or nobody asked. It is never a sign that less goes on.
    """
    need(predictors, ["code", "population"], table="predictors")
    cells = _cells(reports, predictors, sessions)
    areas = int(np.unique(cells.code).size)
    shared: dict[str, Any] = {
        "parameters": {"predictors": list(cells.names), "areas": areas, "q": q},
        "data_hash": frame_hash(reports, predictors),
    }
    reason = _too_thin(cells, areas)
    if reason is not None:
        return refuse(METHOD, reason, sentence=f"{reason.text} {_NEVER_SAFE}", **shared)
    expected, spread, alpha = _left_out(cells)
    table = _judged(cells, expected, spread, alpha, q=q)
    quiet = table.filter(pl.col("verdict") == "fewer than expected")
    return Result(
        method=METHOD,
        value=float(quiet["code"].n_unique()),
        flags=_notes(table, areas),
        sentence=_sentence(quiet, table),
        tables={"areas": table, "model": _model(cells)},
        **shared,
    )


_NEVER_SAFE = "Few reports are not little harm: it may be fear, distrust, or that nobody asked."


def _cells(
    reports: pl.DataFrame, predictors: pl.DataFrame, sessions: pl.DataFrame | None
) -> _Cells:
    """Received, design and offset by area (and agency)."""
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
    extra, extra_names = _agency_columns(grid, agencies, sessions)
    return _Cells(
        code=grid["code"].to_numpy(),
        agency=grid["agency"].to_numpy(),
        received=grid["n"].to_numpy(),
        design=np.column_stack([*columns, *extra]),
        offset=np.log(grid["population"].cast(pl.Float64).to_numpy()),
        names=(*names, *extra_names),
    )


def _agency_columns(
    grid: pl.DataFrame, agencies: list[str], sessions: pl.DataFrame | None
) -> tuple[list[Floats], list[str]]:
    """How agencies differ: by sessions held where told, else a level each."""
    if len(agencies) < 2:
        return [], []
    if sessions is not None:
        held = dict(keyed(sessions, table="sessions", keys=("agency",)).rows())
        trained = np.log1p([held.get(agency, 0.0) for agency in grid["agency"]])
        return ([trained], ["sessions held"]) if np.ptp(trained) > 0 else ([], [])
    own = [(grid["agency"] == agency).to_numpy().astype(np.float64) for agency in agencies[1:]]
    return own, agencies[1:]


def _too_thin(cells: _Cells, areas: int) -> Flag | None:
    """Why nothing can be expected of any area, where that is so."""
    total = float(cells.received.sum())
    if total < flag.SPARSE_TOTAL or areas < FEWEST_AREAS:
        return Flag(
            "SPARSE",
            f"{total:,.0f} reports over {areas:,} areas are too few to say what any should send.",
        )
    if areas < AREAS_A_PREDICTOR * (cells.design.shape[1] - 1):
        return Flag(
            "PREDICTORS",
            f"{cells.design.shape[1] - 1} predictors are too many for {areas} areas.",
        )
    return None


def _left_out(cells: _Cells) -> tuple[Floats, Floats, Floats]:
    """For each cell: what areas like it send, the error of its logarithm, and extra spread."""
    expected, spread, alpha = (np.empty(cells.received.size) for _ in range(3))
    for code in np.unique(cells.code):
        mine = cells.code == code
        fit = fit_counts(cells.received[~mine], cells.design[~mine], offset=cells.offset[~mine])
        x = cells.design[mine]
        expected[mine] = np.exp(x @ fit.coefficients + cells.offset[mine])
        spread[mine] = np.sqrt(np.einsum("ij,jk,ik->i", x, fit.covariance, x))
        alpha[mine] = fit.alpha
    return expected, spread, alpha


def _lower_tail(count: Floats, expected: Floats, spread: Floats, alpha: Floats) -> Floats:
    """P(at most this many), averaged over what the expectation itself may be."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    mean = expected[:, None] * np.exp(spread[:, None] * nodes)
    k = np.broadcast_to(count[:, None], mean.shape)
    extra = np.maximum(alpha, 1e-9)[:, None]
    negative = betainc(1 / extra, k + 1, 1 / (1 + extra * mean))
    tail = np.where(alpha[:, None] > 1e-8, negative, pdtr(k, mean))
    return np.asarray(tail @ (weights / weights.sum()), dtype=np.float64)


def _judged(
    cells: _Cells, expected: Floats, spread: Floats, alpha: Floats, *, q: float
) -> pl.DataFrame:
    """Every cell with what was expected, the range areas like it send, and the verdict."""
    p = _lower_tail(cells.received, expected, spread, alpha)
    none = _lower_tail(np.zeros_like(expected), expected, spread, alpha)
    corrected = benjamini_hochberg(p)
    lo, hi = _range(expected, spread, alpha)
    verdict = np.where(
        corrected <= q,
        "fewer than expected",
        np.where(_would_stand_out(p, none, q=q), "as expected", "cannot tell"),
    )
    return pl.DataFrame(
        {
            "code": cells.code.tolist(),
            "agency": cells.agency.tolist(),
            "received": cells.received.astype(np.int64),
            "expected": expected,
            "lo": lo,
            "hi": hi,
            "p": p,
            "q": corrected,
            "verdict": verdict.tolist(),
        }
    )


def _would_stand_out(p: Floats, none: Floats, *, q: float) -> npt.NDArray[np.bool_]:
    """Whether a cell would be named if it had sent nothing at all, the others as they are."""
    out = np.empty(p.size, dtype=bool)
    for i in range(p.size):
        tried = p.copy()
        tried[i] = min(none[i], p[i])
        out[i] = benjamini_hochberg(tried)[i] <= q
    return out


def _range(expected: Floats, spread: Floats, alpha: Floats) -> tuple[Floats, Floats]:
    """The middle 95% of what areas like it send, by walking up the counts."""
    lo, hi = np.full(expected.size, -1.0), np.full(expected.size, -1.0)
    count = np.zeros(expected.size)
    while (hi < 0).any():
        tail = _lower_tail(count, expected, spread, alpha)
        lo = np.where((lo < 0) & (tail >= 0.025), count, lo)
        hi = np.where((hi < 0) & (tail >= 0.975), count, hi)
        count += np.maximum(1.0, np.floor(expected / 50))
    return lo, hi


def _model(cells: _Cells) -> pl.DataFrame:
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


def _notes(table: pl.DataFrame, areas: int) -> tuple[Flag, ...]:
    notes = [Flag("SILENCE", _NEVER_SAFE, Severity.WARN)]
    cannot = table.filter(pl.col("verdict") == "cannot tell").height
    if cannot:
        notes.append(
            Flag(
                "SPARSE",
                f"{cannot:,} of {table.height:,} could not be judged: so few reports are expected "
                "that even none would not stand out.",
                Severity.NOTE,
            )
        )
    if table.height > areas:
        notes.append(flag.many_tests(table.height, table["agency"].n_unique()))
    return tuple(notes)


def _sentence(quiet: pl.DataFrame, table: pl.DataFrame) -> str:
    """How many are quieter than their like, and what that does not mean."""
    if quiet.is_empty():
        return (
            "No area sends clearly fewer reports than others like it, as far as these numbers can "
            f"tell. {_NEVER_SAFE}"
        )
    codes = quiet["code"].unique().sort().to_list()
    who = ""
    if table["agency"].n_unique() > 1:
        who = f" ({listed(quiet['agency'].unique().sort().to_list())})"
    verb = "sends" if len(codes) == 1 else "send"
    return (
        f"{capital(counted(len(codes), 'area'))} {verb} fewer reports than others like it{who}. "
        f"{_NEVER_SAFE} Go and ask there first."
    )
