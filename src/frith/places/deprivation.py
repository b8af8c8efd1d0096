"""Deprivation: how much more common something is in more deprived places, and never why.

Source: Noble and others (2019), English Indices of Deprivation, technical report, on what deciles
of areas can carry; `inequality` and `frith.stats.negative_binomial` for the arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from frith.places import flags as flag
from frith.places.deprivation_match import (
    VINTAGE_OF_EDITION,
    Areas,
    check_vintage,
    chosen_rows,
    matched,
)
from frith.places.inequality import ridit, slope_index
from frith.places.inputs import align
from frith.places.moran import moran_test
from frith.places.neighbours import Neighbours
from frith.places.wording import counted, figure
from frith.results import Flag, Interval, Result, Severity, frame_hash, refuse
from frith.stats.intervals import Floats, rate_interval
from frith.stats.negative_binomial import (
    CountFit,
    cluster_covariance,
    fit_counts,
    pearson_residuals,
)

__all__ = ["METHOD", "VINTAGE_OF_EDITION", "DeprivationResult", "by_decile"]

METHOD = "negative binomial rate ratio by deprivation decile; SII, RII [Mackenbach & Kunst 1997]"
Z95 = 1.959963984540054
ALPHA = 0.05
FEWEST_EVENTS = 30
FEWEST_AREAS = 10
FEW_CLUSTERS = 20
_ORDINALS = (
    "most deprived tenth",
    "second most deprived tenth",
    "third most deprived tenth",
    "fourth most deprived tenth",
    "fifth most deprived tenth",
    "fifth least deprived tenth",
    "fourth least deprived tenth",
    "third least deprived tenth",
    "second least deprived tenth",
    "least deprived tenth",
)


@dataclass(frozen=True, kw_only=True)
class DeprivationResult(Result):
    """`value` is the rate ratio; beside it the two indices of inequality with their intervals."""

    slope_index: float | None = None
    slope_interval: Interval | None = None
    relative_index: float | None = None
    relative_interval: Interval | None = None
    compared: tuple[int, int] | None = None
    """The two deciles whose ratio is given, more deprived first; (1, 10) where both are there."""


def by_decile(
    counts: pl.DataFrame,
    population: pl.DataFrame,
    deprivation: pl.DataFrame,
    *,
    edition: str = "2025",
    domain: str = "income",
    per: float = 1000.0,
    what: str = "Recorded events",
    area_vintage: str | None = None,
    neighbours: Neighbours | None = None,
    clusters: Mapping[str, str] | None = None,
    police_recorded: bool = True,
    rng: np.random.Generator | None = None,
) -> Result:
    """Rates by decile of deprivation, the ratio of most to least deprived, SII and RII.

    `counts`: `code`, `n`. `population`: `code`, `n`; drives the list of areas. `deprivation`:
    `code`, `edition`, `domain`, `decile` (1 most deprived), optionally `rank`. `what`: what was
    counted, for the sentence. `area_vintage`: vintage of the codes, checked against the edition's.
    `neighbours` with `rng`: tests whether residuals cluster; where they do, intervals allow for it
    by `clusters` (area code → larger area). Returns a `DeprivationResult`: value is the rate ratio;
    tables `deciles` (decile, areas, count, population, rate, rate_lo, rate_hi, ratio, ratio_lo,
    ratio_hi against the least deprived present), `indices`, `unmatched`. Flags: UNMATCHED,
    IMDCRIME, DECILES, OVERDISP, CLUSTERED, SMALL. Refuses under 30 events, 10 areas or 2 deciles.
    Raises `VintageMismatch` where codes and edition do not belong together. An area is not a
    person: this never says who offends, or why. Source: Mackenbach and Kunst (1997).
    """
    check_vintage(edition, area_vintage)
    chosen = chosen_rows(deprivation, edition=edition, domain=domain)
    data = align(counts, population)
    areas, notes, unmatched = matched(data, chosen, edition=edition)
    if police_recorded and domain in ("imd", "crime"):
        notes.append(flag.circular())
    parameters = {"edition": edition, "domain": domain, "per": per, "areas": len(areas.codes)}
    shared: dict[str, Any] = {
        "parameters": parameters,
        "data_hash": frame_hash(counts, population, chosen),
    }
    reason = _too_thin(areas)
    tables = {"deciles": _deciles(areas, per=per), "unmatched": unmatched}
    if reason is not None:
        return refuse(METHOD, reason, tables=tables, **shared)
    present = np.unique(areas.decile).astype(int)
    empty = _empty_end(areas, present)
    if empty is not None:
        return refuse(METHOD, empty, tables=tables, **shared)
    fit, design = _fit_deciles(areas, present)
    covariance, spread_notes = _covariance(
        fit, design, areas, neighbours=neighbours, clusters=clusters, rng=rng
    )
    tables["deciles"] = _with_ratios(tables["deciles"], fit, covariance)
    index = _indices(areas, tables["deciles"], clusters if _clustered(spread_notes) else None)
    tables["indices"] = _index_table(index, per)
    pair = (int(present[0]), int(present[-1]))
    top = tables["deciles"].row(0, named=True)
    interval = Interval(top["ratio_lo"], top["ratio_hi"], 0.95, "negative binomial")
    if pair != (1, 10):
        notes.append(_absent(present))
    return DeprivationResult(
        method=METHOD,
        value=top["ratio"],
        interval=interval,
        flags=(*notes, *spread_notes, *_area_notes(fit)),
        sentence=_sentence(what, top["ratio"], interval, pair),
        tables=tables,
        compared=pair,
        slope_index=index["sii"][0],
        slope_interval=Interval(*index["sii"][1:], 0.95, "weighted least squares"),
        relative_index=index["rii"][0],
        relative_interval=Interval(*index["rii"][1:], 0.95, "negative binomial"),
        **shared,
    )


def _too_thin(areas: Areas) -> Flag | None:
    """Why no ratio can be given, where none can."""
    if areas.count.sum() < FEWEST_EVENTS or areas.count.size < FEWEST_AREAS:
        return flag.sparse("Deprivation", float(areas.count.sum()), areas.count.size)
    if np.unique(areas.decile).size < 2:
        return Flag("DECILES", "All areas are of one decile, so there is nothing to compare.")
    return None


def _empty_end(areas: Areas, present: npt.NDArray[np.int64]) -> Flag | None:
    """Why no ratio can be given where nothing at all was recorded at one end."""
    ends = [
        decile
        for decile in (present[0], present[-1])
        if not areas.count[areas.decile == decile].any()
    ]
    if not ends:
        return None
    return Flag(
        "DECILES",
        f"Nothing was recorded in decile {ends[0]}, so no ratio can be given; see the counts.",
    )


def _deciles(areas: Areas, *, per: float) -> pl.DataFrame:
    """Areas, events, people and rate with its exact interval, by decile present."""
    table = (
        pl.DataFrame(
            {"decile": areas.decile.astype(int), "n": areas.count, "population": areas.population}
        )
        .group_by("decile")
        .agg(areas=pl.len(), count=pl.col("n").sum(), population=pl.col("population").sum())
        .sort("decile")
    )
    rate, lo, hi = rate_interval(table["count"].to_numpy(), table["population"].to_numpy(), per=per)
    return table.with_columns(
        pl.col("count").round().cast(pl.Int64), rate=rate, rate_lo=lo, rate_hi=hi
    )


def _fit_deciles(areas: Areas, present: npt.NDArray[np.int64]) -> tuple[CountFit, Floats]:
    """NB2 on deciles, the least deprived present as the base, people as offset."""
    columns = [(areas.decile == decile).astype(np.float64) for decile in present[:-1]]
    design = np.column_stack([np.ones(areas.count.size), *columns])
    return fit_counts(areas.count, design, offset=np.log(areas.population)), design


def _covariance(
    fit: CountFit,
    design: Floats,
    areas: Areas,
    *,
    neighbours: Neighbours | None,
    clusters: Mapping[str, str] | None,
    rng: np.random.Generator | None,
) -> tuple[Floats, list[Flag]]:
    """The covariance to use: widened by cluster where residuals resemble their neighbours'."""
    if neighbours is None or rng is None:
        return fit.covariance, []
    residuals = pearson_residuals(areas.count, fit)
    test = moran_test(residuals, neighbours.onto(areas.codes), rng=rng)
    if not test.p < ALPHA:
        return fit.covariance, []
    if clusters is None:
        return fit.covariance, [
            Flag(
                "CLUSTERED",
                "Neighbouring areas resemble each other beyond their deprivation, so the interval "
                "is too narrow; no larger areas were given to widen it by.",
            )
        ]
    labels = _labels(areas, clusters)
    robust = cluster_covariance(fit, areas.count, design, clusters=labels)
    # a sandwich over few clusters can shrink by accident; it is used here only to widen
    wider = fit.covariance * max(1.0, float(np.trace(robust) / np.trace(fit.covariance)))
    groups = len(set(labels))
    few = f" With only {groups} of them it is rough." if groups < FEW_CLUSTERS else ""
    return wider, [
        Flag(
            "CLUSTERED",
            "Neighbouring areas resemble each other beyond their deprivation; the interval was "
            f"widened to allow for it, by {counted(groups, 'larger area')}.{few}",
        )
    ]


