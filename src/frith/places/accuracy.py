"""Does a map find tomorrow's crime? Judged on months it has not seen, beside two simple rivals.

Sources: Chainey, Tompson and Uhlig (2008), "The utility of hotspot mapping for predicting spatial
patterns of crime", Security Journal 21, 4–28 (PAI); Hunt (2016) (PEI); Joshi, Curtis-Ham, D'Ath and
Searle (2021), "Considerations for developing predictive spatial models of crime", ISPRS IJGI 10
(penalised PAI); Levine (2008) (RRI).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import stdtrit

from frith.places import flags as flag
from frith.places.geography import Geography
from frith.places.inputs import keyed
from frith.places.local import gi_star_z
from frith.places.wording import calendar, counted, figure
from frith.results import Flag, Interval, Result, frame_hash, refuse
from frith.stats.intervals import Floats

METHOD = "rolling hold-out, PAI [Chainey 2008], PEI [Hunt 2016], penalised PAI [Joshi 2021]"
BUDGETS = (0.01, 0.02, 0.05, 0.10)
"""Shares of the district's area that could be looked after."""
HEADLINE = 0.05
HORIZON = 3
HISTORY = 12
ROUNDS = 6
PENALTY = 0.5
"""Exponent of the area's share in the penalised PAI: between the plain hit rate (0) and PAI (1)."""
SPANNED = ("hit_rate", "pai", "pei")
"""What the summary gives an interval over rounds for."""
MAP, LAST_YEAR, LAST_THREE = "hot-spot map", "last year's count", "last three months"

Score = Callable[[Floats], Floats]
"""Areas × months seen → a score by area; the highest are looked after first."""


def pai(hits: float, events: float, area_share: float) -> float:
    """Prediction accuracy index: share of events caught ÷ share of area. NaN where undefined."""
    return penalised_pai(hits, events, area_share, alpha=1.0)


def penalised_pai(
    hits: float, events: float, area_share: float, *, alpha: float = PENALTY
) -> float:
    """(n/N) ÷ (a/A)^α: PAI without its reward for choosing tiny areas [Joshi 2021]."""
    if events <= 0 or area_share <= 0:
        return float("nan")
    return float((hits / events) / area_share**alpha)


def choose(score: Floats, size: Floats, *, budget: float) -> npt.NDArray[np.int64]:
    """Areas by score, highest first, while they fit in `budget` (a share of all of `size`).

    One that does not fit is passed over. Ties go by position.
    """
    left = budget * size.sum() * (1 + 1e-12)
    taken = []
    for i in np.lexsort((np.arange(score.size), -score)):
        if size[i] <= left:
            taken.append(int(i))
            left -= size[i]
    return np.asarray(taken, dtype=np.int64)


def map_accuracy(
    counts: pl.DataFrame,
    *,
    geography: Geography,
    score: Score | None = None,
    budgets: Sequence[float] = BUDGETS,
    horizon: int = HORIZON,
    history: int = HISTORY,
) -> Result:
    """How much of the next months' events a map catches with a fixed share of the area.

    `counts`: `code`, `month`, `n`; a month with any row is held. `score`: the map to judge, areas ×
    months seen → score; by default Gi* of last year's events per hectare. Beside it always last
    year's count and the last three months', both per hectare. The first `history` months held are
    only learnt from; then each `horizon` months are judged and the window rolls on. Returns a
    `Result`: value is the map's mean PAI at 5% of the area, with a 95% interval over rounds; table
    `rounds` (origin, budget, method, hits, events, area_share, hit_rate, pai, pei, ppai, rri);
    table `summary` (budget, method, rounds, means, and a 95% interval of hit rate, PAI and PEI);
    table `beaten` (budget, rival, difference, lo, hi, verdict). Refuses under six
    rounds. Where the map does not beat its rivals the sentence says so: then use the simpler one.
    """
    data = keyed(counts, table="counts", keys=("code", "month"))
    months = data["month"].unique().sort().to_list()
    step, origins = _origins(months, horizon=horizon, history=history)
    parameters = {"budgets": list(budgets), "horizon": horizon, "history": history, "step": step}
    parameters |= {"rounds": len(origins), "alpha": PENALTY}
    if len(origins) < ROUNDS:
        return refuse(
            METHOD,
            _too_short(len(months), len(origins), history=history, horizon=horizon),
            parameters=parameters,
            data_hash=frame_hash(data),
        )
    matrix = _matrix(data, geography, months)
    if matrix.sum() < flag.SPARSE_TOTAL:
        return refuse(
            METHOD,
            flag.sparse("Accuracy", float(matrix.sum()), len(geography)),
            parameters=parameters,
            data_hash=frame_hash(data),
        )
    size = np.ones(len(geography)) if geography.hectares is None else geography.hectares
    methods = _methods(geography, size, score)
    rounds = _rounds(matrix, size, methods, months, origins, budgets=budgets, horizon=horizon)
    effective = max(2.0, len(origins) * step / horizon)
    beaten = _beaten(rounds, effective)
    head = HEADLINE if HEADLINE in budgets else budgets[-1]
    value, interval = _mean_interval(_column(rounds, MAP, head, "pai"), effective)
    gaps = [m for m in calendar(months[0], months[-1]) if m not in set(months)]
    return Result(
        method=METHOD,
        value=value,
        interval=interval,
        parameters=parameters,
        data_hash=frame_hash(data),
        flags=(flag.missing_months(gaps),) if gaps else (),
        sentence=_sentence(rounds, beaten, head=head, horizon=horizon),
        tables={"rounds": rounds, "summary": _summary(rounds, effective), "beaten": beaten},
    )


