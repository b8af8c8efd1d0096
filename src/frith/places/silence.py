"""Silence: where fewer reports come from than places like it send. Never read as safety.

Source: `silence_model` for the model; Benjamini and Hochberg (1995) for the correction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.places import flags as flag
from frith.places.inputs import keyed, need
from frith.places.silence_model import (
    WHOLE,
    Cells,
    Expected,
    by_agency,
    cells_of,
    left_out,
    lower_tail,
    power_of,
    usual_range,
    whole_model,
    whole_of,
)
from frith.places.wording import capital, counted, listed
from frith.results import Flag, Result, Severity, frame_hash, refuse
from frith.stats.fdr import benjamini_hochberg
from frith.stats.intervals import Floats

METHOD = "expected reports, each area left out of its own, negative binomial [Hilbe 2011]"
Q = 0.05
FEWEST_AREAS = 20
AREAS_A_PREDICTOR = 10
"""Areas wanted for each predictor, below which a model only learns the areas by heart."""
ENOUGH_JUDGED = 0.8
"""Share of cells that must be able to stand out before smaller areas are preferred to larger."""
SILENT_SENDS = 0.15
"""Share of its due that a silent area is taken to send, where power is said."""
ENOUGH_POWER = 0.8
"""Chance of naming a silent area under which a clean map is said to show little."""
FEWER, AS_EXPECTED, CANNOT = "fewer than expected", "as expected", "cannot tell"
_NEVER_SAFE = "Few reports are not little harm: it may be fear, distrust, or that nobody asked."


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
    without a report is there with 0. `sessions`: `agency`, `n`, awareness sessions held, set beside
    what each agency sent and naming agencies that sent nothing at all; it moves no expectation,
    since every agency has a level of its own. Every area is judged by a negative binomial model of
    the others only, with the uncertainty of that model; an agency in an area also by what the other
    agencies send from there, so a quiet area is not counted against each of them again. Returns a
    `Result`: value is how many areas are quieter than expected, as a whole or from an agency; table
    `areas` (code, agency, received, expected, lo, hi, p, q, verdict); `whole`, the same for all
    agencies together where they are asked of singly; `agencies` (agency, received, sessions, fewer,
    cannot_tell, areas); `model` of the areas (term,
    coefficient, lo, hi). Verdict: fewer than expected (q ≤
    0.05, lower tail), as expected, cannot tell (so few expected that even none would not stand
    out). Parameters hold `power`, the chance that an area sending 15% of its due is named, given
    how widely areas alike differ (`spread`); flag POWER where it is under 80%. Refuses under 30
    reports, 20 areas, or 10 areas a predictor. Silence is a question: fear,
    distrust, or nobody asked. It is never a sign that less goes on.
    """
    need(predictors, ["code", "population"], table="predictors")
    cells = cells_of(reports, predictors)
    shared: dict[str, Any] = {
        "parameters": {"predictors": list(cells.names), "areas": cells.areas, "q": q},
        "data_hash": frame_hash(reports, predictors),
    }
    reason = _too_thin(cells)
    if reason is not None:
        return refuse(METHOD, reason, sentence=f"{reason.text} {_NEVER_SAFE}", **shared)
    together = whole_of(cells)
    due = left_out(together)
    whole = _judged(together, due, q=q)
    power = {"power": _power(due, q=q), "spread": float(np.median(due.alpha))}
    tables = {"areas": whole, "model": whole_model(together)}
    if "agency" in reports.columns:
        singly = by_agency(cells, due)
        tables["areas"] = _judged(cells, singly, q=q)
        tables["whole"] = whole
        tables["agencies"] = _agencies(tables["areas"], sessions)
        power["power_by_agency"] = _power(singly, q=q)
    shared["parameters"] |= power
    quiet = _named(tables)
    return Result(
        method=METHOD,
        value=float(quiet["code"].n_unique()),
        flags=(*_weak(power), *_notes(tables)),
        sentence=_sentence(tables, power["power"]),
        tables=tables,
        **shared,
    )


def _power(expected: Expected, *, q: float) -> float:
    """The chance that one silent cell is named, averaged over cells, nothing else standing out."""
    return float(power_of(expected, left=SILENT_SENDS, p=q / expected.mean.size).mean())


