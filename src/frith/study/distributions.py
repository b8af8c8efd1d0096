"""Losses and victims of the organised part: median and mean, both, with intervals.

A few losses are very large, so a mean without its median misleads. Source: Rao and Wu (1988),
"Resampling inference with complex survey data", for resampling within strata.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.results import Flag, Result, Severity, frame_hash
from frith.study.parts import FEWEST_ORGANISED, ORGANISED, OTHER, strata_of

RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class _Words:
    """How a distribution is said: what it is of, its unit before the figure, who has one."""

    thing: str
    unit: str
    having: str

    def amount(self, value: float) -> str:
        """A value to two significant figures, so that no single crime's can be read off."""
        return f"{self.unit}{float(f'{value:.2g}'):,g}"


def losses_of(
    judgements: pl.DataFrame,
    events: pl.DataFrame,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Result:
    """Losses in pounds of crimes judged organised, beside the others: median and mean, both.

    Table `losses`: part, crimes, with_loss, median, median_lo, median_hi, mean, mean_lo, mean_hi.
    Only crimes whose record holds a loss; a blank is not nought. Intervals by resampling within
    strata; a mean without its median misleads, because a few losses are very large.
    """
    joined = judgements.join(
        events.select("event_id", value="loss_gbp"),
        on="event_id",
        how="left",
        maintain_order="left",
    )
    return _distribution(
        joined,
        rng=rng,
        resamples=resamples,
        table="losses",
        words=_Words("loss", "£", "with a recorded loss"),
    )


def victims_of(
    judgements: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Result:
    """Victims recorded per crime judged organised, beside the others: median and mean, both.

    `roles`: as declared; victims and possible victims count alike, each person once a crime.
    Table `victims`: as in `losses_of`. Crimes with no victim on record are left out and counted:
    some have none, some have one who was never named.
    """
    named = (
        roles.filter(pl.col("role").is_in(["victim", "possible_victim"]))
        .group_by("event_id")
        .agg(value=pl.col("nominal_id").n_unique().cast(pl.Float64))
    )
    joined = judgements.join(named, on="event_id", how="left", maintain_order="left")
    return _distribution(
        joined,
        rng=rng,
        resamples=resamples,
        table="victims",
        words=_Words("number of victims", "", "with a victim on record"),
    )


def _distribution(
    joined: pl.DataFrame,
    *,
    rng: np.random.Generator,
    resamples: int,
    table: str,
    words: _Words,
) -> Result:
    method = f"Weighted median and mean, {resamples:,} resamples within strata"
    strata = strata_of(joined)
    n = np.bincount(strata.index, minlength=strata.held.size)
    weight = (strata.held / np.maximum(n, 1))[strata.index]
    value = joined["value"].cast(pl.Float64).to_numpy()
    drawn = _resampled(strata.index, rng, resamples)
    rows = []
    for part in (ORGANISED, OTHER):
        inside = (joined["judgement"] == part).to_numpy()
        has = inside & ~np.isnan(value)
        row: dict[str, object] = {
            "part": part,
            "crimes": int(inside.sum()),
            "with_value": int(has.sum()),
        }
        if has.sum() >= FEWEST_ORGANISED:
            row |= _spread(value, has, weight, drawn)
        rows.append(row)
    schema = {"part": pl.String, "crimes": pl.Int64, "with_value": pl.Int64} | dict.fromkeys(
        ("median", "median_lo", "median_hi", "mean", "mean_lo", "mean_hi"), pl.Float64
    )
    frame = pl.DataFrame(rows, schema=schema)
    data = frame_hash(joined.select("event_id", "judgement", "value"))
    mine, other = frame.rows(named=True)
    if mine["median"] is None:
        flag = Flag(
            "FEW",
            f"{mine['with_value']} sampled crimes {words.having} were judged organised; "
            f"{FEWEST_ORGANISED} are needed to give a {words.thing}.",
            Severity.REFUSE,
        )
        return Result(
            method=method,
            status="refused",
            flags=(flag,),
            sentence=flag.text,
            tables={table: frame},
            data_hash=data,
        )
    return Result(
        method=method,
        data_hash=data,
        sentence=_sentence(mine, other, words),
        tables={table: frame},
    )


def _sentence(mine: dict[str, float], other: dict[str, float], words: _Words) -> str:
    said = (
        f"Of organised crimes {words.having}, the median {words.thing} is "
        f"{words.amount(mine['median'])} and the mean {words.amount(mine['mean'])}"
    )
    if other["median"] is None:
        return f"{said}."
    return (
        f"{said}; of the others, {words.amount(other['median'])} and {words.amount(other['mean'])}."
    )


def _spread(
    value: npt.NDArray[np.float64],
    has: npt.NDArray[np.bool_],
    weight: npt.NDArray[np.float64],
    drawn: npt.NDArray[np.int64],
) -> dict[str, object]:
    """Median and mean of those that have a value, with percentile intervals over resamples."""
    means, medians = [], []
    for at in drawn:
        kept = at[has[at]]
        if kept.size:
            means.append(np.average(value[kept], weights=weight[kept]))
            medians.append(weighted_median(value[kept], weight[kept]))
    lo, hi = np.quantile(means, [0.025, 0.975])
    mid_lo, mid_hi = np.quantile(medians, [0.025, 0.975])
    return {
        "median": weighted_median(value[has], weight[has]),
        "median_lo": float(mid_lo),
        "median_hi": float(mid_hi),
        "mean": float(np.average(value[has], weights=weight[has])),
        "mean_lo": float(lo),
        "mean_hi": float(hi),
    }


def _resampled(
    stratum: npt.NDArray[np.int64], rng: np.random.Generator, resamples: int
) -> npt.NDArray[np.int64]:
    """Indices of crimes drawn anew within each stratum: whoever is in the part varies as well."""
    order = np.argsort(stratum, kind="stable")
    sorted_ = stratum[order]
    first = np.searchsorted(sorted_, sorted_, side="left")
    size = np.searchsorted(sorted_, sorted_, side="right") - first
    return order[first + (rng.random((resamples, stratum.size)) * size).astype(np.int64)]


def weighted_median(value: npt.NDArray[np.float64], weight: npt.NDArray[np.float64]) -> float:
    """The value at which half the weight lies at or below; between two where half falls on one.

    With equal weights it is the ordinary median.
    """
    order = np.argsort(value, kind="stable")
    sorted_, running = value[order], np.cumsum(weight[order])
    half = running[-1] / 2
    at = int(np.searchsorted(running, half * (1 - 1e-12)))
    exact = np.isclose(running[at], half, rtol=1e-12) and at + 1 < sorted_.size
    return float((sorted_[at] + sorted_[at + 1]) / 2 if exact else sorted_[at])