def _origins(months: list[str], *, horizon: int, history: int) -> tuple[int, list[int]]:
    """Positions where judging starts: apart by the horizon where there are enough, else by one."""
    possible = [
        at
        for at in range(history, len(months) - horizon + 1)
        if months[at : at + horizon] == calendar(months[at], months[at + horizon - 1])
    ]
    apart: list[int] = []
    for at in possible:
        if not apart or at >= apart[-1] + horizon:
            apart.append(at)
    return (horizon, apart) if len(apart) >= ROUNDS else (1, possible)


def _too_short(months: int, rounds: int, *, history: int, horizon: int) -> Flag:
    return Flag(
        "SHORT",
        f"Not enough history to judge a map: {counted(months, 'month')} held give "
        f"{counted(rounds, 'round')} of {horizon} months after {history} to learn from; at least "
        f"{ROUNDS} rounds are needed.",
    )


def _matrix(data: pl.DataFrame, geography: Geography, months: list[str]) -> Floats:
    row = {code: i for i, code in enumerate(geography.codes)}
    column = {month: j for j, month in enumerate(months)}
    matrix = np.zeros((len(row), len(column)))
    for code, month, n in data.filter(pl.col("code").is_in(list(row))).iter_rows():
        matrix[row[code], column[month]] = n
    return matrix


def _methods(geography: Geography, size: Floats, score: Score | None) -> dict[str, Score]:
    """The map and its two rivals, each from the months seen."""

    def gi_star_of_density(seen: Floats) -> Floats:
        return np.nan_to_num(gi_star_z(seen[:, -12:].sum(axis=1) / size, geography.touching))

    return {
        MAP: score or gi_star_of_density,
        LAST_YEAR: lambda seen: seen[:, -12:].sum(axis=1) / size,
        LAST_THREE: lambda seen: seen[:, -3:].sum(axis=1) / size,
    }


def _rounds(
    matrix: Floats,
    size: Floats,
    methods: Mapping[str, Score],
    months: list[str],
    origins: list[int],
    *,
    budgets: Sequence[float],
    horizon: int,
) -> pl.DataFrame:
    """Every round, budget and method."""
    rows = []
    for origin in origins:
        seen, ahead = matrix[:, :origin], matrix[:, origin : origin + horizon].sum(axis=1)
        recent = seen[:, -12:].sum(axis=1)
        scores = {name: method(seen) for name, method in methods.items()}
        for budget in budgets:
            best = choose(ahead / size, size, budget=budget)
            best_pai = pai(ahead[best].sum(), ahead.sum(), size[best].sum() / size.sum())
            for name, score in scores.items():
                chosen = choose(score, size, budget=budget)
                share = float(size[chosen].sum() / size.sum())
                hits, events = float(ahead[chosen].sum()), float(ahead.sum())
                before = recent[chosen].sum() / recent.sum() if recent.sum() else float("nan")
                rate = hits / events if events else float("nan")
                found = pai(hits, events, share)
                rows.append(
                    {
                        "origin": months[origin],
                        "budget": budget,
                        "method": name,
                        "areas": int(chosen.size),
                        "hits": hits,
                        "events": events,
                        "area_share": share,
                        "hit_rate": rate,
                        "pai": found,
                        "pei": found / best_pai if best_pai else float("nan"),
                        "ppai": penalised_pai(hits, events, share),
                        "rri": rate / before if before else float("nan"),
                    }
                )
    return pl.DataFrame(rows).with_columns(pl.selectors.float().fill_nan(None))