def _clustered(notes: list[Flag]) -> bool:
    return any(note.code == "CLUSTERED" for note in notes)


def _labels(areas: Areas, clusters: Mapping[str, str]) -> list[str]:
    """The larger area of each area; one of its own where none is known."""
    return [clusters.get(code, code) for code in areas.codes]


def _with_ratios(table: pl.DataFrame, fit: CountFit, covariance: Floats) -> pl.DataFrame:
    """Rate ratios of each decile to the least deprived present, with intervals."""
    log_ratio = np.append(fit.coefficients[1:], 0.0)
    se = np.append(np.sqrt(np.diag(covariance))[1:], 0.0)
    # a decile in the middle without events has a ratio of 0, and its upper limit is unknown
    held = pl.col("count") > 0
    with np.errstate(over="ignore"):
        hi = np.exp(log_ratio + Z95 * se)
    return table.with_columns(
        ratio=pl.when(held).then(pl.Series(np.exp(log_ratio))).otherwise(0.0),
        ratio_lo=pl.when(held).then(pl.Series(np.exp(log_ratio - Z95 * se))).otherwise(0.0),
        ratio_hi=pl.when(held).then(pl.Series(hi)),
    )


def _indices(
    areas: Areas, table: pl.DataFrame, clusters: Mapping[str, str] | None
) -> dict[str, tuple[float, float, float]]:
    """SII on deciles and RII on areas, each with its interval."""
    slope = slope_index(
        table["rate"].to_numpy(), table["population"].to_numpy(), table["decile"].to_numpy()
    )
    design = np.column_stack([np.ones(areas.count.size), ridit(areas.rank, areas.population)])
    fit = fit_counts(areas.count, design, offset=np.log(areas.population))
    variance = fit.covariance[1, 1]
    if clusters is not None:
        labels = _labels(areas, clusters)
        robust = cluster_covariance(fit, areas.count, design, clusters=labels)
        variance = max(variance, float(robust[1, 1]))
    log_rii, half = float(fit.coefficients[1]), Z95 * float(np.sqrt(variance))
    return {
        "sii": (slope.value, slope.lo, slope.hi),
        "rii": (
            float(np.exp(log_rii)),
            float(np.exp(log_rii - half)),
            float(np.exp(log_rii + half)),
        ),
    }


