"""Hot spots: which areas stand out together, and whether that survives every check made.

Sources: Ord and Getis (1995); Anselin (1995); Assunção and Reis (1999); Caldas de Castro and Singer
(2006), "Controlling the false discovery rate", Geographical Analysis 38, 180–208.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import polars as pl

from frith.places import flags as flag
from frith.places.geography import Geography
from frith.places.hotspot_words import hot_sentence
from frith.places.layers import SERIES, Layer, layers_of
from frith.places.local import LocalMoran, LocalTest, gi_star, local_moran, permutations_for
from frith.places.resolution import across_boundaries
from frith.results import Flag, Result, Severity, Status, frame_hash
from frith.stats.fdr import benjamini_hochberg, benjamini_yekutieli
from frith.stats.intervals import Floats

METHOD = "Gi* by conditional permutation, Benjamini–Hochberg [Ord & Getis 1995; Anselin 1995]"
Q = 0.05
"""At most this share of the areas named hot is expected to be chance."""
SUGGESTIVE_Q = 0.20


@dataclass(frozen=True, kw_only=True, eq=False)
class _Tested:
    """One layer's tests under both views of who is a neighbour."""

    layer: Layer
    touching: LocalTest
    near: LocalTest
    moran: LocalMoran


def hot_spots(
    counts: pl.DataFrame,
    population: pl.DataFrame | None,
    *,
    geography: Geography,
    rng: np.random.Generator,
    permutations: int | None = None,
    q: float = Q,
    per: float = 1000.0,
    denominator: str = "residents",
    kind: Literal["rate", "count"] = "rate",
    larger: Mapping[str, Mapping[str, str]] | None = None,
) -> Result:
    """Areas that stand out with their neighbours, with the correction over every check made.

    `counts`: `code`, `n`, and `series` where several crime types, periods or weightings are looked
    at together: they are one family and are corrected as one. `variance` and `largest` beside `n`
    make a layer of harm (see `harm_map.harm_counts`). `population`: `code`, `n`; needed for rates.
    `geography`: outlines' neighbours and nearest six; both are run. `kind`: "rate" compares what
    was recorded with what the population would give; "count" is a count map, to be asked for by
    name where areas hold unequal populations. `permutations`: by default max(9,999, 20·tests/q), at
    most 99,999. `larger`: area code → larger area's code, by name of the level (MSOA, ward), to see
    whether the answer hangs on boundaries.

    Returns a `Result`: value is how many areas are hot in any series. Table `areas`: series, code,
    count, expected, rate, rate_lo, rate_hi, smoothed, z, p, q, q_by, z_nearest, p_nearest,
    q_nearest, verdict, flags. Verdict: hot (q ≤ 0.05 by outlines and by nearest), suggestive (≤
    0.05 by one, or ≤ 0.20 by both), none, suppressed (too few events to say, or no population).
    Tables `moran` (local Moran: i, p, q, quarter), `series`, `boundaries`. A map too thin in every
    series is refused, with its table. Raises `BadInput` for codes without an outline. A quiet area
    is not a safe one.
    """
    codes = list(geography.codes)
    layers = layers_of(counts, population, codes=codes, kind=kind)
    tested = [layer for layer in layers if layer.reason is None]
    family = sum(int(layer.usable.sum()) for layer in tested)
    made = permutations if permutations is not None else permutations_for(max(family, 1), q=q)
    results = [_test(layer, geography, rng=rng, permutations=made) for layer in tested]
    areas, moran = _tables(layers, results, codes=codes, per=per, q=q)
    steady = across_boundaries(
        areas, tested, geography, larger=larger or {}, rng=rng, permutations=made, q=q
    )
    notes = _notes(layers, areas, geography, family=family, made=made, q=q)
    notes += steady.notes
    hot = areas.filter(pl.col("verdict") == "hot")
    refused = not tested
    return Result(
        method=METHOD,
        status=Status.REFUSED if refused else Status.DONE,
        value=None if refused else float(hot["code"].n_unique()),
        parameters={
            "permutations": made,
            "tests": family,
            "q": q,
            "per": per,
            "denominator": denominator if population is not None else "none",
            "kind": kind,
            "weights": [geography.touching.kind, geography.near.kind],
        },
        data_hash=frame_hash(areas.select("series", "code", "count")),
        flags=_refusing(notes) if refused else tuple(notes),
        sentence=hot_sentence(areas, steady=steady, refused=refused),
        tables={
            "areas": areas,
            "moran": moran,
            "series": _series(layers, areas),
            "boundaries": steady.table,
        },
    )