def _column(rounds: pl.DataFrame, method: str, budget: float, name: str) -> Floats:
    mine = rounds.filter((pl.col("method") == method) & (pl.col("budget") == budget))
    return mine.sort("origin")[name].fill_null(float("nan")).to_numpy()


def _mean_interval(values: Floats, effective: float) -> tuple[float, Interval]:
    """Mean over rounds with Student's interval; overlapping rounds count for fewer."""
    known = values[~np.isnan(values)]
    if known.size < 2:
        return float("nan"), Interval(float("nan"), float("nan"))
    mean = float(known.mean())
    n = min(effective, known.size)
    half = float(stdtrit(max(n - 1, 1), 0.975) * known.std(ddof=1) / np.sqrt(n))
    return mean, Interval(mean - half, mean + half, 0.95, "Student, over rounds")


def _summary(rounds: pl.DataFrame, effective: float) -> pl.DataFrame:
    """Means over rounds, with intervals for what is drawn."""
    means = (
        rounds.group_by("budget", "method", maintain_order=True)
        .agg(pl.len().alias("rounds"), pl.col("hit_rate", "pai", "pei", "ppai", "rri").mean())
        .sort("budget", maintain_order=True)
    )
    ends: dict[str, list[float]] = {f"{name}_{end}": [] for name in SPANNED for end in ("lo", "hi")}
    for budget, method in means.select("budget", "method").iter_rows():
        for name in SPANNED:
            _, span = _mean_interval(_column(rounds, method, budget, name), effective)
            ends[f"{name}_lo"].append(span.lo)
            ends[f"{name}_hi"].append(span.hi)
    return means.with_columns(**{k: pl.Series(v) for k, v in ends.items()}).with_columns(
        pl.selectors.float().fill_nan(None)
    )


def _beaten(rounds: pl.DataFrame, effective: float) -> pl.DataFrame:
    """At each budget: the map's hit rate less each rival's, paired over rounds."""
    rows = []
    for budget in rounds["budget"].unique().sort():
        own = _column(rounds, MAP, budget, "hit_rate")
        for rival in (LAST_YEAR, LAST_THREE):
            mean, span = _mean_interval(own - _column(rounds, rival, budget, "hit_rate"), effective)
            verdict = "better" if span.lo > 0 else "worse" if span.hi < 0 else "no different"
            rows.append(
                {
                    "budget": budget,
                    "rival": rival,
                    "difference": mean,
                    "lo": span.lo,
                    "hi": span.hi,
                    "verdict": verdict,
                }
            )
    return pl.DataFrame(rows).with_columns(pl.selectors.float().fill_nan(None))


def _sentence(rounds: pl.DataFrame, beaten: pl.DataFrame, *, head: float, horizon: int) -> str:
    """What the map caught, and whether a simple list would have done."""
    caught = float(np.nanmean(_column(rounds, MAP, head, "hit_rate")))
    simple = float(np.nanmean(_column(rounds, LAST_YEAR, head, "hit_rate")))
    span = "month's" if horizon == 1 else f"{horizon} months'"
    said = (
        f"Looking after {head:.0%} of the area the map picks would have covered "
        f"{figure(100 * caught)}% of the next {span} recorded events; picking by last "
        f"year's count, {figure(100 * simple)}%."
    )
    at = beaten.filter(pl.col("budget") == head)["verdict"].to_list()
    if all(verdict == "better" for verdict in at):
        return f"{said} The map does better than the simple lists."
    return f"{said} The map does not beat the simple lists: use last year's count."
