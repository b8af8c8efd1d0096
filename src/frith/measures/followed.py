"""Did reports rise after awareness sessions, and for how long?

Reports of each agency and month are set against that agency's own level and against what all
agencies sent that month; what is left is laid out by months since the agency's latest session. How
far chance reaches is seen by moving each agency's sessions to other months, in their order.

1. Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses: shifting a series whole
   keeps what neighbouring months have in common.
2. Deming & Stephan (1940), On a least squares adjustment of a sampled frequency table: margins
   fitted in turn, here the maximum of the Poisson likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.measures.limits import Floats
from frith.measures.verdicts import Verdict
from frith.results import Flag, Result, Severity, frame_hash, refuse

METHOD = "reports by months since the latest session, agency and month held alike, dates shifted"
WINDOWS = ((1, 3), (4, 6), (7, 12))
"""Months after a session that are judged; the month it was held in is left to itself."""
STAFF = ("partner", "business")
"""Audiences whose staff could send reports afterwards; schools and the public are not judged so."""
SHIFTS = 999
ROUNDS = 40
FEWEST_REPORTS = 30
FEWEST_SESSIONS = 3
SURPRISING = 0.05
TELLING = 1.25
HALF = 0.5

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Laid:
    """Reports by agency and month, and the window of each cell (0 none, 1 the month itself, …)."""

    counts: Floats
    windows: Ints


def followed(
    reports: pl.DataFrame,
    sessions: pl.DataFrame,
    *,
    rng: np.random.Generator,
    audiences: Sequence[str] = STAFF,
    agency: str = "",
    seed: int | None = None,
) -> Result:
    """How many times as many reports came in the months after a session as otherwise.

    `reports`: received_on, agency. `sessions`: held_on, audience, agency. `audiences`: whose
    sessions count; `agency`: only reports and sessions of one, such as hotels, beside all others.

    Returns `windows`: first, last (months after), cells, reports, times (rate ratio), lo, hi, p,
    verdict (rose, fell, no-detectable-change, cannot-tell). The value is the ratio of the first
    window. Refused with fewer than 30 reports from agencies that had sessions, or fewer than three
    sessions. Assumes that sessions are not held because reports were about to rise. Reports are
    what staff notice and tell: a rise is awareness, not more crime, and not success by itself.
    Sources: [1], [2].
    """
    held = sessions.filter(pl.col("audience").is_in(list(audiences))).drop_nulls("agency")
    sent = reports.drop_nulls(["agency", "received_on"])
    if agency:
        held = held.filter(pl.col("agency") == agency)
    told = sent.filter(pl.col("agency").is_in(held["agency"].unique().to_list()))
    if told.height < FEWEST_REPORTS or held.height < FEWEST_SESSIONS:
        return refuse(
            METHOD,
            Flag(
                "FEW",
                f"{held.height} sessions and {told.height} reports from those who came; "
                f"{FEWEST_SESSIONS} and {FEWEST_REPORTS} are the least that could show anything.",
            ),
        )
    laid, dates = _laid(sent, held)
    found = _ratios(laid)
    drawn = np.array(
        [_ratios(_Laid(laid.counts, _shifted(dates, laid, rng))) for _ in range(SHIFTS)]
    )
    table = _table(laid, found, drawn)
    return Result(
        method=METHOD,
        value=None if np.isnan(found[0]) else float(np.exp(found[0])),
        parameters={
            "audiences": list(audiences),
            "agency": agency,
            "agencies": int(laid.counts.shape[0]),
            "sessions": held.height,
            "shifts": SHIFTS,
        },
        seed=seed,
        data_hash=frame_hash(reports, sessions),
        flags=(
            Flag(
                "AWARENESS",
                "Reports are what staff notice and tell: a rise is more noticing, not more crime.",
                Severity.NOTE,
            ),
            Flag(
                "MANYCHECKS",
                f"{len(WINDOWS)} stretches of months are looked at, each wrong once in twenty.",
                Severity.NOTE,
            ),
        ),
        sentence=_said(table, agency),
        tables={"windows": table},
    )


def _laid(sent: pl.DataFrame, held: pl.DataFrame) -> tuple[_Laid, dict[int, Ints]]:
    """Cells by agency and month from the first month of reports to the last; sessions by agency."""
    months = sent["received_on"].dt.strftime("%Y-%m")
    first, last = (_number(edge) for edge in (months.min(), months.max()))
    agencies = sent["agency"].unique().sort().to_list()
    row = {name: at for at, name in enumerate(agencies)}
    counts = np.zeros((len(agencies), last - first + 1))
    for name, month in zip(sent["agency"], months, strict=True):
        counts[row[name], _number(month) - first] += 1
    dates: dict[int, list[int]] = {}
    for name, month in zip(held["agency"], held["held_on"].dt.strftime("%Y-%m"), strict=True):
        if name in row:
            dates.setdefault(row[name], []).append(_number(month) - first)
    by_row = {at: np.asarray(sorted(set(each)), dtype=np.int64) for at, each in dates.items()}
    return _Laid(counts, _windows(by_row, counts.shape)), by_row


def _number(month: object) -> int:
    text = str(month)
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _windows(dates: dict[int, Ints], shape: tuple[int, ...]) -> Ints:
    """The window of every cell by months since the agency's latest session."""
    found = np.zeros(shape, dtype=np.int64)
    for at, months in dates.items():
        since = np.full(shape[1], 10_000)
        for month in months:
            later = np.arange(shape[1]) - month
            since = np.where(later >= 0, np.minimum(since, later), since)
        found[at, since == 0] = 1
        for number, (lo, hi) in enumerate(WINDOWS):
            found[at, (since >= lo) & (since <= hi)] = number + 2
    return found