def _weak(power: Mapping[str, float]) -> tuple[Flag, ...]:
    """POWER: that silence could well be missed, where it could."""
    notes = []
    for key, what in (
        ("power", "An area"),
        ("power_by_agency", "An agency in one area"),
    ):
        if power.get(key, 1.0) < ENOUGH_POWER:
            notes.append(
                f"{what} sending only {SILENT_SENDS:.0%} of its due would be named "
                f"{_of_ten(power[key])}."
            )
    if not notes:
        return ()
    why = "Places alike differ too much, or send too little, to tell more: no name is no all-clear."
    return (Flag("POWER", " ".join([*notes, why])),)


def _of_ten(share: float) -> str:
    """A chance as times in ten, never rounded up to certainty."""
    times = int(10 * share)
    if times < 1:
        return "hardly ever"
    return "about 1 time in 10" if times == 1 else f"about {times} times in 10"


def at_larger(
    reports: pl.DataFrame, predictors: pl.DataFrame, larger: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reports and predictors of larger areas: reports and people summed, the rest by people.

    `larger`: area → larger area. Areas it does not know drop out.
    """
    to = pl.col("code").replace_strict(dict(larger), default=None, return_dtype=pl.String)
    keys = [name for name in ("code", "agency") if name in reports.columns]
    up = reports.with_columns(code=to).drop_nulls("code").group_by(keys).agg(pl.col("n").sum())
    named = [c for c in predictors.columns if c not in ("code", "population")]
    people = pl.col("population").cast(pl.Float64)
    weighed = (
        predictors.with_columns(code=to)
        .drop_nulls("code")
        .group_by("code")
        .agg(
            population=people.sum(),
            **{name: (pl.col(name) * people).sum() / people.sum() for name in named},
        )
    )
    return up.sort(keys), weighed.sort("code")


def silence_by_agency(
    reports: pl.DataFrame,
    predictors: pl.DataFrame,
    *,
    larger: Mapping[str, Mapping[str, str]] | None = None,
    sessions: pl.DataFrame | None = None,
    q: float = Q,
) -> tuple[Result, str]:
    """`silence` by agency, on the smallest areas on which most agencies can be told at all.

    `larger`: level's name → area → larger area. Own areas where four in five cells could stand out
    if they sent nothing; else the level on which most can. Returns the result, with the flag POOLED
    where larger areas were used, and the level ("area" for the own ones).
    """
    tried = [("area", silence(reports, predictors, sessions=sessions, q=q))]
    if not _tellable(tried[0][1]) >= ENOUGH_JUDGED:
        for level, lookup in (larger or {}).items():
            up, weighed = at_larger(reports, predictors, lookup)
            tried.append((level, silence(up, weighed, sessions=sessions, q=q)))
    level, best = max(tried, key=lambda one: (_tellable(one[1]), -tried.index(one)))
    own = tried[0][1]
    if level == "area" or own.refused:
        return best, level
    note = Flag(
        "POOLED",
        f"Asked of each agency by {level}: by small area {_tellable(own):.0%} of agencies and "
        f"areas could be told, by {level} {_tellable(best):.0%}. A silence of one small area "
        "inside a larger one is not seen this way.",
        Severity.NOTE,
    )
    tables = {**best.tables, "whole": own.tables["whole"], "model": own.tables["model"]}
    kept = {name: own.parameters[name] for name in ("power", "spread")}
    by_level = {**best.parameters, **kept}
    flags = tuple(one for one in best.flags if one.code != "POWER")
    pooled = replace(
        best,
        parameters=by_level,
        value=float(_named(tables)["code"].n_unique()),
        flags=(*_weak(by_level), *flags, note),
        sentence=_sentence(tables, own.parameters["power"], level),
        tables=tables,
    )
    return pooled, level


def _tellable(result: Result) -> float:
    """The share of cells of which it can be told; none where the answer was refused."""
    if result.refused:
        return 0.0
    verdicts = result.tables["areas"]["verdict"].to_list()
    return 1 - verdicts.count(CANNOT) / len(verdicts)


def _too_thin(cells: Cells) -> Flag | None:
    """Why nothing can be expected of any area, where that is so."""
    total = float(cells.received.sum())
    if total < flag.SPARSE_TOTAL or cells.areas < FEWEST_AREAS:
        return Flag(
            "SPARSE",
            f"{total:,.0f} reports over {cells.areas:,} areas are too few to say what any should "
            "send.",
        )
    if cells.areas < AREAS_A_PREDICTOR * cells.predictors:
        return Flag(
            "PREDICTORS",
            f"{cells.predictors} predictors are too many for {cells.areas} areas.",
        )
    return None


def _judged(cells: Cells, expected: Expected, *, q: float) -> pl.DataFrame:
    """Every cell with what was expected, the range areas like it send, and the verdict."""
    p = lower_tail(cells.received, expected)
    none = lower_tail(np.zeros_like(expected.mean), expected)
    corrected = benjamini_hochberg(p)
    lo, hi = usual_range(expected)
    could = np.where(_would_stand_out(p, none, q=q), AS_EXPECTED, CANNOT)
    return pl.DataFrame(
        {
            "code": cells.code.tolist(),
            "agency": cells.agency.tolist(),
            "received": cells.received.astype(np.int64),
            "expected": expected.mean,
            "lo": lo,
            "hi": hi,
            "p": p,
            "q": corrected,
            "verdict": np.where(corrected <= q, FEWER, could).tolist(),
        }
    )


def _would_stand_out(p: Floats, none: Floats, *, q: float) -> npt.NDArray[np.bool_]:
    """Whether a cell would be named if it had sent nothing at all, the others as they are."""
    ordered = np.sort(p)
    n = p.size
    out = np.empty(n, dtype=bool)
    for i in range(n):
        own = min(none[i], p[i])
        others = np.delete(ordered, np.searchsorted(ordered, p[i]))
        tried = np.insert(others, np.searchsorted(others, own), own)
        passing = np.flatnonzero(tried <= q * np.arange(1, n + 1) / n)
        out[i] = passing.size > 0 and own <= tried[passing[-1]]
    return out


def _agencies(cells: pl.DataFrame, sessions: pl.DataFrame | None) -> pl.DataFrame:
    """What each agency sent, sessions held with it, and in how many areas it can be told."""
    verdict = pl.col("verdict")
    sent = cells.group_by("agency").agg(
        received=pl.col("received").sum(),
        fewer=(verdict == FEWER).sum().cast(pl.Int64),
        cannot_tell=(verdict == CANNOT).sum().cast(pl.Int64),
        areas=pl.len().cast(pl.Int64),
    )
    held = pl.DataFrame(schema={"agency": pl.String, "n": pl.Float64})
    if sessions is not None:
        held = keyed(sessions, table="sessions", keys=("agency",))
    joined = sent.join(held.rename({"n": "sessions"}), on="agency", how="full", coalesce=True)
    return joined.select(
        "agency",
        pl.col("received").fill_null(0),
        pl.col("sessions").cast(pl.Int64),
        "fewer",
        "cannot_tell",
        "areas",
    ).sort("agency")


def _named(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every area, and area and agency, with fewer than expected."""
    every = [tables[name] for name in ("whole", "areas") if name in tables]
    return pl.concat(every).filter(pl.col("verdict") == FEWER)


def _notes(tables: Mapping[str, pl.DataFrame]) -> tuple[Flag, ...]:
    notes = [Flag("SILENCE", _NEVER_SAFE, Severity.WARN)]
    table = tables["areas"]
    cannot = table.filter(pl.col("verdict") == CANNOT).height
    if cannot:
        notes.append(
            Flag(
                "SPARSE",
                f"{cannot:,} of {table.height:,} could not be judged: so few reports are expected "
                "that even none would not stand out.",
                Severity.NOTE,
            )
        )
    if "whole" in tables:
        notes.append(flag.many_tests(table.height, table["agency"].n_unique(), "agencies"))
        mute = tables["agencies"].filter(pl.col("received") == 0)["agency"].to_list()
        if mute:
            notes.append(
                Flag("MUTE", f"Not one report in the whole period from {listed(mute)}: ask why.")
            )
    return tuple(notes)


def _sentence(tables: Mapping[str, pl.DataFrame], power: float, level: str = "area") -> str:
    """How many are quieter than their like, from whom, and what that does not mean."""
    fewer = pl.col("verdict") == FEWER
    areas = tables.get("whole", tables["areas"]).filter(fewer)["code"].n_unique()
    cells = tables["areas"].filter(fewer & (pl.col("agency") != WHOLE))
    if not areas and cells.is_empty():
        return (
            "No area sends clearly fewer reports than others like it, as far as these numbers can "
            f"tell: one sending only {SILENT_SENDS:.0%} of its due would be named "
            f"{_of_ten(power)}. {_NEVER_SAFE}"
        )
    verb = "sends" if areas == 1 else "send"
    said = f"{capital(counted(areas, 'area'))} {verb} fewer reports than others like it."
    if not cells.is_empty():
        who = listed(cells["agency"].unique().sort().to_list())
        where = counted(cells["code"].n_unique(), level)
        said += f" By agency, fewer than expected come from {where} ({who})."
    return f"{said} {_NEVER_SAFE} Go and ask there first."