def verdicts(q_touching: Floats, q_near: Floats, *, q: float = Q) -> list[str]:
    """hot, suggestive or none, area by area: see `hot_spots`. NaN is none."""
    first, second = np.nan_to_num(q_touching, nan=1.0), np.nan_to_num(q_near, nan=1.0)
    hot = (first <= q) & (second <= q)
    suggestive = (first <= q) | (second <= q) | ((first <= SUGGESTIVE_Q) & (second <= SUGGESTIVE_Q))
    return np.where(hot, "hot", np.where(suggestive, "suggestive", "none")).tolist()


def _test(
    layer: Layer, geography: Geography, *, rng: np.random.Generator, permutations: int
) -> _Tested:
    """Both tests of one layer, on the areas that can be tested."""
    usable = geography.onto([geography.codes[int(i)] for i in np.flatnonzero(layer.usable)])
    x = layer.x[layer.usable]
    return _Tested(
        layer=layer,
        touching=gi_star(x, usable.touching, rng=rng, permutations=permutations),
        near=gi_star(x, usable.near, rng=rng, permutations=permutations),
        moran=local_moran(x, usable.touching, rng=rng, permutations=permutations),
    )


def _tables(
    layers: list[Layer], results: list[_Tested], *, codes: list[str], per: float, q: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The areas of every layer with p, q and verdict; and the local Moran table."""
    by_name = {tested.layer.name: tested for tested in results}
    frames, morans = [], []
    for layer in layers:
        tested = by_name.get(layer.name)
        frames.append(_layer_frame(layer, tested, codes=codes, per=per))
        if tested is not None:
            morans.append(_moran_frame(layer, tested.moran, codes))
    areas = pl.concat(frames)
    for name in ("p", "p_nearest"):
        p = areas[name].fill_null(float("nan")).to_numpy()
        areas = areas.with_columns(
            pl.Series(name.replace("p", "q", 1), benjamini_hochberg(p)).fill_nan(None)
        )
        if name == "p":
            areas = areas.with_columns(q_by=pl.Series(benjamini_yekutieli(p)).fill_nan(None))
    judged = verdicts(
        areas["q"].fill_null(float("nan")).to_numpy(),
        areas["q_nearest"].fill_null(float("nan")).to_numpy(),
        q=q,
    )
    tried = pl.col("p").is_not_null()
    areas = areas.with_columns(
        verdict=pl.when(tried).then(pl.Series(judged)).otherwise(pl.lit("suppressed"))
    )
    lent = (pl.col("verdict") == "hot") & (pl.col("count") <= pl.col("expected"))
    areas = areas.with_columns(
        flags=pl.when(lent).then(pl.concat_list("flags", pl.lit("LENT"))).otherwise("flags")
    )
    moran = (
        pl.concat(morans)
        if morans
        else pl.DataFrame(
            schema={SERIES: pl.String, "code": pl.String, "i": pl.Float64, "p": pl.Float64}
            | {"quarter": pl.String}
        )
    )
    return areas.select(_COLUMNS), moran.with_columns(
        q=pl.Series(benjamini_hochberg(moran["p"].to_numpy()), dtype=pl.Float64)
    )


_COLUMNS = (
    SERIES,
    "code",
    "count",
    "expected",
    "rate",
    "rate_lo",
    "rate_hi",
    "smoothed",
    "z",
    "p",
    "q",
    "q_by",
    "z_nearest",
    "p_nearest",
    "q_nearest",
    "verdict",
    "flags",
)


def _layer_frame(
    layer: Layer, tested: _Tested | None, *, codes: list[str], per: float
) -> pl.DataFrame:
    """One layer's areas: what was recorded, expected and tested."""
    frame = layer.frame(codes, per=per)
    blank = np.full(len(codes), np.nan)
    found = {name: blank.copy() for name in ("z", "p", "z_nearest", "p_nearest")}
    if tested is not None:
        at = layer.usable
        found["z"][at], found["p"][at] = tested.touching.z, tested.touching.p
        found["z_nearest"][at], found["p_nearest"][at] = tested.near.z, tested.near.p
    return frame.with_columns(
        **{name: pl.Series(values).fill_nan(None) for name, values in found.items()}
    )


def _moran_frame(layer: Layer, moran: LocalMoran, codes: list[str]) -> pl.DataFrame:
    kept = [code for code, usable in zip(codes, layer.usable, strict=True) if usable]
    return pl.DataFrame(
        {
            SERIES: [layer.name] * len(kept),
            "code": kept,
            "i": moran.i,
            "p": moran.p,
            "quarter": moran.quarter,
        },
        schema_overrides={SERIES: pl.String, "code": pl.String, "quarter": pl.String},
    )


def _series(layers: list[Layer], areas: pl.DataFrame) -> pl.DataFrame:
    """What each series came to."""
    verdict = pl.col("verdict")
    came = areas.group_by(SERIES).agg(
        hot=(verdict == "hot").sum(),
        suggestive=(verdict == "suggestive").sum(),
        disagree=((pl.col("q") <= Q) != (pl.col("q_nearest") <= Q)).sum(),
    )
    rows = [
        {
            SERIES: layer.name,
            "events": layer.total,
            "why_not": layer.reason.text if layer.reason else None,
            "largest_share": layer.largest_share,
        }
        for layer in layers
    ]
    schema = {SERIES: pl.String, "events": pl.Float64, "why_not": pl.String}
    table = pl.DataFrame(rows, schema=schema | {"largest_share": pl.Float64})
    return table.join(came, on=SERIES, how="left", maintain_order="left")


def _notes(
    layers: list[Layer],
    areas: pl.DataFrame,
    geography: Geography,
    *,
    family: int,
    made: int,
    q: float,
) -> list[Flag]:
    """Everything a reader of this map must be told."""
    notes: list[Flag] = [layer.reason for layer in layers if layer.reason is not None]
    for layer in layers:
        notes += layer.notes
    tested = [layer for layer in layers if layer.reason is None]
    if len(tested) > 1:
        notes.append(flag.many_tests(family, len(tested)))
    if family and made < flag.PERMUTATIONS_PER_TEST * family / q:
        notes.append(flag.capped(made))
    if geography.touching.islands:
        notes.append(flag.no_neighbour(geography.touching.islands))
    hot = set(areas.filter(pl.col("verdict") == "hot")["code"])
    if hot and len(hot & geography.edge) / len(hot) > flag.EDGE_SHARE:
        notes.append(flag.edge(len(hot & geography.edge) / len(hot)))
    split = areas.filter((pl.col("q") <= Q) != (pl.col("q_nearest") <= Q))["code"].n_unique()
    if split:
        notes.append(flag.disagreement(split))
    lent = areas.filter(pl.col("flags").list.contains("LENT"))["code"].n_unique()
    if lent:
        notes.append(flag.lent(lent))
    small = areas.filter(pl.col("flags").list.contains("SMALL")).height
    if small:
        notes.append(flag.small(small))
    return notes


def _refusing(notes: list[Flag]) -> tuple[Flag, ...]:
    """The same notes, those that stood in the way as refusals."""
    return tuple(
        replace(note, severity=Severity.REFUSE) if note.code in ("SPARSE", "DENOM") else note
        for note in notes
    )