def _shifted(dates: dict[int, Ints], laid: _Laid, rng: np.random.Generator) -> Ints:
    """Each agency's sessions moved by one number of months, round from the end to the start."""
    months = laid.counts.shape[1]
    moved = {at: (each + rng.integers(1, months)) % months for at, each in dates.items()}
    return _windows(moved, laid.counts.shape)


def _ratios(laid: _Laid) -> Floats:
    """Log rate of each window over months without a session in the year before; NaN: none such."""
    many = len(WINDOWS) + 2
    flat = laid.windows.ravel()
    effect = np.ones(many)
    rows = np.maximum(laid.counts.mean(axis=1), 1e-12)
    columns = np.ones(laid.counts.shape[1])
    seen = np.bincount(flat, laid.counts.ravel(), minlength=many)
    for _ in range(ROUNDS):
        times = effect[laid.windows]
        rows = laid.counts.sum(axis=1) / np.maximum((columns * times).sum(axis=1), 1e-12)
        columns = laid.counts.sum(axis=0) / np.maximum((rows[:, None] * times).sum(axis=0), 1e-12)
        expected = np.bincount(flat, np.outer(rows, columns).ravel(), minlength=many)
        effect = (seen + HALF) / (expected + HALF)
        effect /= effect[0]
    cells = np.bincount(flat, minlength=many)
    logs = np.log(effect[2:])
    return np.where((cells[2:] == 0) | (cells[0] == 0), np.nan, logs)


def _table(laid: _Laid, found: Floats, drawn: Floats) -> pl.DataFrame:
    rows = []
    for number, (first, last) in enumerate(WINDOWS):
        inside = laid.windows == number + 2
        own, others = found[number], drawn[:, number][~np.isnan(drawn[:, number])]
        row = {
            "first": first,
            "last": last,
            "cells": int(inside.sum()),
            "reports": int(laid.counts[inside].sum()),
        }
        if np.isnan(own) or others.size < SHIFTS // 2:
            rows.append(
                row | dict.fromkeys(("times", "lo", "hi", "p")) | {"verdict": "cannot-tell"}
            )
            continue
        lo, hi = np.quantile(others, (0.025, 0.975))
        centre = float(np.median(others))
        p = (np.sum(np.abs(others - centre) >= abs(own - centre) - 1e-12) + 1) / (others.size + 1)
        reach = (float(np.exp(own - (hi - centre))), float(np.exp(own - (lo - centre))))
        rows.append(
            row
            | {
                "times": float(np.exp(own)),
                "lo": reach[0],
                "hi": reach[1],
                "p": float(p),
                "verdict": str(_verdict(reach, float(p))),
            }
        )
    return pl.DataFrame(
        rows, schema_overrides=dict.fromkeys(("times", "lo", "hi", "p"), pl.Float64)
    )


def _verdict(reach: tuple[float, float], p: float) -> Verdict:
    if p <= SURPRISING and reach[0] > 1:
        return Verdict.ROSE
    if p <= SURPRISING and reach[1] < 1:
        return Verdict.FELL
    if reach[0] >= 1 / TELLING and reach[1] <= TELLING:
        return Verdict.NO_CHANGE
    return Verdict.CANNOT_TELL


def _said(table: pl.DataFrame, agency: str) -> str:
    """Whether, how much, and for how long; what cannot be told is said."""
    who = f"staff of {agency}" if agency else "staff who came"
    first = table.row(0, named=True)
    if first["verdict"] != Verdict.ROSE:
        if first["times"] is None:
            return f"We cannot tell whether {who} reported more after a session."
        reach = f"between {first['lo']:.1f} and {first['hi']:.1f} times as many as otherwise"
        if first["verdict"] == Verdict.FELL:
            return f"In the three months after a session {who} sent fewer reports: {reach}."
        way = (
            "No detectable change after sessions"
            if first["verdict"] == Verdict.NO_CHANGE
            else f"We cannot tell whether {who} reported more after a session"
        )
        return f"{way}: in the three months after, {reach}."
    lasted = first["last"]
    unsure = ""
    for row in table.iter_rows(named=True):
        if row["first"] <= lasted:
            continue
        if row["verdict"] == Verdict.ROSE and row["first"] == lasted + 1:
            lasted = row["last"]
        elif row["verdict"] == Verdict.CANNOT_TELL and row["times"] is not None:
            unsure = (
                f" After that we cannot tell (between {row['lo']:.1f} and {row['hi']:.1f} times in "
                f"months {row['first']} to {row['last']})."
            )
            break
        else:
            unsure = " After that they sent no more than otherwise."
            break
    return (
        f"In the {lasted} months after a session {who} sent {first['times']:.1f} times as many "
        f"reports as otherwise (between {first['lo']:.1f} and {first['hi']:.1f}, months 1 to 3)."
        f"{unsure}"
    )