def _index_table(index: Mapping[str, tuple[float, float, float]], per: float) -> pl.DataFrame:
    meaning = {
        "sii": f"rate at the most deprived end less the least, per {per:,.0f}",
        "rii": "rate at the most deprived end over the least",
    }
    rows = [
        {"index": name, "value": value, "lo": lo, "hi": hi, "meaning": meaning[name]}
        for name, (value, lo, hi) in index.items()
    ]
    return pl.DataFrame(rows).with_columns(pl.selectors.float().fill_nan(None))


def _absent(present: npt.NDArray[np.int64]) -> Flag:
    """DECILES: a district need not hold every national decile."""
    missing = [str(decile) for decile in range(1, 11) if decile not in present]
    return Flag(
        "DECILES",
        f"No area here is in national decile {', '.join(missing)}; the comparison is between the "
        f"most and least deprived present, deciles {present[0]} and {present[-1]}.",
        Severity.NOTE,
    )


def _area_notes(fit: CountFit) -> list[Flag]:
    notes = [
        Flag(
            "ECOLOGICAL",
            "This is about areas: most people in a deprived area neither offend nor are victims.",
            Severity.NOTE,
        )
    ]
    if not fit.converged:
        notes.append(Flag("CONVERGE", "The model did not settle; read the deciles, not the ratio."))
    return notes


def _sentence(what: str, ratio: float, interval: Interval, pair: tuple[int, int]) -> str:
    """How much more common, between what, and that it is where and not why."""
    most, least = _ORDINALS[pair[0] - 1], _ORDINALS[pair[1] - 1]
    span = f"({figure(interval.lo)} to {figure(interval.hi)})"
    against = "" if pair == (1, 10) else f" as in the {least}, the least deprived found here"
    if interval.lo <= 1 <= interval.hi:
        return (
            f"{what}: no difference bigger than chance between the {most} and the {least} {span}. "
            "This describes where, not why."
        )
    if ratio >= 1:
        against = against or f" as in the {least}"
        return (
            f"{what} were about {figure(ratio)} times as common in the {most}{against} {span}. "
            "This describes where, not why."
        )
    return (
        f"{what} were less common in the {most}: about {figure(ratio)} times the {least} {span}. "
        "This describes where, not why; few reports are not little crime."
    )
